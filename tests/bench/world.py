"""What the HTTP benches run against: stores with made data, a server of their own, and people who ask."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from load import Request
from processes import free_port, serving
from pymongo import MongoClient
from small_world import small_world
from tv_query import DEVICE, home_query

from bff.auth.tokens import sign_token
from bff.commands.demo import DemoOptions, ensure_data, remove_stale_data
from bff.demo.data import STATUS_FILE
from bff.local_stack import LocalStack, StoreUrls, running_stack
from bff.settings import read_settings, resolve_store_urls
from domain import storage_names
from domain.ids import AccountId, global_id
from domain.layouts.model import Layout, RowSpec
from domain.layouts.versions import layout_to_record
from domain.viewers.profiles import Principal, Role

KEPT_SECONDS = 14 * 86_400
RECIPE = DemoOptions(titles=1000, profiles=300, days=60, seed=7, reset=False)
VIEWERS = 200
PROFILES_QUERY = "{ profiles { id } }"


@dataclass(frozen=True, slots=True)
class Asker:
    """A profile, by its global id, and a token of its account."""

    profile_id: str
    token: str


@dataclass(frozen=True, slots=True)
class World:
    """A server under measurement. `pid` and `stores` are None when the bench did not start it."""

    url: str
    askers: tuple[Asker, ...]
    scratch: Path
    pid: int | None = None
    stores: StoreUrls | None = None

    def requests(self, rows: int, cards: int) -> list[Request]:
        """The home query of every asker, in turn."""
        return [self._request(asker, rows, cards) for asker in self.askers]

    def publish(self, specs: Sequence[RowSpec]) -> None:
        """Make these rows the home page, from the next request on. Only for a world of our own."""
        if self.stores is None:
            raise SystemExit("Layouts are not published to a server that is not ours.")
        layout = Layout("home", 1, tuple(specs), datetime.now(UTC))
        with MongoClient[dict[str, Any]](self.stores.mongo_url) as client:
            layouts = client.get_default_database(storage_names.DATABASE)[storage_names.LAYOUTS]
            layouts.replace_one({"_id": layout.id}, layout_to_record(layout), upsert=True)

    def _request(self, asker: Asker, rows: int, cards: int) -> Request:
        variables = {"profileId": asker.profile_id, "device": DEVICE, "rows": rows, "cards": cards}
        body = json.dumps({"query": home_query(), "variables": variables}).encode()
        headers = {"Authorization": f"Bearer {asker.token}", "Content-Type": "application/json"}
        return Request(body, headers)


@contextmanager
def own_world(home: Path, smoke: bool) -> Iterator[World]:
    """Local stores under `home`, filled once and kept; for a smoke run a small world that is removed again."""
    settings = read_settings(home=home.absolute(), demo=True)
    if settings.configured_stores and not smoke:
        raise SystemExit(
            "The benches make their own data in local servers: unset MARQUEE_*_URL, "
            "or measure a running service with --url and --token."
        )
    local = LocalStack(settings.home, external=settings.configured_stores)
    if not smoke:
        # Removes what an interrupted run left half-made, and what has grown so old that licences ran out.
        remove_stale_data(local, replace(RECIPE, reset=_is_old(settings.home)), settings)
    with running_stack(local):
        if smoke:
            with (
                small_world(resolve_store_urls(settings), titles=120, profiles=8) as urls,
                _served(home, urls) as world,
            ):
                yield world
        else:
            ensure_data(settings, RECIPE)
            with _served(home, resolve_store_urls(settings)) as world:
                yield world


def _is_old(home: Path) -> bool:
    note = home / STATUS_FILE
    return note.exists() and time.time() - note.stat().st_mtime > KEPT_SECONDS


def running_world(url: str, token: str, scratch: Path) -> World:
    """A service that runs already; the token's account asks, with all its profiles."""
    base = url.rstrip("/").removesuffix("/graphql")
    answer = httpx.post(
        f"{base}/graphql",
        json={"query": PROFILES_QUERY},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    if not answer.is_success or not answer.json().get("data"):
        raise SystemExit(f"{base}/graphql answered {answer.status_code}: {answer.text[:300]}")
    profiles = [profile["id"] for profile in answer.json()["data"]["profiles"]]
    if not profiles:
        raise SystemExit("The token's account has no profile to ask for.")
    return World(base, tuple(Asker(profile, token) for profile in profiles), scratch)


@contextmanager
def _served(home: Path, stores: StoreUrls) -> Iterator[World]:
    port, secret = free_port(), secrets.token_hex(32)
    url = f"http://127.0.0.1:{port}"
    environment = {
        "MARQUEE_HOME": str(home.absolute()),
        "MARQUEE_DEMO": "1",
        # Figures of pages, not of refusals; overload.py has a server of its own.
        "MARQUEE_MOST_AT_ONCE": "0",
        # As in production: the demo would check the invariants of every page.
        "MARQUEE_CONTRACT_SAMPLE": "0.05",
        # Every page is composed: `live` measures cached ones.
        "MARQUEE_WARM_SECONDS": "0",
        "MARQUEE_JWT_SECRET": secret,
        "MARQUEE_MONGO_URL": stores.mongo_url,
        "MARQUEE_ELASTICSEARCH_URL": stores.elasticsearch_url,
        "MARQUEE_REDIS_URL": stores.redis_url,
    }
    command = [sys.executable, "-m", "bff.cli", "serve", "--port", str(port)]
    home.mkdir(parents=True, exist_ok=True)
    with serving(command, f"{url}/healthz", home / "serve.log", environment) as pid:
        yield World(url, _askers(stores, secret.encode()), home, pid, stores)


def _askers(stores: StoreUrls, secret: bytes) -> tuple[Asker, ...]:
    """Up to VIEWERS profiles, always the same ones, each with a token of its account."""
    with MongoClient[dict[str, Any]](stores.mongo_url) as client:
        profiles = client.get_default_database(storage_names.DATABASE)[storage_names.PROFILES]
        found = list(profiles.find({}, {"account_id": 1}).sort("_id", 1).limit(VIEWERS))
    now, day = datetime.now(UTC), timedelta(days=1)
    return tuple(
        Asker(
            global_id("profile", profile["_id"]),
            sign_token(
                Principal(AccountId(profile["account_id"]), Role.VIEWER),
                secret,
                "marquee",
                "marquee",
                now,
                day,
            ),
        )
        for profile in found
    )
