"""Rows of a profiles file that passed the schema -> accounts and profiles."""

from __future__ import annotations

from datetime import datetime

from batch.importers.row_values import parse_genres, parse_instant
from domain.catalog.maturity_ratings import ADULT_AGE
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.serialization import Document
from domain.viewers.profiles import Account, Profile

KIDS_LIMIT = 7


def profile_from_row(row: Document, now: datetime) -> tuple[Account, Profile]:
    kids = row.get("kids", False)
    created_at = parse_instant("created_at", row["created_at"]) if "created_at" in row else now
    language = row.get("language", "en")
    account = Account(
        AccountId(row["account_id"]), Region(row["region"]), row.get("plan", "standard"), created_at
    )
    return account, Profile(
        id=ProfileId(row["id"]),
        account_id=account.id,
        name=str(row.get("name", row["id"])),
        kids=kids,
        maturity_limit=row.get("maturity_limit", KIDS_LIMIT if kids else ADULT_AGE),
        language=language,
        created_at=created_at,
        favourite_genres=parse_genres(row.get("favourite_genres", ())),
        languages=tuple(row.get("languages", (language,))),
        blocked=tuple(TitleId(title_id) for title_id in row.get("blocked", ())),
    )
