"""What more rows and more cards cost: time may grow with them, the number of store calls may not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

from figures import Figure, median
from firing import FOREVER, answers_to, fire_for
from home import Setting
from load import Pages
from processes import cpu_seconds
from world import World

from domain.catalog.genres import GENRES
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource

REQUESTS = 30
SAMPLED = 10
"""Pages that are looked into, for what came and how often stores were asked."""

SHAPES = {"4 rows": (4, 10), "16 rows": (16, 10), "10 cards": (6, 10), "40 cards": (6, 40)}
"""Name -> rows and cards per row."""

GROWTHS = (("4 rows", "16 rows"), ("10 cards", "40 cards"))


def store_growth(world: World, setting: Setting) -> Iterator[Figure]:
    """Every shape once in each round, one request at a time."""
    count = 2 if setting.smoke else REQUESTS
    cpu: dict[str, list[float]] = {name: [] for name in SHAPES}
    wall: dict[str, list[float]] = {name: [] for name in SHAPES}
    pages: dict[str, Pages] = {}
    for _ in range(setting.timing.rounds):
        for name, (rows, cards) in SHAPES.items():
            world.publish(layout(rows, cards))
            requests = world.requests(rows, cards)
            pages[name] = Pages(answers_to(world.url, requests[:SAMPLED], 1, world.scratch))
            before = _cpu(world)
            outcome = fire_for(world.url, requests, FOREVER, 1, count)
            cpu[name].append((_cpu(world) - before) * 1000 / count)
            wall[name] += [seconds * 1000 for seconds in outcome.latencies]
    for small, large in GROWTHS:
        more = pages[large].cards / max(1.0, pages[small].cards)
        for name in (small, large):
            note = f"{pages[name].rows:g} rows, {pages[name].cards:g} cards came"
            yield Figure("store growth", f"{name}, time", median(wall[name]), "ms/page", note)
            yield Figure("store growth", f"{name}, server CPU", median(cpu[name]), "ms/page")
            calls = sum(pages[name].store_calls.values())
            yield Figure("store growth", f"{name}, store calls", calls, "calls/page", "must not grow")
        ratio = median(wall[large]) / median(wall[small])
        yield Figure(
            "store growth", f"{large} / {small}, time", ratio, "x", f"for {more:.1f} times the cards"
        )


def layout(rows: int, cards: int) -> list[RowSpec]:
    """Rows of every store: picks, trends, browse lists; as many more genres as are wanted."""
    first = [
        RowSpec("top-picks", RowSource.TOP_PICKS, min_cards=1, max_cards=cards),
        RowSpec("trending", RowSource.TRENDING, min_cards=1, max_cards=cards, options={"window": "week"}),
        RowSpec("new-releases", RowSource.NEW_RELEASES, min_cards=1, max_cards=cards),
    ]
    genres = enumerate(islice(cycle(GENRES), max(0, rows - len(first))))
    return first + [
        RowSpec(f"genre-{place}", RowSource.GENRE, min_cards=1, max_cards=cards, options={"genre": genre})
        for place, genre in genres
    ]


def _cpu(world: World) -> float:
    return (cpu_seconds(world.pid) or 0.0) if world.pid is not None else 0.0
