"""Stores that answer rubbish, or never within a request, cost rows and never the page; circuits count it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from resolvers.runtime import deadlines
from tests.bff.store_proxies import STORES, ProxiedService, proxied_service, write_fallback_page

pytestmark = pytest.mark.stores

Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def house(urls: StoreUrls, tmp_path: Path, bearer: Bearer, world: ModuleType) -> Iterator[ProxiedService]:
    write_fallback_page(tmp_path, world)
    with proxied_service(urls, tmp_path, bearer, quick=True) as one:
        yield one


def rows(answer: dict[str, Any]) -> list[int]:
    assert "errors" not in answer, answer["errors"]
    return [len(row["cards"]["nodes"]) for row in answer["data"]["home"]["rows"]["nodes"]]


@pytest.mark.parametrize("store", STORES)
def test_rubbish_of_a_store_costs_no_page_and_opens_its_circuit(house: ProxiedService, store: str) -> None:
    house.proxies[store].garble()
    for profile in ("mina", "ade", "kids", "mina", "ade"):
        found = rows(house.home(profile))
        assert len(found) >= 3
        assert min(found) >= 2
    # A page may wait for a read that another page began, and then names no store.
    assert page_until(house, lambda answer: store in answer.get("extensions", {}).get("degraded", []))
    house.proxies[store].open()
    assert page_until(house, is_whole)


def page_until(house: ProxiedService, holds: Callable[[dict[str, Any]], bool]) -> bool:
    until = time.monotonic() + 20
    while not (found := holds(house.home("ade"))) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def is_whole(answer: dict[str, Any]) -> bool:
    degraded = answer.get("extensions", {}).get("degraded")
    return degraded is None and answer["data"]["home"]["degradations"] == []


@pytest.mark.parametrize("store", ["mongo", "elasticsearch"])
def test_a_page_is_served_though_store_time_outs_are_longer_than_a_request(
    urls: StoreUrls,
    tmp_path: Path,
    bearer: Bearer,
    world: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    store: str,
) -> None:
    """A hung store, with every time-out a minute: stores are cut a margin before a request's end."""
    monkeypatch.setattr(deadlines, "SHARED_SECONDS", 1.6)
    write_fallback_page(tmp_path, world)
    patient = dict.fromkeys(
        ("mongo_read_seconds", "mongo_write_seconds", "redis_seconds", "titles_seconds", "search_seconds"), 60
    )
    with proxied_service(urls, tmp_path, bearer, **patient) as one:
        one.proxies[store].hang()
        headers = bearer("home") | {"x-marquee-timeout-ms": "2000"}
        found = rows(one.home("mina", headers=headers))
    assert len(found) >= 3
    assert min(found) >= 2
