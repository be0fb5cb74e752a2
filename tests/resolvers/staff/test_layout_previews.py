"""Lint and preview through the API on a small world whose shares can be counted by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.ids import AccountId, ProfileId
from domain.viewers.profiles import Principal, Role
from resolvers.request.context import Context
from tests.domain.made import NOW
from tests.resolvers.conftest import Face, opened

pytestmark = pytest.mark.stores

EVERYBODY = ["profile_ade", "profile_kids", "profile_new", "profile_other"]
LINT = """
query Lint($layout: LayoutDocument!, $people: [ID!]! = []) {
  layoutLint(document: $layout, profileIds: $people) {
    code level layout path message fix patch share affected sampled profileIds
  }
}
"""
PREVIEW = """
query Look($layout: LayoutDocument!, $who: ID!, $at: DateTime, $market: String) {
  layoutPreview(document: $layout, profileId: $who, device: {formFactor: TV}, at: $at, market: $market) {
    __typename
    ... on LayoutPreview {
      used
      hiddenRows { id why }
      closedRows { id why }
      home {
        generatedAt
        layout { id version }
        rows { nodes { kind title cards(first: 50) { nodes { title { id } } } } }
      }
    }
    ... on LayoutInvalid { problems { path message } }
  }
}
"""


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


def designer(face: Face) -> Context:
    """An account without profiles."""
    return replace(face.context(), principal=Principal(AccountId("studio"), Role.DESIGNER, None))


def a_draft(**changes: Any) -> dict[str, Any]:
    draft = {
        "layout": "home",
        "order": ["picks", "corner", "mine"],
        "rows": {
            "picks": {"source": "top_picks", "max_cards": 6},
            "corner": {"source": "new_releases", "when": {"kids": True}},
            "mine": {"source": "my_list", "min_cards": 1},
        },
    }
    return draft | changes


async def lint(face: Face, layout: object, people: list[str] | None = None) -> dict[str, dict[str, Any]]:
    data = await face.data(LINT, designer(face), layout=layout, people=people or [])
    return {f"{finding['code']} {finding['path']}": finding for finding in data["layoutLint"]}


async def look(face: Face, layout: object, who: str = "profile_ade", **more: Any) -> dict[str, Any]:
    data = await face.data(PREVIEW, designer(face), layout=layout, who=who, **more)
    shown: dict[str, Any] = data["layoutPreview"]
    return shown


async def test_a_good_draft_has_no_finding(face: Face) -> None:
    assert await lint(face, a_draft()) == {}


async def test_an_unusable_draft_gets_its_errors_and_no_other_findings(face: Face) -> None:
    found = await lint(face, a_draft(order=["picks", "corner"]), EVERYBODY)
    assert list(found) == ["L100 rows.mine"]
    assert found["L100 rows.mine"]["level"] == "ERROR"
    assert found["L100 rows.mine"]["message"] == "is missing from `order`, so it would never show."


async def test_shares_are_counted_on_the_pages_of_the_profiles_that_are_named(face: Face) -> None:
    rows = a_draft()["rows"] | {"liked": {"source": "because_you_liked"}}
    draft = a_draft(rows=rows, order=["picks", "corner", "liked", "mine"])
    found = await lint(face, draft, EVERYBODY)
    empty = found["L101 rows.liked"]
    assert (empty["share"], empty["affected"], empty["sampled"]) == (0.75, 3, 4)
    assert empty["message"] == (
        "Row *liked* is empty for 75% of TV profiles (3 of 4 sampled): nothing was liked yet."
    )
    assert sorted(empty["profileIds"]) == ["profile_kids", "profile_new", "profile_other"]


async def test_a_variant_that_moves_a_row_is_another_page_and_one_that_does_nothing_is_not(
    face: Face,
) -> None:
    variants = {
        "order": {"weights": {"A": 50, "B": 50}, "B": [{"move": {"corner": {"to": 1}}}]},
        "nothing": {"weights": {"A": 50, "B": 50}, "B": [{"set": {"picks": {"max_cards": 6}}}]},
    }
    rows = a_draft()["rows"] | {"corner": {"source": "new_releases", "max_cards": 2, "min_cards": 1}}
    # The pages of the two variants hold the same titles: the rows share none.
    rows["picks"] = {"source": "top_picks", "max_cards": 6, "filter": "not (genre = 'Comedy')"}
    found = await lint(face, a_draft(rows=rows, variants=variants), ["profile_ade", "profile_new"])
    assert [name for name in found if name.startswith("L112")] == ["L112 variants.nothing"]
    assert (
        found["L112 variants.nothing"]["message"]
        == "Variant B of nothing shows the base's page to 100% of the profiles."
    )


async def test_a_row_for_children_is_counted_on_their_pages_alone(face: Face) -> None:
    """One profile of four is a child's. Six of the world's eight titles for children go to whichever row is first."""
    first = await lint(face, a_draft(order=["corner", "picks", "mine"]), EVERYBODY)
    assert "L101 rows.corner" not in first
    second = await lint(face, a_draft(), EVERYBODY)
    assert second["L101 rows.corner"]["message"] == (
        "Row *corner* is empty for 100% of TV profiles (1 of 1 sampled whose layout has it): too few titles were "
        "left for it."
    )
    assert second["L101 rows.corner"]["profileIds"] == ["profile_kids"]


async def test_a_pin_that_no_viewer_will_see_comes_with_the_change_that_removes_it(face: Face) -> None:
    pins = [
        {"title_id": "mv05", "slot": 1, "until": "2027-01-02"},
        {"title_id": "nowhere", "slot": 2, "until": "2027-01-02"},
        {"title_id": "us01", "slot": 3, "until": "2027-01-02"},
    ]
    rows = a_draft()["rows"] | {"picks": {"source": "top_picks", "pins": pins}}
    found = (await lint(face, a_draft(rows=rows), ["profile_ade"]))["L111 rows.picks"]
    assert found["message"] == (
        "2 of 3 pinned titles cannot be shown: nowhere is not in the catalogue; us01 has no licence where these "
        "viewers are."
    )
    assert found["patch"] == {"set": {"picks": {"pins": pins[:1]}}}
    both = (await lint(face, a_draft(rows=rows), EVERYBODY))["L111 rows.picks"]
    assert both["message"] == "1 of 3 pinned titles cannot be shown: nowhere is not in the catalogue."


async def test_pins_that_conflict_or_have_ended_are_reported(face: Face) -> None:
    pins = [
        {"title_id": "mv05", "slot": 1, "until": "2026-11-01"},
        {"title_id": "mv04", "slot": 2, "until": "2027-01-02"},
        {"title_id": "mv04", "slot": 3, "until": "2027-01-02"},
    ]
    rows = a_draft()["rows"] | {"picks": {"source": "top_picks", "pins": pins}}
    found = await lint(face, a_draft(rows=rows))
    assert {name: (one["level"], one["message"], one["fix"]) for name, one in found.items()} == {
        "L117 rows.picks.pins[3]": (
            "WARN",
            "mv04 is pinned twice at once, to slots 2 and 3: the lower slot counts.",
            "Remove one, or let it end before the other begins.",
        ),
        "L117 rows.picks.pins[1]": ("INFO", "The pin of mv05 has ended.", "Remove it."),
    }


async def test_old_data_is_reported(face: Face) -> None:
    context = replace(designer(face), now=NOW + timedelta(hours=50))
    data = await face.data(LINT, context, layout=a_draft(), people=["profile_ade"])
    found = {one["code"]: one["message"] for one in data["layoutLint"]}
    assert found["L109"] == "Data of picks, similar titles and trends is 51 h old; the limit is 36 h."


async def test_a_preview_is_the_page_of_the_draft_with_what_it_lacks_and_why(face: Face) -> None:
    shown = await look(face, a_draft())
    assert shown["home"]["layout"] == {"id": "home", "version": 4}
    assert [row["kind"] for row in shown["home"]["rows"]["nodes"]][:2] == ["TOP_PICKS", "MY_LIST"]
    assert (shown["used"], shown["closedRows"]) == (True, [])
    assert shown["hiddenRows"] == [{"id": "corner", "why": "the profile is not a child's"}]
    kids = await look(face, a_draft(), "profile_kids")
    assert (kids["hiddenRows"], kids["closedRows"]) == ([], [{"id": "mine", "why": "nothing is on My List"}])


async def test_a_preview_of_another_time_and_market_shows_what_is_licensed_then_and_there(face: Face) -> None:
    draft = a_draft(order=["new"], rows={"new": {"source": "new_releases", "max_cards": 40}})

    def titles(shown: dict[str, Any]) -> set[str]:
        return {
            card["title"]["id"] for row in shown["home"]["rows"]["nodes"] for card in row["cards"]["nodes"]
        }

    here = titles(await look(face, draft, "profile_new"))
    there = titles(await look(face, draft, "profile_new", market="US"))
    later = await look(face, draft, "profile_new", at=(NOW + timedelta(days=4)).isoformat())
    assert {"title_us01", "title_us02"} <= there - here
    assert later["home"]["generatedAt"] == "2026-11-26T20:00:00+00:00"
    assert "title_mv02" in here - titles(later)  # its licence ends in three days


async def test_a_draft_for_others_says_that_another_layout_was_used(face: Face) -> None:
    shown = await look(face, a_draft(layout="winter", targets={"devices": ["web"]}))
    assert (shown["used"], shown["home"]["layout"]) == (False, {"id": "home", "version": 3})


async def test_lint_and_preview_store_record_and_publish_nothing(face: Face) -> None:
    query = PREVIEW.replace("generatedAt", "snapshotId")
    data = await face.data(query, designer(face), layout=a_draft(), who="profile_ade")
    snapshot = data["layoutPreview"]["home"]["snapshotId"]
    await lint(face, a_draft(), EVERYBODY)
    await face.process.background.settle()
    assert await face.stores.snapshots.snapshots([snapshot]) == {}
    assert face.process.last_known.rows(ProfileId("ade")) == ()
    live = await face.data('{ layout(layout: "home") { version } }', designer(face))
    assert live["layout"] == {"version": 3}


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"layout": 7}, "document: a layout is an object, such as {layout: ..., order: [], rows: {}}."),
        ({"market": "Germany"}, "market: 'Germany' is not a region of ISO 3166. Did you mean DE?"),
        ({"at": "2031-01-01T00:00:00Z"}, "at: two years from now at most."),
    ],
)
async def test_what_cannot_be_looked_at_says_why(face: Face, variables: dict[str, Any], message: str) -> None:
    answer = await face.ask(
        PREVIEW, designer(face), **({"layout": a_draft(), "who": "profile_ade"} | variables)
    )
    assert [error.message for error in answer.errors or []] == [message]


async def test_a_draft_with_a_problem_has_no_preview(face: Face) -> None:
    shown = await look(face, a_draft(order=["picks", "corner"]))
    assert shown == {
        "__typename": "LayoutInvalid",
        "problems": [{"path": "rows.mine", "message": "is missing from `order`, so it would never show."}],
    }


async def test_more_profiles_than_one_request_may_compose_are_refused(face: Face) -> None:
    answer = await face.ask(
        LINT, designer(face), layout=a_draft(), people=[f"profile_p{n}" for n in range(101)]
    )
    assert [error.message for error in answer.errors or []] == ["profileIds: 100 at most, not 101."]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
async def test_drafts_are_tried_by_designers_and_staff(face: Face, role: Role) -> None:
    context = replace(face.context(), principal=Principal(AccountId("home"), role, None))
    for query, variables in ((LINT, {}), (PREVIEW, {"who": "profile_ade"})):
        answer = await face.ask(query, context, layout=a_draft(), **variables)
        assert [getattr(error.original_error, "code", "") for error in answer.errors or []] == ["FORBIDDEN"]
