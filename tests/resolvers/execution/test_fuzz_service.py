"""Random operations over made home pages of the service's own schema: the engine against plain Strawberry.

The same titles stand on the pages of adults and children, in several regions and at several instants, and are
replaced in between: what is kept on a title must never be seen by a viewer for whom it was not rendered.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import strawberry
from strawberry.extensions import DisableValidation, ParserCache
from strawberry.schema.config import StrawberryConfig

from domain.catalog.titles import Title
from domain.ids import AccountId, ProfileId, Region, TitleId, global_id
from domain.page.model import Page
from domain.viewers.profiles import Principal, Role
from resolvers.mutations import Mutation
from resolvers.request.context import Context
from resolvers.request.viewer import Viewer
from resolvers.types.scalars import SCALARS
from tests.resolvers.execution.comparison import Ask, Difference, Pairs, Tally
from tests.resolvers.execution.made_operations import Operations
from tests.resolvers.execution.made_schema import Quiet

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from made_pages import MadePages, Recipe
from page_schema import NO_STORES, TYPES, query_over

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
RECIPE = Recipe(rows=15, cards=3, titles=120, profiles=4)
PEOPLE = tuple(ProfileId(f"bench-p{number}") for number in range(RECIPE.profiles))
TRUNK = {
    "Query": "home",
    "Home": "rows",
    "RowConnection": "edges",
    "RowEdge": "node",
    "Row": "cards",
    "CardConnection": "edges",
    "CardEdge": "node",
    "Card": "title",
}
LITERALS = {
    "profileId": (*[f'"{global_id("profile", person)}"' for person in PEOPLE * 3], '"nobody"'),
    "first": ("1", "2", "3", "50", "0"),
    "minWidth": ("0", "320", "700"),
    "schemaVersion": ('"0.1"', '"0.2"', "null"),
    "after": ("null", '"not a cursor"'),
    "snapshotId": ("null",),
    "imageDensity": ("1", "2.0"),
}


@dataclass
class Service:
    """The next caller, and the current pages."""

    made: MadePages
    titles: dict[TitleId, Title]
    region: Region
    kids: bool
    late: timedelta

    def home(self, person: ProfileId) -> tuple[Viewer, Page] | None:
        """The current viewer and a new page: its rows keep nothing of another execution."""
        if person not in self.made.homes:
            return None
        viewer, page = self.made.homes[person]
        limit = 7 if self.kids else 18
        audience = replace(
            viewer.audience,
            region=self.region,
            kids=self.kids,
            maturity_limit=limit,
            now=viewer.audience.now + self.late,
        )
        rows = tuple(
            replace(
                row,
                cards=tuple(card._replace(title=self.titles[card.title.id]) for card in row.cards),
            )
            for row in page.rows
        )
        return replace(viewer, audience=audience), replace(page, rows=rows)


@cache
def pages() -> MadePages:
    return MadePages(RECIPE)


class CurrentService:
    """The service that the schema asks."""

    now: Service


def service_schema(current: CurrentService) -> strawberry.Schema:
    return Quiet(
        query=query_over(lambda person: current.now.home(person)),
        mutation=Mutation,
        types=TYPES,
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=[lambda: ParserCache(maxsize=10), lambda: DisableValidation()],
    )


def fresh(title: Title, dice: random.Random) -> Title:
    """The title that takes another's place: renamed, or for other ages, or the same once more."""
    changes: tuple[dict[str, Any], ...] = (
        {"name": f"{title.name} again"},
        {"maturity_age": 18},
        {"year": None},
        {},
    )
    return replace(title, **dice.choice(changes))


async def one_pair(seed: int, pairs: Pairs, current: CurrentService) -> None:
    dice = random.Random(f"service {seed}")
    core = pairs.schema._schema
    asked = next(iter(Operations(core, dice, depth=3, literals=LITERALS, roots=("home",), trunk=TRUNK)))
    titles = {title.id: title for title in pages().titles}

    def viewer(variables: dict[str, Any], replaced: float) -> Ask:
        for title_id in [one for one in titles if dice.random() < replaced]:
            titles[title_id] = fresh(titles[title_id], dice)
        service = Service(
            pages(),
            dict(titles),
            Region(dice.choice(("DE", "US"))),
            dice.random() < 0.4,
            timedelta(days=dice.choice((0, 1, 40))),
        )
        secret = dice.choice((b"one secret of thirty-two bytes..", b"another secret of 32 bytes......"))

        def context() -> Context:
            current.now = service
            principal = Principal(AccountId("bench"), dice.choice((Role.VIEWER,)), None)
            moment = service.made.homes[PEOPLE[0]][0].audience.now + service.late
            return Context(principal, NO_STORES, moment, "request", secret)

        return Ask(asked, variables, context)

    asks = [viewer(asked.variables, 0), viewer(asked.variables, 0), viewer(asked.others, 0.2)]
    asks.append(viewer(asked.variables, 0))
    pairs.tally.add("pairs")
    try:
        await pairs.compare(asks)
    except Difference as difference:
        again = f"pytest --fuzz-seed {seed} --fuzz-pairs 10 tests/resolvers/execution/test_fuzz_service.py"
        raise AssertionError(f"seed {seed}: {difference}\nrepeat: {again}") from difference


@pytest.mark.timeout(0)
async def test_our_own_schema_is_answered_as_plain_strawberry_answers_it(
    pytestconfig: pytest.Config,
) -> None:
    tally, current = Tally(), CurrentService()
    pairs = Pairs(service_schema(current), tally)
    # A tenth of the operations: each is bigger, and asked by four viewers.
    first, count = pytestconfig.getoption("fuzz_seed"), pytestconfig.getoption("fuzz_pairs") // 10
    for seed in range(first, first + count):
        await one_pair(seed, pairs, current)
    print(dict(tally.counts))
    if count >= 20:
        # A fuzz that meets nothing would find nothing.
        assert tally.share("with data") > 0.5
        assert tally.share("with fragments") > 0.3
