"""Lint that knows the data: what a layout does to the pages of sampled profiles.

Shares about a row are of the sampled pages whose layout has it. A fix comes with a patch (domain/layouts/patches.py)
where one change of the layout mends it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from statistics import median
from typing import Any

from domain.ids import TitleId
from domain.layouts.lint.lint import LintFinding, LintLevel
from domain.layouts.lint.samples import Sample, SampledPage
from domain.layouts.model import RowSource, RowSpec, ShortRule

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


def findings_of(sample: Sample) -> list[LintFinding]:
    """Every finding about one sample; none for an empty one."""
    return [finding for each in SAMPLE_LINTS for finding in each(sample)] if sample.pages else []


def empty_rows(sample: Sample) -> Iterator[LintFinding]:
    """L101: rows that many do not get."""
    for spec in sample.layout.rows:
        meant = sample.meant(spec)
        without = [page for page in meant if not page.rows[spec.id]]
        if spec.source in TASKS or len(without) < EMPTY_WARN * len(meant) or not without:
            continue
        share = len(without) / len(meant)
        covered = ShortRule.REPLACE in spec.short and spec.stand_in is not None
        level = LintLevel.ERROR if share >= EMPTY_ERROR and not covered else LintLevel.WARN
        message = (
            f"Row *{spec.id}* is empty for {share:.0%} of {sample.where} "
            f"({len(without):,} of {_sampled(meant, sample)}){_cause(without, spec)}."
        )
        fix = "" if covered else "Give it a stand-in: short: [replace], stand_in: a row in stand_ins."
        yield _finding(sample, "L101", level, spec, message, fix, without, meant)


def short_rows(sample: Sample) -> Iterator[LintFinding]:
    """L102: rows that look broken on a television."""
    if sample.device != "tv":
        return
    for spec in sample.layout.rows:
        meant = sample.meant(spec)
        short = [page for page in meant if 0 < len(page.rows[spec.id]) < SHORT_TV]
        if spec.source in TASKS or len(short) < SHORT_SHARE * len(meant) or not short:
            continue
        share = len(short) / len(meant)
        message = (
            f"Row *{spec.id}* shows fewer than {SHORT_TV} titles for {share:.0%}. "
            f"On TV a row under {SHORT_TV} looks broken."
        )
        fix = f"Set min_cards: {SHORT_TV}." if spec.max_cards >= SHORT_TV else "Raise max_cards."
        patch = {"set": {spec.id: {"min_cards": SHORT_TV}}} if spec.max_cards >= SHORT_TV else None
        yield _finding(sample, "L102", LintLevel.WARN, spec, message, fix, short, meant, patch)


def alike_rows(sample: Sample) -> Iterator[LintFinding]:
    """L103: rows that show the same titles."""
    for one, two in combinations(sample.layout.rows, 2):
        both = [page for page in sample.pages if page.rows.get(one.id) and page.rows.get(two.id)]
        shared = [_shared(page, one, two) for page in both]
        if not shared or median(shared) < ALIKE:
            continue
        message = (
            f"*{one.id}* and *{two.id}* share {median(shared):.0f} of the first {ALIKE_FIRST} titles for the "
            "median profile."
        )
        alike = [page for page, count in zip(both, shared, strict=True) if count >= ALIKE]
        fix, patch = "Move them apart.", None
        repeating = next((spec for spec in (two, one) if spec.repeats), None)
        if repeating is not None:
            fix = f"Take `repeats` off {repeating.id!r}, or move them apart."
            patch = {"set": {repeating.id: {"repeats": False}}}
        yield _finding(sample, "L103", LintLevel.WARN, two, message, fix, alike, both, patch)


def old_data(sample: Sample) -> Iterator[LintFinding]:
    """L109: the night shift has not run."""
    if sample.data_age > STALE:
        hours, limit = sample.data_age / timedelta(hours=1), STALE / timedelta(hours=1)
        yield LintFinding(
            "L109",
            LintLevel.ERROR,
            sample.layout_id,
            f"Data of picks, similar titles and trends is {hours:.0f} h old; the limit is {limit:.0f} h.",
            fix="Run: marquee jobs run nightly",
        )


def lost_pins(sample: Sample) -> Iterator[LintFinding]:
    """L111: pins that nobody will see."""
    pins = sum(len(spec.pins) for spec in sample.layout.rows)
    for spec in sample.layout.rows:
        lost = {title: why for (row, title), why in sample.lost_pins.items() if row == spec.id}
        if lost:
            told = "; ".join(f"{title} {why}" for title, why in lost.items())
            message = f"{len(lost)} of {pins} pinned titles cannot be shown: {told}."
            fix, patch = "Take them off, or mend their ids.", _without_pins(sample, spec.id, lost)
            yield _finding(sample, "L111", LintLevel.ERROR, spec, message, fix, patch=patch)


def equal_variants(sample: Sample) -> Iterator[LintFinding]:
    """L112: variants that change nothing for many."""
    variants = {variant for page in sample.pages for variant in page.equal}
    for variant in sorted(variants):
        tried = [page for page in sample.pages if variant in page.equal]
        same = [page for page in tried if page.equal[variant]]
        share = len(same) / len(tried)
        if share >= EQUAL_SHARE:
            experiment, _, arm = variant.partition(":")
            message = f"Variant {arm} of {experiment} equals the base for {share:.0%} of the split."
            fix = "Let the experiment's `when` name those for whom it makes a difference."
            found = LintFinding(
                "L112", LintLevel.WARN, sample.layout_id, message, ("variants", experiment), fix=fix
            )
            yield _counted(found, same, tried)


def dear_pages(sample: Sample) -> Iterator[LintFinding]:
    """L115: pages that take longer than they may. Measured where lint runs, so a hint and no verdict."""
    seconds = sorted(page.seconds for page in sample.pages)
    slowest = seconds[int(0.95 * (len(seconds) - 1))]
    if slowest > BUDGET.total_seconds():
        yield LintFinding(
            "L115",
            LintLevel.WARN,
            sample.layout_id,
            f"Page cost {slowest * 1000:.0f} ms at p95 where this ran; the budget is "
            f"{BUDGET.total_seconds() * 1000:.0f}.",
            fix="Fewer rows of different sources cost fewer store calls.",
        )


SAMPLE_LINTS: tuple[Callable[[Sample], Iterable[LintFinding]], ...] = (
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
    level: LintLevel,
    spec: RowSpec,
    message: str,
    fix: str,
    affected: Sequence[SampledPage] = (),
    of: Sequence[SampledPage] = (),
    patch: Mapping[str, Any] | None = None,
) -> LintFinding:
    found = LintFinding(code, level, sample.layout_id, message, ("rows", spec.id), fix=fix, patch=patch)
    return _counted(found, affected, of) if of else found


def _counted(found: LintFinding, affected: Sequence[SampledPage], of: Sequence[SampledPage]) -> LintFinding:
    named = tuple(page.profile_id for page in affected[:NAMED])
    return replace(
        found, share=len(affected) / len(of), affected=len(affected), sampled=len(of), profiles=named
    )


def _sampled(meant: Sequence[SampledPage], sample: Sample) -> str:
    whom = " for whom it is meant" if len(meant) < len(sample.pages) else ""
    return f"{len(meant):,} sampled{whom}"


def _cause(without: Sequence[SampledPage], spec: RowSpec) -> str:
    """The commonest reason, when one is known."""
    causes = Counter(page.missing[spec.id] for page in without if spec.id in page.missing)
    return f": {causes.most_common(1)[0][0]}" if causes else ""


def _shared(page: SampledPage, one: RowSpec, two: RowSpec) -> int:
    return len({*page.rows[one.id][:ALIKE_FIRST]} & {*page.rows[two.id][:ALIKE_FIRST]})


def _without_pins(sample: Sample, row_id: str, lost: Mapping[TitleId, str]) -> Mapping[str, Any] | None:
    """None when the layout itself does not have all of them: an override or a variant set them."""
    pins = sample.document.get("rows", {}).get(row_id, {}).get("pins", [])
    if not {pin["title_id"] for pin in pins} >= lost.keys():
        return None
    return {"set": {row_id: {"pins": [pin for pin in pins if pin["title_id"] not in lost]}}}
