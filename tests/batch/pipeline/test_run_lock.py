"""The run lock: one holder whoever asks at once, freed by a crash, kept by the living, lost with a word."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError

from batch.pipeline import run_lock
from batch.pipeline.process_identity import ProcessIdentity, this_process
from batch.pipeline.run_lock import LEASE_SECONDS, AlreadyRunning, LockLost, RunCancelled, RunLock
from batch.pipeline.versions import reserve_version
from domain.storage_names import DATABASE, LOCKS
from domain.timestamps import to_millis

pytestmark = pytest.mark.stores

DAY = "2026-11-20"
ELSEWHERE = ProcessIdentity("elsewhere", 1, "elsewhere/boot/pid:[1]", "7")


@pytest.fixture
def database(mongo_database: str) -> Iterator[Any]:
    with MongoClient[dict[str, Any]](mongo_database) as client:
        yield client.get_default_database(DATABASE)


@pytest.fixture
def lock(database: Any) -> RunLock:
    return RunLock(database)


def at_once(url: str, count: int, act: Callable[[Any], Any]) -> list[Any]:
    """What `count` clients of their own got, each result or error, all starting together."""
    barrier, results = threading.Barrier(count), []

    def start() -> None:
        with MongoClient[dict[str, Any]](url) as client:
            database = client.get_default_database(DATABASE)
            database.command("ping")
            barrier.wait()
            try:
                results.append(act(database))
            except AlreadyRunning as error:
                results.append(error)

    threads = [threading.Thread(target=start) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def age(database: Any, seconds: float) -> None:
    """As if the last sign of life was so long ago."""
    then = run_lock.server_now(database) - timedelta(seconds=seconds)
    database[LOCKS].update_one({"_id": run_lock.RUN_LOCK}, {"$set": {"renewed_at": to_millis(then)}})


def dead_process() -> ProcessIdentity:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return replace(this_process(), pid=child.pid)


@pytest.mark.parametrize("left_behind", [False, True], ids=["the first ever", "after a crash"])
def test_of_six_starts_together_exactly_one_begins(
    database: Any, mongo_database: str, left_behind: bool
) -> None:
    if left_behind:
        RunLock(database, dead_process()).take("nightly", DAY)
    results = at_once(mongo_database, 6, lambda one: RunLock(one).take("nightly", DAY))
    assert sorted(type(one).__name__ for one in results) == ["AlreadyRunning"] * 5 + ["HeldLock"]


def test_a_version_is_given_to_one_run_only(mongo_database: str) -> None:
    versions = at_once(
        mongo_database, 6, lambda one: [reserve_version(one, date(2026, 11, 20)) for _ in range(5)]
    )
    given = sorted(int(one.partition("-")[2]) for each in versions for one in each)
    assert given == list(range(1, 31))


def test_a_living_process_of_this_machine_keeps_it_however_long_it_is_silent(
    database: Any, lock: RunLock
) -> None:
    held = lock.take("nightly", DAY)
    held.name_run("r1")
    age(database, 9999)
    with pytest.raises(AlreadyRunning, match=r"Run r1 \(nightly of 2026-11-20\) .* 9999 s ago.*--steal"):
        lock.take("nightly", DAY)
    held.ensure_held()


def test_a_process_that_is_gone_frees_it_at_once(database: Any, lock: RunLock) -> None:
    RunLock(database, dead_process()).take("nightly", DAY)
    assert lock.take("nightly", DAY).token == 2


def test_a_number_that_was_given_again_is_not_the_holder(database: Any, lock: RunLock) -> None:
    RunLock(database, replace(this_process(), started="1")).take("nightly", DAY)
    assert lock.take("nightly", DAY).token == 2


def test_another_machine_is_judged_by_its_lease(database: Any, lock: RunLock) -> None:
    held = RunLock(database, ELSEWHERE).take("nightly", DAY)
    age(database, LEASE_SECONDS - 5)
    with pytest.raises(AlreadyRunning, match="on host elsewhere, process 1"):
        lock.take("nightly", DAY)
    age(database, LEASE_SECONDS + 5)
    held.beat()
    with pytest.raises(AlreadyRunning):
        lock.take("nightly", DAY)
    age(database, LEASE_SECONDS + 5)
    assert lock.take("nightly", DAY).token == 2


def test_who_lost_it_stops_before_it_writes_and_the_new_holder_goes_on(database: Any, lock: RunLock) -> None:
    stopped: list[str] = []
    old = RunLock(database, ELSEWHERE).take("nightly", DAY)
    old.on_stop = lambda: stopped.append("old")
    new = lock.take("nightly", DAY, steal=True)
    new.name_run("r2")
    old.beat()
    old.beat()
    assert stopped == ["old"]
    with pytest.raises(LockLost, match="taken over by run r2"):
        old.ensure_held()
    old.release()
    new.ensure_held()
    holder = lock.holder()
    assert holder is not None
    assert (holder.run_id, holder.token) == ("r2", 2)


def test_a_store_that_fails_once_ends_nothing_and_one_that_stays_away_does(database: Any) -> None:
    """The clock is ours; the failures are a client whose server is not there."""
    now, stopped = [0.0], []
    held = RunLock(database, clock=lambda: now[0]).take("nightly", DAY)
    held.on_stop = lambda: stopped.append(True)
    dead = MongoClient[dict[str, Any]]("mongodb://127.0.0.1:1/x", serverSelectionTimeoutMS=1)
    working, broken = held._locks, dead.get_default_database()[LOCKS]
    held._locks = broken
    now[0] = LEASE_SECONDS - 1.0
    held.beat()
    with pytest.raises(ServerSelectionTimeoutError):
        held.ensure_held()
    held._locks = working
    held.beat()
    held.ensure_held()
    held._locks = broken
    now[0] += LEASE_SECONDS
    held.beat()
    assert stopped == [True]
    held._locks = working
    with pytest.raises(LockLost, match="could not be renewed for 60 s"):
        held.ensure_held()
    dead.close()


def test_a_released_lock_is_free_and_its_token_never_comes_back(lock: RunLock) -> None:
    first = lock.take("nightly", DAY)
    first.release()
    assert lock.holder() is None
    assert lock.take("nightly", DAY).token == 2
    with pytest.raises(LockLost):
        first.ensure_held()


def test_cancel_reaches_the_run_that_holds_it_and_no_other(lock: RunLock) -> None:
    held = lock.take("nightly", DAY)
    held.name_run("r1")
    assert lock.request_cancel("r0") is False
    held.ensure_held()
    assert lock.request_cancel("r1") is True
    with pytest.raises(RunCancelled, match="nothing published"):
        held.ensure_held()
