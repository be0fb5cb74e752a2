"""Popularity per region and genre from decayed counts of viewings.

An account whose last viewing of a title is a days old counts 2^(-a / h) in the recent sum and 2^(-a / 90) in the
steady one; h is the half-life that the item model learned for this deployment, between 1 and 90 days. Popularity is
the share of each sum, half and half, relative to the region's first title. `PRIOR_ACCOUNTS`, distributed like the
whole service's, smooth small regions. Kids have lists of their own (account_counts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from pymongo.collection import Collection
from pyspark.sql import DataFrame, Row, Window
from pyspark.sql import functions as F

from batch.jobs.account_counts import accounts_within, decayed_sum, last_viewings, sum_by_audience
from batch.jobs.context import DAY_MILLIS, JobContext, StageCounts
from batch.jobs.fixed_point_sums import from_fixed, round_score
from batch.jobs.input_snapshot import TITLES_DATASET, VIEWINGS_DATASET
from batch.jobs.licensed_regions import is_licensed_in
from batch.jobs.model_files import read_learned
from batch.storage.schemas import POPULARITY
from batch.storage.spark_io import write_documents
from domain.ids import GLOBAL, Region
from domain.recommendations.keys import popular_id, score_part_id
from domain.recommendations.lists import POPULAR_SIZE, ListAudience, PopularKey
from domain.serialization import Document
from domain.storage_names import POPULAR

DATASET = "popularity"
SUMS = ("recent", "steady")
STEADY_DAYS = 90.0
MIN_RECENT_DAYS = 1.0
PRIOR_ACCOUNTS = 100.0
ANY_GENRE = ""
SCORE_PARTS = 16


def run(context: JobContext) -> StageCounts:
    titles = context.read_dataset(TITLES_DATASET)
    weights, _ = read_learned(context.dataset_folder)
    half_lives = recent_and_steady(weights.half_life)
    counts = decayed_counts(context.read_dataset(VIEWINGS_DATASET), titles, context.as_of, half_lives)
    scored = context.write_dataset(DATASET, popularity_scores(counts))
    is_general = (F.col("region") == GLOBAL) & (F.col("audience") == str(ListAudience.ALL))
    global_scores = scored.where(is_general)
    lists = rank_lists(explode_genres(scored, titles), POPULAR_SIZE)
    to_list = partial(_to_list_document, version=context.version, computed_at=context.as_of)
    to_part = partial(_to_part_document, version=context.version)
    return {
        "popular_lists": write_documents(lists, context.mongo_url, POPULAR, to_list),
        "score_parts": write_documents(score_parts(global_scores), context.mongo_url, POPULAR, to_part),
        "titles_watched": global_scores.count(),
    }


def recent_and_steady(learned_days: float) -> dict[str, float]:
    """Half-lives in days."""
    return {"recent": max(MIN_RECENT_DAYS, min(STEADY_DAYS, learned_days)), "steady": STEADY_DAYS}


def decayed_counts(
    viewings: DataFrame, titles: DataFrame, as_of: int, half_lives: Mapping[str, float]
) -> DataFrame:
    """(region, audience, title): both sums in millionths, and the accounts."""
    sums = {name: decayed_sum(days * DAY_MILLIS) for name, days in half_lives.items()}
    return sum_by_audience(last_viewings(viewings, titles, as_of), {**sums, "count": accounts_within()})


def popularity_scores(counts: DataFrame) -> DataFrame:
    """Decayed sums -> POPULARITY rows."""
    service = counts.where(F.col("region") == GLOBAL)
    in_region = Window.partitionBy("region", "audience")
    shares = service.select(
        "title_id",
        "audience",
        # Null without any recent viewing.
        *[F.try_divide(F.col(name), F.sum(name).over(in_region)).alias(f"{name}_share") for name in SUMS],
    )
    share = sum(
        (
            (from_fixed(F.col(name)) + PRIOR_ACCOUNTS * F.coalesce(f"{name}_share", F.lit(0.0)))
            / (from_fixed(F.sum(name).over(in_region)) + PRIOR_ACCOUNTS)
            for name in SUMS
        ),
        F.lit(0.0),
    )
    return (
        counts.join(F.broadcast(shares), on=["title_id", "audience"], how="inner")
        .withColumn("share", share)
        .withColumn("score", round_score(F.col("share") / F.max("share").over(in_region)))
        .select(*POPULARITY.fieldNames())
    )


def explode_genres(scored: DataFrame, titles: DataFrame) -> DataFrame:
    """One row per list of a title. A region's lists hold titles licensed there; GLOBAL lists hold all."""
    title_facts = titles.select(F.col("id").alias("title_id"), "genres", "regions")
    is_listed = is_licensed_in(F.col("regions"), F.col("region"))
    genres = F.explode(F.concat(F.array(F.lit(ANY_GENRE)), "genres")).alias("genre")
    joined = scored.join(F.broadcast(title_facts), on="title_id", how="inner").where(is_listed)
    return joined.select(*scored.columns, genres)


def rank_lists(entries: DataFrame, size: int) -> DataFrame:
    """(region, audience, genre, items): best first, ties by id."""
    order = Window.partitionBy("region", "audience", "genre").orderBy(F.desc("score"), "title_id")
    item = F.struct("position", "title_id", "score", "count")
    return (
        entries.withColumn("position", F.row_number().over(order))
        .where(F.col("position") <= size)
        .groupBy("region", "audience", "genre")
        .agg(F.sort_array(F.collect_list(item)).alias("items"))
    )


def score_parts(global_scores: DataFrame) -> DataFrame:
    """(part, items): every title's GLOBAL score, in parts."""
    part = F.pmod(F.xxhash64("title_id"), F.lit(SCORE_PARTS)).alias("part")
    return global_scores.groupBy(part).agg(
        F.sort_array(F.collect_list(F.struct("title_id", "score"))).alias("items")
    )


def read_scores(collection: Collection[Document], version: str) -> dict[str, float]:
    """Title -> popularity 0..1, without unwatched titles."""
    ids = [score_part_id(version, part) for part in range(SCORE_PARTS)]
    parts = collection.find({"_id": {"$in": ids}})
    return {title_id: score for part in parts for title_id, score in part["items"]}


def _to_list_document(row: Row, version: str, computed_at: int) -> Document:
    key = PopularKey(Region(row.region), row.genre or None, ListAudience(row.audience))
    return {
        "_id": popular_id(version, key),
        "version": version,
        "region": row.region,
        "genre": key.genre,
        "audience": str(key.audience),
        "items": [[item.title_id, item.score, item["count"]] for item in row["items"]],
        "computed_at": computed_at,
    }


def _to_part_document(row: Row, version: str) -> Document:
    return {
        "_id": score_part_id(version, row.part),
        "version": version,
        "items": [[item.title_id, item.score] for item in row["items"]],
    }
