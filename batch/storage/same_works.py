"""Which titles are one work: several deliveries of a film with one `imdb_id` or one `work_id`.

Worked out over everything that is stored, and written into the index beside each title: its other deliveries, and of
an episode also those of its series.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pymongo.database import Database

from domain.catalog.works import Siblings, siblings_of
from domain.serialization import Document
from domain.storage_names import TITLES

WORK_FIELDS = ("imdb_id", "work_id")
MAX_DELIVERIES = 50
"""Of one work. A field that more titles share names no work."""


def read_siblings(database: Database[Document]) -> Siblings:
    """Title -> the other titles of its work; without those that are alone."""
    groups: list[Sequence[str]] = []
    for field in WORK_FIELDS:
        shared = database[TITLES].aggregate(
            [
                {"$match": {field: {"$exists": True}}},
                {"$group": {"_id": {"work": f"${field}", "kind": "$kind"}, "ids": {"$push": "$_id"}}},
            ],
            allowDiskUse=True,
        )
        groups += [group["ids"] for group in shared if 1 < len(group["ids"]) <= MAX_DELIVERIES]
    return siblings_of(groups)


def with_siblings(titles: Iterable[Document], siblings: Mapping[str, tuple[str, ...]]) -> Iterator[Document]:
    for title in titles:
        same_work, same_series = siblings.get(title["_id"]), siblings.get(title.get("series_id", ""))
        added: Document = {"same_work": list(same_work)} if same_work else {}
        if same_series:
            added["same_series"] = list(same_series)
        yield {**title, **added} if added else title
