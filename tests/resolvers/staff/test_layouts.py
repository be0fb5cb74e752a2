"""Layouts through the API: designers only, published by version, served by the next page."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.ids import AccountId
from domain.layouts.documents import layout_to_document
from domain.viewers.profiles import Principal, Role
from resolvers.request.context import Context
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened

pytestmark = pytest.mark.stores

VERSION_FIELDS = "layout version document publishedAt publishedBy reason"
PUBLISH = f"""
mutation Publish($layout: LayoutDocument!, $expected: Int!, $reason: String!) {{
  layoutPublish(input: {{document: $layout, expectedVersion: $expected, reason: $reason}}) {{
    __typename
    ... on LayoutPublished {{ edition {{ {VERSION_FIELDS} }} }}
    ... on LayoutOvertaken {{ message expected live {{ version publishedBy }} }}
    ... on LayoutInvalid {{ problems {{ path message }} }}
    ... on TryLater {{ message }}
  }}
}}
"""
ROLLBACK = """
mutation Back($version: Int!, $reason: String!, $expected: Int) {
  layoutRollback(input: {layout: "home", version: $version, reason: $reason, expectedVersion: $expected}) {
    __typename
    ... on LayoutPublished { edition { version reason document } }
    ... on LayoutOvertaken { message }
    ... on LayoutVersionNotFound { message }
  }
}
"""
SAVE = """
mutation Save($id: ID, $layout: LayoutDocument!) {
  layoutDraftSave(input: {id: $id, document: $layout, base: 3}) {
    ... on LayoutDraftSaved { draft { id layout document base savedBy } problems { path message } }
  }
}
"""
HOME = """
{ home(profileId: "profile_ade", device: {formFactor: TV}) { layout { id version } rows { nodes { kind } } } }
"""
SHIPPED = layout_to_document(world.LAYOUT)


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    """The world with its original layout."""
    async with opened(filled) as stores:
        staff_face = Face(stores.ports)
        database = stores.mongo.database
        for name in ("layouts", "layout_history", "layout_drafts"):
            await database.collection(name).delete_many({})
        await database.collection("layouts").insert_one(world.layout_to_record(world.LAYOUT))
        yield staff_face


def designer(face: Face, account: str = "mina") -> Context:
    return replace(face.context(), principal=Principal(AccountId(account), Role.DESIGNER, None))


async def publish(
    face: Face, document: object, expected: int = 3, reason: str = "Trending up"
) -> dict[str, Any]:
    data = await face.data(PUBLISH, designer(face), layout=document, expected=expected, reason=reason)
    answer: dict[str, Any] = data["layoutPublish"]
    return answer


def changed(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(SHIPPED) | changes


async def test_what_is_published_is_on_the_next_page_and_in_the_history(face: Face) -> None:
    order = ["picks", *(name for name in SHIPPED["order"] if name != "picks")]
    answer = await publish(face, changed(order=order))
    assert answer["__typename"] == "LayoutPublished"
    edition = answer["edition"]
    assert (edition["version"], edition["publishedBy"], edition["reason"]) == (4, "mina", "Trending up")
    assert edition["document"] == changed(order=order)
    page = (await face.data(HOME))["home"]
    assert page["layout"] == {"id": "home", "version": 4}
    assert page["rows"]["nodes"][0] == {"kind": "TOP_PICKS"}
    history = await face.data('{ layoutHistory(layout: "home") { version reason } }', designer(face))
    assert history["layoutHistory"] == [{"version": 4, "reason": "Trending up"}, {"version": 3, "reason": ""}]


async def test_a_designer_tells_several_layouts_apart(face: Face) -> None:
    await publish(face, changed(layout="winter", schedule={"from": "2030-12-01"}), expected=0)
    listed = await face.data("{ layouts { layout version } }", designer(face))
    assert listed["layouts"] == [{"layout": "home", "version": 3}, {"layout": "winter", "version": 1}]
    one = await face.data('{ a: layout(layout: "winter") { document } b: layout(layout: "no") { version } }',
                          designer(face))  # fmt: skip
    assert one == {"a": {"document": changed(layout="winter", schedule={"from": "2030-12-01"})}, "b": None}


async def test_who_is_late_hears_who_was_faster_and_changes_nothing(face: Face) -> None:
    await publish(face, changed(personal_order=True))
    answer = await publish(face, changed(), reason="mine")
    assert answer == {
        "__typename": "LayoutOvertaken",
        "message": "mina published version 4 of 'home' on 22 Nov 2026 20:00 UTC (Trending up); "
        "yours is based on version 3. Merge the changes, then publish again.",
        "expected": 3,
        "live": {"version": 4, "publishedBy": "mina"},
    }
    live = await face.data('{ layout(layout: "home") { version document } }', designer(face))
    assert live["layout"] == {"version": 4, "document": changed(personal_order=True)}


async def test_a_bad_layout_is_refused_with_all_its_problems(face: Face) -> None:
    bad = changed(personal_oder=True)
    bad["rows"]["picks"]["style"] = "heroo"
    answer = await publish(face, bad)
    assert answer == {
        "__typename": "LayoutInvalid",
        "problems": [
            {
                "path": "rows.picks.style",
                "message": "'heroo' is not known; use shelf, landscape, numbered or hero. Did you mean 'hero'?",
            },
            {
                "path": "personal_oder",
                "message": "'personal_oder' is not known here. Did you mean 'personal_order'?",
            },
        ],
    }
    assert (await publish(face, 7))["problems"] == [
        {
            "path": "",
            "message": "must be written like {layout: home, order: [picks], "
            "rows: {picks: {source: top_picks}}}, not 7.",
        }
    ]
    live = await face.data('{ layout(layout: "home") { version } }', designer(face))
    assert live["layout"] == {"version": 3}


async def test_going_back_publishes_the_old_version_as_a_new_one(face: Face) -> None:
    await publish(face, changed(personal_order=True))
    data = await face.data(ROLLBACK, designer(face), version=3, reason="Too wild")
    assert data["layoutRollback"] == {
        "__typename": "LayoutPublished",
        "edition": {"version": 5, "reason": "Back to version 3: Too wild", "document": SHIPPED},
    }
    history = await face.data('{ layoutHistory(layout: "home", first: 2) { version } }', designer(face))
    assert history["layoutHistory"] == [{"version": 5}, {"version": 4}]


@pytest.mark.parametrize(
    ("number", "expected", "typename", "message"),
    [
        (9, None, "LayoutVersionNotFound", "'home' never had a version 9; there is 3."),
        (3, 2, "LayoutOvertaken", "An import published version 3 of 'home' on 21 Nov 2026 20:00 UTC; "
         "yours is based on version 2. Merge the changes, then publish again."),
    ],
)  # fmt: skip
async def test_a_rollback_to_an_unknown_version_or_past_another_edit_changes_nothing(
    face: Face, number: int, expected: int | None, typename: str, message: str
) -> None:
    data = await face.data(ROLLBACK, designer(face), version=number, reason="why", expected=expected)
    assert data["layoutRollback"] == {"__typename": typename, "message": message}


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
async def test_a_reason_is_required(face: Face, reason: str) -> None:
    for document, variables in (
        (PUBLISH, {"layout": changed(), "expected": 3}),
        (ROLLBACK, {"version": 3}),
    ):
        answer = await face.ask(document, designer(face), reason=reason, **variables)
        assert answer.errors is not None
        assert answer.errors[0].message == "reason: needs 1 to 500 characters; history keeps it."
    live = await face.data('{ layout(layout: "home") { version } }', designer(face))
    assert live["layout"] == {"version": 3}


async def test_a_draft_is_saved_unfinished_with_what_is_missing(face: Face) -> None:
    unfinished = {"layout": "summer", "order": ["a"], "$where": "1", "rows": {}}
    saved = (await face.data(SAVE, designer(face), layout=unfinished))["layoutDraftSave"]
    assert saved["draft"]["document"] == unfinished
    assert (saved["draft"]["layout"], saved["draft"]["base"], saved["draft"]["savedBy"]) == (
        "summer",
        3,
        "mina",
    )
    assert [problem["path"] for problem in saved["problems"]] == ["$where", "rows"]
    draft_id = saved["draft"]["id"]
    again = await face.data(SAVE, designer(face), id=draft_id, layout=changed())
    assert again["layoutDraftSave"]["problems"] == []
    listed = await face.data("{ layoutDrafts { id layout savedBy } }", designer(face))
    assert listed["layoutDrafts"] == [{"id": draft_id, "layout": "home", "savedBy": "mina"}]
    discard = (
        f'mutation {{ layoutDraftDiscard(id: "{draft_id}") {{ ... on LayoutDraftDiscarded {{ existed }} }} }}'
    )
    gone = [await face.data(discard, designer(face)) for _ in range(2)]
    assert [one["layoutDraftDiscard"]["existed"] for one in gone] == [True, False]


@pytest.mark.parametrize(("id", "document"), [(None, [1]), ("a b", {}), (None, "home")])
async def test_what_is_no_draft_is_refused(face: Face, id: str | None, document: object) -> None:
    answer = await face.ask(SAVE, designer(face), id=id, layout=document)
    assert answer.errors is not None
    assert (await face.data("{ layoutDrafts { id } }", designer(face)))["layoutDrafts"] == []


OPERATIONS = (
    ("{ layouts { version } }", {}),
    ('{ layout(layout: "home") { version } }', {}),
    ('{ layoutHistory(layout: "home") { version } }', {}),
    ("{ layoutDrafts { id } }", {}),
    (PUBLISH, {"layout": SHIPPED, "expected": 3, "reason": "why"}),
    (ROLLBACK, {"version": 3, "reason": "why"}),
    (SAVE, {"layout": SHIPPED}),
    ('mutation { layoutDraftDiscard(id: "d") { ... on LayoutDraftDiscarded { existed } } }', {}),
)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
@pytest.mark.parametrize(("document", "variables"), OPERATIONS)
async def test_layouts_are_for_designers_and_staff(
    face: Face, role: Role, document: str, variables: dict[str, Any]
) -> None:
    context = replace(face.context(), principal=Principal(AccountId("home"), role, None))
    answer = await face.ask(document, context, **variables)
    assert answer.errors is not None
    [error] = answer.errors
    assert error.original_error is not None
    assert getattr(error.original_error, "code", "") == "FORBIDDEN"
    live = await face.data('{ layout(layout: "home") { version } }', designer(face))
    assert live["layout"] == {"version": 3}


async def test_staff_may_do_what_designers_may(face: Face) -> None:
    context = replace(face.context(), principal=Principal(AccountId("office"), Role.STAFF, None))
    assert (await face.data("{ layouts { version } }", context))["layouts"] == [{"version": 3}]
