"""Session fixtures: the three local servers, started once, and a clean corner in each of them per test.

MARQUEE_MONGO_URL and so on make the same tests run against real servers.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from redis import Redis

from bff.local_stack import LocalStack, StoreUrls, running_stack
from domain.visibility.changes import CHANGES_KEY, LAST_KEY, SINCE_KEY

settings.register_profile("house", deadline=None)
settings.load_profile("house")
"""A machine that does other things too is no fault of what is tested."""

settings.register_profile("quick", parent=settings.get_profile("house"), max_examples=20)
"""Of `make test-fast`: a fifth of the examples. `make test` tries them all."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz-pairs", type=int, default=200, help="operations to execute plainly and compiled")
    parser.addoption("--fuzz-seed", type=int, default=1, help="the first of them")
    parser.addoption("--withheld-questions", type=int, default=150, help="questions while stores flap")
    parser.addoption("--random-kills", type=int, default=3, help="of nights, at any moment, under readers")
    parser.addoption("--kill-seed", type=int, default=1, help="when they are killed")
    parser.addoption("--kill-readers", type=int, default=10, help="that read at the same time")
    parser.addoption("--kill-pages", type=int, default=300, help="pages that are read meanwhile, at least")
    parser.addoption("--withheld-seed", type=int, default=1, help="what they are and what changes")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreUrls]:
    """The three stores: `stack.mongo_url`, `stack.elasticsearch_url`, `stack.redis_url`."""
    names = ("mongo", "elasticsearch", "redis")
    external = {name: os.environ.get(f"MARQUEE_{name.upper()}_URL", "") for name in names}
    local = LocalStack(tmp_path_factory.mktemp("stack"), external=external)
    with running_stack(local):
        yield local.urls()


@pytest.fixture
def mongo_database(stack: StoreUrls) -> Iterator[str]:
    """URL of a MongoDB database of this test's own; it is dropped afterwards."""
    yield from _own_database(stack.mongo_url)


@pytest.fixture(scope="module")
def module_database(stack: StoreUrls) -> Iterator[str]:
    """URL of a MongoDB database that the tests of one file share; it is dropped afterwards.

    The people of the tests have the same ids in every file: what another file announced about them is forgotten.
    """
    with Redis.from_url(stack.redis_url) as redis:
        redis.delete(CHANGES_KEY, LAST_KEY, SINCE_KEY)
    yield from _own_database(stack.mongo_url)


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No MARQUEE_... variable: the test sees the defaults, whatever the tester has set."""
    for name in [name for name in os.environ if name.startswith("MARQUEE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with the real data sets: ml-latest-small, movietweetings, wikipedia (MARQUEE_REAL_DATA)."""
    named = os.environ.get("MARQUEE_REAL_DATA")
    if not named:
        pytest.skip("real data: set MARQUEE_REAL_DATA to a folder that holds ml-latest-small/ratings.csv")
    folder = Path(named)
    if not (folder / "ml-latest-small" / "ratings.csv").exists():
        pytest.skip(f"real data: {folder} holds no ml-latest-small/ratings.csv")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; `make test` installs one on Debian as root."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("browser: no Chromium was found; install `chromium`")
    return found


def _own_database(server_url: str) -> Iterator[str]:
    from pymongo import MongoClient

    name = f"test_{uuid.uuid4().hex[:12]}"
    base, _, options = server_url.partition("?")
    yield f"{base.rstrip('/')}/{name}?{options}"
    with MongoClient[dict[str, object]](server_url) as client:
        client.drop_database(name)
