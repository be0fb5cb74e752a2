"""Reads the event archive for a run: every line is an event that counts, or is excluded and counted by reason.

Lines that are no events go into quarantine (quarantine.py). When more than MAX_EXCLUDED of all lines are excluded,
the input is wrong rather than flawed: the run is refused and nothing is moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlparse

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from batch.storage.event_archive import EVENTS_FOLDER
from batch.storage.event_lines import REQUIRED_FIELDS
from batch.storage.file_replacement import finish_replacements
from batch.storage.quarantine import (
    QUARANTINE_FOLDER,
    BadLine,
    find_bad_lines,
    move_bad_lines,
    recover_cut_off_files,
)
from batch.storage.schemas import EVENT
from domain.errors import BadInput
from domain.viewers.events import EventType

MAX_EXCLUDED = 0.2
WARNED_EXCLUDED = 0.01
CLOCK_TOLERANCE = timedelta(minutes=5)
MAX_TEXTS = 100_000
"""Texts of broken lines that the driver takes at once; further ones are excluded, and moved by the next run."""

BROKEN, INCOMPLETE, UNKNOWN_TYPE = "broken_lines", "incomplete_events", "unknown_event_types"
NO_DATE, FUTURE = "impossible_dates", "events_in_the_future"
_REASONS = {
    BROKEN: "broken lines",
    INCOMPLETE: f"without one of {', '.join(REQUIRED_FIELDS)}",
    UNKNOWN_TYPE: "of an unknown type",
    NO_DATE: "dated 1970 or earlier",
    FUTURE: "dated after this machine's clock",
}
_IMPORT_AGAIN = "Import the events again, or remove the files that are none."
_REMEDIES = {
    FUTURE: "Set this machine's clock, or correct the events' occurred_at.",
    NO_DATE: "Correct the events' occurred_at: milliseconds since 1970.",
}
_MOVED = (BROKEN, INCOMPLETE)
_BROKEN_TEXT = "_broken"
_SCHEMA = StructType([*EVENT.fields, StructField(_BROKEN_TEXT, StringType())])


@dataclass(frozen=True, slots=True)
class EventReading:
    """`events` are cached and have the columns of EVENT. `excluded`: lines by reason. `warnings` are sentences."""

    events: DataFrame
    newest: int
    excluded: Mapping[str, int]
    warnings: tuple[str, ...]


def read_events(spark: SparkSession, lake: Path, before: int, now: int) -> EventReading:
    """Events before `before`; `now` is the clock (both epoch ms).

    Raises BadInput without an archive, without an event, and when too many lines are excluded.
    """
    archive = lake / EVENTS_FOLDER
    finish_replacements(archive)
    if next(archive.glob("month=*/*.jsonl.gz"), None) is None:
        raise BadInput(
            f"{archive}: no events to learn from. Import some with `marquee import`, or create "
            "them with `marquee sample`."
        )
    cached, moved = _cached_lines(spark, lake, now)
    counts = _count(cached)
    excluded = {reason: counts[reason] for reason in _REASONS if counts[reason]}
    if any(reason in excluded for reason in _MOVED):
        bad = _bad_lines(spark, lake, now)
        _refuse(lake, excluded, counts["lines"], bad)
        moved += [one for file, texts in bad.items() for one in move_bad_lines(lake, file, texts)]
    else:
        _refuse(lake, excluded, counts["lines"], {})
    events = cached.where(F.col("reason").isNull() & (F.col("occurred_at") < before))
    row = events.agg(F.max("occurred_at").alias("newest")).first()
    newest = row["newest"] if row else None
    if newest is None:
        raise BadInput(f"{archive}: no event occurred before the end of the date. Give a later --date.")
    return EventReading(
        events.select(*EVENT.fieldNames()),
        int(newest),
        excluded | ({"quarantined_lines": len(moved)} if moved else {}),
        _warnings(excluded, counts["lines"], moved),
    )


def _cached_lines(spark: SparkSession, lake: Path, now: int) -> tuple[DataFrame, list[BadLine]]:
    """A file that was cut off is recovered once."""
    lines = _lines(spark, lake, now).persist()
    try:
        lines.count()
        return lines, []
    except (PySparkException, Py4JError):
        lines.unpersist()
        recovered = recover_cut_off_files(lake)
        if not recovered:
            raise
    lines = _lines(spark, lake, now).persist()
    return lines, recovered


def _lines(spark: SparkSession, lake: Path, now: int) -> DataFrame:
    """All lines, with the `reason` of those that are excluded."""
    return _raw_lines(spark, lake).withColumn("reason", _reason(now))


def _raw_lines(spark: SparkSession, lake: Path) -> DataFrame:
    reader = spark.read.schema(_SCHEMA).option("columnNameOfCorruptRecord", _BROKEN_TEXT)
    return reader.json((lake / EVENTS_FOLDER).resolve().as_uri())


def _reason(now: int) -> Column:
    is_incomplete = F.col(REQUIRED_FIELDS[0]).isNull()
    for name in REQUIRED_FIELDS[1:]:
        is_incomplete = is_incomplete | F.col(name).isNull()
    latest = now + round(CLOCK_TOLERANCE / timedelta(milliseconds=1))
    return (
        F.when(F.col(_BROKEN_TEXT).isNotNull(), BROKEN)
        .when(is_incomplete, INCOMPLETE)
        .when(~F.col("type").isin(sorted(str(one) for one in EventType)), UNKNOWN_TYPE)
        .when(F.col("occurred_at") <= 0, NO_DATE)
        .when(F.col("occurred_at") > latest, FUTURE)
    )


def _count(lines: DataFrame) -> dict[str, int]:
    found = {row["reason"]: int(row["count"]) for row in lines.groupBy("reason").count().collect()}
    return {"lines": sum(found.values()), **{reason: found.get(reason, 0) for reason in _REASONS}}


def _bad_lines(spark: SparkSession, lake: Path, now: int) -> dict[Path, set[str]]:
    """By file, the texts that Spark could not read.

    Spark checks only the fields that it reads, so all columns are asked for.
    """
    files = _raw_lines(spark, lake).select("*", F.col("_metadata.file_path").alias("file"))
    bad = files.withColumn("reason", _reason(now)).where(F.col("reason").isin(*_MOVED))
    rows = bad.limit(MAX_TEXTS).collect()
    archive, texts = (lake / EVENTS_FOLDER).resolve(), dict[Path, set[str]]()
    for row in rows:
        file = lake / EVENTS_FOLDER / Path(unquote(urlparse(row["file"]).path)).relative_to(archive)
        texts.setdefault(file, set()).add(row[_BROKEN_TEXT] or "")
    return dict(sorted(texts.items()))


def _refuse(lake: Path, excluded: Mapping[str, int], total: int, bad: Mapping[Path, set[str]]) -> None:
    count = sum(excluded.values())
    if count <= MAX_EXCLUDED * total:
        return
    first = next((one for file, texts in bad.items() for one in find_bad_lines(lake, file, texts)), None)
    example = f"The first is {first.file}, line {first.line}: {first.reason}. " if first else ""
    raise BadInput(
        f"{lake / EVENTS_FOLDER}: {count:,} of {total:,} lines cannot be used, more than "
        f"{MAX_EXCLUDED:.0%}: {_listed(excluded)}. {example}Nothing was published or moved. "
        f"{_REMEDIES.get(max(excluded, key=lambda reason: excluded[reason]), _IMPORT_AGAIN)}"
    )


def _warnings(excluded: Mapping[str, int], total: int, moved: list[BadLine]) -> tuple[str, ...]:
    sentences = []
    if sum(excluded.values()) > WARNED_EXCLUDED * total:
        sentences.append(f"{sum(excluded.values()):,} of {total:,} events do not count: {_listed(excluded)}.")
    if moved:
        first = moved[0]
        sentences.append(
            f"{len(moved):,} lines of the event archive are no events; they are in "
            f"{QUARANTINE_FOLDER}/, the first from {first.file}, line {first.line}: {first.reason}."
        )
    return tuple(sentences)


def _listed(excluded: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {_REASONS[reason]}" for reason, count in excluded.items())
