"""Imports a customer's accounts and profiles."""

from __future__ import annotations

from datetime import datetime

from pymongo.database import Database

from batch.importers.input_files import Problems
from batch.importers.own_data import SOURCE, InputFile
from batch.importers.profile_rows import profile_from_row
from batch.storage.bulk_load import BulkWriter, ensure_indexes
from domain.errors import BadInput
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, PROFILES
from domain.viewers.documents import account_to_document, profile_to_document


def load_profiles(database: Database[Document], file: InputFile, now: datetime) -> dict[str, int]:
    regions: dict[str, str] = {}
    count = 0
    for number, row in file.read_rows(file.problems):
        region = regions.setdefault(row["account_id"], row["region"])
        if region != row["region"]:
            message = f"region: account {row['account_id']!r} lives in {region} on an earlier line"
            file.problems.add(file.name, number, message)
            continue
        try:
            profile_from_row(row, now)
            count += 1
        except BadInput as error:
            file.problems.add(file.name, number, str(error))
    file.problems.raise_if_any()
    ensure_indexes(database)
    with (
        BulkWriter(database, ACCOUNTS, SOURCE) as accounts,
        BulkWriter(database, PROFILES, SOURCE) as profiles,
    ):
        known: set[str] = set()
        for _, row in file.read_rows(Problems(skip=True)):
            try:
                account, profile = profile_from_row(row, now)
            except BadInput:
                continue
            if regions[account.id] == account.region:
                accounts.add([account_to_document(account)] if account.id not in known else [])
                known.add(account.id)
                profiles.add([profile_to_document(profile)])
    return {"profiles": count, "accounts": len(known), "broken_rows": file.problems.count}
