"""The log of visibility changes in Redis (domain/visibility/changes.py): announcing, and reading what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bff.stores.redis.lists import LuaScript, RedisStore
from domain.errors import BadInput
from domain.timestamps import from_millis
from domain.visibility.changes import (
    ALL_CHANGED,
    ANNOUNCE_SCRIPT,
    CATCH_UP_SCRIPT,
    CHANGES_KEY,
    FIELD,
    LAST_KEY,
    MAX_CHANGES,
    SINCE_KEY,
    VisibilityChange,
    change_from_text,
    change_to_texts,
)

_ANNOUNCE, _CATCH_UP = LuaScript(ANNOUNCE_SCRIPT), LuaScript(CATCH_UP_SCRIPT)


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """`at` is Redis's time."""

    change: VisibilityChange
    at: datetime


@dataclass(frozen=True, slots=True)
class LogReading:
    """`position` is the last announcement's, "" before the first one.

    `complete_from`: the log holds every announcement since then. `has_gap`: it no longer holds all that was announced
    after the known position.
    """

    position: str
    complete_from: datetime
    changes: Sequence[LoggedChange] = ()
    has_gap: bool = False


class VisibilityLog:
    """Every method raises StoreUnavailable."""

    def __init__(self, redis: RedisStore) -> None:
        self._redis = redis

    async def announce(self, change: VisibilityChange) -> None:
        """After the write, before it is acknowledged. Every process obeys from its next request."""
        for text in change_to_texts(change):
            await self._redis.run_script(
                "announce", _ANNOUNCE, CHANGES_KEY, LAST_KEY, SINCE_KEY, MAX_CHANGES, FIELD, text
            )

    async def read_after(self, position: str) -> LogReading:
        """What was announced after `position`; all that the log holds for "".

        One round trip. Only a reader that was away for long meets a gap, or one whose Redis lost its data.
        """
        reply = await self._redis.run_script(
            "changes", _CATCH_UP, CHANGES_KEY, LAST_KEY, SINCE_KEY, position, MAX_CHANGES
        )
        last, since = _text(reply[0]), from_millis(int(reply[1]))
        if len(reply) == 2:
            return LogReading(last, since)
        full, oldest, entries = _text(reply[2]), _text(reply[3]), reply[4]
        complete_from = _time_of(oldest) if full and oldest else since
        has_gap = bool(position) and (not last or _time_of(position) < complete_from)
        return LogReading(last, complete_from, [_logged(*entry) for entry in entries], has_gap)


def _logged(position: bytes, fields: Sequence[bytes]) -> LoggedChange:
    try:
        change = change_from_text(fields[1])
    except (BadInput, IndexError):
        # A newer writer, or a hand: what it meant is unknown.
        change = ALL_CHANGED
    return LoggedChange(change, _time_of(_text(position)))


def _time_of(position: str) -> datetime:
    """A stream id begins with the milliseconds of its server."""
    return from_millis(int(position.partition("-")[0]))


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
