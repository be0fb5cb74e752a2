"""Lint that knows the data: what a layout does to the pages of sampled profiles.

A sample is pages that were really composed with the layout (bff/layouts/sampling.py), so shares are counted and
not estimated. Shares are of all sampled pages of the device.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations
from statistics import median

from domain.ids import ProfileId, Region, TitleId
from domain.layout_diff import DEVICE_NAMES
from domain.layout_lint import Finding, Level
from domain.layouts import Layout, RowSource, RowSpec, ShortRule
from domain.markets import region_name

TASKS = frozenset(
    {RowSource.CONTINUE_WATCHING, RowSource.MY_LIST, RowSource.WATCH_AGAIN, RowSource.ONBOARDING}
)
"""Rows that are there for those who have something in them, and rightly empty for everybody else."""

EMPTY_ERROR, EMPTY_WARN = 0.3, 0.1
SHORT_TV, SHORT_SHARE = 6, 0.1
ALIKE_FIRST, ALIKE = 12, 4
STALE = timedelta(hours=36)
EQUAL_SHARE = 0.25
BUDGET = timedelta(milliseconds=200)
NAMED = 5
"""Profiles named with a finding, to open in the preview."""


@dataclass(frozen=True, slots=True)
class SampledPage:
    """One page: titles of each row by the id of its spec, what it took, and for each variant whether it is equal."""

    profile_id: ProfileId
    rows: Mapping[str, tuple[TitleId, ...]]
    seconds: float
    equal: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """Pages of one layout for one device and market. `layout` is what it resolves to for most of them.

    `lost_pins` maps row and title to what is wrong with the pin ("is not in the catalogue").
    """

    layout_id: str
    device: str
    market: Region | None
    layout: Layout
    pages: tuple[SampledPage, ...]
    data_age: timedelta
    lost_pins: Mapping[tuple[str, TitleId], str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        place = f" in {region_name(self.market)}" if self.market else ""
        return f"{DEVICE_NAMES[self.device]} profiles{place}"


def findings_of(sample: Sample) -> list[Finding]:
    """Every finding about one sample; none for an empty one."""
    return [finding for each in SAMPLE_LINTS for finding in each(sample)] if sample.pages else []


def empty_rows(sample: Sample) -> Iterator[Finding]:
    """L101: rows that many do not get."""
    for spec in sample.layout.rows:
        if spec.source in TASKS:
            continue
        without = [page for page in sample.pages if not page.rows.get(spec.id)]
        share = len(without) / len(sample.pages)
        if share < EMPTY_WARN:
            continue
        covered = ShortRule.REPLACE in spec.short and spec.stand_in is not None
        level = Level.ERROR if share >= EMPTY_ERROR and not covered else Level.WARN
        yield _finding(
            sample,
            "L101",
            level,
            spec,
            f"Row *{spec.id}* is empty for {share:.0%} of {sample.where} "
            f"({len(without):,} of {len(sample.pages):,} sampled).",
            share,
            without,
            "" if covered else "Give it a stand-in: short: [replace], stand_in: a row in stand_ins.",
        )


def short_rows(sample: Sample) -> Iterator[Finding]:
    """L102: rows that look broken on a television."""
    if sample.device != "tv":
        return
    for spec in sample.layout.rows:
        if spec.source in TASKS:
            continue
        short = [page for page in sample.pages if 0 < len(page.rows.get(spec.id, ())) < SHORT_TV]
        share = len(short) / len(sample.pages)
        if share >= SHORT_SHARE:
            message = (
                f"Row *{spec.id}* shows fewer than {SHORT_TV} titles for {share:.0%}. "
                f"On TV a row under {SHORT_TV} looks broken."
            )
            yield _finding(
                sample, "L102", Level.WARN, spec, message, share, short, f"Set min_cards: {SHORT_TV}."
            )


def alike_rows(sample: Sample) -> Iterator[Finding]:
    """L103: rows that show the same titles."""
    for one, two in combinations(sample.layout.rows, 2):
        shared = [
            len({*page.rows[one.id][:ALIKE_FIRST]} & {*page.rows[two.id][:ALIKE_FIRST]})
            for page in sample.pages
            if page.rows.get(one.id) and page.rows.get(two.id)
        ]
        if shared and median(shared) >= ALIKE:
            message = (
                f"*{one.id}* and *{two.id}* share {median(shared):.0f} of the first {ALIKE_FIRST} titles for the "
                "median profile."
            )
            yield _finding(
                sample,
                "L103",
                Level.WARN,
                two,
                message,
                fix="Take `repeats` off one of them, or move them apart.",
            )


def old_data(sample: Sample) -> Iterator[Finding]:
    """L109: the night shift has not run."""
    if sample.data_age > STALE:
        hours, limit = sample.data_age / timedelta(hours=1), STALE / timedelta(hours=1)
        yield Finding(
            "L109",
            Level.ERROR,
            sample.layout_id,
            f"Data of picks, similar titles and trends is {hours:.0f} h old; the limit is {limit:.0f} h.",
            fix="Run: marquee jobs run nightly",
        )


def lost_pins(sample: Sample) -> Iterator[Finding]:
    """L111: pins that nobody will see."""
    pins = sum(len(spec.pins) for spec in sample.layout.rows)
    by_row = Counter(row for row, _ in sample.lost_pins)
    for spec in sample.layout.rows:
        if by_row[spec.id]:
            told = "; ".join(
                f"{title} {why}" for (row, title), why in sample.lost_pins.items() if row == spec.id
            )
            message = f"{by_row[spec.id]} of {pins} pinned titles cannot be shown: {told}."
            yield _finding(
                sample, "L111", Level.ERROR, spec, message, fix="Take them off, or mend their ids."
            )


def equal_variants(sample: Sample) -> Iterator[Finding]:
    """L112: variants that change nothing for many."""
    variants = {variant for page in sample.pages for variant in page.equal}
    for variant in sorted(variants):
        same = [page for page in sample.pages if page.equal.get(variant)]
        share = len(same) / len(sample.pages)
        if share >= EQUAL_SHARE:
            experiment, _, arm = variant.partition(":")
            yield Finding(
                "L112",
                Level.WARN,
                sample.layout_id,
                f"Variant {arm} of {experiment} equals the base for {share:.0%} of the split.",
                ("variants", experiment),
                share,
                tuple(page.profile_id for page in same[:NAMED]),
                "Let the experiment's `when` name those for whom it makes a difference.",
            )


def dear_pages(sample: Sample) -> Iterator[Finding]:
    """L115: pages that take longer than they may. Measured where lint runs, so a hint and no verdict."""
    seconds = sorted(page.seconds for page in sample.pages)
    slowest = seconds[int(0.95 * (len(seconds) - 1))]
    if slowest > BUDGET.total_seconds():
        yield Finding(
            "L115",
            Level.WARN,
            sample.layout_id,
            f"Page cost {slowest * 1000:.0f} ms at p95 where this ran; the budget is "
            f"{BUDGET.total_seconds() * 1000:.0f}.",
            fix="Fewer rows of different sources cost fewer store calls.",
        )


SAMPLE_LINTS: tuple[Callable[[Sample], Iterable[Finding]], ...] = (
    empty_rows,
    short_rows,
    alike_rows,
    old_data,
    lost_pins,
    equal_variants,
    dear_pages,
)


def _finding(
    sample: Sample,
    code: str,
    level: Level,
    spec: RowSpec,
    message: str,
    share: float | None = None,
    pages: Iterable[SampledPage] = (),
    fix: str = "",
) -> Finding:
    named = tuple(page.profile_id for page in pages)[:NAMED]
    return Finding(code, level, sample.layout_id, message, ("rows", spec.id), share, named, fix)
