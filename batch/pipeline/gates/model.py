"""Gates as data: limits with units, results, waivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.timestamps import from_millis


class GateId(StrEnum):
    ROW_COUNT = "row_count"
    COVERAGE = "coverage"
    EMPTY_LISTS = "empty_lists"
    MEDIAN_ITEMS = "median_items"
    FIRST_TITLE = "first_title"
    CATALOGUE_SHARE = "catalogue_share"
    KIDS_MATURITY = "kids_maturity"
    UNAVAILABLE = "unavailable"
    OVERLAP = "overlap"
    EVALUATION = "evaluation"
    INPUT_AGE = "input_age"
    INTEGRITY = "integrity"
    EVENT_VOLUME = "event_volume"


class Level(StrEnum):
    """`OPEN`: there is nothing to judge by, such as no live version to compare with."""

    OK = "ok"
    OPEN = "open"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class PublishGate:
    """`warn` and `block` are limits in `unit`; None: there is no such level.

    `blocks_first`: blocks a first publication, too. Otherwise a breach warns while nothing is live, since a page of
    doubtful lists is better than none.
    """

    id: GateId
    measures: str
    catches: str
    unit: str
    block: float | None
    warn: float | None = None
    waivable: bool = True
    blocks_first: bool = False


@dataclass(frozen=True, slots=True)
class GateResult:
    """`limit` is the one that was broken, else the blocking one. `baseline`: the live version's value."""

    id: GateId
    level: Level
    value: float | None
    limit: float | None
    baseline: float | None
    says: str
    waived_by: str | None = None

    @property
    def passed(self) -> bool:
        return self.level != Level.BLOCK

    @property
    def blocks(self) -> bool:
        return self.level == Level.BLOCK and self.waived_by is None


@dataclass(frozen=True, slots=True)
class Waiver:
    gate: GateId
    by: str
    why: str
    at: datetime
    expires_at: datetime

    def holds(self, now: datetime) -> bool:
        return now < self.expires_at


def result_to_document(result: GateResult) -> dict[str, Any]:
    return {
        "id": result.id.value,
        "level": result.level.value,
        "value": result.value,
        "limit": result.limit,
        "baseline": result.baseline,
        "passed": result.passed,
        "says": result.says,
        "waived_by": result.waived_by,
    }


def result_from_document(document: Mapping[str, Any]) -> GateResult:
    return GateResult(
        GateId(document["id"]),
        Level(document["level"]),
        document["value"],
        document["limit"],
        document["baseline"],
        document["says"],
        document["waived_by"],
    )


def waiver_from_document(document: Mapping[str, Any]) -> Waiver:
    return Waiver(
        GateId(document["gate"]),
        document["by"],
        document["why"],
        from_millis(document["at"]),
        from_millis(document["expires_at"]),
    )


def blocking(results: Sequence[GateResult]) -> list[GateResult]:
    return [result for result in results if result.blocks]
