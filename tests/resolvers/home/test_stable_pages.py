"""The same profile, data version, layout and hour make the same page, byte for byte, in whichever process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bff.local_stack import StoreUrls
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from tests.domain.made import NOW
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.home.test_invariant_checks import publish
from tests.resolvers.home.test_snapshots import home

pytestmark = pytest.mark.stores

ROOT = Path(__file__).resolve().parents[3]
PROFILES = ("ade", "kids", "new")
PROCESS = """
import asyncio, json, sys
from bff.local_stack import StoreUrls
from tests.resolvers.conftest import Face, opened
from tests.resolvers.home.test_snapshots import home

async def main():
    async with opened(StoreUrls(*sys.argv[1:4])) as stores:
        for profile in sys.argv[4:]:
            print(json.dumps(await home(Face(stores.ports), profile=profile)))

asyncio.run(main())
"""


@pytest.fixture(params=[world.LAYOUT, replace(SHIPPED_LAYOUT, version=4)], ids=["plain", "shipped"])
def with_layout(filled: StoreUrls, request: pytest.FixtureRequest) -> StoreUrls:
    """The layout of the world, and the one that ships: it orders rows for their viewer, explores and rotates."""
    publish(filled.mongo_url, request.param)
    return filled


def pages_of_another_process(urls: StoreUrls, seed: str) -> list[str]:
    """One page a line. Another hash seed orders sets differently, as every process of a fleet does."""
    arguments = [urls.mongo_url, urls.elasticsearch_url, urls.redis_url, *PROFILES]
    finished = subprocess.run(
        [sys.executable, "-c", PROCESS, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()


def test_two_processes_make_the_same_bytes_of_the_same_things(with_layout: StoreUrls) -> None:
    one, other = (pages_of_another_process(with_layout, seed) for seed in ("1", "2"))
    assert one == other
    assert [len(json.loads(page)["rows"]["edges"]) > 2 for page in one] == [True, True, True]


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_page_stays_what_it_was_for_the_hour(with_layout: StoreUrls, profile: str) -> None:
    pages = []
    for minutes in (0, 17, 59):
        async with opened(with_layout) as stores:
            page = await home(Face(stores.ports), now=NOW + timedelta(minutes=minutes), profile=profile)
            page.pop("generatedAt")
            pages.append(page)
    assert pages[0] == pages[1] == pages[2]
