"""An outage is no fact of a layout: incomplete pages are not counted, and lint and preview say what is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.errors import StoreUnavailable
from domain.ids import AccountId, ProfileId, TitleId
from domain.layouts.request_context import PageRequest
from domain.page.explanation import Cause
from domain.viewers.profiles import Principal, Role
from resolvers.home.explanations import explain
from tests.resolvers.conftest import NOWHERE, Face, opened
from tests.resolvers.staff.test_layout_previews import EVERYBODY, a_draft, lint

pytestmark = pytest.mark.stores

PREVIEW = """
query Look($layout: LayoutDocument!, $who: ID!) {
  layoutPreview(document: $layout, profileId: $who, device: {formFactor: TV}) {
    ... on LayoutPreview { incomplete emptyRows { id why } closedRows { id } home { rows { nodes { kind } } } }
  }
}
"""
ROWS = {
    "picks": {"source": "top_picks", "max_cards": 6},
    "trending": {"source": "trending"},
    "chosen": {"source": "editorial", "options": {"titles": "mv05 nowhere title_mv04"}},
}


def a_chart(**changes: Any) -> dict[str, Any]:
    return a_draft(order=["picks", "trending", "chosen"], rows=ROWS, **changes)


async def test_no_share_is_counted_on_pages_that_an_outage_left_incomplete(filled: StoreUrls) -> None:
    async with opened(replace(filled, redis_url=NOWHERE.redis_url)) as stores:
        found = await lint(Face(stores.ports), a_chart(), EVERYBODY)
    assert [name for name in found if name[:4] in ("L101", "L102", "L103")] == []
    outage = found["L119 "]
    assert (outage["level"], outage["share"], outage["affected"], outage["sampled"]) == ("ERROR", 1.0, 4, 4)
    assert outage["message"] == (
        "4 of 4 pages could not be composed completely and are not counted: a store did not answer for row trending "
        "(4). This is an outage, not a fault of the layout."
    )
    assert sorted(outage["profileIds"]) == EVERYBODY


async def test_a_search_index_that_is_down_empties_no_row_of_the_layout(filled: StoreUrls) -> None:
    """Titles by id are read from MongoDB meanwhile."""
    async with opened(replace(filled, elasticsearch_url=NOWHERE.elasticsearch_url)) as stores:
        found = await lint(Face(stores.ports), a_draft(), ["profile_kids", "profile_ade"])
    assert ([name for name in found if name[:4] in ("L101", "L102")], found["L119 "]["affected"]) == ([], 1)
    assert found["L119 "]["message"] == (
        "1 of 2 pages could not be composed completely and are not counted: a store did not answer for row corner "
        "(1). This is an outage, not a fault of the layout."
    )


async def test_ids_that_no_title_has_are_named_in_patches_too(filled: StoreUrls) -> None:
    pin = {"title_id": "title_mv06", "slot": 1, "until": "2027-01-02"}
    overrides = [{"when": {"kids": True}, "set": {"picks": {"pins": [pin]}}}]
    async with opened(filled) as stores:
        found = await lint(Face(stores.ports), a_chart(overrides=overrides))
    unknown = {name: (one["message"], one["fix"]) for name, one in found.items() if name.startswith("L118")}
    assert unknown["L118 overrides[1].set.picks.pins[1].title_id"] == (
        "No title of the catalogue has the id title_mv06.",
        "Did you mean mv06?",
    )
    assert {name for name in unknown if name.startswith("L118 rows")} == {"L118 rows.chosen.options.titles"}
    async with opened(filled) as stores:
        listed = (await lint(Face(stores.ports), a_chart(), ["profile_ade"]))["L111 rows.chosen"]
    assert listed["message"] == (
        "2 of 3 listed titles cannot be shown: nowhere is not in the catalogue; title_mv04 is not in the catalogue."
    )


async def test_a_preview_says_why_a_row_is_empty_and_what_an_outage_took(filled: StoreUrls) -> None:
    draft = a_chart()
    draft["rows"] = ROWS | {"picks": {"source": "top_picks", "filter": "year = 1901", "short": ["drop"]}}

    async def look(urls: StoreUrls) -> dict[str, Any]:
        async with opened(urls) as stores:
            face = Face(stores.ports)
            context = replace(face.context(), principal=Principal(AccountId("studio"), Role.DESIGNER, None))
            data = await face.data(PREVIEW, context, layout=draft, who="profile_ade")
            shown: dict[str, Any] = data["layoutPreview"]
            return shown

    whole = await look(filled)
    reasons = {row["id"]: row["why"] for row in whole["emptyRows"]}
    assert whole["incomplete"] == []
    assert reasons["picks"] == (
        "7 titles proposed, 0 left, at least 3 needed: 6 refused by the row's filter, 1 without a licence here; "
        "its rule matches no title of the catalogue"
    )
    assert reasons["chosen"] == "3 titles proposed, 1 left, at least 3 needed: 2 not in the catalogue"
    partial = await look(replace(filled, redis_url=NOWHERE.redis_url))
    assert partial["incomplete"] == ["a store did not answer for row trending"]


async def test_an_explanation_without_the_profile_is_none(filled: StoreUrls) -> None:
    """The page of a guest says nothing about the profile."""
    async with opened(replace(filled, mongo_url=NOWHERE.mongo_url)) as stores:
        with pytest.raises(StoreUnavailable):
            await explain(Face(stores.ports).context(), ProfileId("ade"), TitleId("mv05"), PageRequest())


async def test_an_explanation_of_an_incomplete_page_is_not_certain(filled: StoreUrls) -> None:
    async with opened(replace(filled, redis_url=NOWHERE.redis_url)) as stores:
        explanation, composed = await explain(
            Face(stores.ports).context(), ProfileId("ade"), TitleId("mv01"), PageRequest()
        )
    assert composed.page.degradations != ()
    certain = explanation.cause in (Cause.SHOWN, Cause.WITHHELD, Cause.UNKNOWN)
    assert explanation.is_certain is certain
    assert ("The page is incomplete, so this may be wrong: " in explanation.message) is not certain


MATRIX = """
query Matrix($layout: LayoutDocument!, $people: [ID!]!) {
  layoutMatrix(document: $layout, profileIds: $people, device: {formFactor: TV}) {
    ... on LayoutMatrix { profiles { id name } rows { id cells { count flag reason } } incomplete }
    ... on LayoutInvalid { problems { path } }
  }
}
"""


async def test_a_matrix_counts_titles_and_knows_what_it_cannot_know(filled: StoreUrls) -> None:
    async def matrix(urls: StoreUrls, layout: object, people: list[str]) -> dict[str, Any]:
        async with opened(urls) as stores:
            face = Face(stores.ports)
            context = replace(face.context(), principal=Principal(AccountId("studio"), Role.DESIGNER, None))
            data = await face.data(MATRIX, context, layout=layout, people=people)
            found: dict[str, Any] = data["layoutMatrix"]
            return found

    whole = await matrix(filled, a_draft(), ["profile_ade", "profile_kids"])
    rows = {row["id"]: row["cells"] for row in whole["rows"]}
    assert [one["id"] for one in whole["profiles"]] == ["profile_ade", "profile_kids"]
    assert (rows["picks"][0]["flag"], rows["corner"][0]["flag"], whole["incomplete"]) == (None, "HIDDEN", [])
    assert rows["mine"][1] == {"count": 0, "flag": "MISSING", "reason": "nothing is on My List"}
    lost = await matrix(replace(filled, redis_url=NOWHERE.redis_url), a_chart(), ["profile_ade"])
    cells = {row["id"]: row["cells"][0] for row in lost["rows"]}
    assert lost["incomplete"] == ["a store did not answer for row trending"]
    assert (cells["trending"]["flag"], cells["picks"]["flag"]) == ("UNKNOWN", None)
    refused = await matrix(filled, a_draft(order=["picks"]), ["profile_ade"])
    assert [problem["path"] for problem in refused["problems"]] == ["rows.corner", "rows.mine"]
