"""Snapshot of titles, viewers and viewings, read once, so that all later jobs see the same data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from batch.jobs.account_counts import list_audience
from batch.jobs.account_sample import sample_accounts
from batch.jobs.context import DAY_MILLIS, JobContext, StageCounts
from batch.jobs.licensed_regions import is_licensed_in, licensed_regions
from batch.jobs.playback import is_playback, share_watched
from batch.storage.same_works import WORK_FIELDS
from batch.storage.schemas import ACCOUNT, PROFILE, TITLE
from batch.storage.spark_io import read_collection
from domain.catalog.maturity_ratings import ADULT_AGE
from domain.catalog.titles import TitleKind
from domain.ids import GLOBAL
from domain.recommendations.lists import ListAudience
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, PROFILES, TITLES
from domain.viewers.events import EventType
from domain.viewers.interaction_weights import LOOK_SHARE, STARS_NEUTRAL

TITLES_DATASET = "titles"
VIEWERS_DATASET = "viewers"
VIEWINGS_DATASET = "viewings"
VIEWINGS_MAX_DAYS = 400
"""Older viewings have no measurable weight."""


def run(context: JobContext) -> StageCounts:
    spark, url = context.spark, context.mongo_url
    without_episodes = {"kind": {"$ne": TitleKind.EPISODE.value}}
    titles = read_collection(spark, url, TITLES, TITLE, without_episodes, _title_columns, _TITLE_FIELDS)
    profiles = read_profiles(context).persist()
    accounts = read_collection(spark, url, ACCOUNTS, ACCOUNT, {}, _account_columns, _ACCOUNT_FIELDS)
    frames = {
        TITLES_DATASET: with_open_regions(titles, context.as_of),
        VIEWERS_DATASET: viewers(profiles, accounts),
        VIEWINGS_DATASET: with_account(viewings(context.events, context.as_of), profiles),
    }
    # They read different stores and files: each waits for its own.
    with ThreadPoolExecutor(len(frames)) as threads:
        written = threads.map(lambda name: context.write_dataset(name, frames[name]).count(), frames)
        counts = dict(zip(frames, written, strict=True))
    profiles.unpersist()
    return counts


def read_profiles(context: JobContext) -> DataFrame:
    """PROFILE rows of the run's accounts."""
    spark, url = context.spark, context.mongo_url
    found = read_collection(spark, url, PROFILES, PROFILE, {}, _profile_columns, _PROFILE_FIELDS)
    return sample_accounts(found, context.sample)


def with_open_regions(titles: DataFrame, as_of: int) -> DataFrame:
    """Adds `regions` with an open licence, as `licensed_regions` (`domain.catalog.licences.LicenceWindow.covers`).

    A launch still to come becomes null, so that nothing counts as new before it has launched.
    """

    def is_open(window: Column) -> Column:
        ends = window["ends_at"]
        return (window["starts_at"] <= as_of) & (ends.isNull() | (ends > as_of))

    open_windows = F.filter("windows", is_open)
    everywhere = F.array(F.lit(str(GLOBAL)))

    def licensed(window: Column) -> Column:
        return F.when(F.size(window["regions"]) > 0, window["regions"]).otherwise(everywhere)

    regions = F.array_distinct(F.flatten(F.transform(open_windows, licensed)))
    launched_at = F.when(F.col("launched_at") <= as_of, F.col("launched_at"))
    return titles.withColumn("regions", regions).withColumn("launched_at", launched_at).drop("windows")


def viewers(profiles: DataFrame, accounts: DataFrame) -> DataFrame:
    """Profiles with their region. Those without an account cannot sign in and are left out."""
    limit = F.least(F.col("maturity_limit"), F.lit(ADULT_AGE))
    account_regions = accounts.withColumnRenamed("id", "account_id")
    return profiles.join(account_regions, on="account_id", how="inner").select(
        F.col("id").alias("profile_id"),
        "account_id",
        "region",
        "kids",
        limit.alias("maturity_limit"),
        "favourite_genres",
    )


def is_eligible() -> Column:
    """The age and region rules of `domain.candidates.eligibility.refusal`, as a column of title and viewer.

    The service checks them again, with plans, regional ages and blocked titles.
    """
    unrated = F.col("maturity_age").isNull()
    suits = F.when(unrated, ~F.col("kids") & (F.col("maturity_limit") >= ADULT_AGE)).otherwise(
        F.col("maturity_age") <= F.col("maturity_limit")
    )
    return suits & is_licensed_in(F.col("regions"), F.col("region"))


def viewings(events: DataFrame, as_of: int) -> DataFrame:
    """One row per (profile, show, region, day) with the last instant `at`.

    A viewing is playback past LOOK_SHARE, a like, stars of at least three, or an addition to My List.
    """
    kind = F.col("type")
    is_viewing = (
        (is_playback() & (share_watched() >= LOOK_SHARE))
        | kind.isin(str(EventType.LIKE), str(EventType.LIST_ADD))
        | ((kind == EventType.RATING) & (F.col("stars") >= STARS_NEUTRAL))
    )
    day = F.floor((F.lit(as_of) - F.col("occurred_at")) / F.lit(DAY_MILLIS))
    return (
        events.where(is_viewing & (F.col("occurred_at") > as_of - VIEWINGS_MAX_DAYS * DAY_MILLIS))
        .where(F.col("occurred_at") <= as_of)
        .groupBy(
            "profile_id", F.coalesce("series_id", "title_id").alias("title_id"), "region", day.alias("day")
        )
        .agg(F.max("occurred_at").alias("at"))
    )


def with_account(viewings: DataFrame, profiles: DataFrame) -> DataFrame:
    """Replaces the profile by `account_id` and `kids`: whether its lists are those of kids.

    A profile that is unknown, such as an anonymous session's, counts as an account of its own.
    """
    kids = list_audience(F.col("kids"), F.col("maturity_limit")) == str(ListAudience.KIDS)
    known = profiles.select(F.col("id").alias("profile_id"), "account_id", kids.alias("kids"))
    return viewings.join(known, on="profile_id", how="left").select(
        F.coalesce("account_id", "profile_id").alias("account_id"),
        F.coalesce("kids", F.lit(False)).alias("kids"),
        "title_id",
        "region",
        "day",
        "at",
    )


_TITLE_FIELDS = ("kind", "genres", "maturity_age", "franchise", "launched_at", "windows", *WORK_FIELDS)
_PROFILE_FIELDS = ("account_id", "kids", "maturity_limit", "favourite_genres")
_ACCOUNT_FIELDS = ("region",)


def _title_columns(document: Document) -> tuple[Any, ...]:
    get = document.get
    windows = [
        (licensed_regions(one.get("regions", ())), one["starts_at"], one.get("ends_at"))
        for one in get("windows", [])
    ]
    return (
        document["_id"],
        document["kind"],
        get("genres", []),
        get("maturity_age"),
        get("franchise"),
        document["launched_at"],
        windows,
        [f"{name}:{document['kind']}:{work}" for name in WORK_FIELDS if (work := get(name))],
    )


def _profile_columns(document: Document) -> tuple[Any, ...]:
    return (
        document["_id"],
        document["account_id"],
        document["kids"],
        document["maturity_limit"],
        document.get("favourite_genres", []),
    )


def _account_columns(document: Document) -> tuple[Any, ...]:
    return document["_id"], document["region"]
