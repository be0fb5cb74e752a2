"""Lints that need only the layouts; those of schedules are in schedule_rules.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.catalog.regions import language_name
from domain.layouts.client_compatibility import ADDED_VALUES
from domain.layouts.diff import DEVICE_NAMES
from domain.layouts.lint.editorial_rules import editorial_conflicts
from domain.layouts.lint.model import LintFinding, LintInput, LintLevel
from domain.layouts.lint.order_rules import arms_without_effect
from domain.layouts.lint.row_versions import RowVersion, row_versions
from domain.layouts.lint.schedule_rules import SCHEDULE_LINTS
from domain.layouts.row_kinds import ROW_KINDS, RowSource

MAX_TITLE_LENGTHS: Mapping[str, int] = {"tv": 32, "web": 48, "tablet": 40, "mobile": 28}
"""Characters of a row title that a device shows."""

ROWS_ON_TWO_SCREENS = 4
"""On TV."""

MAX_ROWS = 10


def long_titles(given: LintInput) -> Iterator[LintFinding]:
    """L106: row titles that a device cuts."""
    for name, document in given.documents.items():
        for version in row_versions(document):
            devices = version.devices(document) or list(MAX_TITLE_LENGTHS)
            for language, text in (version.written.get("title") or {}).items():
                for device in sorted(devices):
                    limit = MAX_TITLE_LENGTHS[device]
                    if text is not None and len(text) > limit:
                        yield LintFinding(
                            "L106",
                            LintLevel.WARN,
                            name,
                            f"Title is {len(text)} characters in {language_name(language)}; "
                            f"{DEVICE_NAMES[device]} cuts at {limit}.",
                            (*version.path, "title", language),
                            fix="Shorten it.",
                        )


def adult_sources_for_kids(given: LintInput) -> Iterator[LintFinding]:
    """L107: rows for children from sources with adult titles."""
    for name, document in given.documents.items():
        for version in row_versions(document):
            kind = ROW_KINDS.get(version.row["source"])
            changes_it = version.row is version.written or {"source", "when"} & version.written.keys()
            if version.is_for_kids and changes_it and kind is not None and kind.for_everyone:
                yield LintFinding(
                    "L107",
                    LintLevel.ERROR,
                    name,
                    f"*{_title(version)}* is for kids, but its source includes titles for 16 and over. They are "
                    "filtered out, so the row is short or empty.",
                    (*version.path, "source"),
                    fix="Use a genre row with genre Family or Animation.",
                )


def low_continue_watching(given: LintInput) -> Iterator[LintFinding]:
    """L108: Continue Watching below the second screen."""
    for name, document in given.documents.items():
        for position, row_id in enumerate(document["order"], start=1):
            row = document["rows"].get(row_id, {})
            if row.get("source") != RowSource.CONTINUE_WATCHING or position <= ROWS_ON_TWO_SCREENS:
                continue
            if document.get("personal_order") and "earliest" not in row.get("place", {}):
                continue
            yield LintFinding(
                "L108",
                LintLevel.WARN,
                name,
                f"Continue Watching is row {position}, below screen 2: viewers must scroll to resume a title.",
                ("order", position - 1),
                fix=f"Move it among the first {ROWS_ON_TWO_SCREENS} rows, or set personal_order.",
                patch={"move": {row_id: {"to": ROWS_ON_TWO_SCREENS}}},
            )


def too_many_rows(given: LintInput) -> Iterator[LintFinding]:
    """L110: more rows than viewers scroll."""
    for name, document in given.documents.items():
        count = len(document["order"])
        if count > MAX_ROWS:
            yield LintFinding(
                "L110",
                LintLevel.INFO,
                name,
                f"{count} rows; few viewers scroll past {MAX_ROWS}. Rows {MAX_ROWS + 1}–{count} reach few of them.",
                ("order", MAX_ROWS),
            )


def styles_unknown_to_old_clients(given: LintInput) -> Iterator[LintFinding]:
    """L116: styles that older clients do not know."""
    for name, document in given.documents.items():
        for row in row_versions(document):
            style = str(row.written.get("style", ""))
            for version, added in ADDED_VALUES.items():
                if style.upper() in added.get("RowStyle", ()):
                    release = ".".join(str(part) for part in version)
                    yield LintFinding(
                        "L116",
                        LintLevel.INFO,
                        name,
                        f"Clients with a schema before {release} do not know style *{style}*; they get *shelf*.",
                        (*row.path, "style"),
                    )


STATIC_LINTS = (
    *SCHEDULE_LINTS,
    long_titles,
    adult_sources_for_kids,
    low_continue_watching,
    too_many_rows,
    styles_unknown_to_old_clients,
    editorial_conflicts,
    arms_without_effect,
)


def _title(version: RowVersion) -> str:
    return str((version.row.get("title") or {}).get("en") or version.id)
