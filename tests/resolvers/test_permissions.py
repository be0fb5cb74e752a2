"""The permission matrix: every root field asked by every role. A new field fails here until it is placed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from domain.errors import Forbidden
from domain.ids import AccountId
from domain.viewers.profiles import Principal, Role
from resolvers.schema import schema
from tests.resolvers.conftest import Face

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
}
"""Who may ask. That a profile must be the account's own is held in test_accounts.py."""


@cache
def graphql_schema() -> GraphQLSchema:
    return schema._schema


def roots() -> dict[str, tuple[str, GraphQLField]]:
    """Root field -> (query or mutation, the field)."""
    given = graphql_schema()
    kinds = (("query", given.query_type), ("mutation", given.mutation_type))
    return {
        name: (kind, field)
        for kind, type_ in kinds
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
    }


def test_every_root_field_is_placed() -> None:
    assert sorted(roots()) == sorted(MATRIX)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(MATRIX))
async def test_only_the_roles_of_the_matrix_may_ask(face: Face, name: str, role: Role) -> None:
    kind, field = roots()[name]
    context = replace(face.context(), principal=Principal(AccountId("home"), role, None))
    result = await face.ask(f"{kind} {{ {name}{arguments(field)} {selection(field)} }}", context)
    causes = [error.original_error for error in result.errors or []]
    assert not any(cause is None for cause in causes), result.errors  # the operation itself is valid
    assert any(isinstance(cause, Forbidden) for cause in causes) == (role not in MATRIX[name])


def arguments(field: GraphQLField) -> str:
    given = [
        f"{name}: {literal(name, each)}" for name, each in field.args.items() if is_required_argument(each)
    ]
    return f"({', '.join(given)})" if given else ""


def literal(name: str, value: Any) -> str:
    """Something of the right type for a required argument or input field."""
    type_ = value.type.of_type if isinstance(value.type, GraphQLNonNull) else value.type
    if isinstance(type_, GraphQLList):
        return "[]"
    if isinstance(type_, GraphQLInputObjectType):
        fields = list(type_.fields.items())
        needed = [each for each in fields if is_required_input_field(each[1])] or fields[:1]
        parts = [f"{key}: {literal(key, each)}" for key, each in needed]
        return f"{{{', '.join(parts)}}}"
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if type_.name == "ID":
        return '"profile_ade"' if "profile" in name.lower() or name == "id" else '"title_mv08"'
    values = {"Int": "1", "Float": "1.0", "Boolean": "true", "DateTime": '"2026-11-22T20:00:00Z"'}
    return values.get(type_.name, '"x"')


def selection(field: GraphQLField) -> str:
    return "" if is_leaf_type(get_named_type(field.type)) else "{ __typename }"
