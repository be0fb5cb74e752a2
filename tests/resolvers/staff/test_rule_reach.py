"""A short row with a filter rule says how many titles the rule matches, and how many the row's source had."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.ids import AccountId
from domain.viewers.profiles import Principal, Role
from tests.resolvers.conftest import Face, opened
from tests.resolvers.home.test_rules_before_limits import filled

pytestmark = pytest.mark.stores
__all__ = ["filled"]

PREVIEW = """
query Look($layout: LayoutDocument!, $who: ID!) {
  layoutPreview(document: $layout, profileId: $who, device: {formFactor: TV}) {
    ... on LayoutPreview { emptyRows { id why } shortRows { id why } }
    ... on LayoutInvalid { problems { path message } }
  }
}
"""
COUNT = """query Count($rule: String!) { filterRuleCheck(rule: $rule, region: "DE") { matchCount } }"""
LINT = """
query Lint($layout: LayoutDocument!, $who: [ID!]!) {
  layoutLint(document: $layout, profileIds: $who) { code path message }
}
"""
RULE = "language = fr"


def a_draft(**row: Any) -> dict[str, Any]:
    week = {
        "source": "trending",
        "options": {"window": "week"},
        "filter": RULE,
        "min_cards": 8,
        "max_cards": 9,
    }
    return {"layout": "home", "order": ["week"], "rows": {"week": week | row}}


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


async def ask(face: Face, query: str, **variables: Any) -> Any:
    designer = replace(face.context(), principal=Principal(AccountId("studio"), Role.DESIGNER, None))
    [(_, answer)] = (await face.data(query, designer, **variables)).items()
    return answer


async def test_an_empty_row_of_a_nightly_list_says_what_its_rule_matches_and_its_list_reached(
    face: Face,
) -> None:
    """Twelve French titles are in the catalogue, six of them in the list of the week."""
    matched = (await ask(face, COUNT, rule=RULE))["matchCount"]
    shown = await ask(face, PREVIEW, layout=a_draft(), who="profile_anew")
    assert matched == 12
    assert {row["id"]: row["why"].partition("; ")[2] for row in shown["emptyRows"]} == {
        "week": "its rule matches 12 titles of the catalogue, 6 of them are in its source's list"
    }


async def test_a_row_on_the_page_that_is_not_full_says_so_too(face: Face) -> None:
    shown = await ask(face, PREVIEW, layout=a_draft(min_cards=2), who="profile_anew")
    assert shown == {
        "emptyRows": [],
        "shortRows": [
            {
                "id": "week",
                "why": "6 of 9 titles; its rule matches 12 titles of the catalogue, 6 of them are in its source's "
                "list",
            }
        ],
    }
    full = await ask(face, PREVIEW, layout=a_draft(min_cards=2, max_cards=6), who="profile_anew")
    assert full == {"emptyRows": [], "shortRows": []}


async def test_titles_that_the_profile_may_not_see_count_as_reached(face: Face) -> None:
    """The list's forty that left the catalogue match the rule, and are in the list."""
    row = {"source": "my_list", "filter": "language = en", "options": {}, "min_cards": 8}
    shown = await ask(face, PREVIEW, layout=a_draft(**row), who="profile_lister")
    assert shown["emptyRows"][0]["why"].endswith(
        "; its rule matches 288 titles of the catalogue, 45 of them are in its source's list"
    )


async def test_lint_says_the_same_of_a_row_that_is_empty_for_many(face: Face) -> None:
    found = await ask(face, LINT, layout=a_draft(), who=["profile_anew", "profile_heavy"])
    [empty] = [one for one in found if one["code"] == "L101"]
    assert empty["message"] == (
        "Row *week* is empty for 100% of TV profiles (2 of 2 sampled): too few titles were left for it. Its rule "
        "matches 12 titles of the catalogue, 6 of them are in its source's list (median)."
    )
