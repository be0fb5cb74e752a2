"""Random operations over random data: the engine and plain Strawberry must not be told apart.

`pytest --fuzz-pairs 50000 --fuzz-seed 7` sets how many, and which. A failure prints the command that repeats it.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from graphql import get_operation_ast, parse

from tests.resolvers.execution.comparing import Difference, Pairs, Tally
from tests.resolvers.execution.made_context import Context
from tests.resolvers.execution.made_operations import Asked, Operations
from tests.resolvers.execution.made_schema import a_schema
from tests.resolvers.execution.made_world import World

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
SCHEMA = a_schema()


async def one_pair(seed: int, pairs: Pairs) -> None:
    dice = random.Random(seed)
    asked = next(iter(Operations(SCHEMA._schema, dice)))
    rot = dice.choice((0.0, 0.0, 0.01, 0.05, 0.2))
    fails = dice.choice(("", "", "", "raises", "counts"))
    world = World(SCHEMA._schema, seed, rot)
    root = world.root(SCHEMA._schema.get_root_type(_kind_of(asked)))
    pairs.tally.add("rotten worlds", rot > 0)
    lasting = dice.random() < 0.8
    contexts: list[Any] = [lambda number=number: Context(number, fails) for number in (0, 1)]

    def again() -> Any:
        if lasting:
            return root
        fresh = World(SCHEMA._schema, seed, rot, lasting=False)
        return fresh.root(root.made_kind)

    try:
        await pairs.compare(asked, contexts, again)
    except Difference as difference:
        read = "\n".join(f"  {path} = {text}" for path, text in world.read.items())
        raise AssertionError(
            f"seed {seed}: {difference}\n{asked.text}\nname {asked.name} variables {asked.variables}\n"
            f"rot {rot} lasting {lasting} batches {fails}\n{read}\n"
            f"repeat: pytest --fuzz-seed {seed} --fuzz-pairs 1 tests/resolvers/execution/test_fuzz.py"
        ) from difference


def _kind_of(asked: Asked) -> Any:
    return get_operation_ast(parse(asked.text), asked.name).operation


@pytest.mark.timeout(0)
async def test_any_operation_is_answered_as_plain_strawberry_answers_it(pytestconfig: pytest.Config) -> None:
    tally = Tally()
    pairs = Pairs(SCHEMA, tally)
    first, count = pytestconfig.getoption("fuzz_seed"), pytestconfig.getoption("fuzz_pairs")
    for seed in range(first, first + count):
        await one_pair(seed, pairs)
    print(dict(tally.counts))
    if count >= 200:
        # A fuzz that meets nothing would find nothing.
        assert tally.share("with errors") > 0.2
        assert tally.share("with data") > 0.6
        assert tally.share("another error of several") < 0.02
