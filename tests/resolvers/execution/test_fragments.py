"""Rendered bytes stay with their object, are never another viewer's, and never become many."""

from __future__ import annotations

import orjson

from resolvers.execution import Engine
from resolvers.execution.fragments import MOST_BYTES, MOST_FACTS, MOST_PIECES, MOST_SELECTIONS, Fragments
from tests.resolvers.execution.small_schema import SCHEMA, Book, Context, Query, Twin, kept


def pieces(book: Book) -> list[int]:
    """How many are kept, for each of the facts."""
    return [len(each) for each in book.memo.values()]  # type: ignore[arg-type]


async def test_a_field_of_a_snapshot_is_rendered_once() -> None:
    operation, root, context = kept("{ books { label } }"), Query(books=[Book(name="a")]), Context()
    for _ in range(3):
        assert await operation.data(root, context) == {"books": [{"label": "a in DE"}]}
    assert context.asked["label"] == 1


async def test_another_object_is_rendered_anew() -> None:
    operation = kept("{ books { label } }")
    assert await operation.data(Query(books=[Book(name="a")])) == {"books": [{"label": "a in DE"}]}
    assert await operation.data(Query(books=[Book(name="b")])) == {"books": [{"label": "b in DE"}]}


async def test_other_facts_are_rendered_anew() -> None:
    operation, root = kept("{ books { label } }"), Query(books=[Book(name="a")])
    for region in ("DE", "US", "DE"):
        assert await operation.data(root, Context(region)) == {"books": [{"label": f"a in {region}"}]}


async def test_what_is_the_same_for_everybody_is_rendered_once_whatever_the_facts() -> None:
    operation, root = kept("{ books { label spine } }"), Query(books=[Book(name="a")])
    contexts = [Context(region) for region in ("DE", "US", "JP")]
    for context in contexts:
        data = await operation.data(root, context)
        assert data == {"books": [{"label": f"a in {context.region}", "spine": "A"}]}
    assert [context.asked["spine"] for context in contexts] == [1, 0, 0]
    assert [context.asked["label"] for context in contexts] == [1, 1, 1]


async def test_it_is_for_everybody_only_if_all_that_is_asked_below_is() -> None:
    book, contexts = Book(name="a"), [Context(region) for region in ("DE", "US", "DE")]
    shared, told, own = (
        kept(f"{{ books {{ itself {{ spine {below} }} }} }}") for below in ("", "label", "shout")
    )
    for context in contexts:
        for operation, more in (
            (shared, {}),
            (told, {"label": f"a in {context.region}"}),
            (own, {"shout": "A"}),
        ):
            data = await operation.data(Query(books=[book]), context)
            assert data == {"books": [{"itself": {"spine": "A"} | more}]}
    # Everybody's once, each region's once, and every time where something is a viewer's own.
    assert [context.asked["itself"] for context in contexts] == [3, 2, 1]


async def test_operations_share_what_was_rendered() -> None:
    engine, root, context = Engine(SCHEMA), Query(books=[Book(name="a")]), Context()
    await kept("{ books { label pages } }", engine).data(root, context)
    await kept("query Other { books { label name } }", engine).data(root, context)
    assert context.asked["label"] == 1


async def test_schemas_of_one_process_keep_to_their_own_pieces() -> None:
    root, first, second = Query(books=[Book(name="a")]), Engine(SCHEMA), Engine(SCHEMA)
    assert await kept("{ books { label } }", first).data(root) == {"books": [{"label": "a in DE"}]}
    assert await kept("{ books { scaled } }", second).data(root) == {"books": [{"scaled": "1.0 None"}]}


async def test_two_types_may_keep_their_bytes_in_one_place() -> None:
    book = Book(name="a")
    data = await kept("{ books { label } twins { label } }").data(
        Query(books=[book], twins=[Twin(book=book)])
    )
    assert data == {"books": [{"label": "a in DE"}], "twins": [{"label": "a twin"}]}


async def test_arguments_that_are_equal_and_not_the_same_are_rendered_apart() -> None:
    operation = kept("query($by: Float!, $at: DateTime!) { books { scaled(by: $by, at: $at) } }")
    root = Query(books=[Book(name="a")])
    noon, same_instant = "2026-01-01T12:00:00+00:00", "2026-01-01T13:00:00+01:00"
    for by, at in ((0.0, noon), (-0.0, noon), (0.0, same_instant)):
        data = await operation.data(root, by=by, at=at)
        assert data == {"books": [{"scaled": f"{by!r} {at.replace('T', ' ')}"}]}


async def test_a_run_of_fields_hides_behind_its_first_and_keeps_its_place() -> None:
    operation = kept("{ books { pages one: label two: label name three: label } }")
    for _ in range(2):
        result = await operation.run(Query(books=[Book(name="a")]))
        text = orjson.dumps(result.data)
        assert text == (
            b'{"books":[{"pages":1,"one":"a in DE","two":"a in DE","name":"a","three":"a in DE"}]}'
        )
        assert list(result.data["books"][0]) == ["pages", "one", "name", "three"]


async def test_data_for_everybody_else_holds_no_bytes() -> None:
    operation, root = kept("{ books { label } }"), Query(books=[Book(name="a")])
    await operation.run(root)
    assert (await operation.run(root, for_wire=False)).data == {"books": [{"label": "a in DE"}]}


async def test_hostile_arguments_cannot_fill_memory() -> None:
    operation, book = kept("query($by: Float!) { books { scaled(by: $by) } }"), Book(name="a")
    for number in range(3 * MOST_PIECES):
        data = await operation.data(Query(books=[book]), by=number + 0.5)
        assert data == {"books": [{"scaled": f"{number + 0.5} None"}]}
        assert max(pieces(book)) <= MOST_PIECES


async def test_facts_without_end_cannot_fill_memory() -> None:
    operation, book = kept("{ books { label } }"), Book(name="a")
    for number in range(3 * MOST_FACTS):
        data = await operation.data(Query(books=[book]), Context(f"R{number}"))
        assert data == {"books": [{"label": f"a in R{number}"}]}
        assert len(book.memo) <= MOST_FACTS


async def test_selections_without_end_cannot_fill_memory() -> None:
    engine, book = Engine(SCHEMA), Book(name="a")
    for number in range(MOST_SELECTIONS + 20):
        data = await kept(f"{{ books {{ made{number}: label }} }}", engine).data(Query(books=[book]))
        assert data == {"books": [{f"made{number}": "a in DE"}]}
    assert len(engine._fragments) == MOST_SELECTIONS
    assert max(pieces(book)) <= MOST_PIECES


async def test_whatever_was_asked_before_a_new_operation_is_rendered_once() -> None:
    engine, root, context = Engine(SCHEMA), Query(books=[Book(name="a")]), Context()
    for number in range(MOST_SELECTIONS + 20):
        await kept(f"{{ books {{ made{number}: label }} }}", engine).data(root)
    operation = kept("{ books { label } }", engine)
    for _ in range(3):
        assert await operation.data(root, context) == {"books": [{"label": "a in DE"}]}
    assert context.asked["label"] == 1


async def test_pieces_are_bounded_in_bytes_and_what_is_too_long_is_not_kept() -> None:
    book, context = Book(name="x" * (MOST_BYTES // 3)), Context()
    root = Query(books=[book])
    for number in range(6):
        name = f"made{number}"
        data = await kept(f"{{ books {{ {name}: label }} }}").data(root, context)
        assert data == {"books": [{name: f"{book.name} in DE"}]}
        assert pieces(book)[0] == number % 2 + 1
    long = " ".join(f"made{number}: label" for number in range(4))
    for _ in range(2):
        assert len((await kept(f"{{ books {{ {long} }} }}").data(root, context))["books"][0]) == 4
    assert context.asked["label"] == 6 + 8
    assert pieces(book)[0] == 2


def test_a_run_keeps_its_number_while_it_is_asked_for_and_never_gets_anothers() -> None:
    fragments = Fragments(most=2)
    a, b, again, c, b_anew = (fragments.number(text) for text in ("a", "b", "a", "c", "b"))
    assert again == a
    assert len({a, b, c, b_anew}) == 4
    assert len(fragments) == 2
