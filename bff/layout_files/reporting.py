"""How the command line tells of layouts: problems with file and line, findings, differences, editions."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bff.layout_files.yaml_file import LayoutFile, write
from domain.json_schema import Problem, path_text
from domain.layouts.diff import differences
from domain.layouts.lint.lint import Linted, LintFinding, broken_finding, in_order, lint
from domain.layouts.lint.static_rules import FILE_LINTS
from domain.layouts.resolution import PublishedLayouts, book_of
from domain.layouts.versions import LayoutVersion
from domain.timestamps import to_iso

UNPUBLISHED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Located:
    """A finding with the file and line it is about."""

    finding: LintFinding
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
            "affected": one.affected,
            "sampled": one.sampled,
            "profiles": list(one.profiles),
            "fix": one.fix,
            "patch": one.patch,
        }


def problem_line(file: LayoutFile, problem: Problem) -> str:
    """ "home.yaml:12: rows.picks.style: 'heroo' is not known; ..." """
    return f"{file.name}:{problem.line or 1}: {problem}"


def findings_in(files: Sequence[LayoutFile]) -> tuple[Located, ...]:
    """What lint finds in files; those that cannot be used are left out of what compares layouts."""
    broken = [
        Located(broken_finding(file.name, problem), file.name, problem.line)
        for file in files
        for problem in file.problems
    ]
    documents = {str(file.document["layout"]): file.document for file in _usable(files)}
    linted = Linted(documents, book_of_files(files))
    return (*broken, *located(lint(linted, FILE_LINTS), files))


def book_of_files(files: Sequence[LayoutFile]) -> PublishedLayouts:
    """Those of the files that can be used, as if they were live."""
    editions = [
        LayoutVersion("file", str(file.document["layout"]), 0, file.document, UNPUBLISHED)
        for file in _usable(files)
    ]
    return book_of(editions)


def located(findings: Iterable[LintFinding], files: Sequence[LayoutFile]) -> tuple[Located, ...]:
    """Findings with file and line, errors first; about a layout that is in none of the files, with its name."""
    by_name = {str(file.document["layout"]): file for file in _usable(files)}
    return tuple(
        Located(one, by_name[one.layout].name, by_name[one.layout].line(one.path))
        if one.layout in by_name
        else Located(one, one.layout, None)
        for one in in_order(findings)
    )


def _usable(files: Sequence[LayoutFile]) -> list[LayoutFile]:
    return [file for file in files if not file.problems]


def differences_of(file: LayoutFile, live: LayoutVersion | None, as_yaml: bool) -> list[str]:
    """How a file differs from what is live, in sentences or line by line."""
    old = live.document if live else None
    if not as_yaml:
        return list(differences(old, file.document))
    before = write(old).splitlines() if old else []
    lines = difflib.unified_diff(before, write(file.document).splitlines(), "live", file.name, lineterm="")
    return list(lines)


def edition_line(edition: LayoutVersion) -> str:
    who = edition.published_by or "imported"
    return (
        f"{edition.version:>4}  {edition.published_at:%Y-%m-%d %H:%M} UTC  {who}  {edition.reason}".rstrip()
    )


def edition_json(edition: LayoutVersion) -> dict[str, Any]:
    return {
        "layout": edition.layout,
        "version": edition.version,
        "publishedAt": to_iso(edition.published_at),
        "publishedBy": edition.published_by,
        "reason": edition.reason,
    }
