"""The whole demo, small: first start makes the data and serves three kinds of profile, Ctrl-C leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bff.local_stack.probes import free_ports
from bff.local_stack.processes import is_running, wait_until
from bff.local_stack.record import read_record

pytestmark = [pytest.mark.demo, pytest.mark.stores, pytest.mark.spark, pytest.mark.timeout(1500)]

FIRST_START_SECONDS = 900.0
NEXT_START_SECONDS = 180.0
SMALL = ("--titles", "120", "--profiles", "150", "--days", "20", "--seed", "7")
HOME = "query ($id: ID!) { home(profileId: $id, device: {formFactor: TV}) { rows(first: 12) { nodes { title } } } }"


@contextmanager
def running_demo(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo as a newcomer starts it, and its address."""
    port = free_ports("127.0.0.1", 1)[0]
    command = [sys.executable, "-m", "bff.cli", "demo", "--no-browser", "--port", str(port), *options]
    without_own_stores = {
        name: value for name, value in os.environ.items() if not name.startswith("MARQUEE_")
    }
    with (home / "demo.log").open("a") as log:
        demo = subprocess.Popen(
            command,
            env={**without_own_stores, "MARQUEE_HOME": str(home)},
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        yield demo, f"http://127.0.0.1:{port}"
    finally:
        if demo.poll() is None:
            demo.send_signal(signal.SIGINT)
            demo.wait(60)


def is_ready(demo: subprocess.Popen[str], address: str) -> bool:
    """True once it serves; also when it has ended, so that no test waits for a dead demo."""
    if demo.poll() is not None:
        return True
    try:
        return httpx.get(f"{address}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def wait_for(demo: subprocess.Popen[str], address: str, home: Path, seconds: float) -> None:
    ready = wait_until(lambda: is_ready(demo, address), seconds)
    assert ready, (home / "demo.log").read_text()
    assert demo.poll() is None, (home / "demo.log").read_text()


def test_a_newcomer_sees_home_pages_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    with running_demo(tmp_path, *SMALL) as (demo, address):
        wait_for(demo, address, tmp_path, FIRST_START_SECONDS)
        personas = httpx.get(f"{address}/demo/session").json()["personas"]
        assert sorted(persona["kind"] for persona in personas) == ["binge", "kids", "new"]
        for persona in personas:
            assert row_count(address, persona) >= 3
        record = read_record(tmp_path)
        [results] = tmp_path.glob("reports/*/run_results.json")
        notes = json.loads(results.read_text("utf-8"))["notes"]
        assert not any("the service, which composes pages, is not installed" in note for note in notes)
    assert demo.returncode == 0
    assert record is not None
    assert not any(is_running(server.process) for server in record.servers.values())
    shown = (tmp_path / "demo.log").read_text()
    assert "Home is ready" in shown
    assert "Start again: make demo. Remove: make clean" in shown
    assert "Traceback" not in shown

    started = time.monotonic()
    with running_demo(tmp_path) as (demo, address):
        wait_for(demo, address, tmp_path, NEXT_START_SECONDS)
        print(f"second start: {time.monotonic() - started:.1f} s")
    assert (tmp_path / "demo.log").read_text().count("Generating the sample service") == 1


def row_count(address: str, persona: dict[str, str]) -> int:
    answer = httpx.post(
        f"{address}/graphql",
        json={"query": HOME, "variables": {"id": persona["profileId"]}},
        headers={"Authorization": f"Bearer {persona['token']}"},
        timeout=30,
    )
    return len(answer.json()["data"]["home"]["rows"]["nodes"])
