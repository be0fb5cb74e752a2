"""What was withdrawn before an outage stays away in it, whatever stores are gone and whichever process is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from redis import Redis

from batch.storage.announcements import announce
from bff.local_stack import StoreUrls
from domain.recommendations.lists import DataVersion
from domain.visibility.changes import VisibilityChange
from tests.bff.store_proxies import STORES, ProxiedService, proxied_service, write_fallback_page
from tests.bff.withheld.shifting_world import ShiftingWorld
from tests.bff.withheld.test_nothing_withheld import WAIT_SECONDS, hears_all, known_changes
from tests.bff.withheld.viewers import spoken_of

pytestmark = pytest.mark.stores

Bearer = Callable[..., dict[str, str]]
GONE = [stores for size in (1, 2, 3) for stores in combinations(STORES, size)]
PAGES = 24


@pytest.fixture
def quiet(urls: StoreUrls, world: ModuleType, version: DataVersion) -> Iterator[StoreUrls]:
    """The small world with a log of changes of its own."""
    urls = replace(urls, redis_url=f"{urls.redis_url.rpartition('/')[0]}/13")
    with Redis.from_url(urls.redis_url) as redis:
        redis.flushdb()
        world.fill_redis(urls.redis_url, version)
        yield urls
        redis.flushdb()


def wait_until_heard(service: ProxiedService) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not hears_all(service):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wait_until_deaf(service: ProxiedService) -> None:
    """It notices within three seconds that it hears nothing."""
    deadline = time.monotonic() + WAIT_SECONDS
    while service.client.app_state["stores"].ports.changes.lease_seconds(50.0) > 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def withdraw_and_tell(service: ProxiedService, withdrawn: Callable[[str], None], title: str) -> None:
    """Until the process has heard of it, without a request."""
    known, deadline = known_changes(service), time.monotonic() + WAIT_SECONDS
    withdrawn(title)
    while known_changes(service) == known:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def shown(answer: dict[str, Any]) -> set[str]:
    return spoken_of(answer["data"]["home"])


@pytest.fixture
def withdrawn(quiet: StoreUrls, world: ModuleType, version: DataVersion) -> Iterator[Callable[[str], None]]:
    """`withdrawn("m1")`: deleted from the record and announced, as an importer does; undone afterwards."""
    with ShiftingWorld(quiet, world, version) as shifting, Redis.from_url(quiet.redis_url) as redis:

        def withdraw(title: str) -> None:
            shifting.facts.titles[title].there = False
            announce(redis, shifting._write_title(title))

        yield withdraw
        for title, facts in shifting.facts.titles.items():
            if not facts.there:
                facts.there = True
                announce(redis, shifting._write_title(title))


@pytest.mark.parametrize("gone", GONE, ids="+".join)
@pytest.mark.parametrize("warm_seconds", [0, 300], ids=["composed", "warm"])
def test_a_title_that_was_withdrawn_before_an_outage_is_on_no_page_in_it(
    quiet: StoreUrls,
    tmp_path: Path,
    bearer: Bearer,
    world: ModuleType,
    withdrawn: Callable[[str], None],
    gone: tuple[str, ...],
    warm_seconds: int,
) -> None:
    write_fallback_page(tmp_path, world)
    with proxied_service(quiet, tmp_path, bearer, warm_seconds=warm_seconds, quick=True) as house:
        wait_until_heard(house)
        before = {profile: shown(house.home(profile)) for profile in ("ade", "kids")}
        assert "m1" in before["ade"] & before["kids"]
        withdraw_and_tell(house, withdrawn, "m1")
        with house.without(*gone):
            after = [shown(house.home(profile)) for _ in range(PAGES // 2) for profile in ("ade", "kids")]
    assert len(after) == PAGES
    assert [page for page in after if "m1" in page] == []
    assert min(len(page) for page in after) > 3


def test_a_process_that_starts_in_the_outage_knows_what_an_earlier_one_heard(
    quiet: StoreUrls, tmp_path: Path, bearer: Bearer, world: ModuleType, withdrawn: Callable[[str], None]
) -> None:
    write_fallback_page(tmp_path, world)
    with proxied_service(quiet, tmp_path, bearer, quick=True) as house:
        wait_until_heard(house)
        withdraw_and_tell(house, withdrawn, "m0")
    with proxied_service(quiet, tmp_path, bearer, down=STORES, quick=True) as cold:
        page = shown(cold.home("ade"))
    assert "m0" not in page
    assert len(page) > 3


def test_when_nothing_may_be_trusted_a_page_is_empty_and_says_so(
    quiet: StoreUrls, tmp_path: Path, bearer: Bearer, world: ModuleType, version: DataVersion
) -> None:
    """With a bound of zero, not even what is withdrawn behind everybody's back is ever shown."""
    write_fallback_page(tmp_path, world)
    with (
        proxied_service(quiet, tmp_path, bearer, warm_seconds=300, quick=True, trust_seconds=0) as house,
        ShiftingWorld(quiet, world, version) as shifting,
    ):
        wait_until_heard(house)
        assert house.home()["data"]["home"]["rows"]["nodes"]
        with house.without(*STORES):
            wait_until_deaf(house)
            for _ in range(5):
                shifting.withdraw(Random(1))
            home = house.home()["data"]["home"]
        assert home["rows"]["nodes"] == []
        assert {"CATALOG_UNAVAILABLE", "SHIPPED_PAGE_MISSING"} <= {
            one["what"] for one in home["degradations"]
        }
        for title, facts in shifting.facts.titles.items():
            if not facts.there:
                facts.there = True
                shifting._write_title(title)


def test_an_edit_that_nobody_announces_acts_within_a_second(
    quiet: StoreUrls, tmp_path: Path, bearer: Bearer, world: ModuleType, version: DataVersion
) -> None:
    """The change stream tells of it."""
    write_fallback_page(tmp_path, world)
    with (
        proxied_service(quiet, tmp_path, bearer, warm_seconds=300) as house,
        ShiftingWorld(quiet, world, version) as shifting,
    ):
        wait_until_heard(house)
        assert "m12" in shown(house.home("ade"))
        assert "m12" in shown(house.home("ade"))
        edited_at = time.monotonic()
        shifting._database["profiles"].update_one({"_id": "ade"}, {"$set": {"maturity_limit": 7}})
        while "m12" in shown(house.home("ade")):
            assert time.monotonic() - edited_at < WAIT_SECONDS
        seconds = time.monotonic() - edited_at
        shifting._database["profiles"].update_one({"_id": "ade"}, {"$set": {"maturity_limit": 18}})
    print(f"an unannounced edit acted after {seconds * 1000:.0f} ms")


def test_an_announced_edit_acts_on_the_next_page_of_every_process(
    quiet: StoreUrls, tmp_path: Path, bearer: Bearer, world: ModuleType, version: DataVersion
) -> None:
    write_fallback_page(tmp_path, world)
    with (
        proxied_service(quiet, tmp_path, bearer, warm_seconds=300) as one,
        proxied_service(quiet, tmp_path, bearer, warm_seconds=300) as other,
        ShiftingWorld(quiet, world, version) as shifting,
        Redis.from_url(quiet.redis_url) as redis,
    ):
        for blocked in (["m5"], [], ["m7", "m9"], []):
            shifting.facts.people["ade"].blocked = frozenset(blocked)
            change: VisibilityChange = shifting._write_person("ade")
            announce(redis, change)
            for house in (one, other):
                page = shown(house.home("ade"))
                assert page & {"m5", "m7", "m9"} == {"m5", "m7", "m9"} - {*blocked}
