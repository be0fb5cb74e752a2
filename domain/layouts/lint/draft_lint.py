"""Lint of one draft among the layouts that are live: what its publication would make worse is told, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.layouts.lint.lint import Linted, LintFinding, broken_finding, in_order, lint
from domain.layouts.lint.static_rules import FILE_LINTS
from domain.layouts.resolution import PublishedLayouts, open_layout
from domain.layouts.validation import problems_of
from domain.layouts.versions import LayoutVersion


def with_draft(live: PublishedLayouts, document: Mapping[str, Any], now: datetime) -> PublishedLayouts:
    """The book in which the draft has the place of its namesake, as its next version. Raises BadLayout."""
    name = document.get("layout")
    version = next((one.edition.version for one in live.layouts if one.id == name), 0)
    draft = open_layout(LayoutVersion("draft", str(name), version + 1, dict(document), now))
    return PublishedLayouts((*(one for one in live.layouts if one.id != name), draft))


def broken(document: Mapping[str, Any]) -> tuple[LintFinding, ...]:
    """Everything that makes a draft unusable; empty: it can be used."""
    name = str(document.get("layout") or "")
    return in_order(broken_finding(name, problem) for problem in problems_of(document))


def draft_findings(
    document: Mapping[str, Any], live: PublishedLayouts, now: datetime
) -> tuple[LintFinding, ...]:
    """What is to be said of a draft, and of live layouts because of it. It needs no data. Raises BadLayout."""
    before = _findings(live)
    after = _findings(with_draft(live, document, now))
    return tuple(one for one in after if one.layout == document["layout"] or one not in before)


def _findings(book: PublishedLayouts) -> tuple[LintFinding, ...]:
    return lint(Linted({one.id: one.edition.document for one in book.layouts}, book), FILE_LINTS)
