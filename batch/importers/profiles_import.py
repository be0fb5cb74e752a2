"""Imports a customer's accounts and profiles: checks all, writes what changed, withdraws what is gone.

Only the fields of the file are set. What viewers and experiments added stays: onboarding answers, assignments, the
first `created_at`. A withdrawn profile's history stays, too, so that a wrong export can be corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import bson
from pymongo.database import Database

from batch.importers.import_options import ImportOptions
from batch.importers.own_data import IdsSeen, InputFile, repeated_id
from batch.importers.profile_changes import account_changes, profile_changes
from batch.importers.profile_rows import profile_from_row
from batch.importers.row_values import RowNotes
from batch.storage.batching import batched
from batch.storage.bulk_load import ensure_indexes
from batch.storage.departures import find_departed
from batch.storage.document_writer import DocumentWriter, delete_by_ids
from batch.storage.import_ledger import unfinished_import
from batch.storage.known_documents import find_by_ids
from batch.storage.sources import SOURCES_FIELD, sources_of
from domain.errors import BadInput
from domain.ids import AccountId, ProfileId
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, PROFILES
from domain.viewers.documents import account_to_document, profile_to_document

CHUNK = 10_000


@dataclass(slots=True)
class MemberChanges:
    """Ids that the service must hear of, deleted ones included. `complete`: no earlier import was cut short."""

    profiles: list[ProfileId] = field(default_factory=list)
    accounts: list[AccountId] = field(default_factory=list)
    complete: bool = True


@dataclass(slots=True)
class _Counts:
    profiles: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    unchanged: int = 0
    departed: int = 0
    """Erased or merged: they are not brought back."""

    left_accounts: set[str] = field(default_factory=set)
    """From which profiles moved."""


Publish = Callable[[MemberChanges], None]


def publish_nothing(changes: MemberChanges) -> None:
    """Of a database that no service reads."""


def load_profiles(
    database: Database[Document],
    file: InputFile,
    now: datetime,
    options: ImportOptions = ImportOptions(),  # noqa: B008 frozen
    publish: Publish = publish_nothing,
) -> dict[str, int]:
    """Raises BrokenRows or NotConfirmed before anything is written."""
    profile_ids, account_ids = _check(file, now)
    withdrawn: list[Document] = []
    if not options.add:
        brought = _brought_by(database, options.source)
        withdrawn = [one for one in brought if one["_id"] not in profile_ids | file.problems.broken_ids]
        options.confirm_withdrawal("profiles", len(withdrawn), len(brought))
    counts, changes = _Counts(), MemberChanges()
    if options.dry_run:
        _write(database, file, now, options, counts, changes)
    else:
        ensure_indexes(database)
        with unfinished_import(database, f"profiles:{options.source}", now) as was_cut_short:
            _write(database, file, now, options, counts, changes)
            _withdraw_profiles(database, withdrawn, options.source)
            left = {one["account_id"] for one in withdrawn} | counts.left_accounts
            _withdraw_accounts(database, left - account_ids, options, changes)
            changes.profiles += [ProfileId(one["_id"]) for one in withdrawn]
            if was_cut_short:
                changes = MemberChanges(
                    [ProfileId(one) for one in profile_ids] + changes.profiles,
                    [AccountId(one) for one in account_ids] + changes.accounts,
                    complete=False,
                )
            publish(changes)
    return {
        "profiles": counts.profiles,
        "accounts": len(account_ids),
        "new": counts.new,
        "changed": counts.changed,
        "moved": counts.moved,
        "unchanged": counts.unchanged,
        "withdrawn": len(withdrawn),
        "kept_by_other_sources": sum(sources_of(one) != (options.source,) for one in withdrawn),
        "departed": counts.departed,
        "broken_rows": file.problems.count,
    }


def _check(file: InputFile, now: datetime) -> tuple[set[str], set[str]]:
    """Ids of valid profiles, and of accounts. Raises BrokenRows."""
    seen, profiles = IdsSeen(), set[str]()
    accounts: dict[str, dict[str, str]] = {}
    for number, row in file.check_rows():
        earlier = seen.earlier_line(row["id"], number)
        error = repeated_id(row["id"], earlier) if earlier else _conversion_error(row, now, file)
        error = error or _account_error(row, accounts)
        if error:
            file.problems.broken_ids.add(row["id"])
            file.problems.add(file.name, number, error)
        else:
            profiles.add(row["id"])
    file.problems.raise_if_any()
    file.problems.raise_if_none_is_left(len(profiles))
    return profiles, set(accounts)


def _conversion_error(row: Document, now: datetime, file: InputFile) -> str | None:
    notes = RowNotes()
    try:
        account, profile = profile_from_row(row, now, notes)
        bson.encode(account_to_document(account))
        bson.encode(profile_to_document(profile))
    except (BadInput, ValueError, OverflowError, bson.errors.BSONError) as error:
        return str(error)
    file.problems.left_out.update(f"unknown genre {word!r:.60}" for word in notes.unknown_genres)
    return None


def _account_error(row: Document, accounts: dict[str, dict[str, str]]) -> str | None:
    """Lines of one account must agree; the first valid line counts."""
    given: dict[str, str] = {name: row[name] for name in ("region", "plan") if name in row}
    known = accounts.get(row["account_id"], {})
    for name, value in given.items():
        if name in known and known[name] != value:
            return (
                f"{name}: account {row['account_id']!r} has {known[name]!r} on an earlier line and {value!r} here; "
                "write the same on all of its lines"
            )
    accounts[row["account_id"]] = {**given, **known}
    return None


def _brought_by(database: Database[Document], source: str) -> list[Document]:
    query = {"$or": [{SOURCES_FIELD: source}, {"source": source}]}
    fields = {"account_id": 1, SOURCES_FIELD: 1, "source": 1}
    return [one for one in database[PROFILES].find(query, fields) if source in sources_of(one)]


def _write(
    database: Database[Document],
    file: InputFile,
    now: datetime,
    options: ImportOptions,
    counts: _Counts,
    changes: MemberChanges,
) -> None:
    """A dry run counts and writes nothing."""
    known_accounts: set[str] = set()
    for chunk in batched(file.read_again(), CHUNK):
        rows = [row for _, row in chunk]
        accounts = _stored(database, ACCOUNTS, {row["account_id"] for row in rows} - known_accounts)
        profiles = _stored(database, PROFILES, {row["id"] for row in rows})
        departed = find_departed(database, {row["id"] for row in rows} - profiles.keys())
        counts.departed += len(departed)
        rows = [row for row in rows if row["id"] not in departed]
        with (
            DocumentWriter(database, ACCOUNTS) as account_writer,
            DocumentWriter(database, PROFILES) as writer,
        ):
            for row in rows:
                account, profile = profile_from_row(row, now)
                if account.id not in known_accounts:
                    known_accounts.add(account.id)
                    change = account_changes(row, account, accounts.get(account.id), options.source)
                    if change and account.id in accounts:
                        changes.accounts.append(account.id)
                    _put(account_writer, account.id, change, account.id not in accounts, options)
                stored = profiles.get(profile.id)
                change = profile_changes(row, profile, stored, options.source)
                _count(counts, stored, change)
                if change and stored is not None:
                    changes.profiles.append(profile.id)
                _put(writer, profile.id, change, stored is None, options)


def _stored(database: Database[Document], collection: str, ids: Collection[str]) -> dict[str, Document]:
    return {document["_id"]: document for document in find_by_ids(database[collection], ids)}


def _put(
    writer: DocumentWriter, document_id: str, change: Document, is_new: bool, options: ImportOptions
) -> None:
    if change and not options.dry_run:
        if is_new:
            writer.put({"_id": document_id, **change}, is_new=True)
        else:
            writer.set(document_id, change)


def _count(counts: _Counts, stored: Document | None, change: Document) -> None:
    counts.profiles += 1
    if stored is None:
        counts.new += 1
    elif not change:
        counts.unchanged += 1
    else:
        counts.changed += 1
        if "account_id" in change:
            counts.moved += 1
            counts.left_accounts.add(stored["account_id"])


def _withdraw_profiles(database: Database[Document], withdrawn: list[Document], source: str) -> None:
    delete_by_ids(database[PROFILES], _keep_other_sources(database, PROFILES, withdrawn, source))


def _withdraw_accounts(
    database: Database[Document],
    candidates: set[str],
    options: ImportOptions,
    changes: MemberChanges,
) -> None:
    """Accounts that lost their last profile, and that the full export lacks."""
    if not candidates or options.add:
        return
    inhabited = {
        one["account_id"]
        for one in database[PROFILES].find({}, {"account_id": 1})
        if one["account_id"] in candidates
    }
    empty = list(find_by_ids(database[ACCOUNTS], candidates - inhabited, {SOURCES_FIELD: 1, "source": 1}))
    brought = [one for one in empty if options.source in sources_of(one)]
    delete_by_ids(database[ACCOUNTS], _keep_other_sources(database, ACCOUNTS, brought, options.source))
    changes.accounts += [AccountId(one["_id"]) for one in brought]


def _keep_other_sources(
    database: Database[Document], collection: str, documents: list[Document], source: str
) -> Iterator[str]:
    """Ids that no other source brings; the other documents lose this source."""
    with DocumentWriter(database, collection) as writer:
        for one in documents:
            others = [name for name in sources_of(one) if name != source]
            if others:
                writer.set(one["_id"], {SOURCES_FIELD: others, "source": others[0]})
            else:
                yield one["_id"]
