"""The run lock: one document with owner, lease and fencing token, changed by compare-and-set alone.

A run renews its lease by its work (`ensure_held` before each stage and before publication) and by beats in between. A
beat that fails is tried again. A run that cannot renew for LEASE_SECONDS takes the lock for lost and stops, so that
who takes it over is alone. On the holder's own machine a lease does not expire while its process lives.

Times are the server's, so that clocks of hosts need not agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from batch.pipeline.process_identity import (
    ProcessIdentity,
    identity_from_document,
    identity_to_document,
    this_process,
)
from domain.errors import Conflict, MarqueeError
from domain.serialization import Document
from domain.storage_names import LOCKS
from domain.timestamps import from_millis, to_millis

LEASE_SECONDS = 60
BEAT_SECONDS = 10
RUN_LOCK = "run"


class AlreadyRunning(Conflict):
    """Another run is under way."""


class LockLost(Conflict):
    """Another run has taken the lock, or it could not be renewed: nothing more may be written."""


class RunCancelled(MarqueeError):
    """`marquee jobs cancel` asked the run to stop."""

    code = "CANCELLED"


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who holds the lock. `token` grows by one with each holder. `run_id` is empty before the run has one."""

    token: int
    job: str
    logical_date: str
    process: ProcessIdentity
    taken_at: datetime
    renewed_at: datetime
    run_id: str = ""
    is_cancelled: bool = False

    def is_alive(self, now: datetime) -> bool:
        if self.process.is_here():
            return self.process.is_running()
        return now - self.renewed_at <= timedelta(seconds=LEASE_SECONDS)

    def describe(self, now: datetime) -> str:
        """ "Run r1 (nightly of 2026-11-20) on host a, process 12, since ... (41 min); last sign of life 3 s ago"."""
        minutes = (now - self.taken_at).total_seconds() / 60
        return (
            f"Run {self.run_id or 'without a number yet'} ({self.job} of {self.logical_date}) on host"
            f" {self.process.host}, process {self.process.pid}, since {self.taken_at:%Y-%m-%d %H:%M} UTC"
            f" ({minutes:.0f} min); last sign of life {max(0, round((now - self.renewed_at).total_seconds()))} s ago"
        )


class RunLock:
    """`process` is the one that takes it."""

    def __init__(
        self,
        database: Database[Document],
        process: ProcessIdentity | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._database = database
        self._locks = database[LOCKS]
        self._process = process or this_process()
        self._clock = clock

    def holder(self) -> LockHolder | None:
        """None when nobody holds it. The holder may be dead."""
        return _holder(self._locks.find_one({"_id": RUN_LOCK}))

    def take(self, job: str, logical_date: str, steal: bool = False) -> HeldLock:
        """Raises AlreadyRunning when a living run holds it and `steal` is false, or another one was faster."""
        now = server_now(self._database)
        document = self._locks.find_one({"_id": RUN_LOCK})
        holder = _holder(document)
        if holder is not None and holder.is_alive(now) and not steal:
            raise AlreadyRunning(
                f"{holder.describe(now)}. Wait for it, stop it with `marquee jobs cancel {holder.run_id}`, or take "
                "the lock away with --steal."
            )
        token = (document["token"] if document else 0) + 1
        content: Document = {
            "token": token,
            "job": job,
            "logical_date": logical_date,
            "run_id": "",
            "is_held": True,
            "is_cancelled": False,
            "taken_at": to_millis(now),
            "renewed_at": to_millis(now),
            **identity_to_document(self._process),
        }
        if not self._swap(document, content):
            raise AlreadyRunning("Another run took the lock in the same moment. Wait for it.")
        return HeldLock(self._database, token, self._clock)

    def request_cancel(self, run_id: str) -> bool:
        """False when that run does not hold the lock."""
        asked = self._locks.update_one(
            {"_id": RUN_LOCK, "run_id": run_id, "is_held": True}, {"$set": {"is_cancelled": True}}
        )
        return asked.matched_count == 1

    def _swap(self, seen: Document | None, content: Document) -> bool:
        """Only if it still is as seen: a holder that has renewed meanwhile keeps it."""
        if seen is None:
            try:
                self._locks.insert_one({"_id": RUN_LOCK, **content})
            except DuplicateKeyError:
                return False
            return True
        same = {"_id": RUN_LOCK, "token": seen["token"], "renewed_at": seen["renewed_at"]}
        return self._locks.update_one(same, {"$set": content}).matched_count == 1


class HeldLock:
    """`on_stop` is called once, from the thread that beats, when the run has to stop."""

    def __init__(self, database: Database[Document], token: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._locks = database[LOCKS]
        self._clock = clock
        self._renewed = clock()
        self._reason: MarqueeError | None = None
        self.token = token
        self.on_stop: Callable[[], None] = lambda: None

    @property
    def database(self) -> Database[Document]:
        """With the timeouts of the lock's own client."""
        return self._database

    @property
    def stop_reason(self) -> MarqueeError | None:
        """Why the run has to stop; None while it may go on."""
        return self._reason

    def name_run(self, run_id: str) -> None:
        """Raises LockLost."""
        self._renew({"run_id": run_id})

    def ensure_held(self) -> None:
        """Renews the lease. Raises LockLost or RunCancelled, or a PyMongoError when the store does not answer."""
        if self._reason is None:
            self._renew({})
        if self._reason is not None:
            raise self._reason

    def beat(self) -> None:
        """Never raises: a store that does not answer once ends nothing."""
        if self._reason is not None:
            return
        try:
            self._renew({})
        except PyMongoError:
            if self._clock() - self._renewed >= LEASE_SECONDS:
                self._reason = LockLost(
                    f"The run lock could not be renewed for {LEASE_SECONDS} s, so another run may have taken it. "
                    "Nothing was published; start the run again."
                )
        except MarqueeError as error:
            self._reason = error
        if self._reason is not None:
            self.on_stop()

    def release(self) -> None:
        """The token stays, so that the next one is greater."""
        self._locks.update_one({"_id": RUN_LOCK, "token": self.token}, {"$set": {"is_held": False}})

    def _renew(self, more: Document) -> None:
        """Raises LockLost or RunCancelled."""
        asked_at = self._clock()
        renewed = {"renewed_at": to_millis(server_now(self._database)), **more}
        mine: Document = {"_id": RUN_LOCK, "token": self.token, "is_held": True}
        if self._locks.update_one(mine, {"$set": renewed}).matched_count == 0:
            holder = _holder(self._locks.find_one({"_id": RUN_LOCK}))
            by = f" by run {holder.run_id} on host {holder.process.host}" if holder else ""
            self._reason = LockLost(
                f"The run lock was taken over{by}. This run has stopped; nothing was published."
            )
            raise self._reason
        self._renewed = asked_at
        document = self._locks.find_one(mine, {"is_cancelled": 1})
        if document is not None and document["is_cancelled"]:
            self._reason = RunCancelled("Cancelled by `marquee jobs cancel`: nothing published.")
            raise self._reason


def server_now(database: Database[Document]) -> datetime:
    """The database's clock; this machine's where it tells none."""
    told = database.command("hello").get("localTime")
    return told.replace(tzinfo=UTC) if isinstance(told, datetime) else datetime.now(UTC)


def _holder(document: Document | None) -> LockHolder | None:
    if document is None or not document["is_held"]:
        return None
    return LockHolder(
        token=document["token"],
        job=document["job"],
        logical_date=document["logical_date"],
        process=identity_from_document(document),
        taken_at=from_millis(document["taken_at"]),
        renewed_at=from_millis(document["renewed_at"]),
        run_id=document["run_id"],
        is_cancelled=document["is_cancelled"],
    )
