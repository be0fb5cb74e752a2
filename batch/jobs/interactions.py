"""Events -> one weight per (profile, movie or series): the table of domain/viewers/interaction_weights.py, as
columns.

Each kind of signal counts once per title: the greatest share watched, the last opinion (like, dislike, stars,
or their withdrawal), the last change of My List. Repeated, late or shuffled events therefore change nothing.
Episodes add up into their series. What several people watched together is seen, and nobody's taste; what a
viewer disowned ("this was not me") is neither.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from batch.jobs.context import DAY_MILLIS, Counts, JobContext
from batch.jobs.fixed_point_sums import from_fixed, sum_fixed
from batch.storage.schemas import INTERACTION
from domain.viewers import interaction_weights as preference
from domain.viewers.events import LISTING, OPINIONS, OWNING, PLAYBACK, EventType

DATASET = "interactions"


def stage(night: JobContext) -> Counts:
    interactions = night.store(DATASET, fold(signals(night.events), night.as_of))
    return {"interactions": interactions.count()}


def signals(events: DataFrame) -> DataFrame:
    """One row per (profile, title): share watched, last opinion and last list change, each with its instant.

    `share` and `watched_at` are of what the profile watched by itself, `played` of that and of company.
    Impressions and dismissals say nothing of taste by themselves and are left out.
    """
    kind = F.col("type")
    played, listed, judged = _is_of(PLAYBACK), _is_of(LISTING), _is_of(OPINIONS)
    said = with_disowning(events.where(played | judged | listed), events)
    own = F.coalesce(F.col("disowned_at") < F.col("occurred_at"), F.lit(True))
    alone = ~F.coalesce("household", F.lit(False))
    watched = played & own & alone
    held = kind != str(EventType.UNRATE)
    opinion = F.struct(F.col("occurred_at").alias("at"), opinion_weight().alias("weight"), held.alias("held"))
    listing = F.struct(F.col("occurred_at").alias("at"), listing_weight().alias("weight"))
    return said.groupBy("profile_id", "title_id", "show_id").agg(
        F.max(F.when(watched, share_watched())).alias("share"),
        F.max(F.when(watched, F.col("occurred_at"))).alias("watched_at"),
        F.max(played & own).alias("played"),
        F.max(F.when(judged & alone, opinion)).alias("opinion"),
        F.max(F.when(listed, listing)).alias("listing"),
        F.max("occurred_at").alias("last_at"),
    )


def with_disowning(said: DataFrame, events: DataFrame) -> DataFrame:
    """Adds `show_id`, and `disowned_at`: up to when what was watched of the show was not this profile; else null.

    Disownings are few beside all events, so they are sent to the events and not the events to them.
    """
    show = F.coalesce("series_id", "title_id").alias("show_id")
    last = F.struct(
        F.col("occurred_at").alias("at"), (F.col("type") == EventType.WATCH_DISOWN).alias("disowned")
    )
    disownings = (
        events.where(_is_of(OWNING))
        .groupBy("profile_id", show)
        .agg(F.max(last).alias("last"))
        .where(F.col("last.disowned"))
        .select("profile_id", "show_id", F.col("last.at").alias("disowned_at"))
    )
    return said.withColumn("show_id", show).join(
        F.broadcast(disownings), on=["profile_id", "show_id"], how="left"
    )


def _is_of(kinds: Iterable[EventType]) -> Column:
    return F.col("type").isin(sorted(str(kind) for kind in kinds))


def fold(signals: DataFrame, as_of: int) -> DataFrame:
    """Signals -> INTERACTION rows: weights added up per show, clipped, with and without fading."""
    parts = (
        (share_weight(F.col("share")), F.col("watched_at")),
        (F.col("opinion.weight"), F.col("opinion.at")),
        (F.col("listing.weight"), F.col("listing.at")),
    )
    strength = sum((F.coalesce(weight, F.lit(0.0)) for weight, _ in parts), F.lit(0.0))
    faded = sum((F.coalesce(weight * fade(at, as_of), F.lit(0.0)) for weight, at in parts), F.lit(0.0))
    seen = F.col("played") | F.coalesce(F.col("opinion.held"), F.lit(False))
    return (
        signals.groupBy("profile_id", F.col("show_id").alias("title_id"))
        .agg(
            clipped(from_fixed(sum_fixed(strength))).alias("strength"),
            clipped(from_fixed(sum_fixed(faded))).alias("weight"),
            F.max("last_at").alias("last_at"),
            F.max(seen).alias("seen"),
        )
        .select(*INTERACTION.fieldNames())
    )


def share_watched() -> Column:
    """0..1 of one playback event; completing is all of it, an unknown duration none."""
    known = F.coalesce(F.col("duration_seconds"), F.lit(0)) > 0
    reached = F.coalesce(F.col("position_seconds"), F.lit(0)) / F.when(known, F.col("duration_seconds"))
    return F.when(F.col("type") == EventType.COMPLETE, F.lit(1.0)).otherwise(
        F.least(F.lit(1.0), F.coalesce(reached, F.lit(0.0)))
    )


def share_weight(share: Column) -> Column:
    """`domain.viewers.interaction_weights.share_weight` as a column."""
    return (
        F.when(share >= preference.FINISHED_SHARE, F.lit(preference.FINISHED))
        .when(share >= preference.PARTIAL_SHARE, share)
        .when(share >= preference.LOOK_SHARE, F.lit(preference.EARLY_STOP))
        .when(share.isNotNull(), F.lit(0.0))
    )


def opinion_weight() -> Column:
    """Like 1, dislike -1, stars by `domain.viewers.interaction_weights.stars_weight`, a withdrawn opinion 0."""
    stars = F.coalesce(F.col("stars"), F.lit(preference.STARS_NEUTRAL))
    return (
        F.when(F.col("type") == EventType.LIKE, F.lit(preference.LIKE))
        .when(F.col("type") == EventType.DISLIKE, F.lit(preference.DISLIKE))
        .when(
            F.col("type") == EventType.RATING,
            F.greatest(F.lit(preference.FLOOR), (stars - preference.STARS_NEUTRAL) / preference.STARS_SPAN),
        )
        .otherwise(F.lit(0.0))
    )


def listing_weight() -> Column:
    return F.when(F.col("type") == EventType.LIST_ADD, F.lit(preference.LIST_ADD)).otherwise(
        F.lit(preference.LIST_REMOVE)
    )


def fade(at: Column, as_of: int) -> Column:
    """`domain.viewers.interaction_weights.fade` of the age at `as_of`."""
    age_days = F.greatest(F.lit(0.0), (F.lit(as_of) - at) / F.lit(float(DAY_MILLIS)))
    return F.pow(F.lit(2.0), -age_days / F.lit(preference.HALF_LIFE_DAYS))


def clipped(weight: Column) -> Column:
    return F.greatest(F.lit(preference.FLOOR), F.least(F.lit(preference.CEILING), weight))
