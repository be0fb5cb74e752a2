"""Accounts and profiles for the people of a rating data set, and the demo's.

A set knows people by number only; neighbouring numbers share one to three accounts, by a hash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from batch.importers.derivation import derive_region, draw
from domain.catalog.maturity_ratings import ADULT_AGE
from domain.ids import AccountId, ProfileId, Region
from domain.viewers.profiles import Account, Profile

DERIVED = ("account_id", "name", "language", "favourite_genres", "watched")
HOUSEHOLD_BLOCK = 5
_HOUSEHOLD_SPLITS = (
    (0, 1, 1, 2, 2),
    (0, 0, 1, 1, 2),
    (0, 1, 2, 2, 2),
    (0, 0, 0, 1, 2),
    (0, 0, 1, 1, 1),
    (0, 0, 0, 0, 1),
)
"""People with equal digits share an account."""

DEMO_ACCOUNT = AccountId("demo")
DEMO_REGION = Region("US")
MAX_FAVOURITES = 3


def profile_id(prefix: str, person: int) -> ProfileId:
    """ "ml-414"."""
    return ProfileId(f"{prefix}-{person}")


def derive_account(prefix: str, person: int, created_at: datetime) -> Account:
    block, place = divmod(person, HOUSEHOLD_BLOCK)
    split = _HOUSEHOLD_SPLITS[int(draw(f"{prefix}:{block}", "household") * len(_HOUSEHOLD_SPLITS))]
    number = f"{prefix}-a{block * HOUSEHOLD_BLOCK + split.index(split[place])}"
    return Account(AccountId(number), derive_region(number), "standard", created_at)


def derive_profile(
    prefix: str, person: int, account: Account, created_at: datetime, favourites: tuple[str, ...]
) -> Profile:
    return Profile(
        id=profile_id(prefix, person),
        account_id=account.id,
        name=f"Member {person}",
        kids=False,
        maturity_limit=ADULT_AGE,
        language="en",
        created_at=created_at,
        favourite_genres=favourites,
        languages=("en",),
        derived=DERIVED,
    )


def favourite_genres(liked: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The most frequent genres."""
    counts = Counter(genre for genres in liked for genre in genres)
    return tuple(sorted(counts, key=lambda genre: (-counts[genre], genre))[:MAX_FAVOURITES])


def demo_account(now: datetime) -> Account:
    return Account(DEMO_ACCOUNT, DEMO_REGION, "premium", now - timedelta(days=400))


def demo_profiles(now: datetime) -> list[Profile]:
    """Both without history."""

    def persona(name: str, title: str, persona: str, kids: bool) -> Profile:
        return Profile(
            id=ProfileId(name),
            account_id=DEMO_ACCOUNT,
            name=title,
            kids=kids,
            maturity_limit=7 if kids else ADULT_AGE,
            language="en",
            created_at=now,
            languages=("en",),
            persona=persona,
        )

    return [
        persona("mina", "Mina, new today", "new", kids=False),
        persona("kids-room", "Kids room", "kids", kids=True),
    ]
