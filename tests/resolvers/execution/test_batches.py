"""Fields fetched for all objects of a list at once, and what happens when the fetch fails."""

from __future__ import annotations

import pytest

from tests.resolvers.execution.small_schema import SCHEMA, Book, Context, Film, Query, prepare


async def test_a_list_is_fetched_for_by_one_call() -> None:
    context = Context()
    root = Query(books=[Book(name=name) for name in "abc"])
    data = await prepare("{ books { note(size: 2) } }").data(root, context)
    assert data == {"books": [{"note": f"note 2 of {name}"} for name in "abc"]}
    assert context.asked == {"fetch notes": 1, "fetched": 3}


@pytest.mark.parametrize("field", ["items", "mixed"])
async def test_items_of_several_types_are_fetched_for_by_one_call_for_each_type(field: str) -> None:
    context = Context()
    things = [Book(name="a"), Film(name="b"), Book(name="c")]
    text = f"{{ {field} {{ __typename ... on Item {{ note }} ... on Film {{ minutes }} }} }}"
    data = await prepare(text).data(Query(**{field: things}), context)
    assert data == {
        field: [
            {"__typename": "Book", "note": "note 1 of a"},
            {"__typename": "Film", "note": "note 1 of b", "minutes": 1},
            {"__typename": "Book", "note": "note 1 of c"},
        ]
    }
    assert context.asked == {"fetch notes": 2, "fetched": 3}


async def test_nothing_is_fetched_for_what_is_missing() -> None:
    context = Context()
    data = await prepare("{ items { note } }").data(Query(items=[None, Book(name="a"), None]), context)
    assert data == {"items": [None, {"note": "note 1 of a"}, None]}
    assert context.asked == {"fetch notes": 1, "fetched": 1}


@pytest.mark.parametrize("fails", ["raises", "counts"])
async def test_when_fetching_fails_each_object_is_asked(fails: str) -> None:
    context = Context(fails=fails)
    data = await prepare("{ books { note } }").data(Query(books=[Book(name="a"), Book(name="b")]), context)
    assert data == {"books": [{"note": "note 1 of a"}, {"note": "note 1 of b"}]}
    assert context.asked["note"] == 2


async def test_an_exception_among_the_values_is_the_error_of_its_object_alone() -> None:
    root, text = Query(books=[Book(name="a"), Book(name="odd")]), "{ books { name note } }"
    ours = await prepare(text).run(root)
    assert ours.data == {"books": [{"name": "a", "note": "note 1 of a"}, {"name": "odd", "note": None}]}
    assert [(e.message, e.path) for e in ours.errors or ()] == [("no note", ["books", 1, "note"])]
    plain = await SCHEMA.execute(text, root_value=root, context_value=Context())
    assert [(e.message, e.path, e.locations) for e in plain.errors or ()] == [
        (e.message, e.path, e.locations) for e in ours.errors or ()
    ]
