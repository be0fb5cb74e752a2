"""A running service over a small world (world.py), called in process through Starlette's test client."""

from __future__ import annotations

import importlib.util
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import uvicorn
from elasticsearch import Elasticsearch
from pydantic import SecretStr
from starlette.testclient import TestClient

from bff.app import create_app
from bff.auth.tokens import sign_token
from bff.local_stack import StoreUrls
from bff.settings import Settings
from domain.ids import AccountId, Region
from domain.recommendations.keys import index_name
from domain.recommendations.lists import DataVersion
from domain.viewers.profiles import Principal, Role

SECRET = "a secret of thirty-two bytes or more"

PATIENT = {f"{call}_seconds": 20.0 for call in ("mongo_read", "mongo_write", "redis", "titles", "search")}
"""So that a slow machine is no outage; a store that is down refuses at once."""


def _world() -> ModuleType:
    """tests/ is no package, so that `tests/search` cannot shadow `search`; this file is loaded by its path."""
    path = Path(__file__).with_name("world.py")
    spec = importlib.util.spec_from_file_location("bff_world", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bff_world"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def world() -> ModuleType:
    return _world()


@pytest.fixture(scope="session")
def version() -> DataVersion:
    name = uuid.uuid4().hex[:12]
    return DataVersion(name, index_name(name), f"run-{name}", "2026-11-22", datetime.now(UTC))


@pytest.fixture(scope="module")
def urls(
    stack: StoreUrls, module_database: str, world: ModuleType, version: DataVersion
) -> Iterator[StoreUrls]:
    """The three stores, filled with the small world."""
    world.fill_mongo(module_database, version)
    world.fill_elasticsearch(stack.elasticsearch_url, version.index)
    world.fill_redis(stack.redis_url, version)
    yield StoreUrls(module_database, stack.elasticsearch_url, stack.redis_url)
    with Elasticsearch(stack.elasticsearch_url) as client:
        client.indices.delete(index=version.index)


@pytest.fixture(scope="module")
def settings(urls: StoreUrls, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        home=tmp_path_factory.mktemp("home"),
        mongo_url=urls.mongo_url,
        elasticsearch_url=urls.elasticsearch_url,
        redis_url=urls.redis_url,
        jwt_secret=SecretStr(SECRET),
        demo=True,
        region="DE",
        **PATIENT,
    )


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as running:
        yield running


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    """A real server over the small world."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def bearer() -> Callable[..., dict[str, str]]:
    """Headers of an account: `bearer("home")`, `bearer("home", Role.STAFF)`."""

    def make(account: str = "home", role: Role = Role.VIEWER) -> dict[str, str]:
        principal = Principal(AccountId(account), role, Region("DE"))
        now = datetime.now(UTC)
        token = sign_token(principal, SECRET.encode(), "marquee", "marquee", now, timedelta(hours=1))
        return {"authorization": f"Bearer {token}"}

    return make


@pytest.fixture
def ask(client: TestClient, bearer: Callable[..., dict[str, str]]) -> Callable[..., dict[str, Any]]:
    """Run a document as account "home" and return the answer."""

    def run(document: str, headers: dict[str, str] | None = None, **variables: object) -> dict[str, Any]:
        response = client.post(
            "/graphql", json={"query": document, "variables": variables}, headers=headers or bearer()
        )
        answer: dict[str, Any] = response.json()
        return answer

    return run


@pytest.fixture(scope="module")
def dark_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A production service none of whose stores answers: all that needs no store must work all the same."""
    settings = Settings(
        home=tmp_path_factory.mktemp("dark"),
        mongo_url="mongodb://127.0.0.1:9/marquee?directConnection=true",
        elasticsearch_url="http://127.0.0.1:9",
        redis_url="redis://127.0.0.1:9/0",
        jwt_secret=SecretStr(SECRET),
    )
    with TestClient(create_app(settings), raise_server_exceptions=False) as running:
        yield running
