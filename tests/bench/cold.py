"""The service with its stores, as a client sees it: latency, throughput, CPU, store calls, size of pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from contest import Contender, started, static_command
from figures import Figure, median, quantile
from firing import FOREVER, Outcome, answers_to, fire_for
from home import Setting
from load import Pages, gzipped
from processes import cpu_seconds, resident_mb
from world import World

from domain.layouts.model import RowSpec, RowStyle
from domain.layouts.row_kinds import RowSource

ROWS, CARDS = 9, 20
LAYOUT = (
    RowSpec("continue-watching", RowSource.CONTINUE_WATCHING, RowStyle.LANDSCAPE, min_cards=1),
    RowSpec("top-picks", RowSource.TOP_PICKS),
    RowSpec("because-you-watched", RowSource.BECAUSE_YOU_WATCHED, options={"rows": 2}),
    RowSpec("trending-today", RowSource.TRENDING, options={"window": "day"}),
    RowSpec("new-releases", RowSource.NEW_RELEASES),
    RowSpec("genres", RowSource.GENRE, options={"rows": 3}),
)
"""Eight rows of 20 cards for a profile with a history, and Continue Watching above them."""

LOADS = {1: 40, 8: 80, 32: 128}
"""Requests under way at once -> requests in a round."""

SAMPLED = 60
"""Profiles whose pages are looked into, before the load and after it."""

STATIC_FACTOR = 4
"""Static bytes cost so little that they need more requests for the clock ticks to count."""


@dataclass
class Samples:
    """Everything measured of one server at one concurrency, over all rounds."""

    milliseconds: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    cpu_millis: list[float] = field(default_factory=list)
    failed: int = 0


def seen(world: World, setting: Setting) -> Iterator[Figure]:
    """The user's own service, as a client sees it, cached pages included."""
    yield from _seen("seen", world, setting)


def cold(world: World, setting: Setting) -> Iterator[Figure]:
    """Every page composed anew, as the world's own server does."""
    world.publish(LAYOUT)
    yield from _seen("cold", world, setting)


def _seen(bench: str, world: World, setting: Setting) -> Iterator[Figure]:
    """What a client sees. Rounds alternate between the service and static bytes of the same size."""
    requests = world.requests(ROWS, CARDS)
    asked = requests[: 2 if setting.smoke else SAMPLED]
    first = Pages(answers_to(world.url, asked, 2, world.scratch))
    if first.failures:
        raise SystemExit(f"The home query failed: {first.failures[0]}")
    body_file = world.scratch / "page.json"
    body_file.write_bytes(first.typical)
    loads = {at_once: 2 if setting.smoke else count for at_once, count in LOADS.items()}
    ours: dict[int, Samples] = defaultdict(Samples)
    static: dict[int, Samples] = defaultdict(Samples)
    static_server = Contender("static bytes", static_command(body_file))
    with started(static_server, world.scratch) as (static_url, static_pid):
        for _ in range(setting.timing.rounds):
            for at_once, count in loads.items():
                _measure(ours[at_once], world.url, world.pid, requests, count, at_once)
                _measure(static[at_once], static_url, static_pid, requests, count * STATIC_FACTOR, at_once)
    memory = resident_mb(world.pid) if world.pid is not None else None
    pages = Pages([*first.answers, *answers_to(world.url, asked, 2, world.scratch)])
    failed = sum(samples.failed for samples in ours.values())
    yield from _page_figures(bench, pages, len(world.askers), failed)
    for at_once in loads:
        yield from _load_figures(f"{bench}, {at_once} at once", ours[at_once], static[at_once])
    if memory is not None:
        yield Figure(bench, "memory of the server", memory, "MB", "proportional share, after the load")


def _measure(samples: Samples, url: str, pid: int | None, requests: list, count: int, at_once: int) -> None:
    before = cpu_seconds(pid) if pid is not None else None
    outcome: Outcome = fire_for(url, requests, FOREVER, at_once, count)
    after = cpu_seconds(pid) if pid is not None else None
    samples.milliseconds += [seconds * 1000 for seconds in outcome.latencies]
    samples.per_second.append(outcome.done / outcome.seconds)
    samples.failed += outcome.failed
    if before is not None and after is not None:
        samples.cpu_millis.append((after - before) * 1000 / outcome.done)


def _page_figures(bench: str, pages: Pages, askers: int, failed: int) -> Iterator[Figure]:
    total = len(pages.answers)
    asked = f"{total} pages, {askers} profiles in turn"
    yield Figure(bench, "rows per page", pages.rows, "rows", asked)
    yield Figure(bench, "cards per page", pages.cards, "cards", f"{CARDS} asked for in each row")
    size, packed = len(pages.typical), gzipped(pages.typical)
    yield Figure(bench, "answer", size / 1000, "kB", "median")
    yield Figure(bench, "answer, gzip", packed / 1000, "kB", f"level 6, {size / packed:.1f} times smaller")
    yield Figure(bench, "answers without a page", len(pages.failures), "of " + str(total))
    yield Figure(bench, "answers that failed under load", failed, "answers")
    for what, count in sorted(pages.degraded.items()):
        yield Figure(
            bench, f"degraded: {what}", count, f"of {total}", "a store was slow: other figures say little"
        )
    calls = pages.store_calls
    for store, count in calls.items():
        yield Figure(bench, f"calls of {store}", count, "calls/page")
    if calls:
        note = "median; the live pointer is read once a second besides"
        yield Figure(bench, "calls of all stores", sum(calls.values()), "calls/page", note)


def _load_figures(bench: str, ours: Samples, static: Samples) -> Iterator[Figure]:
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        note = f"of {len(ours.milliseconds)} requests" if name == "p50" else ""
        yield Figure(bench, name, quantile(ours.milliseconds, share), "ms", note)
    yield Figure(bench, "throughput", median(ours.per_second), "pages/s", "median of rounds")
    if ours.cpu_millis:
        yield Figure(bench, "server CPU", median(ours.cpu_millis), "ms/page", "user and system")
        yield Figure(
            bench, "static bytes, server CPU", median(static.cpu_millis), "ms/page", "bare Starlette"
        )
        ratio = median(static.cpu_millis) / median(ours.cpu_millis)
        yield Figure(bench, "static CPU / our CPU", ratio, "x", "1 would be the cost of static bytes")
