"""Cached pages in Valkey, side by side: the service's own cache path, plain Strawberry over the same, Node."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import peers
from contest import HERE, Contender, bodies, contest, static_command
from figures import Figure
from goals import Goal, page_figures
from home import (
    EQUAL,
    OURS,
    PLAIN,
    PLAIN_AT_ONCE,
    STATIC,
    Setting,
    compared_figures,
    profile_ids,
    requests_for,
)
from payloads import check_equal, spelled, write_peers_data
from redis import Redis

from bff.http.sdl import sdl
from bff.local_stack import LocalStack, running_stack
from domain.ids import ProfileId, raw_id
from domain.snapshots.keys import page_cache_key, page_key_prefix

GOALS = {PLAIN: Goal(25.0), "mercurius-jit": Goal(1.2)}
PEERS_PREFIX = "bench:peers:"
"""Of the keys in Valkey under which the peers find their pages (peers/pages.mjs)."""


def live_contest(setting: Setting) -> Iterator[Figure]:
    """The pages of `home`, one read of Valkey away."""
    with TemporaryDirectory(dir=setting.folder) as scratch, valkey(setting.folder) as url:
        try:
            yield from _compared(setting, Path(scratch), url)
        finally:
            _forget(profile_ids(setting.recipe), url)


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """The address of the environment's Redis, or of one of our own."""
    given = os.environ.get("MARQUEE_REDIS_URL", "")
    not_wanted = {"mongo": "none", "elasticsearch": "none"}
    stack = LocalStack((folder / "valkey").absolute(), external={**not_wanted, "redis": given})
    with running_stack(stack):
        yield stack.urls().redis_url


def _compared(setting: Setting, scratch: Path, url: str) -> Iterator[Figure]:
    recipe, requests = setting.recipe, requests_for(setting.recipe)
    wanted = json.dumps(asdict(recipe))
    ours, plain = (
        Contender(name, [sys.executable, str(HERE / "live_server.py"), "PORT", engine, wanted, url], *more)
        for name, engine, *more in ((OURS, "ours"), (PLAIN, "plain", PLAIN_AT_ONCE, (), {}, False))
    )
    others = [ours]
    expected = bodies(plain, requests, scratch, scratch / "plain")
    if setting.with_peers:
        write_peers_data(profile_ids(recipe), expected, sdl(), scratch / "data")
        _give_to_peers(scratch / "data", url)
        others += peers.contenders(peers.installed(setting.folder), scratch / "data", url)
    for place, contender in enumerate(others):
        check_equal(contender.name, bodies(contender, requests, scratch, scratch / f"{place}"), expected)
    typical = sorted(expected, key=lambda file: file.stat().st_size)[len(expected) // 2]
    static = Contender(STATIC, static_command(typical))
    records = contest([*others, static, plain], requests, setting.timing, scratch)
    yield from page_figures("live", typical, len(requests), recipe.rows * recipe.cards, EQUAL)
    yield from compared_figures("live", records, GOALS)


def _give_to_peers(folder: Path, url: str) -> None:
    """A page for each profile, its cards naming titles; the titles themselves the peers have in memory."""
    with Redis.from_url(url) as client:
        for line in (folder / "homes.jsonl").read_text().splitlines():
            page = json.loads(line)
            client.set(f"{PEERS_PREFIX}{page['profileId']}", spelled(page["home"]))


def _forget(profiles: Sequence[str], url: str) -> None:
    with Redis.from_url(url) as client:
        for profile in profiles:
            own = ProfileId(raw_id("profile", profile))
            pages = list(client.scan_iter(f"{page_key_prefix(own)}*", count=10_000))
            client.delete(f"{PEERS_PREFIX}{profile}", page_cache_key(own), *pages)
