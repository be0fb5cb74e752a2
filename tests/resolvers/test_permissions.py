"""The permission matrix of root fields and roles. A new field fails here until it is listed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import Forbidden
from domain.ids import AccountId
from domain.viewers.profiles import Principal, Role
from tests.resolvers.conftest import Face
from tests.resolvers.root_fields import operation, roots

pytestmark = pytest.mark.stores

EVERYBODY = frozenset(Role)
STAFF = frozenset({Role.STAFF})
DESIGNERS = frozenset({Role.DESIGNER, Role.STAFF})

MATRIX: dict[str, frozenset[Role]] = {
    "home": EVERYBODY,
    "node": EVERYBODY,
    "title": EVERYBODY,
    "similar": EVERYBODY,
    "searchTitles": EVERYBODY,
    "profiles": EVERYBODY,
    "onboarding": EVERYBODY,
    "whyNot": STAFF,
    "explain": STAFF,
    "page": STAFF,
    "filterRuleCheck": frozenset({Role.DESIGNER, Role.STAFF}),
    "experiments": DESIGNERS,
    "experimentStart": DESIGNERS,
    "experimentStop": DESIGNERS,
    "layouts": DESIGNERS,
    "layout": DESIGNERS,
    "layoutDrafts": DESIGNERS,
    "layoutHistory": DESIGNERS,
    "layoutLint": DESIGNERS,
    "layoutMatrix": DESIGNERS,
    "layoutMerge": DESIGNERS,
    "layoutPreview": DESIGNERS,
    "layoutDraftSave": DESIGNERS,
    "layoutDraftDiscard": DESIGNERS,
    "layoutPublish": DESIGNERS,
    "layoutRollback": DESIGNERS,
    "eventsRecord": EVERYBODY,
    "titleRate": EVERYBODY,
    "listAdd": EVERYBODY,
    "listRemove": EVERYBODY,
    "onboardingAnswer": EVERYBODY,
    "continueWatchingRemove": EVERYBODY,
    "continueWatchingSnooze": EVERYBODY,
    "sessionMerge": EVERYBODY,
    "watchDisown": EVERYBODY,
    "watchReclaim": EVERYBODY,
    "profileErase": EVERYBODY,
    "profileMerge": EVERYBODY,
    "profileExport": EVERYBODY,
}
"""Roles that may use a field. test_accounts.py tests that a profile must be the account's own."""

LEAVE = ("profileErase", "profileMerge")
LEAVING = {"profileId": '"profile_nobody"'}
"""So that the others are asked about somebody who is there."""


def test_every_root_field_is_placed() -> None:
    assert sorted(roots()) == sorted(MATRIX)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(MATRIX))
async def test_only_the_roles_of_the_matrix_may_ask(face: Face, name: str, role: Role) -> None:
    context = replace(face.context(), principal=Principal(AccountId("home"), role, None))
    result = await face.ask(operation(name, LEAVING if name in LEAVE else None), context)
    causes = [error.original_error for error in result.errors or []]
    assert not any(cause is None for cause in causes), result.errors  # the operation itself is valid
    assert any(isinstance(cause, Forbidden) for cause in causes) == (role not in MATRIX[name])
