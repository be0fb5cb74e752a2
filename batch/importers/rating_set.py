"""The common way of MovieLens and MovieTweetings: look through all ratings once, then load person by person.

The first pass checks every row and writes nothing; what it keeps is two numbers a person, never the ratings.
The second streams: ratings must stand sorted by person, as both sets publish them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from pymongo.database import Database

from batch.importers.history import Film, Rated, history_of, shift_of
from batch.importers.members import (
    DEMO_ACCOUNT,
    DEMO_REGION,
    account_of,
    demo_account,
    demo_profiles,
    profile_id,
    profile_of,
)
from batch.storage.bulk_load import BulkWriter
from batch.storage.event_archive import EventArchive
from domain.errors import BadInput
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, ACTIVITY, PROFILES
from domain.viewers.documents import account_to_document, activity_to_document, profile_to_document
from domain.viewers.event_documents import event_to_document

RatingRows = Callable[[], Iterator[tuple[int, Rated]]]
"""Reads the file anew: (line number, rating) of every usable row."""

RECENT_THIRD = 3
RICH = 400


@dataclass(frozen=True, slots=True)
class When:
    """Where history is to end (`--shift-to`), and what time it is."""

    now: datetime
    shift_to: datetime | None = None
    whole_days: bool = False

    def shift(self, newest: datetime) -> timedelta:
        return shift_of(newest, self.shift_to, self.whole_days, self.now)


@dataclass(slots=True)
class Survey:
    """What the first pass found. `people`: number of ratings and last instant of each person."""

    ratings: int = 0
    newest: int = 0
    people: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def newest_at(self) -> datetime:
        return datetime.fromtimestamp(self.newest, UTC)

    def most_telling(self) -> int | None:
        """Who rated most like RICH films, among the third of people who were active last: the demo's rich history.

        Whoever rated most of all has seen what is good, and would be shown what is left.
        """
        ranked = sorted(self.people, key=lambda person: (-self.people[person][1], person))
        recent = ranked[: max(1, len(ranked) // RECENT_THIRD)]
        return min(recent, key=lambda person: (abs(self.people[person][0] - RICH), person), default=None)


def survey(path: Path, rows: RatingRows) -> Survey:
    """Look through all ratings. Raises BadInput when there are none or they are not sorted by person."""
    found = Survey()
    last_person: int | None = None
    for line, rating in rows():
        count, last = found.people.get(rating.person, (0, 0))
        if count and rating.person != last_person:
            raise BadInput(
                f"{path}, line {line}: person {rating.person} appears again; sort the file by its first column."
            )
        last_person = rating.person
        found.people[rating.person] = (count + 1, max(last, rating.at))
        found.ratings += 1
        found.newest = max(found.newest, rating.at)
    if not found.ratings:
        raise BadInput(f"{path}: holds no rating that can be used.")
    return found


@dataclass(frozen=True, slots=True)
class People:
    """Loads profiles, histories and events of one set. `prefix` begins their ids, `source` marks them."""

    prefix: str
    source: str
    films: Mapping[str, Film]
    shift: timedelta
    star: int | None

    def load(self, database: Database[Document], lake: Path, rows: RatingRows) -> Iterator[tuple[int, int]]:
        """Write person by person; yields (ratings, person). The archive's files appear at the end."""
        with ExitStack() as stack:
            archive = stack.enter_context(EventArchive(lake, self.source))
            accounts, profiles, activity = (
                stack.enter_context(BulkWriter(database, name, self.source))
                for name in (ACCOUNTS, PROFILES, ACTIVITY)
            )
            known = ""
            for person, group in groupby((rating for _, rating in rows()), key=lambda one: one.person):
                ratings = [(self.films[one.title], one) for one in group]
                account, profile, history, events = self._person(person, ratings)
                # A household's people are neighbours in the file: its account comes up in one stretch.
                if account["_id"] not in (known, DEMO_ACCOUNT):
                    accounts.add([account])
                known = account["_id"]
                profiles.add([profile])
                activity.add([history])
                archive.add(events)
                yield len(ratings), person

    def _person(
        self, person: int, ratings: list[tuple[Film, Rated]]
    ) -> tuple[Document, Document, Document, list[Document]]:
        began = datetime.fromtimestamp(min(one.at for _, one in ratings), UTC) + self.shift
        account = account_of(self.prefix, person, began)
        region = DEMO_REGION if person == self.star else account.region
        history = history_of(profile_id(self.prefix, person), region, ratings, self.shift)
        profile = profile_of(self.prefix, person, account, began, history.favourites)
        if person == self.star:
            profile = replace(profile, account_id=DEMO_ACCOUNT, persona="binge")
            account = replace(account, id=DEMO_ACCOUNT, region=DEMO_REGION)
        return (
            account_to_document(account),
            profile_to_document(profile),
            activity_to_document(history.activity),
            [event_to_document(event) for event in history.events],
        )


def ensure_demo(database: Database[Document], source: str, now: datetime) -> None:
    """The demo's account with somebody new and a kids profile, unless they are there already."""
    account = {**account_to_document(demo_account(now)), "source": source}
    database[ACCOUNTS].update_one({"_id": account["_id"]}, {"$setOnInsert": account}, upsert=True)
    for profile in demo_profiles(now):
        document = {**profile_to_document(profile), "source": source}
        database[PROFILES].update_one({"_id": document["_id"]}, {"$setOnInsert": document}, upsert=True)


def has_star(database: Database[Document]) -> bool:
    """Whether the demo's account has a profile with a rich history already."""
    return database[PROFILES].find_one({"account_id": DEMO_ACCOUNT, "persona": "binge"}) is not None
