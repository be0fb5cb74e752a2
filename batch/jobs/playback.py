"""The rules of domain/viewers/playback.py and watches.py as columns of events."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from domain.viewers.events import PLAYBACK, EventType
from domain.viewers.playback import (
    CREDITS_PERCENT,
    CREDITS_SECONDS,
    MAX_CREDITS_PERCENT,
    MIN_STARTED_SECONDS,
)


def is_playback() -> Column:
    return F.col("type").isin(sorted(str(kind) for kind in PLAYBACK))


def position() -> Column:
    """`Watch.position_seconds` of the event: null where it says nothing of where playback stands."""
    # F.least passes over nulls.
    is_beyond = (duration() > 0) & (F.col("position_seconds") > F.col("duration_seconds"))
    reported = F.when(is_beyond, F.col("duration_seconds")).otherwise(F.col("position_seconds"))
    return F.when(F.col("type") == EventType.COMPLETE, duration()).otherwise(reported)


def position_share() -> Column:
    """`share_of`: 0..1; null where the event says nothing of where playback stands."""
    share = F.when(duration() > 0, position() / F.col("duration_seconds")).otherwise(F.lit(0.0))
    return F.when(position().isNotNull(), share)


def is_finished() -> Column:
    """`domain.viewers.playback.is_finished`, and every COMPLETE."""
    length, mark, reported = duration(), F.col("credits_seconds"), F.col("position_seconds")
    credits = F.least(
        F.greatest(F.lit(100 * CREDITS_SECONDS), length * CREDITS_PERCENT), length * MAX_CREDITS_PERCENT
    )
    in_credits = (
        F.when((mark > 0) & ((length <= 0) | (mark <= length)), reported >= mark)
        .when(length > 0, (length - reported) * 100 <= credits)
        .otherwise(F.lit(False))
    )
    return (F.col("type") == EventType.COMPLETE) | F.coalesce(in_credits, F.lit(False))


def share_watched() -> Column:
    """`Watch.share` of the event alone: 1 when it finished the title, else the share of its position, or 0."""
    return F.when(is_finished(), F.lit(1.0)).otherwise(F.coalesce(position_share(), F.lit(0.0)))


def is_long_look(position_seconds: Column, duration_seconds: Column) -> Column:
    """`is_started` of an unknown duration, where no share tells a look from a watch."""
    return (duration_seconds == 0) & (position_seconds > MIN_STARTED_SECONDS)


def duration() -> Column:
    """0 for unknown."""
    return F.coalesce(F.col("duration_seconds"), F.lit(0))
