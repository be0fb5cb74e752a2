"""Stores that go down under a running service: a page stays, the right rows go, nothing leaks.

Each store is reached through a small door (a TCP proxy of this test's own) that can be shut and opened.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bff.app import create_app
from bff.local_stack import StoreUrls
from bff.settings import Settings

pytestmark = pytest.mark.stores

HOME = """
query Home($profileId: ID!) {
  home(profileId: $profileId, device: {formFactor: TV}) {
    degradations { rowId what }
    rows(first: 20) { nodes { kind cards(first: 20) { nodes { title { id } } } } }
  }
}
"""
SECRET = "a secret of thirty-two bytes or more"


class Door:
    """Passes bytes to a server while open; refuses and cuts connections while shut."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._is_open = True
        self._through: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def shut(self) -> None:
        self._is_open = False
        for one in self._through:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._through.clear()

    def open(self) -> None:
        self._is_open = True

    def close(self) -> None:
        self.shut()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            if not self._is_open:
                client.close()
                continue
            server = socket.create_connection(self._target)
            self._through += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(65536):
            sink.sendall(content)
    for one in (source, sink):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


class House:
    """A running service and the doors to its three stores."""

    def __init__(
        self, client: TestClient, doors: dict[str, Door], bearer: Callable[..., dict[str, str]]
    ) -> None:
        self.client = client
        self.doors = doors
        self._bearer = bearer

    def home(self, profile: str = "ade", account: str = "home") -> dict[str, Any]:
        body = {"query": HOME, "variables": {"profileId": f"profile_{profile}"}}
        answer: dict[str, Any] = self.client.post("/graphql", json=body, headers=self._bearer(account)).json()
        return answer

    def ask(self, document: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.post(
            "/graphql", json={"query": document}, headers=self._bearer()
        ).json()
        return answer

    @contextmanager
    def without(self, *stores: str) -> Iterator[None]:
        for store in stores:
            self.doors[store].shut()
        yield
        for store in stores:
            self.doors[store].open()


@pytest.fixture
def house(urls: StoreUrls, tmp_path: Path, bearer: Callable[..., dict[str, str]]) -> Iterator[House]:
    doors: dict[str, Door] = {}
    through: dict[str, str] = {}
    for store in ("mongo", "elasticsearch", "redis"):
        url = getattr(urls, f"{store}_url")
        parts = urlsplit(url)
        doors[store] = Door(parts.hostname or "", parts.port or 0)
        through[f"{store}_url"] = url.replace(parts.netloc, f"127.0.0.1:{doors[store].port}")
    settings = Settings(home=tmp_path, jwt_secret=SecretStr(SECRET), demo=True, **through)  # type: ignore[arg-type]
    with TestClient(create_app(settings)) as client:
        yield House(client, doors, bearer)
    for door in doors.values():
        door.close()


def kinds(answer: dict[str, Any]) -> list[str]:
    return [row["kind"] for row in answer["data"]["home"]["rows"]["nodes"]]


def test_without_redis_only_trending_is_missing(house: House) -> None:
    whole = house.home()
    with house.without("redis"):
        part = house.home()
    assert "errors" not in part
    assert "TRENDING" in kinds(whole)
    assert kinds(part) == [kind for kind in kinds(whole) if kind != "TRENDING"]
    assert part["extensions"]["degraded"] == ["redis"]
    assert part["data"]["home"]["degradations"]


def test_without_elasticsearch_cards_come_from_mongo(house: House) -> None:
    house.home()
    with house.without("elasticsearch"):
        part = house.home()
    assert "errors" not in part
    assert {"TOP_PICKS", "TRENDING"} <= set(kinds(part))
    assert part["extensions"]["degraded"] == ["elasticsearch"]
    assert part["extensions"]["storeCalls"]["mongo.titles"] == 1


def test_without_mongo_a_known_profile_keeps_its_page_and_another_gets_a_guests(
    house: House, world: ModuleType
) -> None:
    whole = house.home("ade")
    with house.without("mongo"):
        known = house.home("ade")
        unknown = house.home("kids")
    assert "TOP_PICKS" in kinds(known)
    assert set(kinds(known)) <= set(kinds(whole))
    assert known["extensions"]["degraded"] == ["mongo"]
    ages = {f"title_{title.id}": title.maturity_age for title in world.titles()}
    shown = [
        card["title"]["id"]
        for row in unknown["data"]["home"]["rows"]["nodes"]
        for card in row["cards"]["nodes"]
    ]
    assert {ages[title_id] for title_id in shown} <= {0}
    assert unknown["data"]["home"]["degradations"]


def test_without_any_store_a_known_profile_still_gets_an_answer_in_time(house: House) -> None:
    house.home()
    with house.without("mongo", "elasticsearch", "redis"):
        began = time.perf_counter()
        answer = house.home()
        assert time.perf_counter() - began < 5
    assert "data" in answer
    assert answer["extensions"]["degraded"] == ["elasticsearch", "mongo", "redis"]


@pytest.mark.parametrize("store", ["mongo", "elasticsearch", "redis"])
def test_a_store_that_comes_back_is_used_again_within_ten_seconds(house: House, store: str) -> None:
    whole = house.home()
    with house.without(store):
        for _ in range(6):
            house.home()
    deadline = time.monotonic() + 10
    while "degraded" in (answer := house.home()).get("extensions", {}):
        assert time.monotonic() < deadline, "still degraded"
        house.client.portal.call(_a_moment)  # type: ignore[union-attr]
    assert kinds(answer) == kinds(whole)


async def _a_moment() -> None:
    import asyncio

    await asyncio.sleep(0.2)


def test_search_without_elasticsearch_says_try_later(house: House) -> None:
    document = '{ searchTitles(profileId: "profile_ade", text: "movie") { nodes { id } } }'
    assert house.ask(document)["data"]["searchTitles"]["nodes"]
    with house.without("elasticsearch"):
        answer = house.ask(document)
    assert answer["data"] == {"searchTitles": None}
    assert answer["errors"][0]["extensions"]["code"] == "TRY_LATER"


def test_an_event_is_not_acknowledged_while_mongo_is_down(house: House) -> None:
    document = """mutation { listAdd(input: {profileId: "profile_mina", titleId: "title_m3", clientEventId: "e-1"})
                  { __typename } }"""
    house.home("mina")
    with house.without("mongo"):
        assert house.ask(document)["data"]["listAdd"]["__typename"] == "TryLater"
    deadline = time.monotonic() + 10
    while (answer := house.ask(document)["data"]["listAdd"]["__typename"]) == "TryLater":
        assert time.monotonic() < deadline, "still down"
        house.client.portal.call(_a_moment)  # type: ignore[union-attr]
    assert answer == "EventsRecorded"


def test_ready_stays_while_a_page_can_be_served_and_names_the_store(house: House) -> None:
    assert house.client.get("/readyz").json()["missing"] == []
    with house.without("redis"):
        response = house.client.get("/readyz")
    assert (response.status_code, response.json()["missing"]) == (200, ["redis does not answer"])
