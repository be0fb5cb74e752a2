"""Nights that are killed at any moment, under readers: no page mixes versions, and the next night needs no hand work.

`--random-kills 50 --kill-pages 50000 --kill-readers 100` is the whole measure; the suite does a small share of it.
"""

from __future__ import annotations

import multiprocessing
import signal
from random import Random
from time import monotonic
from typing import Any

import pytest

from batch.pipeline import sweep
from batch.pipeline.pointer import live_version
from bff.local_stack.record import StoreUrls
from tests.batch.pipeline import staged_world as world
from tests.batch.pipeline.killed_publication import run_night, whole_night
from tests.batch.pipeline.page_readers import Readers

pytestmark = [pytest.mark.stores, pytest.mark.timeout(3600)]

PAGES_SECONDS = 3000


def kill_a_night(settings: Any, delay: float) -> bool:
    """After `delay` seconds of its work. False when it had ended."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.batch.pipeline.killed_publication"])
    urls = (settings.mongo_url, settings.elasticsearch_url, settings.redis_url)
    begun = context.Event()
    process = context.Process(target=run_night, args=(str(settings.home), urls, begun))
    process.start()
    assert begun.wait(120)
    process.join(delay)
    process.kill()
    process.join(120)
    return process.exitcode == -signal.SIGKILL


def test_kills_at_any_moment_leave_whole_pages_and_the_next_night_works(
    stores: Any, batch_settings: Any, request: pytest.FixtureRequest
) -> None:
    kills, pages = request.config.getoption("--random-kills"), request.config.getoption("--kill-pages")
    random = Random(request.config.getoption("--kill-seed"))
    world.empty(stores)
    world.fill(stores)
    whole_night(stores)
    began = monotonic()
    whole_night(stores)
    usual = monotonic() - began
    urls = StoreUrls(batch_settings.mongo_url, batch_settings.elasticsearch_url, batch_settings.redis_url)
    readers = Readers(urls, request.config.getoption("--kill-readers"))
    readers.start()
    killed, slowest = 0, 0.0
    try:
        while killed < kills:
            killed += kill_a_night(batch_settings, random.uniform(0, 1.2 * usual))
            began = monotonic()
            after = whole_night(stores)
            slowest = max(slowest, monotonic() - began)
            live = live_version(stores.mongo)
            assert live is not None
            assert live.version == after.version
        readers.wait_for(pages, PAGES_SECONDS)
    finally:
        readers.stop()
    assert readers.mixed == []
    assert readers.errors == []
    assert len(readers.versions) > 1
    assert {one.version for one in sweep.unswept_runs(stores.mongo)} <= {live.version, live.previous}
    print(
        f"{killed} kills, {readers.count} pages of {len(readers.versions)} versions, {readers.unanswered} unanswered;"
    )
    print(f"the slowest next night took {slowest:.1f} s")
