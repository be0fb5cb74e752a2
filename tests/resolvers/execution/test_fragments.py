"""Rendered bytes stay with their object, never reach another viewer, and are bounded."""

from __future__ import annotations

import orjson

from resolvers.execution import Engine
from resolvers.execution.fragments import MAX_BYTES, MAX_FRAGMENTS, MAX_KEYS, MAX_SELECTIONS, FragmentNumbers
from tests.resolvers.execution.small_schema import SCHEMA, Book, Context, Query, Twin, prepare


def fragment_counts(book: Book) -> list[int]:
    """Cached fragments per render key."""
    return [len(each) for each in book.memo.values()]  # type: ignore[arg-type]


async def test_a_field_of_a_snapshot_is_rendered_once() -> None:
    operation, root, context = prepare("{ books { label } }"), Query(books=[Book(name="a")]), Context()
    for _ in range(3):
        assert await operation.data(root, context) == {"books": [{"label": "a in DE"}]}
    assert context.asked["label"] == 1


async def test_another_object_is_rendered_again() -> None:
    operation = prepare("{ books { label } }")
    assert await operation.data(Query(books=[Book(name="a")])) == {"books": [{"label": "a in DE"}]}
    assert await operation.data(Query(books=[Book(name="b")])) == {"books": [{"label": "b in DE"}]}


async def test_another_render_key_is_rendered_again() -> None:
    operation, root = prepare("{ books { label } }"), Query(books=[Book(name="a")])
    for region in ("DE", "US", "DE"):
        assert await operation.data(root, Context(region)) == {"books": [{"label": f"a in {region}"}]}


async def test_what_is_shared_is_rendered_once_for_all_render_keys() -> None:
    operation, root = prepare("{ books { label spine } }"), Query(books=[Book(name="a")])
    contexts = [Context(region) for region in ("DE", "US", "JP")]
    for context in contexts:
        data = await operation.data(root, context)
        assert data == {"books": [{"label": f"a in {context.region}", "spine": "A"}]}
    assert [context.asked["spine"] for context in contexts] == [1, 0, 0]
    assert [context.asked["label"] for context in contexts] == [1, 1, 1]


async def test_a_field_is_shared_only_if_its_whole_subselection_is() -> None:
    book, contexts = Book(name="a"), [Context(region) for region in ("DE", "US", "DE")]
    shared, told, own = (
        prepare(f"{{ books {{ itself {{ spine {below} }} }} }}") for below in ("", "label", "shout")
    )
    for context in contexts:
        for operation, more in (
            (shared, {}),
            (told, {"label": f"a in {context.region}"}),
            (own, {"shout": "A"}),
        ):
            data = await operation.data(Query(books=[book]), context)
            assert data == {"books": [{"itself": {"spine": "A"} | more}]}
    # Shared: once. By region: once each. Not cacheable: every time.
    assert [context.asked["itself"] for context in contexts] == [3, 2, 1]


async def test_operations_share_what_was_rendered() -> None:
    engine, root, context = Engine(SCHEMA), Query(books=[Book(name="a")]), Context()
    await prepare("{ books { label pages } }", engine).data(root, context)
    await prepare("query Other { books { label name } }", engine).data(root, context)
    assert context.asked["label"] == 1


async def test_schemas_of_one_process_do_not_share_fragments() -> None:
    root, first, second = Query(books=[Book(name="a")]), Engine(SCHEMA), Engine(SCHEMA)
    assert await prepare("{ books { label } }", first).data(root) == {"books": [{"label": "a in DE"}]}
    assert await prepare("{ books { scaled } }", second).data(root) == {"books": [{"scaled": "1.0 None"}]}


async def test_two_types_may_cache_their_bytes_in_one_memo() -> None:
    book = Book(name="a")
    data = await prepare("{ books { label } twins { label } }").data(
        Query(books=[book], twins=[Twin(book=book)])
    )
    assert data == {"books": [{"label": "a in DE"}], "twins": [{"label": "a twin"}]}


async def test_arguments_that_are_equal_and_not_the_same_are_rendered_apart() -> None:
    operation = prepare("query($by: Float!, $at: DateTime!) { books { scaled(by: $by, at: $at) } }")
    root = Query(books=[Book(name="a")])
    noon, same_instant = "2026-01-01T12:00:00+00:00", "2026-01-01T13:00:00+01:00"
    for by, at in ((0.0, noon), (-0.0, noon), (0.0, same_instant)):
        data = await operation.data(root, by=by, at=at)
        assert data == {"books": [{"scaled": f"{by!r} {at.replace('T', ' ')}"}]}


async def test_a_field_group_stands_under_its_first_key_in_its_place() -> None:
    operation = prepare("{ books { pages one: label two: label name three: label } }")
    for _ in range(2):
        result = await operation.run(Query(books=[Book(name="a")]))
        text = orjson.dumps(result.data)
        assert text == (
            b'{"books":[{"pages":1,"one":"a in DE","two":"a in DE","name":"a","three":"a in DE"}]}'
        )
        assert list(result.data["books"][0]) == ["pages", "one", "name", "three"]


async def test_data_without_fragments_holds_no_bytes() -> None:
    operation, root = prepare("{ books { label } }"), Query(books=[Book(name="a")])
    await operation.run(root)
    assert (await operation.run(root, with_fragments=False)).data == {"books": [{"label": "a in DE"}]}


async def test_hostile_arguments_cannot_fill_memory() -> None:
    operation, book = prepare("query($by: Float!) { books { scaled(by: $by) } }"), Book(name="a")
    for number in range(3 * MAX_FRAGMENTS):
        data = await operation.data(Query(books=[book]), by=number + 0.5)
        assert data == {"books": [{"scaled": f"{number + 0.5} None"}]}
        assert max(fragment_counts(book)) <= MAX_FRAGMENTS


async def test_any_number_of_render_keys_cannot_fill_memory() -> None:
    operation, book = prepare("{ books { label } }"), Book(name="a")
    for number in range(3 * MAX_KEYS):
        data = await operation.data(Query(books=[book]), Context(f"R{number}"))
        assert data == {"books": [{"label": f"a in R{number}"}]}
        assert len(book.memo) <= MAX_KEYS


async def test_any_number_of_selections_cannot_fill_memory() -> None:
    engine, book = Engine(SCHEMA), Book(name="a")
    for number in range(MAX_SELECTIONS + 20):
        data = await prepare(f"{{ books {{ made{number}: label }} }}", engine).data(Query(books=[book]))
        assert data == {"books": [{f"made{number}": "a in DE"}]}
    assert len(engine._fragments) == MAX_SELECTIONS
    assert max(fragment_counts(book)) <= MAX_FRAGMENTS


async def test_whatever_was_asked_before_a_new_operation_is_rendered_once() -> None:
    engine, root, context = Engine(SCHEMA), Query(books=[Book(name="a")]), Context()
    for number in range(MAX_SELECTIONS + 20):
        await prepare(f"{{ books {{ made{number}: label }} }}", engine).data(root)
    operation = prepare("{ books { label } }", engine)
    for _ in range(3):
        assert await operation.data(root, context) == {"books": [{"label": "a in DE"}]}
    assert context.asked["label"] == 1


async def test_fragments_are_bounded_in_bytes_and_too_long_ones_are_not_cached() -> None:
    book, context = Book(name="x" * (MAX_BYTES // 3)), Context()
    root = Query(books=[book])
    for number in range(6):
        name = f"made{number}"
        data = await prepare(f"{{ books {{ {name}: label }} }}").data(root, context)
        assert data == {"books": [{name: f"{book.name} in DE"}]}
        assert fragment_counts(book)[0] == number % 2 + 1
    long = " ".join(f"made{number}: label" for number in range(4))
    for _ in range(2):
        assert len((await prepare(f"{{ books {{ {long} }} }}").data(root, context))["books"][0]) == 4
    assert context.asked["label"] == 6 + 8
    assert fragment_counts(book)[0] == 2


def test_a_field_group_keeps_its_number_while_in_use_and_numbers_are_not_reused() -> None:
    fragments = FragmentNumbers(capacity=2)
    a, b, again, c, b_anew = (fragments.number(text) for text in ("a", "b", "a", "c", "b"))
    assert again == a
    assert len({a, b, c, b_anew}) == 4
    assert len(fragments) == 2
