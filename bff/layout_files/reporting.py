"""Text and JSON of `marquee layout`: problems, lint findings, differences and versions."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bff.layout_files.yaml_file import LayoutFile, to_yaml
from domain.json_schema import Problem, path_text
from domain.layouts.diff import differences
from domain.layouts.lint.lint import invalid_document_finding, lint_layouts
from domain.layouts.lint.model import LintFinding, LintInput, sort_findings
from domain.layouts.lint.static_rules import STATIC_LINTS
from domain.layouts.resolution import PublishedLayouts, decode_layouts
from domain.layouts.versions import LayoutVersion
from domain.timestamps import to_iso

UNPUBLISHED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LocatedFinding:
    finding: LintFinding
    file: str
    line: int | None

    def __str__(self) -> str:
        one, path = self.finding, path_text(self.finding.path)
        location = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{location}: {one.level} {one.code}: {path + ': ' if path else ''}{one.message}"
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


def lint_files(files: Sequence[LayoutFile], now: datetime) -> tuple[LocatedFinding, ...]:
    """Problems of invalid files and lint findings of valid ones."""
    broken = [
        LocatedFinding(invalid_document_finding(file.name, problem), file.name, problem.line)
        for file in files
        for problem in file.problems
    ]
    located: dict[str, LocatedFinding] = {}
    for chosen in file_sets(files):
        documents = {file.layout: file.document for file in chosen}
        linted = LintInput(documents, layouts_from_files(chosen), now)
        for finding in locate_findings(lint_layouts(linted, STATIC_LINTS), chosen):
            located.setdefault(str(finding), finding)
    return (*broken, *located.values())


def file_sets(files: Sequence[LayoutFile]) -> list[list[LayoutFile]]:
    """The valid files, in sets with one file for each layout: several files of one layout are alternatives."""
    by_layout: dict[str, list[LayoutFile]] = {}
    for file in _valid_files(files):
        by_layout.setdefault(file.layout, []).append(file)
    most = max(map(len, by_layout.values()), default=0)
    return [[same[min(at, len(same) - 1)] for same in by_layout.values()] for at in range(most)]


def layouts_from_files(files: Sequence[LayoutFile]) -> PublishedLayouts:
    """The valid files as published layouts."""
    return decode_layouts(
        [LayoutVersion("file", file.layout, 0, file.document, UNPUBLISHED) for file in _valid_files(files)]
    )


def locate_findings(
    findings: Iterable[LintFinding], files: Sequence[LayoutFile]
) -> tuple[LocatedFinding, ...]:
    """Errors first. A finding about a layout in none of the files has the layout's name as its file."""
    by_name = {file.layout: file for file in _valid_files(files)}
    return tuple(
        LocatedFinding(one, by_name[one.layout].name, by_name[one.layout].line(one.path))
        if one.layout in by_name
        else LocatedFinding(one, one.layout, None)
        for one in sort_findings(findings)
    )


def sort_located(findings: Iterable[LocatedFinding]) -> tuple[LocatedFinding, ...]:
    """Errors first, each once."""
    once = {str(located): located for located in findings}
    order = sort_findings(located.finding for located in once.values())
    ranks = {id(finding): rank for rank, finding in enumerate(order)}
    return tuple(sorted(once.values(), key=lambda located: ranks[id(located.finding)]))


def _valid_files(files: Sequence[LayoutFile]) -> list[LayoutFile]:
    return [file for file in files if not file.problems]


def difference_lines(file: LayoutFile, live: LayoutVersion | None, as_yaml: bool) -> list[str]:
    """Sentences or YAML lines."""
    old = live.document if live else None
    if not as_yaml:
        return list(differences(old, file.document))
    before = to_yaml(old).splitlines() if old else []
    lines = difflib.unified_diff(before, to_yaml(file.document).splitlines(), "live", file.name, lineterm="")
    return list(lines)


def version_line(version: LayoutVersion) -> str:
    who = version.published_by or "imported"
    return f"{version.number:>4}  {version.published_at:%Y-%m-%d %H:%M} UTC  {who}  {version.reason}".rstrip()


def version_json(version: LayoutVersion) -> dict[str, Any]:
    return {
        "layout": version.layout,
        "version": version.number,
        "publishedAt": to_iso(version.published_at),
        "publishedBy": version.published_by,
        "reason": version.reason,
    }
