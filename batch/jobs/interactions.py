"""Events -> one weight per (profile, movie or series), by domain/viewers/interaction_weights.py.

Only a title's watch (domain/viewers/watches.py), last opinion and last change of My List matter, so repeated, late or
shuffled events change nothing, and the service reads the same from the profile's activity. What was watched of
episodes adds up into their series; opinions of an episode do not. Co-viewing marks a title as seen without counting
for taste; disowned viewing does neither.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from batch.jobs.context import DAY_MILLIS, JobContext, StageCounts
from batch.jobs.fixed_point_sums import from_fixed, sum_fixed
from batch.jobs.playback import (
    duration,
    is_finished,
    is_long_look,
    is_playback,
    position,
    position_share,
)
from batch.storage.schemas import INTERACTION
from domain.viewers import interaction_weights
from domain.viewers.events import LIST_CHANGES, OPINIONS, OWNERSHIP_CLAIMS, EventType

DATASET = "interactions"


def run(context: JobContext) -> StageCounts:
    interactions = context.write_dataset(DATASET, weigh_signals(signals(context.events), context.as_of))
    return {"interactions": interactions.count()}


def signals(events: DataFrame) -> DataFrame:
    """One row per (profile, title), each signal with its instant.

    `share` and `watched_at` exclude co-viewing, `watched` includes it.
    """
    kind = F.col("type")
    # What is said of an episode is the episode's, and no word on its series.
    is_of_show = F.col("series_id").isNull()
    is_listing, is_opinion = _is_type(LIST_CHANGES) & is_of_show, _is_type(OPINIONS) & is_of_show
    relevant = with_disowned_at(events.where(is_playback() | is_opinion | is_listing), events)
    is_alone = ~F.coalesce("household", F.lit(False))
    is_active = kind != str(EventType.UNRATE)
    opinion = F.struct(
        F.col("occurred_at").alias("at"), opinion_weight().alias("weight"), is_active.alias("is_active")
    )
    listing = F.struct(F.col("occurred_at").alias("at"), listing_weight().alias("weight"))
    return (
        relevant.groupBy("profile_id", "title_id", "show_id")
        .agg(
            *watch_registers("own", is_playback() & is_alone),
            *watch_registers("shared", is_playback() & ~is_alone),
            F.max("disowned_at").alias("disowned_at"),
            F.max(F.when(is_opinion & is_alone, opinion)).alias("opinion"),
            F.max(F.when(is_listing, listing)).alias("listing"),
            F.max("occurred_at").alias("last_at"),
        )
        .select(
            *("profile_id", "title_id", "show_id", "opinion", "listing", "last_at"),
            owned_share("own").alias("share"),
            F.when(_is_owned("own_at"), F.col("own_at")).alias("watched_at"),
            (is_watched("own") | is_watched("shared")).alias("watched"),
        )
    )


def watch_registers(name: str, is_counted: Column) -> tuple[Column, ...]:
    """The registers of `domain.viewers.watches.Watch` that taste reads, of the counted events: `name`_at etc."""
    at, finishes = F.col("occurred_at"), is_counted & is_finished()
    stands = F.struct(at.alias("at"), position().alias("position"), duration().alias("duration"))
    furthest = F.struct(position_share().alias("share"), at.alias("at"))
    reports = is_counted & position().isNotNull()
    return (
        F.max(F.when(is_counted, at)).alias(f"{name}_at"),
        F.max(F.when(reports, stands)).alias(f"{name}_stands"),
        F.max(F.when(finishes, at)).alias(f"{name}_finished_at"),
        F.max(F.when(reports & ~is_finished(), furthest)).alias(f"{name}_furthest"),
    )


def owned_share(name: str) -> Column:
    """`Watch.since(disowned_at).share`; null when nothing was played since."""
    stands, furthest = F.col(f"{name}_stands"), F.col(f"{name}_furthest")
    reached = (
        F.when(_is_owned(f"{name}_finished_at"), F.lit(1.0))
        .when(_is_owned(f"{name}_furthest.at"), furthest["share"])
        .when(
            _is_owned(f"{name}_stands.at") & (stands["duration"] > 0),
            F.least(F.lit(1.0), stands["position"] / stands["duration"]),
        )
        .otherwise(F.lit(0.0))
    )
    return F.when(_is_owned(f"{name}_at"), reached)


def is_watched(name: str) -> Column:
    """`domain.candidates.watched_filter.is_watched` of what is not disowned."""
    stands = F.col(f"{name}_stands")
    looked_long = _is_owned(f"{name}_stands.at") & is_long_look(stands["position"], stands["duration"])
    by_share = owned_share(name) >= interaction_weights.LOOK_SHARE
    return F.coalesce(by_share, F.lit(False)) | F.coalesce(looked_long, F.lit(False))


def _is_owned(instant: str) -> Column:
    """Of an instant: there is one, after the last disowning."""
    at = F.col(instant)
    return at.isNotNull() & F.coalesce(at > F.col("disowned_at"), F.lit(True))


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
    seen = F.col("watched") | F.coalesce(F.col("opinion.is_active"), F.lit(False))
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
