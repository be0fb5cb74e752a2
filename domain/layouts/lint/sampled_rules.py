"""Lints of sampled profiles' pages. Shares count only the pages whose layout has the row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from statistics import median
from typing import Any

from domain.ids import TitleId
from domain.layouts.lint.chosen_titles import listed_titles
from domain.layouts.lint.model import LintFinding, LintLevel
from domain.layouts.lint.samples import Sample, SampledPage
from domain.layouts.model import RowSpec, ShortRule
from domain.layouts.row_kinds import may_be_empty
from domain.layouts.rule_reach import median_reach

EMPTY_ERROR_SHARE, EMPTY_WARN_SHARE = 0.3, 0.1
MIN_TV_CARDS, SHORT_WARN_SHARE = 6, 0.1
COMPARED_TITLES, SIMILAR_TITLES = 12, 4
MAX_DATA_AGE = timedelta(hours=36)
INEFFECTIVE_SHARE = 0.25
PAGE_BUDGET = timedelta(milliseconds=200)
MAX_EXAMPLES = 5
"""Profiles in a finding."""


def lint_sample(sample: Sample) -> list[LintFinding]:
    return [finding for run_lint in SAMPLE_LINTS for finding in run_lint(sample)] if sample.pages else []


def empty_rows(sample: Sample) -> Iterator[LintFinding]:
    """L101: rows that many profiles do not get."""
    for spec in sample.layout.rows:
        pages = sample.pages_for(spec)
        empty = [page for page in pages if not page.rows[spec.id]]
        if may_be_empty(spec.source) or len(empty) < EMPTY_WARN_SHARE * len(pages) or not empty:
            continue
        share = len(empty) / len(pages)
        has_stand_in = ShortRule.REPLACE in spec.short and spec.stand_in is not None
        level = LintLevel.ERROR if share >= EMPTY_ERROR_SHARE and not has_stand_in else LintLevel.WARN
        message = (
            f"Row *{spec.id}* is empty for {share:.0%} of {sample.audience} "
            f"({len(empty):,} of {_sample_size(pages, sample)}){_main_reason(empty, spec)}.{_reach(empty, spec)}"
        )
        fix = "" if has_stand_in else "Give it a stand-in: short: [replace], stand_in: a row in stand_ins."
        yield _finding(sample, "L101", level, spec, message, fix, empty, pages)


def short_rows(sample: Sample) -> Iterator[LintFinding]:
    """L102: rows that look broken on TV."""
    if sample.device != "tv":
        return
    for spec in sample.layout.rows:
        pages = sample.pages_for(spec)
        short = [page for page in pages if 0 < len(page.rows[spec.id]) < MIN_TV_CARDS]
        if may_be_empty(spec.source) or len(short) < SHORT_WARN_SHARE * len(pages) or not short:
            continue
        share = len(short) / len(pages)
        message = (
            f"Row *{spec.id}* shows fewer than {MIN_TV_CARDS} titles for {share:.0%}. "
            f"On TV a row under {MIN_TV_CARDS} looks broken.{_reach(short, spec)}"
        )
        fix, patch = "Raise max_cards.", None
        if spec.max_cards >= MIN_TV_CARDS:
            fix = f"Set min_cards: {MIN_TV_CARDS}."
            patch = {"set": {spec.id: {"min_cards": MIN_TV_CARDS}}}
        yield _finding(sample, "L102", LintLevel.WARN, spec, message, fix, short, pages, patch)


def similar_rows(sample: Sample) -> Iterator[LintFinding]:
    """L103: rows that show the same titles."""
    for one, two in combinations(sample.layout.rows, 2):
        pages = [page for page in sample.pages if page.rows.get(one.id) and page.rows.get(two.id)]
        shared = [_shared_titles(page, one, two) for page in pages]
        if not shared or median(shared) < SIMILAR_TITLES:
            continue
        message = (
            f"*{one.id}* and *{two.id}* share {median(shared):.0f} of the first {COMPARED_TITLES} titles for the "
            "median profile."
        )
        similar = [page for page, count in zip(pages, shared, strict=True) if count >= SIMILAR_TITLES]
        fix, patch = "Move them apart.", None
        repeating = next((spec for spec in (two, one) if spec.repeats), None)
        if repeating is not None:
            fix = f"Remove `repeats` from {repeating.id!r}, or move them apart."
            patch = {"set": {repeating.id: {"repeats": False}}}
        yield _finding(sample, "L103", LintLevel.WARN, two, message, fix, similar, pages, patch)


def stale_data(sample: Sample) -> Iterator[LintFinding]:
    """L109: the nightly run has not finished."""
    if sample.data_age > MAX_DATA_AGE:
        hours, limit = sample.data_age / timedelta(hours=1), MAX_DATA_AGE / timedelta(hours=1)
        yield LintFinding(
            "L109",
            LintLevel.ERROR,
            sample.layout_id,
            f"Data of picks, similar titles and trends is {hours:.0f} h old; the limit is {limit:.0f} h.",
            fix="Run: marquee jobs run nightly",
        )


def unavailable_pins(sample: Sample) -> Iterator[LintFinding]:
    """L111: pinned and listed titles that no viewer will see."""
    pins = sum(len(spec.pins) for spec in sample.layout.rows)
    for spec in sample.layout.rows:
        reasons = {title: why for (row, title), why in sample.unavailable_pins.items() if row == spec.id}
        if reasons:
            listed = "; ".join(f"{title} {why}" for title, why in reasons.items())
            message = f"{len(reasons)} of {pins} pinned titles cannot be shown: {listed}."
            fix, patch = "Remove them, or correct their ids.", _without_pins(sample, spec.id, reasons)
            yield _finding(sample, "L111", LintLevel.ERROR, spec, message, fix, patch=patch)
        listed_reasons = {
            title: why for (row, title), why in sample.unavailable_listed.items() if row == spec.id
        }
        if listed_reasons:
            count = len(listed_titles(spec.options))
            listed = "; ".join(f"{title} {why}" for title, why in listed_reasons.items())
            message = f"{len(listed_reasons)} of {count} listed titles cannot be shown: {listed}."
            yield _finding(
                sample, "L111", LintLevel.ERROR, spec, message, "Correct their ids, or replace them."
            )


def ineffective_variants(sample: Sample) -> Iterator[LintFinding]:
    """L112: variants that change nothing for many profiles."""
    variants = {variant for page in sample.pages for variant in page.equal_to_control}
    for variant in sorted(variants):
        pages = [page for page in sample.pages if variant in page.equal_to_control]
        equal = [page for page in pages if page.equal_to_control[variant]]
        share = len(equal) / len(pages)
        if share >= INEFFECTIVE_SHARE:
            experiment, _, arm = variant.partition(":")
            message = f"Variant {arm} of {experiment} shows the base's page to {share:.0%} of the profiles."
            fix = "Limit the experiment's `when` to profiles that see a difference."
            finding = LintFinding(
                "L112", LintLevel.WARN, sample.layout_id, message, ("variants", experiment), fix=fix
            )
            yield _with_counts(finding, equal, pages)


def slow_pages(sample: Sample) -> Iterator[LintFinding]:
    """L115: pages over their time budget; a warning, because machines differ."""
    seconds = sorted(page.seconds for page in sample.pages)
    p95 = seconds[int(0.95 * (len(seconds) - 1))]
    if p95 > PAGE_BUDGET.total_seconds():
        yield LintFinding(
            "L115",
            LintLevel.WARN,
            sample.layout_id,
            f"Composing a page took {p95 * 1000:.0f} ms at p95 on this machine; the budget is "
            f"{PAGE_BUDGET.total_seconds() * 1000:.0f} ms.",
            fix="Fewer rows of different sources need fewer store calls.",
        )


SAMPLE_LINTS: tuple[Callable[[Sample], Iterable[LintFinding]], ...] = (
    empty_rows,
    short_rows,
    similar_rows,
    stale_data,
    unavailable_pins,
    ineffective_variants,
    slow_pages,
)


def _finding(
    sample: Sample,
    code: str,
    level: LintLevel,
    spec: RowSpec,
    message: str,
    fix: str,
    affected: Sequence[SampledPage] = (),
    pages: Sequence[SampledPage] = (),
    patch: Mapping[str, Any] | None = None,
) -> LintFinding:
    finding = LintFinding(code, level, sample.layout_id, message, ("rows", spec.id), fix=fix, patch=patch)
    return _with_counts(finding, affected, pages) if pages else finding


def _with_counts(
    finding: LintFinding, affected: Sequence[SampledPage], pages: Sequence[SampledPage]
) -> LintFinding:
    return replace(
        finding,
        share=len(affected) / len(pages),
        affected=len(affected),
        sampled=len(pages),
        profiles=tuple(page.profile_id for page in affected[:MAX_EXAMPLES]),
    )


def _sample_size(pages: Sequence[SampledPage], sample: Sample) -> str:
    restriction = " whose layout has it" if len(pages) < len(sample.pages) else ""
    return f"{len(pages):,} sampled{restriction}"


def _main_reason(empty: Sequence[SampledPage], spec: RowSpec) -> str:
    reasons = Counter(page.missing_reasons[spec.id] for page in empty if spec.id in page.missing_reasons)
    return f": {reasons.most_common(1)[0][0]}" if reasons else ""


def _reach(pages: Sequence[SampledPage], spec: RowSpec) -> str:
    """What a rule matches and its source reaches, for the median page."""
    reach = median_reach(page.rule_reach[spec.id] for page in pages if spec.id in page.rule_reach)
    text = str(reach) if reach else ""
    return f" {text[0].upper()}{text[1:]} (median)." if text else ""


def _shared_titles(page: SampledPage, one: RowSpec, two: RowSpec) -> int:
    return len({*page.rows[one.id][:COMPARED_TITLES]} & {*page.rows[two.id][:COMPARED_TITLES]})


def _without_pins(
    sample: Sample, row_id: str, unavailable: Mapping[TitleId, str]
) -> Mapping[str, Any] | None:
    """None when an override or a variant set some of the pins."""
    pins = sample.document.get("rows", {}).get(row_id, {}).get("pins", [])
    if not {pin["title_id"] for pin in pins} >= unavailable.keys():
        return None
    return {"set": {row_id: {"pins": [pin for pin in pins if pin["title_id"] not in unavailable]}}}
