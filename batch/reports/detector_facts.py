"""What detectors look at, read back from MongoDB for sampled profiles: bounded, whatever the number of profiles."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from pymongo.database import Database

from batch.reports.detectors import DetectorFacts
from batch.reports.sampled_lists import SAMPLE_SIZE, read_lists, sample_profiles
from domain.catalog.titles import TitleKind
from domain.ids import PART_SEPARATOR
from domain.serialization import Document
from domain.storage_names import ACTIVITY, TITLES
from domain.timestamps import to_millis
from domain.viewers.activity import Activity
from domain.viewers.documents import activity_from_document

LATELY = timedelta(days=28)
NEW = timedelta(days=28)
MAX_NEW_TITLES = 5000


def read_facts(
    database: Database[Document], version: str, as_of: datetime, size: int = SAMPLE_SIZE
) -> DetectorFacts:
    """Of one version, with plays and impressions of the 28 days before `as_of`."""
    profiles = sample_profiles(database, size)
    lists = read_lists(database, version, profiles)
    ranks: defaultdict[str, list[int]] = defaultdict(list)
    for _, picks in sorted(lists.items()):
        for place, pick in enumerate(picks, start=1):
            ranks[pick.title_id].append(place)
    counted = _Counted(as_of)
    for document in database[ACTIVITY].find({"_id": {"$in": [one.id for one in profiles]}}).sort("_id", 1):
        counted.add(activity_from_document(document))
    return DetectorFacts(
        profiles=len(profiles),
        plays=counted.plays,
        player=counted.player,
        ranks={title: tuple(places) for title, places in ranks.items()},
        seen=counted.seen,
        new_titles=_new_titles(database, as_of),
        row_days=counted.row_days,
        row_plays=counted.row_plays,
        picks={one.id: len(lists.get(one.id, ())) for one in profiles},
    )


def _new_titles(database: Database[Document], as_of: datetime) -> tuple[str, ...]:
    query = {
        "launched_at": {"$gt": to_millis(as_of - NEW), "$lte": to_millis(as_of)},
        "kind": {"$ne": TitleKind.EPISODE.value},
    }
    found = database[TITLES].find(query, {"_id": 1}).sort("_id", 1).limit(MAX_NEW_TITLES)
    return tuple(str(one["_id"]) for one in found)


class _Counted:
    def __init__(self, as_of: datetime) -> None:
        self._after, self._until = as_of - LATELY, as_of
        self.plays, self.seen = Counter[str](), Counter[str]()
        self.row_days, self.row_plays = Counter[str](), Counter[str]()
        self.player: dict[str, str] = {}

    def add(self, activity: Activity) -> None:
        shows = {
            watch.series_id or title
            for title, watch in activity.watched.items()
            if self._after < watch.at <= self._until
        }
        for show in sorted(shows):
            self.plays[show] += 1
            self.player.setdefault(show, activity.profile_id)
        seen: set[str] = set()
        for keys in activity.impressions.values():
            for key, days in keys.items():
                if key.startswith(2 * PART_SEPARATOR):
                    self.row_plays[key[2:]] += days.bit_count()
                elif key.startswith(PART_SEPARATOR):
                    self.row_days[key[1:]] += days.bit_count()
                else:
                    seen.add(key.partition(PART_SEPARATOR)[0])
        self.seen.update(seen)
