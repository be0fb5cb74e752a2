"""Maps the error that ended a run to status, exit code and message."""

from __future__ import annotations

import errno
import re
from enum import IntEnum

from elasticsearch import ApiError, TransportError
from py4j.protocol import Py4JError
from pymongo.errors import PyMongoError
from pyspark.errors import PySparkException
from redis.exceptions import RedisError

from batch.pipeline.input_freshness import StaleInput
from batch.pipeline.publish import PublicationBlocked
from batch.pipeline.run_lock import AlreadyRunning, RunCancelled
from batch.pipeline.run_record import RunStatus
from batch.pipeline.run_window import WindowClosed
from domain.errors import Conflict, MarqueeError, StoreUnavailable
from domain.redaction import redact


class ExitCode(IntEnum):
    DONE = 0
    FAILED = 1
    USAGE = 2
    BLOCKED = 3
    STALE = 4
    LOCKED = 5
    TRY_LATER = 75
    INTERRUPTED = 130


_STORES: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((PyMongoError,), "MongoDB"),
    ((ApiError, TransportError), "Elasticsearch"),
    ((RedisError,), "Redis"),
)
_PYTHON_CAUSE = re.compile(r"^((?:pymongo|redis|elastic\w*|bson|domain)\.[\w.]+: .*)$", re.MULTILINE)
_OWN_ERROR = re.compile(r"^domain\.errors\.\w+: (.*)$", re.MULTILINE)
_RAISED = re.compile(r"^((?:\w+\.)*\w*(?:Error|Exception|Interrupt|Exit)(?:: .*)?)$", re.MULTILINE)
"""The last line of a Python traceback."""

_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DISK_TEXTS = ("No space left on device", "Disk quota exceeded", "File too large")
_EVENT_FILE = re.compile(r"file:\S*?/(events/\S+?\.jsonl\.gz)")
_VERSION_FILE = re.compile(r"file:\S*?/(versions/[\w-]+/\w+)/\S+")


_STATUSES: tuple[tuple[tuple[type[BaseException], ...], RunStatus], ...] = (
    ((KeyboardInterrupt, RunCancelled, WindowClosed), RunStatus.INTERRUPTED),
    ((PublicationBlocked,), RunStatus.BLOCKED),
    ((StaleInput,), RunStatus.STALE),
)
_TRY_LATER = (Conflict, StoreUnavailable, WindowClosed, PyMongoError, ApiError, TransportError, RedisError)
_EXIT_CODES: tuple[tuple[tuple[type[BaseException], ...], ExitCode], ...] = (
    ((KeyboardInterrupt, RunCancelled), ExitCode.INTERRUPTED),
    ((PublicationBlocked,), ExitCode.BLOCKED),
    ((StaleInput,), ExitCode.STALE),
    ((AlreadyRunning,), ExitCode.LOCKED),
    (_TRY_LATER, ExitCode.TRY_LATER),
)


def run_status_for(error: BaseException) -> RunStatus:
    return next((status for kinds, status in _STATUSES if isinstance(error, kinds)), RunStatus.FAILED)


def exit_code_for(error: BaseException) -> ExitCode:
    if isinstance(error, Exception) and is_disk_full(error):
        # Of a store, too: it stays full until somebody frees space.
        return ExitCode.FAILED
    return next((code for kinds, code in _EXIT_CODES if isinstance(error, kinds)), ExitCode.FAILED)


def error_message(error: BaseException) -> str:
    """Without secrets: addresses of stores stand in what drivers and Java say."""
    return redact(_message(error))


def _message(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "Interrupted: nothing published."
    if isinstance(error, MarqueeError):
        return str(error)
    if is_disk_full(error):
        return _disk_message(error)
    for kinds, store in _STORES:
        if isinstance(error, kinds):
            return f"{store} did not answer as it should: {_first_line(str(error))}"
    if isinstance(error, (PySparkException, Py4JError)):
        return _spark_message(str(error))
    return f"{type(error).__name__}: {_first_line(str(error))}"


def is_disk_full(error: BaseException) -> bool:
    """Of this process, of Spark's or of a store."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _DISK_ERRORS
    return any(text in str(error) for text in _DISK_TEXTS)


def _disk_message(error: BaseException) -> str:
    store = next((store for kinds, store in _STORES if isinstance(error, kinds)), None)
    where = f"the disk of {store}" if store else "the disk of MARQUEE_HOME or of Spark's temporary files"
    named = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    return (
        f"A disk is full: {where}{named}. Nothing was published, the last version stays live. Free space, then start "
        "the run again with the same --date."
    )


def _spark_message(text: str) -> str:
    """The line of Spark's Java trace, or of a Python worker's in it, that names the cause."""
    said = _OWN_ERROR.search(text)
    if said is not None:
        return _first_line(said.group(1))
    cause = _PYTHON_CAUSE.search(text)
    if cause is not None:
        return f"A Spark task failed: {_first_line(cause.group(1))}"
    if "MALFORMED_RECORD" in text or "FAILED_READ_FILE" in text or "ZLIB" in text.upper():
        dataset = _VERSION_FILE.search(text)
        if dataset is not None:
            return f"{dataset.group(1)} cannot be read: it was damaged after it was written."
        file = _EVENT_FILE.search(text)
        where = file.group(1) if file else "the event archive"
        return f"{where} cannot be read: run the command that wrote it again."
    raised = _RAISED.findall(text) if "Traceback (most recent call last)" in text else []
    if raised:
        return f"A Spark task failed: {_first_line(raised[-1])}"
    return f"Spark: {_first_line(text)}"


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["no details"])[0][:300]
