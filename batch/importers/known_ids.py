"""Titles and profiles that events refer to, each asked for once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pymongo.database import Database

from batch.importers.event_rows import EventTitle
from batch.storage.departures import find_departed
from batch.storage.known_documents import find_by_ids
from domain.catalog.titles import TitleKind, number_to_keep
from domain.ids import Region
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, PROFILES, TITLES
from domain.viewers.departures import Departure

_TITLE_FIELDS = dict.fromkeys(
    ("kind", "series_id", "runtime_seconds", "credits_seconds", "season", "episode", "air_date"), 1
)


class KnownIds:
    """`titles` and `regions` (by profile) hold None for ids that are not stored.

    `departed`: profiles that were erased, or merged into another, whose region is theirs.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self.titles: dict[str, EventTitle | None] = {}
        self.regions: dict[str, Region | None] = {}
        self.departed: dict[str, Departure] = {}

    def learn(self, rows: Iterable[Document]) -> None:
        """Looks up what the rows refer to and is not known yet."""
        title_ids, profile_ids = set[str](), set[str]()
        for row in rows:
            title_ids.add(row["title_id"])
            profile_ids.add(row["profile_id"])
        self._learn_titles(title_ids - self.titles.keys())
        self._learn_regions(profile_ids - self.regions.keys())
        self._learn_departed({one for one in profile_ids if self.regions[one] is None} - self.departed.keys())

    def _learn_titles(self, ids: set[str]) -> None:
        self.titles |= dict.fromkeys(ids)
        for one in find_by_ids(self._database[TITLES], ids, _TITLE_FIELDS):
            self.titles[one["_id"]] = EventTitle(
                TitleKind(one["kind"]),
                one.get("series_id"),
                one.get("runtime_seconds"),
                one.get("credits_seconds"),
                *number_to_keep(one.get("season"), one.get("episode"), _air_date(one)),
            )

    def _learn_regions(self, profile_ids: set[str]) -> None:
        self.regions |= dict.fromkeys(profile_ids)
        account_ids = {
            one["_id"]: one["account_id"]
            for one in find_by_ids(self._database[PROFILES], profile_ids, {"account_id": 1})
        }
        accounts = find_by_ids(self._database[ACCOUNTS], set(account_ids.values()), {"region": 1})
        regions = {one["_id"]: Region(one["region"]) for one in accounts}
        self.regions |= {profile: regions.get(account) for profile, account in account_ids.items()}

    def _learn_departed(self, profile_ids: set[str]) -> None:
        found = find_departed(self._database, profile_ids)
        self.departed |= found
        successors = {one.into for one in found.values() if one.into is not None}
        self._learn_regions({str(one) for one in successors} - self.regions.keys())
        for profile, departure in found.items():
            if departure.into is not None:
                self.regions[profile] = self.regions[departure.into]


def _air_date(document: Document) -> date | None:
    day = document.get("air_date")
    return None if day is None else date.fromisoformat(day)
