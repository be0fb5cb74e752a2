"""Pages with their stores, side by side: the service, plain Strawberry on those stores, Node on that Valkey."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import peers
from contest import HERE, Contender, bodies, contest, started, static_command
from figures import Figure
from firing import answers_to
from goals import Goal, page_figures
from home import OURS, PLAIN, PLAIN_AT_ONCE, STATIC, Setting, compared_figures
from load import Request
from payloads import cards_of, check_equal, data_of, spelled, write_peers_data
from redis import Redis
from world import World

from bff.schema_file import sdl
from domain.layouts import RowSource, RowSpec, RowStyle

ROWS, CARDS = 16, 20
LAYOUT = (
    RowSpec("continue-watching", RowSource.CONTINUE_WATCHING, RowStyle.LANDSCAPE, min_cards=1),
    RowSpec("top-picks", RowSource.TOP_PICKS),
    RowSpec("because-you-watched", RowSource.BECAUSE_YOU_WATCHED, options={"rows": 2}),
    RowSpec("because-you-liked", RowSource.BECAUSE_YOU_LIKED, options={"rows": 1}),
    RowSpec("trending-today", RowSource.TRENDING, RowStyle.NUMBERED, options={"window": "day"}),
    RowSpec("trending-week", RowSource.TRENDING, options={"window": "week"}),
    RowSpec("new-releases", RowSource.NEW_RELEASES, RowStyle.LANDSCAPE),
    RowSpec("my-list", RowSource.MY_LIST, min_cards=1),
    RowSpec("genres", RowSource.GENRE, options={"rows": 5}),
    RowSpec("leaving-soon", RowSource.LEAVING_SOON),
    RowSpec("watch-again", RowSource.WATCH_AGAIN, options={"days": 30}),
)
"""Sixteen rows, for a profile of which there is so much to show."""

GOALS = {PLAIN: Goal(25.0), "mercurius-jit": Goal(1.2)}
LIVE = {"MARQUEE_DEMO": "0", "MARQUEE_WARM_SECONDS": "500"}
"""Settings: as in production, and pages last through a round. Composing them in between is what `cold` is about."""

PASSES, AT_FIRST = 4, 2
"""How often pages are asked for until they are whole, and how many at once."""

PEERS_PREFIX = "bench:peers:"
"""Of the keys in Valkey under which the peers find their pages (peers/pages.mjs)."""


def live_contest(world: World, setting: Setting) -> Iterator[Figure]:
    """Only for a world of our own. The peers serve the very pages that the service answered first."""
    world.publish(LAYOUT)
    with TemporaryDirectory(dir=setting.folder) as scratch:
        yield from _compared(world, setting, Path(scratch))


def _compared(world: World, setting: Setting, scratch: Path) -> Iterator[Figure]:
    requests = world.requests(ROWS, CARDS)
    service = [sys.executable, "-m", "bff.cli", "serve", "--port", "PORT"]
    ours = Contender(OURS, service, env={**world.environment, **LIVE}, steady=False)
    plain = replace(
        ours,
        name=PLAIN,
        command=[sys.executable, str(HERE / "plain_service.py"), "PORT"],
        at_once=PLAIN_AT_ONCE,
        warms=False,
    )
    pages = _whole_pages(ours, requests, scratch)
    typical = sorted(pages, key=lambda file: file.stat().st_size)[len(pages) // 2]
    others: list[Contender] = []
    if setting.with_peers:
        others = _peers(world, setting, pages, scratch / "data")
        for place, peer in enumerate(others):
            check_equal(peer.name, bodies(peer, requests, scratch, scratch / f"{place}"), pages)
    static = Contender(STATIC, static_command(typical))
    try:
        records = contest([ours, *others, static, plain], requests, setting.timing, scratch)
    finally:
        _forget(world)
    yield from page_figures("live", typical, len(requests), len(cards_of(data_of(typical)["home"])))
    yield from compared_figures("live", records, GOALS)


def _whole_pages(ours: Contender, requests: Sequence[Request], scratch: Path) -> list[Path]:
    """The page of every profile. Local stores are slow: one that a page had to do without is asked again."""
    files = [scratch / f"page-{place}.json" for place in range(len(requests))]
    with started(ours, scratch) as (url, _):
        wanted = list(enumerate(requests))
        for _ in range(PASSES):
            answers = answers_to(url, [request for _, request in wanted], AT_FIRST, scratch)
            for (place, _), answer in zip(wanted, answers, strict=True):
                files[place].write_bytes(answer)
            wanted = [each for each in wanted if data_of(files[each[0]])["home"]["degradations"]]
            if not wanted:
                break
    return files


def _peers(world: World, setting: Setting, pages: Sequence[Path], folder: Path) -> list[Contender]:
    """Their pages go into the Valkey that ours are in, joined with titles in process on every request."""
    names = [asker.profile_id for asker in world.askers]
    write_peers_data(names, pages, sdl(), folder)
    with Redis.from_url(world.stores.redis_url) as valkey:
        for name, line in zip(names, (folder / "homes.jsonl").read_text().splitlines(), strict=True):
            valkey.set(f"{PEERS_PREFIX}{name}", spelled(json.loads(line)["home"]))
    return peers.contenders(peers.installed(setting.folder), folder, world.stores.redis_url)


def _forget(world: World) -> None:
    with Redis.from_url(world.stores.redis_url) as valkey:
        valkey.delete(*(f"{PEERS_PREFIX}{asker.profile_id}" for asker in world.askers))
