"""TCP proxies to the three stores that can refuse, hang and recover under a running service."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from starlette.testclient import TestClient

from bff.app import create_app
from bff.local_stack import StoreUrls
from bff.settings import Settings
from domain.ids import GLOBAL, Region
from domain.page.fallback_page import build_fallback_pages, pages_to_document
from domain.recommendations.lists import PopularKey, RankedList, RankedTitle
from domain.storage_names import SHIPPED_PAGES

SECRET = "a secret of thirty-two bytes or more"
STORES = ("mongo", "elasticsearch", "redis")
Garble = Callable[[bytes], bytes]

QUICK = ("mongo_read_seconds", "mongo_write_seconds", "redis_seconds", "titles_seconds", "search_seconds")
HOME = """
query Home($profileId: ID!) {
  home(profileId: $profileId, device: {formFactor: TV}) {
    degradations { rowId what servedInstead since }
    rows(first: 20) { nodes { kind title servedFrom status cards(first: 20) { nodes { title { id } } } } }
  }
}
"""


def garble_bson(chunk: bytes) -> bytes:
    """A MongoDB message whose documents are rubbish."""
    return chunk[:21] + b"\xff" * len(chunk[21:])


def garble_resp(chunk: bytes) -> bytes:
    """A reply of no type that Redis has."""
    return b"?" + chunk[1:]


def cut_json(chunk: bytes) -> bytes:
    """An HTTP response whose body ends in the middle of its JSON, padded to its length.

    A body often comes in a chunk of its own, after its head.
    """
    if not chunk.startswith(b"HTTP/"):
        return b" " * len(chunk)
    head, blank_line, body = chunk.partition(b"\r\n\r\n")
    return head + blank_line + b'{"cut'.ljust(len(body))[: len(body)]


GARBLE = {"mongo": garble_bson, "redis": garble_resp, "elasticsearch": cut_json}


class StoreProxy:
    """Passes bytes to a server while open. Shut, it refuses and cuts connections; hanging, it is mute; garbling, it
    changes what the server answers."""

    def __init__(self, host: str, port: int, garble: Garble) -> None:
        self._target = (host, port)
        self._garble = garble
        self._is_garbling = False
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._is_open = True
        self._is_hanging = False
        self._connections: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def refuse(self) -> None:
        self._is_open = False
        for one in self._connections:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._connections.clear()

    def hang(self) -> None:
        self._is_hanging = True
        self.refuse()

    def garble(self) -> None:
        self._is_garbling = True

    def open(self) -> None:
        self._is_open, self._is_hanging, self._is_garbling = True, False, False

    def _answer(self, chunk: bytes) -> bytes:
        return self._garble(chunk) if self._is_garbling else chunk

    def close(self) -> None:
        self.refuse()
        self._socket.close()

    def _serve(self) -> None:
        held: list[socket.socket] = []
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            if self._is_hanging:
                held.append(client)
            elif not self._is_open:
                client.close()
            else:
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        server = socket.create_connection(self._target)
        self._connections += [client, server]
        for source, sink, change in ((client, server, bytes), (server, client, self._answer)):
            threading.Thread(target=_pump, args=(source, sink, change), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket, change: Garble) -> None:
    with suppress(OSError):
        while content := source.recv(65536):
            sink.sendall(change(content))
    for one in (source, sink):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


class ProxiedService:
    """A running service and the proxies of its three stores."""

    def __init__(
        self, client: TestClient, proxies: dict[str, StoreProxy], bearer: Callable[..., dict[str, str]]
    ) -> None:
        self.client = client
        self.proxies = proxies
        self._bearer = bearer

    def home(
        self, profile: str = "ade", account: str = "home", headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        body = {"query": HOME, "variables": {"profileId": f"profile_{profile}"}}
        sent = headers or self._bearer(account)
        answer: dict[str, Any] = self.client.post("/graphql", json=body, headers=sent).json()
        return answer

    def ask(self, document: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.post(
            "/graphql", json={"query": document}, headers=self._bearer()
        ).json()
        return answer

    @contextmanager
    def without(self, *stores: str, hanging: bool = False) -> Iterator[None]:
        for store in stores:
            if hanging:
                self.proxies[store].hang()
            else:
                self.proxies[store].refuse()
        yield
        for store in stores:
            self.proxies[store].open()


@contextmanager
def proxied_service(
    urls: StoreUrls,
    home: Path,
    bearer: Callable[..., dict[str, str]],
    down: tuple[str, ...] = (),
    warm_seconds: float = 0,
    quick: bool = False,
    **more: float,
) -> Iterator[ProxiedService]:
    """A service that starts while these stores are down. By default it composes every page.

    `quick`: with short timeouts. `more`: further settings.
    """
    proxies: dict[str, StoreProxy] = {}
    options: dict[str, str] = {}
    for store in STORES:
        url = getattr(urls, f"{store}_url")
        parts = urlsplit(url)
        proxies[store] = StoreProxy(parts.hostname or "", parts.port or 0, GARBLE[store])
        options[f"{store}_url"] = url.replace(parts.netloc, f"127.0.0.1:{proxies[store].port}")
    for store in down:
        proxies[store].refuse()
    options |= {"warm_seconds": str(warm_seconds)} | {name: str(value) for name, value in more.items()}
    if quick:
        options |= dict.fromkeys(QUICK, "0.25")
    settings = Settings(home=home, jwt_secret=SecretStr(SECRET), demo=True, **options)  # type: ignore[arg-type]
    with TestClient(create_app(settings)) as client:
        yield ProxiedService(client, proxies, bearer)
    for proxy in proxies.values():
        proxy.close()


def write_fallback_page(home: Path, world: ModuleType) -> None:
    """Write the fallback page of the small world into a data folder, as the nightly run would."""
    titles = {title.id: title for title in world.titles()}
    ranked = RankedList(tuple(RankedTitle(one, title.popularity) for one, title in titles.items()), world.NOW)
    lists = {PopularKey(region): ranked for region in (Region("DE"), Region("US"), GLOBAL)}
    path = home / SHIPPED_PAGES
    path.parent.mkdir(parents=True)
    document = pages_to_document(build_fallback_pages("shipped", datetime.now(UTC), lists, titles))
    path.write_bytes(gzip.compress(json.dumps(document).encode()))
