"""What a run's end means: its status in the ledger, its exit code, and one sentence a person can act on."""

from __future__ import annotations

import re
from enum import IntEnum

from elasticsearch import ApiError, TransportError
from py4j.protocol import Py4JError
from pymongo.errors import PyMongoError
from pyspark.errors import PySparkException
from redis.exceptions import RedisError

from batch.pipeline.ledger import AlreadyRunning, RunStatus
from batch.pipeline.publish import Blocked
from domain.errors import Conflict, MarqueeError, StoreUnavailable


class Exit(IntEnum):
    """Exit codes that a scheduler can tell apart."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    BLOCKED = 3
    LOCKED = 5
    TRY_LATER = 75
    INTERRUPTED = 130


_STORES: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((PyMongoError,), "MongoDB"),
    ((ApiError, TransportError), "Elasticsearch"),
    ((RedisError,), "Redis"),
)
_PYTHON_CAUSE = re.compile(r"^((?:pymongo|redis|elastic\w*|bson|domain)\.[\w.]+: .*)$", re.MULTILINE)
_BAD_LINE = re.compile(r"file:\S*?/events/(\S+?\.jsonl\.gz)")


def status_of(error: BaseException) -> RunStatus:
    if isinstance(error, KeyboardInterrupt):
        return RunStatus.INTERRUPTED
    return RunStatus.BLOCKED if isinstance(error, Blocked) else RunStatus.FAILED


def exit_of(error: BaseException) -> Exit:
    if isinstance(error, KeyboardInterrupt):
        return Exit.INTERRUPTED
    if isinstance(error, Blocked):
        return Exit.BLOCKED
    if isinstance(error, AlreadyRunning):
        return Exit.LOCKED
    if isinstance(error, (Conflict, StoreUnavailable, PyMongoError, ApiError, TransportError, RedisError)):
        return Exit.TRY_LATER
    return Exit.FAILED


def sentence_of(error: BaseException) -> str:
    """What went wrong, for the ledger and the terminal."""
    if isinstance(error, KeyboardInterrupt):
        return "Interrupted: nothing published."
    if isinstance(error, MarqueeError):
        return str(error)
    for kinds, store in _STORES:
        if isinstance(error, kinds):
            return f"{store} did not answer as it should: {_first_line(str(error))}"
    if isinstance(error, (PySparkException, Py4JError)):
        return _spark_sentence(str(error))
    return f"{type(error).__name__}: {_first_line(str(error))}"


def _spark_sentence(text: str) -> str:
    """Spark wraps the cause in a page of Java: take the line that names it."""
    cause = _PYTHON_CAUSE.search(text)
    if cause is not None:
        return f"A Spark task failed: {_first_line(cause.group(1))}"
    if "MALFORMED_RECORD" in text or "FAILED_READ_FILE" in text or "ZLIB" in text.upper():
        file = _BAD_LINE.search(text)
        where = f"events/{file.group(1)}" if file else "the event archive"
        return f"{where} cannot be read: bring the file again with the command that wrote it."
    return f"Spark: {_first_line(text)}"


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["no further word"])[0][:300]
