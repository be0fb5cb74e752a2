"""The values of lint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.ids import ProfileId
from domain.json_schema import Path
from domain.layouts.resolution import PublishedLayouts


class LintLevel(StrEnum):
    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class LintFinding:
    """`share` (0..1) is `affected` of `sampled` profiles; `profiles` are examples. `patch` makes the change `fix`."""

    code: str
    level: LintLevel
    layout: str
    message: str
    path: Path = ()
    share: float | None = None
    profiles: tuple[ProfileId, ...] = ()
    fix: str = ""
    affected: int | None = None
    sampled: int | None = None
    patch: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class LintInput:
    """Documents by name, and the valid ones decoded. `now` None: no lint of what has ended."""

    documents: Mapping[str, Mapping[str, Any]]
    layouts: PublishedLayouts = field(default_factory=PublishedLayouts)
    now: datetime | None = None


Lint = Callable[[LintInput], Iterable[LintFinding]]


def sort_findings(findings: Iterable[LintFinding]) -> tuple[LintFinding, ...]:
    """Errors first."""
    levels = list(LintLevel)
    return tuple(
        sorted(findings, key=lambda one: (levels.index(one.level), one.layout, one.code, str(one.path)))
    )
