"""How the command line tells of layouts: problems with file and line, findings, differences, editions."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bff.layouts.files import LayoutFile, write
from domain.instants import to_iso
from domain.json_schema import Problem, path_text
from domain.layout_book import book_of
from domain.layout_diff import differences
from domain.layout_editions import Edition
from domain.layout_lint import Finding, Level, Linted, lint

UNPUBLISHED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Located:
    """A finding with the file and line it is about."""

    finding: Finding
    file: str
    line: int | None

    def __str__(self) -> str:
        one, where = self.finding, path_text(self.finding.path)
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{place}: {one.level} {one.code}: {where + ': ' if where else ''}{one.message}"
        return f"{text} {one.fix}".rstrip()

    def as_json(self) -> dict[str, Any]:
        one = self.finding
        return {
            "code": one.code,
            "level": one.level.value,
            "layout": one.layout,
            "file": self.file,
            "line": self.line,
            "path": list(one.path),
            "message": one.message,
            "share": one.share,
            "profiles": list(one.profiles),
            "fix": one.fix,
        }


def problem_line(file: LayoutFile, problem: Problem) -> str:
    """ "home.yaml:12: rows.picks.style: 'heroo' is not known; ..." """
    return f"{file.name}:{problem.line or 1}: {problem}"


def findings_in(files: Sequence[LayoutFile]) -> tuple[Located, ...]:
    """What lint finds in files; those that cannot be used are left out of what compares layouts."""
    broken = [
        Located(
            Finding("L100", Level.ERROR, file.name, problem.message, problem.path), file.name, problem.line
        )
        for file in files
        for problem in file.problems
    ]
    usable = {str(file.document["layout"]): file for file in files if not file.problems}
    editions = [Edition("file", name, 0, file.document, UNPUBLISHED) for name, file in usable.items()]
    linted = Linted({name: file.document for name, file in usable.items()}, book_of(editions))
    found = [Located(one, usable[one.layout].name, usable[one.layout].line(one.path)) for one in lint(linted)]
    return (*broken, *found)


def differences_of(file: LayoutFile, live: Edition | None, as_yaml: bool) -> list[str]:
    """How a file differs from what is live, in sentences or line by line."""
    old = live.document if live else None
    if not as_yaml:
        return list(differences(old, file.document))
    before = write(old).splitlines() if old else []
    lines = difflib.unified_diff(before, write(file.document).splitlines(), "live", file.name, lineterm="")
    return list(lines)


def edition_line(edition: Edition) -> str:
    who = edition.published_by or "imported"
    return (
        f"{edition.version:>4}  {edition.published_at:%Y-%m-%d %H:%M} UTC  {who}  {edition.reason}".rstrip()
    )


def edition_json(edition: Edition) -> dict[str, Any]:
    return {
        "layout": edition.layout,
        "version": edition.version,
        "publishedAt": to_iso(edition.published_at),
        "publishedBy": edition.published_by,
        "reason": edition.reason,
    }
