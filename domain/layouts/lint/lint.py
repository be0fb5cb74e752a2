"""Lint: what a designer should know about layouts before they publish them.

`LINTS` is a list to add to: each is a function of what is linted that yields findings. Those that need no more
than the files stand in domain/layouts/lint/static_rules.py, those that look at sampled pages in
domain/layouts/lint/sampled_rules.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.catalog.regions import region_name
from domain.ids import ProfileId
from domain.json_schema import Path, Problem
from domain.layouts.diff import DEVICE_NAMES
from domain.layouts.resolution import Overlap, PublishedLayouts, conflicts
from domain.layouts.row_validation import BACKWARDS
from domain.layouts.validation import problems_of


class LintLevel(StrEnum):
    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class LintFinding:
    """`affected` of `sampled` profiles are concerned, a `share` (0..1); some of them are `profiles`.

    `fix` says what to do; `patch` does it, as a patch of the layout (domain/layouts/patches.py), where that is safe.
    """

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
class Linted:
    """What is looked at: documents by name, and the book of those that can be used."""

    documents: Mapping[str, Mapping[str, Any]]
    book: PublishedLayouts = field(default_factory=PublishedLayouts)


Lint = Callable[[Linted], Iterable[LintFinding]]


def lint(linted: Linted, lints: Iterable[Lint] = ()) -> tuple[LintFinding, ...]:
    """Every finding of `LINTS` and these lints, errors first."""
    return in_order(finding for each in (*LINTS, *lints) for finding in each(linted))


def in_order(findings: Iterable[LintFinding]) -> tuple[LintFinding, ...]:
    """Errors first, then by layout and place."""
    levels = list(LintLevel)
    return tuple(
        sorted(findings, key=lambda one: (levels.index(one.level), one.layout, one.code, str(one.path)))
    )


def unusable(linted: Linted) -> Iterator[LintFinding]:
    """L100: what is wrong with a document by itself."""
    for name, document in linted.documents.items():
        for problem in problems_of(document):
            yield broken_finding(name, problem)


def broken_finding(layout: str, problem: Problem) -> LintFinding:
    """What makes a document unusable: L114 when something ends before it starts, else L100."""
    code = "L114" if BACKWARDS in problem.message else "L100"
    return LintFinding(code, LintLevel.ERROR, layout, problem.message, problem.path)


def overlapping(linted: Linted) -> Iterator[LintFinding]:
    """L105: layouts that nothing but their names decides between."""
    for overlap in conflicts(linted.book):
        yield LintFinding(
            "L105",
            LintLevel.ERROR,
            overlap.second,
            f"{overlap.first!r} and {overlap.second!r} are both for {_audience(overlap)} {_since(overlap)}. "
            f"{overlap.first!r} wins by its name alone; {overlap.second!r} never shows then.",
            ("schedule",) if overlap.since else ("targets",),
            fix="Give one of them a higher priority.",
        )


LINTS: tuple[Lint, ...] = (unusable, overlapping)


def _audience(overlap: Overlap) -> str:
    devices = " and ".join(DEVICE_NAMES[name] for name in overlap.devices) or "every device"
    markets = " and ".join(region_name(name) for name in overlap.markets) or "every market"
    return f"{devices} in {markets}"


def _since(overlap: Overlap) -> str:
    return f"from {overlap.since:%d %b %Y %H:%M} UTC" if overlap.since else "at all times"
