"""Events of titles that the catalogue lacks. They are in no list; they are counted and named, because many of them
mean that a catalogue came too late, or under other ids.

Titles that have left the catalogue leave such events, too: a few are no fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from pymongo.database import Database
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from batch.jobs.context import StageCounts
from domain.errors import BadInput
from domain.serialization import Document
from domain.storage_names import TITLES

UNKNOWN_TITLES = "events_of_unknown_titles"
WARNED_SHARE = 0.01
NAMED_TITLES = 3


@dataclass(frozen=True, slots=True)
class UnknownTitles:
    """`events` of `titles` titles; `most` are those with the most events, with their counts."""

    events: int
    titles: int
    most: tuple[tuple[str, int], ...]

    @property
    def counts(self) -> StageCounts:
        return {UNKNOWN_TITLES: self.events} if self.events else {}

    def sentence(self, total: int) -> str:
        """Empty for a few."""
        if self.events <= WARNED_SHARE * total:
            return ""
        return (
            f"{self._what(total)}; they are in no list. Import these titles, or correct the events' title_id."
        )

    def ensure_some_known(self, total: int) -> None:
        """Raises BadInput when no event is of a title of the catalogue."""
        if self.events and self.events == total:
            raise BadInput(
                f"{self._what(total)}, so there is nothing to learn from. Import the catalogue of these events."
            )

    def _what(self, total: int) -> str:
        named = ", ".join(f"{title} ({count:,})" for title, count in self.most)
        beside = " and others" if self.titles > len(self.most) else ""
        return f"{self.events:,} of {total:,} events are of titles that the catalogue lacks: {named}{beside}"


def read_title_ids(database: Database[Document]) -> list[str]:
    """Of the whole catalogue: they grow with titles."""
    return [one["_id"] for one in database[TITLES].find({}, {"_id": 1})]


def find_unknown_titles(events: DataFrame, known_ids: Sequence[str]) -> UnknownTitles:
    """An episode's event is its series'. `known_ids`: of the whole catalogue, episodes too."""
    known = events.sparkSession.createDataFrame(pa.table({"show": pa.array(known_ids, pa.string())}))
    shows = events.groupBy(F.coalesce("series_id", "title_id").alias("show")).agg(
        F.count(F.lit(1)).alias("events")
    )
    unknown = shows.join(F.broadcast(known), on="show", how="left_anti").persist()
    try:
        total = unknown.agg(F.count(F.lit(1)).alias("titles"), F.sum("events").alias("events")).collect()[0]
        most = (
            unknown.orderBy(F.desc("events"), "show").limit(NAMED_TITLES).collect() if total["titles"] else []
        )
        named = tuple((str(row["show"]), int(row["events"])) for row in most)
        return UnknownTitles(int(total["events"] or 0), int(total["titles"]), named)
    finally:
        unknown.unpersist()
