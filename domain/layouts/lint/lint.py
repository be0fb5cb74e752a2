"""Lint of layouts, and of a draft among the live layouts.

Further lints of documents are in domain/layouts/lint/static_rules.py, lints of composed pages in
domain/layouts/lint/sampled_rules.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from domain.catalog.regions import region_name
from domain.json_schema import Problem
from domain.layouts.diff import DEVICE_NAMES
from domain.layouts.lint.model import Lint, LintFinding, LintInput, LintLevel, sort_findings
from domain.layouts.lint.static_rules import STATIC_LINTS
from domain.layouts.resolution import Overlap, PublishedLayouts, decode_layout, overlapping_layouts
from domain.layouts.validation import layout_problems, require_valid
from domain.layouts.versions import LayoutVersion


def lint_layouts(given: LintInput, lints: Iterable[Lint] = ()) -> tuple[LintFinding, ...]:
    """`LINTS` always run. Errors first."""
    return sort_findings(finding for run_lint in (*LINTS, *lints) for finding in run_lint(given))


def lint_draft(document: Mapping[str, Any], live: PublishedLayouts, now: datetime) -> tuple[LintFinding, ...]:
    """About the draft, and about live layouts because of it. Raises BadLayout."""
    before = _static_findings(live, now)
    after = _static_findings(with_draft(live, document, now), now)
    return tuple(one for one in after if one.layout == document["layout"] or one not in before)


def with_draft(live: PublishedLayouts, document: Mapping[str, Any], now: datetime) -> PublishedLayouts:
    """The live layouts after publishing the draft. Raises BadLayout."""
    require_valid(document)
    name = document.get("layout")
    number = next((one.version.number for one in live.layouts if one.id == name), 0)
    draft = decode_layout(LayoutVersion("draft", str(name), number + 1, dict(document), now))
    return PublishedLayouts((*(one for one in live.layouts if one.id != name), draft))


def invalid_draft_findings(document: Mapping[str, Any]) -> tuple[LintFinding, ...]:
    """Empty: the draft is valid."""
    name = str(document.get("layout") or "")
    return sort_findings(invalid_document_finding(name, problem) for problem in layout_problems(document))


def invalid_document_finding(layout: str, problem: Problem) -> LintFinding:
    """L100, unless the problem has a code of its own."""
    return LintFinding(problem.code or "L100", LintLevel.ERROR, layout, problem.message, problem.path)


def overlapping_audiences(given: LintInput) -> Iterator[LintFinding]:
    """L105: layouts that only their names decide between."""
    for overlap in overlapping_layouts(given.layouts):
        yield LintFinding(
            "L105",
            LintLevel.ERROR,
            overlap.second,
            f"{overlap.first!r} and {overlap.second!r} are both for {_audience(overlap)} {_start(overlap)}. "
            f"{overlap.first!r} wins by its name alone; {overlap.second!r} never shows then.",
            ("schedule",) if overlap.starts_at else ("targets",),
            fix="Give one of them a higher priority.",
        )


LINTS: tuple[Lint, ...] = (overlapping_audiences,)


def _static_findings(layouts: PublishedLayouts, now: datetime) -> tuple[LintFinding, ...]:
    documents = {one.id: one.version.document for one in layouts.layouts}
    return lint_layouts(LintInput(documents, layouts, now), STATIC_LINTS)


def _audience(overlap: Overlap) -> str:
    devices = " and ".join(DEVICE_NAMES[name] for name in overlap.devices) or "every device"
    markets = " and ".join(region_name(name) for name in overlap.markets) or "every market"
    return f"{devices} in {markets}"


def _start(overlap: Overlap) -> str:
    return f"from {overlap.starts_at:%d %b %Y %H:%M} UTC" if overlap.starts_at else "at all times"
