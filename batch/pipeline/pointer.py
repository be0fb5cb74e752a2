"""The live pointer: one document that all readers follow, moved by compare-and-set.

Each move has a number. The document carries its latest move, so that who moved it and why can never be lost: a
process that is killed between the move and its entry in the history leaves what `history.settle` writes down later.

`hold`: nightly runs stage their version and leave the pointer. A rollback and a canary set it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from domain.errors import Conflict
from domain.recommendations.documents import data_version_from_document, data_version_to_document
from domain.recommendations.lists import DataVersion
from domain.serialization import Document
from domain.storage_names import LIVE_POINTER, POINTERS
from domain.timestamps import from_millis, to_millis

SCHEDULER = "nightly"
"""The actor of moves that no person asked for."""


class Act(StrEnum):
    """What was done to the published data."""

    PUBLISH = "publish"
    ROLLBACK = "rollback"
    HOLD = "hold"
    RELEASE = "release"
    PIN = "pin"
    UNPIN = "unpin"
    WAIVE = "waive"
    CANARY = "canary"
    CANARY_RETURN = "canary return"
    GC = "gc"


@dataclass(frozen=True, slots=True)
class ChangeAuthor:
    """Who does something to the published data, when and why."""

    by: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why nights do not move the pointer. `act`: what set it."""

    act: Act
    by: str
    at: datetime
    why: str

    def __str__(self) -> str:
        reason = f" ({self.why})" if self.why else ""
        return f"Publication is held since {self.at:%Y-%m-%d %H:%M} UTC, by a {self.act} of {self.by}{reason}"


@dataclass(frozen=True, slots=True)
class Pointer:
    """`number`: of its latest move; 0: nothing is published."""

    live: DataVersion | None = None
    number: int = 0
    hold: Hold | None = None
    move: Mapping[str, Any] | None = None


def read_pointer(database: Database[Document]) -> Pointer:
    document = database[POINTERS].find_one({"_id": LIVE_POINTER})
    if document is None:
        return Pointer()
    hold = document.get("hold")
    return Pointer(
        data_version_from_document(document),
        int(document.get("number", 1)),
        None if hold is None else Hold(Act(hold["act"]), hold["by"], from_millis(hold["at"]), hold["why"]),
        document.get("move"),
    )


def live_version(database: Database[Document]) -> DataVersion | None:
    return read_pointer(database).live


def move_pointer(
    database: Database[Document],
    before: Pointer,
    after: DataVersion,
    act: Act,
    actor: ChangeAuthor,
    hold: Hold | None,
) -> Pointer:
    """Raises Conflict when the pointer has been changed since `before` was read."""
    move = {
        "act": act.value,
        "by": actor.by,
        "at": to_millis(actor.at),
        "why": actor.why,
        "from": before.live.version if before.live else None,
        "to": after.version,
        "run": after.run_id,
    }
    number = before.number + 1
    content = {
        **data_version_to_document(after),
        "hold": _hold_document(hold),
        "number": number,
        "move": move,
    }
    if before.live is None:
        try:
            database[POINTERS].insert_one({"_id": LIVE_POINTER, **content})
        except DuplicateKeyError as error:
            raise Conflict(POINTER_MOVED) from error
    else:
        _change(database, before, content)
    return Pointer(after, number, hold, move)


def set_hold(database: Database[Document], before: Pointer, hold: Hold | None) -> Pointer:
    """Raises Conflict when nothing is published, or the pointer has been changed since `before` was read."""
    if before.live is None:
        raise Conflict(
            "Nothing is published yet, so there is nothing to hold: run `marquee jobs run nightly`."
        )
    _change(database, before, {"hold": _hold_document(hold), "number": before.number + 1})
    return Pointer(before.live, before.number + 1, hold, before.move)


def _change(database: Database[Document], before: Pointer, content: Document) -> None:
    """Pointers of older builds have no number."""
    number: object = before.number if before.number > 1 else {"$in": [1, None]}
    seen = {"_id": LIVE_POINTER, "version": before.live.version if before.live else None, "number": number}
    if database[POINTERS].update_one(seen, {"$set": content}).matched_count == 0:
        raise Conflict(POINTER_MOVED)


def _hold_document(hold: Hold | None) -> Document | None:
    if hold is None:
        return None
    return {"act": hold.act.value, "by": hold.by, "at": to_millis(hold.at), "why": hold.why}


def scheduled() -> ChangeAuthor:
    return ChangeAuthor(SCHEDULER, datetime.now(UTC))


POINTER_MOVED = (
    "Another version was published in the meantime. The pointer has not moved; run `marquee data status`."
)
