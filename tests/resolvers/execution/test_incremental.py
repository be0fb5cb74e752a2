"""Operations with @defer are left to graphql-core whole: the engine answers them as the ordinary executor does."""

from __future__ import annotations

import inspect
import random
from typing import Any

import pytest
from graphql import execute

from resolvers.execution import DocumentPlans, Engine
from tests.resolvers.execution.comparison import error_text
from tests.resolvers.execution.made_context import Context
from tests.resolvers.execution.made_operations import GeneratedOperation, Operations
from tests.resolvers.execution.made_schema import a_schema
from tests.resolvers.execution.made_world import World

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
SCHEMA = a_schema(incremental=True)


async def outcome(answer: Any) -> tuple[str, list[str]]:
    result = await answer if inspect.isawaitable(answer) else answer
    return repr(result.data), sorted(error_text(error) for error in result.errors or ())


async def told(asking: Any) -> Any:
    """What came of it, or what was raised."""
    try:
        return await outcome(asking())
    except Exception as error:
        return type(error), str(error)


async def test_deferred_operations_are_answered_as_by_the_ordinary_executor(
    pytestconfig: pytest.Config,
) -> None:
    core, engine = SCHEMA._schema, Engine(SCHEMA)
    deferred = 0
    for seed in range(pytestconfig.getoption("fuzz_pairs") // 10):
        asked = next(iter(Operations(core, random.Random(f"defer {seed}"), defer=True)))
        plans = engine.document_plans(asked.document)
        if not plans.is_incremental:
            continue
        deferred += 1

        def plainly(asked: GeneratedOperation = asked, seed: int = seed) -> Any:
            return execute(
                core,
                asked.document,
                World(core, seed, 0.02).root(core.get_root_type(asked.kind)),
                Context(1),
                asked.variables,
                asked.name,
                executor_class=SCHEMA.execution_context_class,
            )

        def ours(asked: GeneratedOperation = asked, seed: int = seed, plans: DocumentPlans = plans) -> Any:
            root = World(core, seed, 0.02).root(core.get_root_type(asked.kind))
            return engine.execute(
                asked.document, plans, Context(1), asked.variables, asked.name, True, root_value=root
            )

        assert await told(ours) == await told(plainly), f"seed {seed}\n{asked.text}"
    assert deferred > 5
