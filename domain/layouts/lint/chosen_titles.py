"""Titles that a layout names by id: pins and the lists of editorial rows, also in patches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.ids import TitleId
from domain.json_schema import Path
from domain.layouts.lint.model import LintFinding, LintLevel
from domain.layouts.lint.row_versions import row_versions
from domain.layouts.row_options import TITLES
from domain.layouts.row_validation import UTC_ZONE, Node
from domain.layouts.schedules import parse_instant

PREFIX = "title_"
"""Of ids in the API, which layouts write without it."""

MAX_CHOSEN = 2000


@dataclass(frozen=True, slots=True)
class ChosenTitle:
    title_id: TitleId
    path: Path


def listed_titles(options: Mapping[str, str | int]) -> list[TitleId]:
    """Of an editorial row, each once."""
    return list(dict.fromkeys(TitleId(word) for word in str(options.get(TITLES.name, "")).split()))


def chosen_titles(document: Node, now: datetime) -> list[ChosenTitle]:
    """Pins that have ended choose nothing. At most `MAX_CHOSEN`."""
    return list(_chosen(document, now))[:MAX_CHOSEN]


def _chosen(document: Node, now: datetime) -> Iterator[ChosenTitle]:
    for version in row_versions(document):
        for index, pin in enumerate(version.written.get("pins") or ()):
            if parse_instant(pin["until"], UTC_ZONE) > now:
                yield ChosenTitle(TitleId(pin["title_id"]), (*version.path, "pins", index, "title_id"))
        for title_id in listed_titles(version.written.get("options") or {}):
            yield ChosenTitle(title_id, (*version.path, "options", TITLES.name))


def unknown_title_findings(
    layout: str, chosen: list[ChosenTitle], known: Mapping[TitleId, bool]
) -> Iterator[LintFinding]:
    """L118: ids that no title of the catalogue has. `known` also holds ids without their prefix."""
    for one in chosen:
        if known[one.title_id]:
            continue
        meant = TitleId(one.title_id.removeprefix(PREFIX))
        hint = f"Did you mean {meant}?" if known.get(meant) else "Correct it, or import the title first."
        yield LintFinding(
            "L118",
            LintLevel.ERROR,
            layout,
            f"No title of the catalogue has the id {one.title_id}.",
            one.path,
            fix=hint,
        )


def ids_to_look_up(chosen: list[ChosenTitle]) -> list[TitleId]:
    """Each id, and without the prefix that it has in the API."""
    written = [one.title_id for one in chosen]
    return list(dict.fromkeys([*written, *(TitleId(each.removeprefix(PREFIX)) for each in written)]))
