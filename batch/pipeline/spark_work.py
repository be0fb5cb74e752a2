"""What a run asks its Spark session beside the jobs: the events' figures, and tasks under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from batch.jobs.context import DAY_MILLIS
from batch.pipeline.input_freshness import RHYTHM_DAYS
from batch.pipeline.run_record import InputReport
from batch.storage.event_reading import EventReading, read_events
from domain.timestamps import from_millis, to_millis

MOST_MISSING_DAYS = 4
"""Of four weeks; with more, silence is usual."""


def read_archive(spark: SparkSession, lake: Path, logical_date: date) -> EventReading:
    """Events before the end of that day. Raises BadInput as `read_events` does."""
    end = datetime.combine(logical_date + timedelta(days=1), datetime.min.time(), UTC)
    return read_events(spark, lake, to_millis(end), to_millis(datetime.now(UTC)))


def with_event_figures(report: InputReport, reading: EventReading) -> InputReport:
    """A row per day reaches the driver."""
    day = F.floor(F.col("occurred_at") / F.lit(DAY_MILLIS)).alias("day")
    found = reading.events.groupBy(day).agg(F.count(F.lit(1)).alias("events"))
    rows = sorted((int(row["day"]), int(row["events"])) for row in found.collect())
    recent = {
        f"{from_millis(number * DAY_MILLIS):%Y-%m-%d}": count
        for number, count in rows
        if number >= reading.newest // DAY_MILLIS - RHYTHM_DAYS
    }
    return replace(
        report, rows=sum(count for _, count in rows), newest_at=from_millis(reading.newest), days=recent
    )


def missing_days_sentence(days: Mapping[str, int], newest: datetime) -> str:
    """Days without an event, where nearly every one of the last four weeks has some. Empty elsewhere: a small service
    has quiet days.
    """
    last = newest.date()
    wanted = [str(last - timedelta(days=back)) for back in range(1, RHYTHM_DAYS)]
    missing = sorted(day for day in wanted if not days.get(day))
    if not missing or len(missing) > MOST_MISSING_DAYS:
        return ""
    return (
        f"No event occurred on {', '.join(missing)}: import what is missing, or nothing of these days counts."
    )


def spark_task_counts(spark: SparkSession) -> tuple[int, int]:
    """(done, known) of active Spark stages; none while Spark is being stopped."""
    try:
        tracker = spark.sparkContext.statusTracker()
        stages = [tracker.getStageInfo(stage_id) for stage_id in tracker.getActiveStageIds()]
    except (AttributeError, OSError, Py4JError):
        # A signal stops Spark in another thread: its context is None, or its Java process is gone.
        return 0, 0
    active = [stage for stage in stages if stage is not None]
    return sum(stage.numCompletedTasks for stage in active), sum(stage.numTasks for stage in active)
