"""Random operations over random data: the engine and plain Strawberry must not be told apart.

`pytest --fuzz-pairs 50000 --fuzz-seed 7` sets how many, and which. A failure prints the command that repeats it.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from graphql import OperationType

from tests.resolvers.execution.comparing import Ask, Difference, Pairs, Tally
from tests.resolvers.execution.made_context import Context
from tests.resolvers.execution.made_operations import Asked, Operations
from tests.resolvers.execution.made_schema import a_schema
from tests.resolvers.execution.made_world import World

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
SCHEMA = a_schema()


async def one_pair(seed: int, pairs: Pairs) -> None:
    dice = random.Random(seed)
    made = iter(Operations(SCHEMA._schema, dice))
    asked, another = next(made), next(made)
    rot = dice.choice((0.0, 0.0, 0.01, 0.05, 0.2))
    fails = dice.choice(("", "", "", "raises", "counts"))
    lasting = dice.random() < 0.7
    worlds: dict[OperationType, World] = {}

    def root_of(one: Asked) -> Any:
        """Of a world that lasts the same root again, with all that was made below it."""
        word = one.kind
        if word not in worlds or not lasting:
            worlds[word] = World(SCHEMA._schema, seed, rot, lasting)
        return worlds[word].root(SCHEMA._schema.get_root_type(word))

    def ask(one: Asked, variables: dict[str, Any], viewer: int) -> Ask:
        return Ask(one, variables, lambda: Context(viewer, fails), lambda: root_of(one))

    asks = [ask(asked, asked.variables, 0), ask(asked, asked.others, dice.randrange(2))]
    asks += [ask(another, another.variables, 1), ask(asked, asked.variables, 1)][: dice.choice((0, 1, 2))]
    pairs.tally.add("pairs")
    try:
        await pairs.compare(asks)
    except Difference as difference:
        read = "\n".join(f"  {path} = {text}" for each in worlds.values() for path, text in each.read.items())
        raise AssertionError(
            f"seed {seed}: {difference}\nrot {rot} lasting {lasting} batches {fails}\n{read}\n"
            f"repeat: pytest --fuzz-seed {seed} --fuzz-pairs 1 tests/resolvers/execution/test_fuzz.py"
        ) from difference


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
        assert tally.share("with data") > 0.6
        assert tally.share("with errors") > 0.2
        assert tally.share("with surprises") > 0.1
        assert tally.share("with fragments") > 0.1
        assert tally.share("other errors") < 0.1
