"""Events -> one weight per (profile, movie or series), by domain/viewers/interaction_weights.py.

Only a title's greatest watched share, last opinion and last change of My List matter, so repeated, late or shuffled
events change nothing. Episodes add up into their series. Co-viewing marks a title as seen without counting for taste;
disowned viewing does neither.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from batch.jobs.context import DAY_MILLIS, JobContext, StageCounts
from batch.jobs.fixed_point_sums import from_fixed, sum_fixed
from batch.storage.schemas import INTERACTION
from domain.viewers import interaction_weights
from domain.viewers.events import LIST_CHANGES, OPINIONS, OWNERSHIP_CLAIMS, PLAYBACK, EventType

DATASET = "interactions"


def run(context: JobContext) -> StageCounts:
    interactions = context.write_dataset(DATASET, weigh_signals(signals(context.events), context.as_of))
    return {"interactions": interactions.count()}


def signals(events: DataFrame) -> DataFrame:
    """One row per (profile, title), each signal with its instant.

    `share` and `watched_at` exclude co-viewing, `played` includes it.
    """
    kind = F.col("type")
    is_playback, is_listing, is_opinion = _is_type(PLAYBACK), _is_type(LIST_CHANGES), _is_type(OPINIONS)
    relevant = with_disowned_at(events.where(is_playback | is_opinion | is_listing), events)
    is_own = F.coalesce(F.col("disowned_at") < F.col("occurred_at"), F.lit(True))
    is_alone = ~F.coalesce("household", F.lit(False))
    is_counted = is_playback & is_own & is_alone
    is_active = kind != str(EventType.UNRATE)
    opinion = F.struct(
        F.col("occurred_at").alias("at"), opinion_weight().alias("weight"), is_active.alias("is_active")
    )
    listing = F.struct(F.col("occurred_at").alias("at"), listing_weight().alias("weight"))
    return relevant.groupBy("profile_id", "title_id", "show_id").agg(
        F.max(F.when(is_counted, share_watched())).alias("share"),
        F.max(F.when(is_counted, F.col("occurred_at"))).alias("watched_at"),
        F.max(is_playback & is_own).alias("played"),
        F.max(F.when(is_opinion & is_alone, opinion)).alias("opinion"),
        F.max(F.when(is_listing, listing)).alias("listing"),
        F.max("occurred_at").alias("last_at"),
    )


def with_disowned_at(relevant: DataFrame, events: DataFrame) -> DataFrame:
    """Adds `show_id` and `disowned_at`: earlier viewing is disowned. Disownings are few, so they are broadcast."""
    show = F.coalesce("series_id", "title_id").alias("show_id")
    last = F.struct(
        F.col("occurred_at").alias("at"), (F.col("type") == EventType.WATCH_DISOWN).alias("is_disowned")
    )
    disowned = (
        events.where(_is_type(OWNERSHIP_CLAIMS))
        .groupBy("profile_id", show)
        .agg(F.max(last).alias("last"))
        .where(F.col("last.is_disowned"))
        .select("profile_id", "show_id", F.col("last.at").alias("disowned_at"))
    )
    return relevant.withColumn("show_id", show).join(
        F.broadcast(disowned), on=["profile_id", "show_id"], how="left"
    )


def _is_type(kinds: Iterable[EventType]) -> Column:
    return F.col("type").isin(sorted(str(kind) for kind in kinds))


def weigh_signals(signals: DataFrame, as_of: int) -> DataFrame:
    """Signals -> INTERACTION rows."""
    parts = (
        (share_weight(F.col("share")), F.col("watched_at")),
        (F.col("opinion.weight"), F.col("opinion.at")),
        (F.col("listing.weight"), F.col("listing.at")),
    )
    strength = sum((F.coalesce(weight, F.lit(0.0)) for weight, _ in parts), F.lit(0.0))
    decayed = sum((F.coalesce(weight * fade(at, as_of), F.lit(0.0)) for weight, at in parts), F.lit(0.0))
    seen = F.col("played") | F.coalesce(F.col("opinion.is_active"), F.lit(False))
    return (
        signals.groupBy("profile_id", F.col("show_id").alias("title_id"))
        .agg(
            clip_weight(from_fixed(sum_fixed(strength))).alias("strength"),
            clip_weight(from_fixed(sum_fixed(decayed))).alias("weight"),
            F.max("last_at").alias("last_at"),
            F.max(seen).alias("seen"),
        )
        .select(*INTERACTION.fieldNames())
    )


def share_watched() -> Column:
    """0..1; 1 for COMPLETE, 0 for an unknown duration."""
    has_duration = F.coalesce(F.col("duration_seconds"), F.lit(0)) > 0
    position_share = F.coalesce(F.col("position_seconds"), F.lit(0)) / F.when(
        has_duration, F.col("duration_seconds")
    )
    return F.when(F.col("type") == EventType.COMPLETE, F.lit(1.0)).otherwise(
        F.least(F.lit(1.0), F.coalesce(position_share, F.lit(0.0)))
    )


def share_weight(share: Column) -> Column:
    return (
        F.when(share >= interaction_weights.FINISHED_SHARE, F.lit(interaction_weights.FINISHED))
        .when(share >= interaction_weights.PARTIAL_SHARE, share)
        .when(share >= interaction_weights.LOOK_SHARE, F.lit(interaction_weights.EARLY_STOP))
        .when(share.isNotNull(), F.lit(0.0))
    )


def opinion_weight() -> Column:
    """Withdrawn opinions weigh 0."""
    stars = F.coalesce(F.col("stars"), F.lit(interaction_weights.STARS_NEUTRAL))
    return (
        F.when(F.col("type") == EventType.LIKE, F.lit(interaction_weights.LIKE))
        .when(F.col("type") == EventType.DISLIKE, F.lit(interaction_weights.DISLIKE))
        .when(
            F.col("type") == EventType.RATING,
            F.greatest(
                F.lit(interaction_weights.FLOOR),
                (stars - interaction_weights.STARS_NEUTRAL) / interaction_weights.STARS_SPAN,
            ),
        )
        .otherwise(F.lit(0.0))
    )


def listing_weight() -> Column:
    return F.when(F.col("type") == EventType.LIST_ADD, F.lit(interaction_weights.LIST_ADD)).otherwise(
        F.lit(interaction_weights.LIST_REMOVE)
    )


def fade(at: Column, as_of: int) -> Column:
    age_days = F.greatest(F.lit(0.0), (F.lit(as_of) - at) / F.lit(float(DAY_MILLIS)))
    return F.pow(F.lit(2.0), -age_days / F.lit(interaction_weights.HALF_LIFE_DAYS))


def clip_weight(weight: Column) -> Column:
    return F.greatest(F.lit(interaction_weights.FLOOR), F.least(F.lit(interaction_weights.CEILING), weight))
