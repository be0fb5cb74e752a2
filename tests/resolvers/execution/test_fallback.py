"""graphql-core executes again what compiled code does not expect, and nothing else."""

from __future__ import annotations

from typing import Any

from resolvers.execution import Engine
from tests.resolvers.execution.invalid_values import Word
from tests.resolvers.execution.small_schema import SCHEMA, Book, Context, Query, Row, prepare


async def later(value: Any) -> Any:
    return value


async def test_without_a_fallback_a_resolver_runs_once() -> None:
    context = Context()
    await prepare("{ books { name shout } }").data(Query(books=[Book(name="a"), Book(name="b")]), context)
    assert context.asked == {"shout a": 1, "shout b": 1}


async def test_a_fallback_executes_its_own_subtree_again_and_no_other() -> None:
    context = Context()
    odd = Book(name="odd", pages="seven")  # type: ignore[arg-type]
    root = Query(rows=[Row(books=[Book(name="a")]), Row(books=[odd, Book(name="b")])])
    result = await prepare("{ rows { books { shout pages } } }").run(root, context)
    assert result.data is None
    assert [str(error.message) for error in result.errors or ()] == [
        "Int cannot represent non-integer value: 'seven'"
    ]
    # Its row was executed again, its book twice, and the row before it once.
    assert context.asked["shout a"] == 1
    assert context.asked["shout odd"] == 3


async def test_a_string_of_another_class_leaves_as_a_string() -> None:
    data = await prepare("{ books { name } }").data(Query(books=[Book(name=Word("Dune"))]))
    assert data == {"books": [{"name": "Dune"}]}


async def test_an_attribute_that_has_to_be_awaited_is_awaited() -> None:
    row = Row(books=[later(Book(name="a")), Book(name="b")])  # type: ignore[list-item]
    data = await prepare("{ rows { books { name } } }").data(Query(rows=[row]))
    assert data == {"rows": [{"books": [{"name": "a"}, {"name": "b"}]}]}


async def test_items_that_have_to_be_awaited_are_awaited_beside_a_field_fetched_for_all() -> None:
    root = Query(books=[later(Book(name="a")), Book(name="b")])  # type: ignore[list-item]
    data = await prepare("{ books { name note } }").data(root)
    assert data == {"books": [{"name": "a", "note": "note 1 of a"}, {"name": "b", "note": "note 1 of b"}]}


async def test_an_error_while_compiling_is_reported_where_graphql_core_reports_it() -> None:
    text = "query($b: Boolean = true) { rows { books { name @skip(if: $b) } } }"
    root = Query(rows=[Row(books=[Book(name="a")])])
    ours = await prepare(text).run(root, b=None)
    plain = await SCHEMA.execute(text, {"b": None}, root_value=root)
    assert ours.data == plain.data
    assert [(e.message, e.path) for e in ours.errors or ()] == [
        (e.message, e.path) for e in plain.errors or ()
    ]
    assert ours.errors


async def test_unknown_library_versions_cost_one_warning_and_nothing_else(caplog: Any) -> None:
    engine = Engine(SCHEMA, find_mismatches=lambda: ["Executor.complete_value takes (self)"])
    operation, context = prepare("{ books { name note } }", engine), Context()
    for _ in range(2):
        data = await operation.data(Query(books=[Book(name="a")]), context)
        assert data == {"books": [{"name": "a", "note": "note 1 of a"}]}
    assert context.asked == {"note": 2}
    assert [record.name for record in caplog.records] == ["marquee.execution"]
    assert "Executor.complete_value takes (self)" in caplog.text


def test_the_installed_libraries_have_no_mismatch() -> None:
    assert Engine(SCHEMA).compiles
