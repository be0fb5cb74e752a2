"""Import what a person watched on another service."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import click
from pymongo.database import Database

from batch.commands.import_publication import ImportPublication
from batch.commands.own_imports import ending_on_bad_data
from batch.commands.stores import open_stores
from batch.console import ConsoleReporter
from batch.importers.events_import import load_events
from batch.importers.export_dates import DateOrder
from batch.importers.import_options import ImportOptions
from batch.importers.input_files import Problems
from batch.importers.matched_history import (
    MatchedHistory,
    event_rows,
    match_history,
    unmatched_sentences,
    write_unmatched,
)
from batch.importers.own_data import InputFile, display_name, open_input
from batch.importers.viewing_exports import ExportFile, ExportFormat, read_export
from batch.storage.clients import BatchStores
from batch.storage.departures import find_departed
from batch.storage.import_turn import import_turn
from domain.errors import BadInput
from domain.ids import ProfileId
from domain.serialization import Document
from domain.storage_names import PROFILES

SOURCE = "history"
MAX_SHOWN = 20


@click.command(name="history")
@click.argument("file")
@click.option("--profile", required=True, metavar="ID", help="Who watched it.")
@click.option(
    "--format",
    "format_",
    type=click.Choice([one.value for one in ExportFormat]),
    help="Default: what the header says.",
)
@click.option(
    "--dates",
    type=click.Choice([one.value for one in DateOrder]),
    help="Order of Netflix's dates, where it is not clear.",
)
@click.option(
    "--not-found",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write what was ambiguous or not found to this CSV file.",
)
@click.option("--dry-run", is_flag=True, help="Match and count; write nothing into the stores.")
@click.option("--skip-bad", is_flag=True, help="Skip and count broken lines instead of failing.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON.")
def import_history(
    file: str, profile: str, format_: str | None, dates: str | None, not_found: Path | None, dry_run: bool,
    skip_bad: bool, as_json: bool,
) -> None:  # fmt: skip
    """What a person watched elsewhere: the viewing export of Netflix, Trakt or Letterboxd; - is standard input.

    Imported again, an export adds what is new. Newer activity stays as it is.
    """
    reporter, problems, now = ConsoleReporter(quiet=as_json), Problems(skip_bad), datetime.now(UTC)
    with (
        open_input(file) as path,
        open_stores() as stores,
        import_turn(stores.settings.home, f"import history {display_name(file)}", reporter.warn),
        ending_on_bad_data(),
    ):
        export = ExportFile(
            path,
            display_name(file),
            problems,
            ExportFormat(format_) if format_ else None,
            DateOrder(dates) if dates else None,
        )
        _check_profile(stores.mongo, profile)
        found, entries = read_export(export, now)
        reporter.step(f"Matching {len(entries):,} entries of {found.value}.")
        history = match_history(stores.mongo, entries)
        rows = event_rows(history, ProfileId(profile), found)
        if not_found is not None:
            write_unmatched(history, not_found)
        counts = _load(stores, rows, history_name(ProfileId(profile), found), dry_run, now) if rows else {}
    _print_unmatched(history, problems, reporter, not_found)
    new, known = counts.get("new", 0), counts.get("unchanged", 0)
    summary = {
        "format": found.value,
        "entries": len(entries),
        **history.counts(),
        "new": new,
        "known": known,
        "broken_rows": problems.count,
        "dry_run": dry_run,
        "not_found_entries": [one.entry.text for one in history.not_found],
        "ambiguous_entries": [one.entry.text for one in history.ambiguous],
    }
    reporter.print_result(summary, _sentence(profile, history, new, known, dry_run), as_json)


def history_name(profile: ProfileId, format_: ExportFormat) -> str:
    """Of the archive's file. It names the person by a digest, as it outlives a profile that is erased."""
    digest = blake2b(profile.encode(), digest_size=8).hexdigest()
    return f"{digest}-{format_.value}"


def _check_profile(database: Database[Document], profile: str) -> None:
    if database[PROFILES].find_one({"_id": profile}, {"_id": 1}) is not None:
        return
    departure = find_departed(database, [profile]).get(profile)
    if departure is None:
        remedy = "write its id, or import it with `marquee import profiles`"
    elif departure.into is None:
        remedy = "it was erased, and its id cannot be used again"
    else:
        remedy = f"it was merged into {departure.into!r}; write that id"
    raise BadInput(f"--profile: there is no profile {profile!r}; {remedy}")


def _load(
    stores: BatchStores, rows: list[Document], name: str, dry_run: bool, now: datetime
) -> dict[str, int]:
    """As an events file of this person and format, to which every export adds."""
    with tempfile.TemporaryDirectory(prefix="marquee-") as folder:
        path = Path(folder) / "events.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        file = InputFile(path, "events", Problems(), "the matched entries")
        options = ImportOptions(SOURCE, add=True, dry_run=dry_run)
        publish = ImportPublication(stores).publish_members
        return load_events(stores.mongo, stores.settings.lake, file, now, options, name, publish)


def _print_unmatched(
    history: MatchedHistory, problems: Problems, reporter: ConsoleReporter, path: Path | None
) -> None:
    if problems.count:
        reporter.step(f"Skipped {problems.count:,} broken lines, the first of them:")
        for line in problems.listed:
            reporter.step(f"  {line}")
    for label, unmatched in (("Ambiguous", history.ambiguous), ("Not found", history.not_found)):
        if unmatched:
            reporter.step(f"{label} ({len(unmatched):,}):")
            for sentence in unmatched_sentences(unmatched, MAX_SHOWN):
                reporter.step(f"  {sentence}")
    if path is not None:
        reporter.step(f"All of them are in {path}.")


def _sentence(profile: str, history: MatchedHistory, new: int, known: int, dry_run: bool) -> str:
    counts = history.counts()
    kinds = [
        f"{count:,} {name}"
        for name, count in counts.items()
        if name not in ("matched", "ambiguous", "not_found") and count
    ]
    done = "Dry run, nothing was written" if dry_run else f"Imported for {profile}"
    what = ", ".join(kinds) or "nothing"
    return (
        f"{done}: {what} ({new:,} new, {known:,} known before); {counts['ambiguous']:,} ambiguous, "
        f"{counts['not_found']:,} not found."
    )
