"""The local servers: started once, found again, ended with their parent; no acknowledged write is lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from pymongo import MongoClient

from bff.local_stack import LocalStack, StackProblem, running_stack
from bff.local_stack.processes import is_running, launch, stop_all, terminate, wait_until
from bff.local_stack.record import ServerProcess, read_record
from bff.local_stack.servers import installed_package

pytestmark = pytest.mark.stores

DEADLINE_SECONDS = 30.0
ELSEWHERE = "http://stores.example:1"

PARENT = """
import sys
from pathlib import Path
from bff.local_stack import LocalStack, running_stack
with running_stack(LocalStack(Path(sys.argv[1]), external={"mongo": "mongodb://elsewhere"})):
    print("ready", flush=True)
    sys.stdin.read()
"""


def only(name: str, home: Path) -> LocalStack:
    """A stack that starts one server, because the other stores are the user's own."""
    others = {"mongo", "elasticsearch", "redis"} - {name}
    return LocalStack(home, external=dict.fromkeys(others, ELSEWHERE))


def processes_in(home: Path) -> list[ServerProcess]:
    record = read_record(home)
    assert record is not None
    return [server.process for server in record.servers.values()]


def test_a_second_up_finds_what_the_first_started(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path)
    try:
        first = stack.up()
        second = stack.up()
    finally:
        stopped = stack.down()
    assert [(state.server.name, state.state, state.is_new) for state in first] == [
        ("mongo", "running", True),
        ("elasticsearch", "running", True),
        ("redis", "running", True),
    ]
    assert [(state.pid, state.url, state.is_new) for state in second] == [
        (state.pid, state.url, False) for state in first
    ]
    assert stopped == ["mongo", "elasticsearch", "redis"]
    assert [state.state for state in stack.status()] == ["stopped", "stopped", "stopped"]
    assert not (tmp_path / "stack.json").exists()


def test_down_without_a_running_server_stops_nothing(tmp_path: Path) -> None:
    assert LocalStack(tmp_path / "never-used").down() == []
    assert not (tmp_path / "never-used").exists()


def test_a_dead_server_is_started_again_where_it_was(tmp_path: Path) -> None:
    stack = only("redis", tmp_path)
    try:
        before = stack.up()[2]
        kill_and_wait(tmp_path)
        assert stack.status()[2].state == "stopped"
        after = stack.up()[2]
    finally:
        stack.down()
    assert after.is_new
    assert after.url == before.url
    assert after.pid != before.pid


def test_stores_of_the_users_own_are_left_alone(tmp_path: Path) -> None:
    with running_stack(only("redis", tmp_path)) as states:
        assert [(state.server.name, state.state) for state in states] == [
            ("mongo", "yours"),
            ("elasticsearch", "yours"),
            ("redis", "running"),
        ]
        assert sorted(path.name for path in (tmp_path / "stack").iterdir()) == ["redis", "redis.log"]


def test_servers_that_ran_before_the_block_run_on_after_it(tmp_path: Path) -> None:
    stack = only("redis", tmp_path)
    try:
        stack.up()
        with running_stack(stack) as states:
            assert [state.is_new for state in states] == [False, False, False]
        assert stack.status()[2].state == "running"
    finally:
        stack.down()


def test_a_killed_parent_leaves_no_server(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        servers = processes_in(tmp_path)
        parent.kill()
    assert len(servers) == 2
    assert wait_until(lambda: not any(map(is_running, servers)), DEADLINE_SECONDS)


def test_up_after_a_killed_parent_starts_afresh(tmp_path: Path) -> None:
    stack = only("redis", tmp_path)
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        parent.kill()
    try:
        assert stack.up()[2].is_new
        assert stack.owner() is None
    finally:
        stack.down()


def test_a_parent_watch_without_the_kernel_ends_its_command_too(tmp_path: Path) -> None:
    watch_file = Path(sys.modules["bff.local_stack.processes"].__file__ or "").with_name("parent_watch.py")
    code = (
        f"import os, runpy; watch = runpy.run_path({str(watch_file)!r})['run_watching_parent']; "
        "watch(os.getppid() + 1, ['sleep', '600'])"
    )
    started = launch([sys.executable, "-c", code], tmp_path, tmp_path / "log", ends_with_parent=False)
    assert wait_until(lambda: not is_running(started), DEADLINE_SECONDS)
    assert (tmp_path / "log").read_text() == ""


def test_a_server_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    code = "from signal import *; signal(SIGTERM, SIG_IGN); print('on', flush=True); pause()"
    stubborn = launch([sys.executable, "-c", code], tmp_path, tmp_path / "log", ends_with_parent=False)
    assert wait_until(lambda: "on" in (tmp_path / "log").read_text(), DEADLINE_SECONDS)
    stop_all([stubborn], grace_seconds=0.2)
    assert not is_running(stubborn)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere `ps` is asked")
def test_a_process_whose_threads_are_still_ending_counts_as_running(tmp_path: Path) -> None:
    """They hold its port and its files, although the first thread is a zombie already."""
    code = (
        "import ctypes, threading, time; threading.Thread(target=time.sleep, args=[600]).start(); "
        "print('on', flush=True); ctypes.CDLL(None).pthread_exit(None)"
    )
    process = launch([sys.executable, "-c", code], tmp_path, tmp_path / "log", ends_with_parent=False)
    stat = Path(f"/proc/{process.pid}/stat")
    assert wait_until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "Z", DEADLINE_SECONDS)
    assert is_running(process)
    stop_all([process], grace_seconds=5.0)
    assert not is_running(process)


def test_a_busy_port_is_explained_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StackProblem) as problem:
            replace(only("redis", tmp_path), ports={"redis": port}).up()
    assert str(problem.value) == (
        f"Port {port} for Valkey cannot be used (Address already in use): choose another one with --redis-port, "
        "or omit the option to use a free port."
    )
    assert read_record(tmp_path) is None


def test_a_missing_wheel_is_explained_before_anything_is_started(tmp_path: Path) -> None:
    def without_noida(name: str) -> Path | None:
        return None if name == "noida_db" else installed_package(name)

    with pytest.raises(StackProblem) as problem:
        LocalStack(tmp_path, find_package=without_noida).up()
    assert str(problem.value) == (
        "noida-db is not installed: run `pip install 'marquee[local]'`, "
        "or set MARQUEE_ELASTICSEARCH_URL to your own server."
    )
    assert read_record(tmp_path) is None
    assert list((tmp_path / "stack").glob("*.log")) == []


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StackProblem) as problem:
        LocalStack(tmp_path / "file" / "home").up()
    assert str(problem.value) == (
        f"Cannot write to {tmp_path}/file/home (Not a directory): make it writable, "
        "or set MARQUEE_HOME to another folder."
    )


def test_a_server_that_cannot_start_names_its_log(tmp_path: Path) -> None:
    (tmp_path / "stack" / "redis" / "appendonlydir").mkdir(parents=True)
    manifest = tmp_path / "stack" / "redis" / "appendonlydir" / "appendonly.aof.manifest"
    manifest.write_text("rubbish\n")
    with pytest.raises(StackProblem) as problem:
        only("redis", tmp_path).up()
    assert str(problem.value) == f"Valkey ended right after its start: see {tmp_path}/stack/redis.log."
    assert read_record(tmp_path) is None


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"servers": 3}', "not json"])
def test_an_unreadable_record_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "stack.json").write_text(content)
    assert read_record(tmp_path) is None
    assert LocalStack(tmp_path).down() == []


def test_the_record_names_the_urls_that_the_nightly_run_reads(tmp_path: Path) -> None:
    with running_stack(only("redis", tmp_path)) as states:
        found = json.loads((tmp_path / "stack.json").read_text())
        assert (found["mongo_url"], found["elasticsearch_url"]) == ("", "")
        assert found["redis_url"] == states[2].url
        assert found["owner"]["pid"] == os.getpid()


def test_valkey_keeps_every_acknowledged_write_through_kill_9(tmp_path: Path) -> None:
    stack = only("redis", tmp_path)
    try:
        with redis.Redis.from_url(stack.up()[2].url) as client:
            for number in range(500):
                client.set(f"key-{number}", number)
            kill_and_wait(tmp_path)
        with redis.Redis.from_url(stack.up()[2].url) as client:
            assert client.dbsize() == 500
            assert client.get("key-499") == b"499"
    finally:
        stack.down()


def test_mongo_keeps_every_acknowledged_write_through_kill_9(tmp_path: Path) -> None:
    stack = only("mongo", tmp_path)
    try:
        with MongoClient[dict[str, object]](stack.up()[0].url) as client:
            for number in range(300):
                client.marquee.events.insert_one({"_id": number})
            kill_and_wait(tmp_path)
        with MongoClient[dict[str, object]](stack.up()[0].url) as client:
            assert client.marquee.events.count_documents({}) == 300
    finally:
        stack.down()


def test_the_search_index_survives_an_orderly_stop(tmp_path: Path) -> None:
    import httpx

    stack = only("elasticsearch", tmp_path)
    document = {"name": "The Long Night"}
    with running_stack(stack) as states:
        httpx.put(f"{states[1].url}/titles/_doc/1?refresh=true", json=document).raise_for_status()
    with running_stack(stack) as states:
        assert httpx.get(f"{states[1].url}/titles/_doc/1").json()["_source"] == document


def kill_and_wait(home: Path) -> None:
    """kill -9 to every recorded server."""
    servers = processes_in(home)
    for server in servers:
        os.kill(server.pid, signal.SIGKILL)
    terminate(servers, DEADLINE_SECONDS)
