"""Drafts through the API: revisions, conflicts with who, when and what, merges, and a person's name on everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.ids import AccountId
from domain.viewers.profiles import Principal, Role
from resolvers.request.context import Context
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.staff.test_layouts import PUBLISH, changed

pytestmark = pytest.mark.stores

SAVE = """
mutation Save($id: ID, $layout: LayoutDocument!, $expected: Int) {
  layoutDraftSave(input: {id: $id, document: $layout, base: 3, expectedRevision: $expected}) {
    __typename
    ... on LayoutDraftSaved { draft { id revision savedBy } }
    ... on LayoutDraftOvertaken { message expected stored { revision savedBy document } }
  }
}
"""
DISCARD = """
mutation Gone($id: ID!, $seen: Int) {
  layoutDraftDiscard(id: $id, expectedRevision: $seen) {
    ... on LayoutDraftDiscarded { existed }
    ... on LayoutDraftOvertaken { stored { savedBy } }
  }
}
"""
MERGE = """
query Merge($base: LayoutDocument!, $mine: LayoutDocument!, $theirs: LayoutDocument!) {
  layoutMerge(base: $base, mine: $mine, theirs: $theirs) {
    document conflicts { path base mine theirs } problems { path message }
  }
}
"""
LATE = PUBLISH.replace(
    "live { version publishedBy }", "live { version publishedBy } merge { document conflicts { path } }"
)


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        database = stores.mongo.database
        for name in ("layouts", "layout_history", "layout_drafts"):
            await database.collection(name).delete_many({})
        await database.collection("layouts").insert_one(world.layout_to_record(world.LAYOUT))
        yield Face(stores.ports)


def named(face: Face, name: str) -> Context:
    """One account of all designers, with a person's name in the token."""
    return replace(face.context(), principal=Principal(AccountId("demo"), Role.DESIGNER, None, name))


async def save(
    face: Face, who: str, document: object, expected: int | None = None, draft: str | None = "spring"
) -> Any:
    data = await face.data(SAVE, named(face, who), id=draft, layout=document, expected=expected)
    return data["layoutDraftSave"]


async def test_a_second_save_of_a_revision_is_told_who_saved_it_when_and_what(face: Face) -> None:
    first = await save(face, "Mina Example", changed(personal_order=True), 0)
    assert first["draft"] == {"id": "spring", "revision": 1, "savedBy": "Mina Example"}
    second = await save(face, "Jo Example", changed(budget_ms=900), 0)
    assert (second["__typename"], second["expected"]) == ("LayoutDraftOvertaken", 0)
    assert second["message"] == (
        "Mina Example saved draft 'spring' on 22 Nov 2026 20:00 UTC, as revision 1; yours is based on revision 0. "
        "Theirs, compared with yours: Personal_order is true, was the default. Budget_ms is the default, was 900. "
        "Merge the two, or save yours as a new draft."
    )
    assert second["stored"] == {
        "revision": 1,
        "savedBy": "Mina Example",
        "document": changed(personal_order=True),
    }
    assert (await save(face, "Jo Example", changed(budget_ms=900), 1))["draft"]["revision"] == 2


async def test_without_a_revision_only_ones_own_save_is_replaced(face: Face) -> None:
    """Clients that were built before revisions."""
    for number in (1, 2):
        assert (await save(face, "Mina", changed(budget_ms=800 + number)))["draft"]["revision"] == number
    assert (await save(face, "Jo", changed(budget_ms=900)))["__typename"] == "LayoutDraftOvertaken"
    [draft] = (await face.data("{ layoutDrafts { savedBy document } }", named(face, "Jo")))["layoutDrafts"]
    assert (draft["savedBy"], draft["document"]["budget_ms"]) == ("Mina", 802)
    assert (await save(face, "Jo", changed(), draft=None))["__typename"] == "LayoutDraftSaved"


async def test_of_ten_saves_at_once_one_is_kept_and_nine_are_conflicts(face: Face) -> None:
    answers = await asyncio.gather(
        *(save(face, f"d{number}", changed(budget_ms=500 + number), 0) for number in range(10))
    )
    kinds = [answer["__typename"] for answer in answers]
    assert (kinds.count("LayoutDraftSaved"), kinds.count("LayoutDraftOvertaken")) == (1, 9)


async def test_unfinished_drafts_conflict_without_sentences(face: Face) -> None:
    await save(face, "Mina", {"layout": "home"}, 0)
    answer = await save(face, "Jo", {"rows": 7}, 0)
    assert "yours is based on revision 0. Merge the two, or save yours as a new draft." in answer["message"]


async def test_a_draft_that_was_changed_is_not_discarded_unseen(face: Face) -> None:
    await save(face, "Mina", changed(), 0)
    await save(face, "Mina", changed(budget_ms=900), 1)
    late = await face.data(DISCARD, named(face, "Jo"), id="spring", seen=1)
    assert late["layoutDraftDiscard"] == {"stored": {"savedBy": "Mina"}}
    gone = await face.data(DISCARD, named(face, "Jo"), id="spring", seen=2)
    assert gone["layoutDraftDiscard"] == {"existed": True}


async def test_a_late_publication_comes_with_both_changes_merged(face: Face) -> None:
    await face.data(
        LATE, named(face, "Mina Example"), layout=changed(personal_order=True), expected=3, reason="a"
    )
    data = await face.data(LATE, named(face, "Jo"), layout=changed(budget_ms=900), expected=3, reason="b")
    answer = data["layoutPublish"]
    assert answer["live"] == {"version": 4, "publishedBy": "Mina Example"}
    assert answer["merge"] == {"document": changed(budget_ms=900, personal_order=True), "conflicts": []}
    again = await face.data(
        LATE, named(face, "Jo"), layout=answer["merge"]["document"], expected=4, reason="both"
    )
    assert again["layoutPublish"]["edition"]["publishedBy"] == "Jo"


async def test_a_merge_shows_both_values_of_what_both_changed(face: Face) -> None:
    data = await face.data(
        MERGE, named(face, "Jo"), base=changed(), mine=changed(budget_ms=900), theirs=changed(budget_ms=700)
    )
    assert data["layoutMerge"]["conflicts"] == [
        {"path": "budget_ms", "base": None, "mine": "900", "theirs": "700"}
    ]
    assert (data["layoutMerge"]["document"], data["layoutMerge"]["problems"]) == (changed(budget_ms=900), [])
    refused = await face.ask(MERGE, named(face, "Jo"), base=7, mine={}, theirs={})
    assert "a layout is an object" in str(refused.errors)


NOTES = """
mutation Note($layout: LayoutDocument!) {
  layoutDraftSave(input: {document: $layout, base: 3}) {
    ... on LayoutDraftSaved { problems { path } findings { code level layout path } }
  }
  layoutPublish(input: {document: $layout, expectedVersion: 3, reason: "x"}) {
    __typename ... on LayoutPublished { findings { code layout } }
  }
}
"""


async def test_saving_and_publishing_tell_the_lint_notes_and_are_not_stopped_by_them(face: Face) -> None:
    """A long title is a warning, an unknown pin an error of lint, which publishes all the same."""
    pin = {"title_id": "nowhere", "slot": 1, "until": "2030-01-02"}
    document = changed()
    document["rows"]["picks"] |= {
        "title": {"en": "A title that no television shows to its end"},
        "pins": [pin],
    }
    data = await face.data(NOTES, named(face, "Mina"), layout=document)
    codes = [(one["code"], one["layout"]) for one in data["layoutPublish"]["findings"]]
    assert data["layoutPublish"]["__typename"] == "LayoutPublished"
    assert {("L118", "home"), ("L106", "home")} <= {*codes}
    assert [(one["code"], one["layout"]) for one in data["layoutDraftSave"]["findings"]] == codes


async def test_the_notes_of_an_unfinished_draft_are_its_problems(face: Face) -> None:
    broken = changed(order=["picks", "nowhere"])
    data = await face.data(NOTES, named(face, "Mina"), layout=broken)
    saved = data["layoutDraftSave"]
    assert [one["code"] for one in saved["findings"]] == ["L100"] * len(saved["problems"])
    assert (len(saved["problems"]) > 0, data["layoutPublish"]["__typename"]) == (True, "LayoutInvalid")
