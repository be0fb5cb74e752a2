"""Random operations over random data: the engine and plain Strawberry must not differ.

`pytest --fuzz-pairs 50000 --fuzz-seed 7` sets how many, and which. A failure prints the command that repeats it.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from graphql import OperationType

from tests.resolvers.execution.comparison import Ask, Difference, Pairs, Tally
from tests.resolvers.execution.made_context import Context
from tests.resolvers.execution.made_operations import GeneratedOperation, Operations
from tests.resolvers.execution.made_schema import a_schema
from tests.resolvers.execution.made_world import World

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
SCHEMA = a_schema()
HUNG_SECONDS = 120
"""One operation takes a tenth of a second."""
SETTINGS = 3
"""In which each operation is executed: each is a pair with it."""


LITERALS = {
    # Equal to each other, but written differently.
    "real": ("0.0", "-0.0", "1.5"),
    "at": ('"2024-01-01T12:00:00+00:00"', '"2024-01-01T13:00:00+01:00"'),
}


@dataclass
class Setting:
    """A world and what becomes of it: `lasting` objects are asked by one execution after another."""

    seed: int
    rot: float
    lasting: bool
    fails: str
    worlds: dict[OperationType, World] = field(default_factory=dict)

    def root(self, asked: GeneratedOperation) -> Any:
        """In a world that lasts the same at each call, with all that was made below it."""
        if asked.kind not in self.worlds or not self.lasting:
            self.worlds[asked.kind] = World(SCHEMA._schema, self.seed, self.rot, self.lasting)
        return self.worlds[asked.kind].root(SCHEMA._schema.get_root_type(asked.kind))

    def ask(self, asked: GeneratedOperation, variables: dict[str, Any], viewer: int) -> Ask:
        return Ask(asked, variables, lambda: Context(viewer, self.fails), lambda: self.root(asked))

    def __str__(self) -> str:
        read = [f"  {path} = {text}" for each in self.worlds.values() for path, text in each.read.items()]
        head = f"rot {self.rot} lasting {self.lasting} batches {self.fails or 'work'}, read was:"
        return "\n".join([head, *read])


async def one_operation(seed: int, pairs: Pairs) -> None:
    dice = random.Random(seed)
    made = iter(Operations(SCHEMA._schema, dice, literals=LITERALS))
    asked, another = next(made), next(made)
    for number, rots in enumerate(((0.0, 0.01), (0.02, 0.05), (0.1, 0.25))):
        pairs.tally.add("pairs")
        rot = dice.choice(rots)
        fails = dice.choice(("", "", "", "raises", "counts"))
        setting = Setting(SETTINGS * seed + number, rot, dice.random() < 0.7, fails)
        asks = [setting.ask(asked, asked.variables, 0), setting.ask(asked, asked.others, dice.randrange(2))]
        asks += [setting.ask(another, another.variables, 1)][: dice.randrange(2)]
        try:
            await pairs.compare(asks)
        except Difference as difference:
            again = f"pytest --fuzz-seed {seed} --fuzz-pairs 1 tests/resolvers/execution/test_fuzz.py"
            raise AssertionError(f"seed {seed}: {difference}\n{setting}\nrepeat: {again}") from difference


@pytest.mark.timeout(0)
async def test_any_operation_is_answered_as_plain_strawberry_answers_it(pytestconfig: pytest.Config) -> None:
    tally = Tally()
    pairs = Pairs(SCHEMA, tally)
    first, count = pytestconfig.getoption("fuzz_seed"), pytestconfig.getoption("fuzz_pairs")
    for seed in range(first, first + max(1, count // SETTINGS)):
        async with asyncio.timeout(HUNG_SECONDS):
            await one_operation(seed, pairs)
    print(dict(tally.counts))
    if count >= 200:
        # A fuzz that meets nothing would find nothing.
        assert tally.share("with data") > 0.6
        assert tally.share("with errors") > 0.2
        assert tally.share("with fallbacks") > 0.1
        assert tally.share("with fragments") > 0.1
        assert tally.share("other errors") < 0.1
