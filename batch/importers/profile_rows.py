"""Rows of a profiles file that passed the schema -> accounts and profiles."""

from __future__ import annotations

from datetime import datetime

from batch.importers.row_values import RowNotes, parse_genres, parse_instant, region_from_row
from domain.catalog.maturity_ratings import ADULT_AGE, KIDS_AGE, parse_rating
from domain.errors import BadInput
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.serialization import Document
from domain.viewers.profiles import Account, Profile

KIDS_LIMIT = 7


def profile_from_row(row: Document, now: datetime, notes: RowNotes | None = None) -> tuple[Account, Profile]:
    kids, region = row.get("kids", False), region_from_row("region", row["region"])
    created_at = parse_instant("created_at", row["created_at"]) if "created_at" in row else now
    language = row.get("language", "en")
    account = Account(AccountId(row["account_id"]), region, row.get("plan", "standard"), created_at)
    return account, Profile(
        id=ProfileId(row["id"]),
        account_id=account.id,
        name=str(row.get("name", row["id"])),
        kids=kids,
        maturity_limit=_maturity_limit(row, region, kids),
        language=language,
        created_at=created_at,
        favourite_genres=parse_genres(row.get("favourite_genres", ()), notes),
        languages=tuple(row.get("languages", (language,))),
        blocked=tuple(TitleId(title_id) for title_id in row.get("blocked", ())),
    )


def _maturity_limit(row: Document, region: Region, kids: bool) -> int:
    """An age, or a rating of the account's region that sets it ("FSK 12"). Raises BadInput."""
    limit: int | str = row.get("maturity_limit", KIDS_LIMIT if kids else ADULT_AGE)
    if isinstance(limit, int):
        return limit
    try:
        rating = parse_rating(limit, region)
    except BadInput as error:
        raise BadInput(f"maturity_limit: {error}") from error
    if rating.age is None:
        raise BadInput(f"maturity_limit: {rating.label} says nothing of an age. Write an age, such as 12.")
    if kids and rating.age > KIDS_AGE:
        raise BadInput(f"maturity_limit: {rating.label} is above the limit of kids profiles, {KIDS_AGE}.")
    return min(rating.age, ADULT_AGE)
