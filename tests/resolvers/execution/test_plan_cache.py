"""Plans of a document: a bounded number, one for each combination of its directives' variables."""

from __future__ import annotations

import asyncio
import gc
import weakref

from resolvers.execution import Engine
from resolvers.execution.plan_cache import MAX_PLANS, MAX_PLANS_PER_DOCUMENT
from tests.resolvers.execution.small_schema import SCHEMA, Book, Context, Film, Query, Row, prepare


async def test_each_value_of_a_directives_variable_has_its_own_plan() -> None:
    operation = prepare("query($b: Boolean!) { books { name pages @include(if: $b) } }")
    root = Query(books=[Book(name="a")])
    for _ in range(2):
        assert await operation.data(root, b=True) == {"books": [{"name": "a", "pages": 1}]}
        assert await operation.data(root, b=False) == {"books": [{"name": "a"}]}
    assert len(operation.plans._plans) == 2


async def test_values_of_other_variables_share_a_plan() -> None:
    operation = prepare("query($times: Int) { books { shout(times: $times) } }")
    for times in (1, 2):
        data = await operation.data(Query(books=[Book(name="a")]), times=times)
        assert data == {"books": [{"shout": "A" * times}]}
    assert len(operation.plans._plans) == 1


async def test_a_plan_keeps_nothing_of_the_request_it_was_made_for() -> None:
    class Value:
        pass

    value = Value()
    gone = weakref.ref(value)
    operation = prepare(
        "query($token: Token!, $b: Boolean!) { same(token: $token) books { name @skip(if: $b) } }"
    )
    assert await operation.data(Query(), token=value, b=False) == {"same": "Value", "books": []}
    del value
    gc.collect()
    assert len(operation.plans._plans) == 1
    assert gone() is None


async def test_a_variable_may_have_the_name_of_another_operations_directive_variable() -> None:
    text = """query A($x: Boolean!) { books { name @skip(if: $x) } }
      query B($x: [Int!]!, $y: String!) { books { total(of: $x) } same(token: $y) }
      query C($y: Boolean!) { books { name @skip(if: $y) } }"""
    operation, root = prepare(text), Query(books=[Book(name="a")])
    for numbers, said in (([1, 2], "my secret"), ([3], "another"), ([], "")):
        data = await operation.data(root, operation_name="B", x=numbers, y=said)
        assert data == {"books": [{"total": sum(numbers)}], "same": "str"}
    (only,) = operation.plans._plans
    assert "secret" not in repr(only)
    assert await operation.data(root, operation_name="A", x=True) == {"books": [{}]}
    assert await operation.data(root, operation_name="C", y=False) == {"books": [{"name": "a"}]}


async def test_what_is_left_to_graphql_core_below_leaves_the_levels_above_compiled() -> None:
    text = """{ rows { ...Books below { ...Books } } }
      fragment Books on Row { items { ... on Book { label } ... on Film { note } } }"""
    operation = prepare(text)
    inner = Row(items=[Book(name="b"), Film(name="c")])
    data = await operation.data(Query(rows=[Row(items=[Book(name="a")], below=[inner])]))
    books = [{"label": "a in DE"}], [{"label": "b in DE"}, {"note": "note 1 of c"}]
    assert data == {"rows": [{"items": books[0], "below": [{"items": books[1]}]}]}
    (plan,) = operation.plans._plans.values()
    whole = [function for (kind, *_), function in plan._functions.items() if kind == "Row"]
    assert None not in whole


async def test_plans_of_one_document_are_bounded() -> None:
    names = [f"b{number}" for number in range(7)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    asked = " ".join(f"{name}: name @include(if: ${name})" for name in names)
    operation = prepare(f"query({declared}) {{ books {{ pages {asked} }} }}")
    root = Query(books=[Book(name="a")])
    for number in range(2 ** len(names)):
        chosen = {name: bool(number >> place & 1) for place, name in enumerate(names)}
        shown = {name: "a" for name, is_shown in chosen.items() if is_shown}
        assert await operation.data(root, **chosen) == {"books": [{"pages": 1} | shown]}
        assert len(operation.plans._plans) <= MAX_PLANS_PER_DOCUMENT


async def test_plans_of_all_documents_are_bounded_and_those_in_use_are_kept() -> None:
    engine, root = Engine(SCHEMA), Query(books=[Book(name="a")])
    busy = prepare("{ books { name } }", engine)
    others = [prepare(f"{{ books {{ made{number}: name }} }}", engine) for number in range(MAX_PLANS + 20)]
    for number, operation in enumerate(others):
        assert await operation.data(root) == {"books": [{f"made{number}": "a"}]}
        assert await busy.data(root) == {"books": [{"name": "a"}]}
    assert len(busy.plans._plans) == 1
    assert sum(len(operation.plans._plans) for operation in others) == MAX_PLANS - 1
    assert await others[0].data(root) == {"books": [{"made0": "a"}]}


async def test_executions_at_the_same_time_keep_to_their_own_variables_and_context() -> None:
    operation = prepare("query($times: Int!) { books { label shout(times: $times) note(size: $times) } }")
    root = Query(books=[Book(name="a")])
    answers = await asyncio.gather(
        *(operation.data(root, Context(f"R{times}"), times=times) for times in range(1, 20))
    )
    assert answers == [
        {"books": [{"label": f"a in R{times}", "shout": "A" * times, "note": f"note {times} of a"}]}
        for times in range(1, 20)
    ]
