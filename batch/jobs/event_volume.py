"""Events per day before "now", from which the gate of event volume sees a hole."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from batch.jobs.context import DAY_MILLIS

DAYS = 29
"""The last 24 hours and four weeks before them."""


def daily_volumes(events: DataFrame, as_of: int) -> tuple[int, list[int]]:
    """(all events, events of the last DAYS spans of 24 hours, the latest first). One pass.

    Without the days before the first event: a service that began last week has no quiet month behind it.
    """
    age = F.floor((F.lit(as_of) - F.col("occurred_at")) / F.lit(DAY_MILLIS))
    rows = events.groupBy(F.least(age, F.lit(DAYS)).cast("int").alias("day")).count().collect()
    counts = {row["day"]: row["count"] for row in rows}
    oldest = max(counts, default=-1)
    known = DAYS if oldest == DAYS else oldest
    return sum(counts.values()), [counts.get(day, 0) for day in range(known)]
