"""Two passes over ratings: check all rows, then load person by person.

The first keeps two numbers per person, not the ratings. The second streams, so ratings must be sorted by person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from pymongo.database import Database

from batch.importers.history import Film, RatingRow, history_shift, rating_history
from batch.importers.members import (
    DEMO_ACCOUNT,
    DEMO_REGION,
    demo_account,
    demo_profiles,
    derive_account,
    derive_profile,
    profile_id,
)
from batch.storage.document_writer import insert_missing
from batch.storage.event_archive import EventArchive
from batch.storage.source_activity import SourceActivityWriter
from batch.storage.source_writer import SourceWriter
from domain.errors import BadInput
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, PROFILES
from domain.viewers.documents import account_to_document, activity_to_document, profile_to_document
from domain.viewers.event_documents import event_to_document

RatingRows = Callable[[], Iterator[tuple[int, RatingRow]]]
"""Reads the file again: (line number, rating) of valid rows."""

RECENT_PART = 3
DEMO_RATINGS = 400


@dataclass(frozen=True, slots=True)
class HistoryShift:
    """`shift_to` is the new end of the history."""

    now: datetime
    shift_to: datetime | None = None
    whole_days: bool = False

    def offset_from(self, newest: datetime) -> timedelta:
        return history_shift(newest, self.shift_to, self.whole_days, self.now)


@dataclass(slots=True)
class RatingStatistics:
    """`people`: person -> (number of ratings, last second)."""

    ratings: int = 0
    newest_second: int = 0
    people: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def newest_at(self) -> datetime:
        return datetime.fromtimestamp(self.newest_second, UTC)

    def choose_demo_person(self) -> int | None:
        """Closest to DEMO_RATINGS ratings, among the third with the latest activity.

        The person with the most ratings has seen the good titles and would get poor recommendations.
        """
        ranked = sorted(self.people, key=lambda person: (-self.people[person][1], person))
        recent = ranked[: max(1, len(ranked) // RECENT_PART)]
        return min(
            recent, key=lambda person: (abs(self.people[person][0] - DEMO_RATINGS), person), default=None
        )


def collect_statistics(path: Path, rows: RatingRows) -> RatingStatistics:
    """Raises BadInput for no or unsorted ratings."""
    statistics = RatingStatistics()
    last_person: int | None = None
    for line, rating in rows():
        count, last = statistics.people.get(rating.person, (0, 0))
        if count and rating.person != last_person:
            raise BadInput(
                f"{path}, line {line}: person {rating.person} appears again; sort the file by its first column."
            )
        last_person = rating.person
        statistics.people[rating.person] = (count + 1, max(last, rating.at))
        statistics.ratings += 1
        statistics.newest_second = max(statistics.newest_second, rating.at)
    if not statistics.ratings:
        raise BadInput(f"{path}: has no valid rating.")
    return statistics


@dataclass(frozen=True, slots=True)
class PeopleLoader:
    """`prefix` starts profile ids."""

    prefix: str
    source: str
    films: Mapping[str, Film]
    shift: timedelta
    demo_person: int | None
    now: datetime

    def load(self, database: Database[Document], lake: Path, rows: RatingRows) -> Iterator[tuple[int, int]]:
        """Yields (number of ratings, person). The archive's files appear at the end."""
        with EventArchive(lake, self.source) as archive:
            accounts, profiles = (SourceWriter(database, name, self.source) for name in (ACCOUNTS, PROFILES))
            activity = SourceActivityWriter(database, self.source, archive)
            last_account = ""
            for person, group in groupby((rating for _, rating in rows()), key=lambda one: one.person):
                ratings = [(self.films[one.title], one) for one in group]
                account, profile, history, events = self._build_person(person, ratings)
                # People of an account are neighbours in the file.
                if account["_id"] not in (last_account, DEMO_ACCOUNT):
                    accounts.add([account])
                last_account = account["_id"]
                profiles.add([profile])
                activity.add([history])
                archive.add(events)
                yield len(ratings), person
            accounts.withdraw_rest(keep=[DEMO_ACCOUNT])
            profiles.withdraw_rest(keep=[profile.id for profile in demo_profiles(self.now)])
            activity.withdraw_rest()

    def _build_person(
        self, person: int, ratings: list[tuple[Film, RatingRow]]
    ) -> tuple[Document, Document, Document, list[Document]]:
        created_at = datetime.fromtimestamp(min(one.at for _, one in ratings), UTC) + self.shift
        account = derive_account(self.prefix, person, created_at)
        region = DEMO_REGION if person == self.demo_person else account.region
        history = rating_history(profile_id(self.prefix, person), region, ratings, self.shift)
        profile = derive_profile(self.prefix, person, account, created_at, history.favourites)
        if person == self.demo_person:
            profile = replace(profile, account_id=DEMO_ACCOUNT, persona="binge")
            account = replace(account, id=DEMO_ACCOUNT, region=DEMO_REGION)
        return (
            account_to_document(account),
            profile_to_document(profile),
            activity_to_document(history.activity),
            [event_to_document(event) for event in history.events],
        )


def ensure_demo_account(database: Database[Document], source: str, now: datetime) -> None:
    """Inserts the new profile and the kids profile, too."""
    account = {**account_to_document(demo_account(now)), "source": source}
    database[ACCOUNTS].update_one({"_id": account["_id"]}, {"$setOnInsert": account}, upsert=True)
    profiles = [{**profile_to_document(profile), "source": source} for profile in demo_profiles(now)]
    insert_missing(database[PROFILES], profiles)


def choose_demo_person(database: Database[Document], prefix: str, statistics: RatingStatistics) -> int | None:
    """The member with a rich history. Who it is already stays it, so that the same import changes nothing."""
    known = database[PROFILES].find_one({"account_id": DEMO_ACCOUNT, "persona": "binge"}, {"_id": 1})
    if known is None:
        return statistics.choose_demo_person()
    start, _, number = str(known["_id"]).rpartition("-")
    if start == prefix and number.isdigit() and int(number) in statistics.people:
        return int(number)
    return None if start != prefix else statistics.choose_demo_person()
