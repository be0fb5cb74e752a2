"""Similar titles: counts of accounts that liked both, damped by popularity and age.

For profile p and liked title i, v = min(1, strength) * max(1/2, 2^(-age / 730 d)) / sqrt(n), where n profiles of the
account liked i, so that an account weighs at most once for a title and for a pair. u = 1 / log2(2 + titles p liked)
reduces profiles that like everything (Breese, Heckerman and Kadie, "Empirical Analysis of Predictive
Algorithms for Collaborative Filtering", 1998, inverse user frequency turned to users):

    dot(i, j)   = sum over p of u v_i v_j          norm2(i) = sum over p of u v_i^2
    support     = accounts of which a profile liked both
    score(i, j) = dot / sqrt(norm2(i) norm2(j)) * support / (support + SHRINKAGE) * genre_factor(i, j)
    genre_factor(i, j) = 1 - GENRE_WEIGHT + GENRE_WEIGHT * genres in common / sqrt(genres of i * genres of j)

The first factor is the cosine; the second shrinks scores of low support (Bell and Koren, "Improved
Neighborhood-based Collaborative Filtering", 2007); the third is 1 if either title has no genre. Ties go to the
smaller id.

Measured on ml-latest-small with MovieTweetings, each person's last liked film held out: half-life, floor and
shrinkage find .095 in the first ten (NDCG .054), against .084 (.044) for a year, 1/4 and 10, whose links rest on the
last two years. GENRE_WEIGHT from 0 to 1/2 changes neither significantly; it serves rows that state a reason.
"""

from __future__ import annotations

from functools import partial

from pyspark.sql import Column, DataFrame, Row, Window
from pyspark.sql import functions as F

from batch.jobs import interactions
from batch.jobs.context import DAY_MILLIS, JobContext, StageCounts
from batch.jobs.fixed_point_sums import from_fixed, round_score, sum_fixed, to_fixed
from batch.jobs.input_snapshot import TITLES_DATASET, VIEWERS_DATASET
from batch.storage.schemas import NEIGHBOUR
from batch.storage.spark_io import write_documents
from domain.ids import TitleId
from domain.recommendations.keys import similar_id
from domain.recommendations.lists import SIMILAR_SIZE
from domain.serialization import Document
from domain.storage_names import SIMILAR

DATASET = "similar_titles"
HISTORY_SIZE = 200
MIN_LIKED_STRENGTH = 0.25
HALF_LIFE_DAYS = 730.0
MIN_DECAY = 0.5
MIN_SUPPORT = 3
MEMBERS = 62
"""Profiles of an account that are told apart: the bits of a long."""

SHRINKAGE = 20.0
GENRE_WEIGHT = 0.4


def run(context: JobContext) -> StageCounts:
    numbered = number_titles(context.read_dataset(TITLES_DATASET)).persist()
    accounts = context.read_dataset(VIEWERS_DATASET).select("profile_id", "account_id")
    numbered_interactions = (
        context.read_dataset(interactions.DATASET)
        .join(F.broadcast(numbered), on="title_id", how="inner")
        .join(accounts, on="profile_id", how="left")
    )
    neighbours = context.write_dataset(
        DATASET, rank_neighbours(histories(numbered_interactions, context.as_of), numbered)
    )
    to_document = partial(_to_document, version=context.version, computed_at=context.as_of)
    written = write_documents(neighbour_lists(neighbours), context.mongo_url, SIMILAR, to_document)
    return {"similar_lists": written, "pairs": neighbours.count()}


def number_titles(titles: DataFrame) -> DataFrame:
    """Numbers titles in order of id: Spark groups two numbers in a long several times faster than two strings."""
    number = F.row_number().over(Window.orderBy("id"))
    return titles.select(F.col("id").alias("title_id"), number.cast("long").alias("number"), "genres")


def rank_neighbours(
    histories: DataFrame, numbered: DataFrame, min_support: int = MIN_SUPPORT, size: int = SIMILAR_SIZE
) -> DataFrame:
    """Histories -> NEIGHBOUR rows, at most `size` per title."""
    norms = squared_norms(histories)
    scored = (
        pair_sums(histories)
        .where(F.col("support") >= min_support)
        .select(_first_number().alias("left"), _second_number().alias("right"), "dot", "support")
        .join(F.broadcast(_norms_for(norms, "left")), on="left", how="inner")
        .join(F.broadcast(_norms_for(norms, "right")), on="right", how="inner")
        .join(F.broadcast(_genres_for(numbered, "left")), on="left", how="inner")
        .join(F.broadcast(_genres_for(numbered, "right")), on="right", how="inner")
        .select("left", "right", "support", similarity_score().alias("score"))
    )
    both_directions = F.explode(F.array(_direction("left", "right"), _direction("right", "left"))).alias(
        "pair"
    )
    order = Window.partitionBy("number").orderBy(F.desc("score"), "neighbour")
    best = (
        scored.select(both_directions, "score", "support")
        .select("pair.*", "score", "support")
        .withColumn("position", F.row_number().over(order))
        .where(F.col("position") <= size)
    )
    neighbours = numbered.select(F.col("title_id").alias("neighbour_id"), F.col("number").alias("neighbour"))
    return (
        best.join(F.broadcast(numbered), on="number", how="inner")
        .join(F.broadcast(neighbours), on="neighbour", how="inner")
        .select(*NEIGHBOUR.fieldNames())
    )


def histories(interactions: DataFrame, as_of: int, min_support: int = MIN_SUPPORT) -> DataFrame:
    """One row per profile: `weight` (u) and `liked`, (number, value, members) in order of number.

    `members` are the account's profiles that like the title, as bits. Titles that fewer than `min_support` accounts
    like are dropped, but count in the weight.
    """
    age_days = F.greatest(F.lit(0.0), (F.lit(as_of) - F.col("last_at")) / F.lit(float(DAY_MILLIS)))
    decay = F.greatest(F.lit(MIN_DECAY), F.pow(F.lit(2.0), -age_days / F.lit(HALF_LIFE_DAYS)))
    value = F.least(F.lit(1.0), F.col("strength")) * decay * F.col("share")
    liked = interactions.where(F.col("strength") >= MIN_LIKED_STRENGTH).withColumn(
        "account_id", F.coalesce("account_id", "profile_id")
    )
    in_account = Window.partitionBy("account_id", "number")
    member = F.dense_rank().over(Window.partitionBy("account_id").orderBy("profile_id")) - 1
    liked = (
        liked.withColumn("share", 1.0 / F.sqrt(F.count(F.lit(1)).over(in_account)))
        .withColumn("member", F.pow(F.lit(2.0), F.pmod(member, F.lit(MEMBERS))).cast("long"))
        .withColumn("members", F.bit_or("member").over(in_account))
    )
    likers = liked.groupBy("number").agg((F.count_distinct("account_id") >= min_support).alias("pairable"))
    entry = F.struct(
        (-F.col("last_at")).alias("order"), "number", value.alias("value"), "members", "pairable"
    )
    return (
        liked.join(F.broadcast(likers), on="number", how="inner")
        .groupBy("profile_id")
        .agg(F.slice(F.sort_array(F.collect_list(entry)), 1, HISTORY_SIZE).alias("history"))
        .select(
            (1.0 / F.log2(2.0 + F.size("history"))).alias("weight"),
            F.array_sort(F.transform(F.filter("history", lambda one: one["pairable"]), _liked_title)).alias(
                "liked"
            ),
        )
    )


def pair_sums(histories: DataFrame) -> DataFrame:
    """(pair, dot, support): two numbers in one long, the smaller first.

    Each history expands within its row; a self-join would shuffle every pair twice. Of an account, m profiles that
    like both contribute 1 / m each.
    """
    first = histories.select("weight", "liked", F.posexplode("liked").alias("position", "a"))
    later_titles = F.slice("liked", F.col("position") + 2, F.size("liked"))
    expanded = first.select(
        (F.col("weight") * F.col("a.value")).alias("weight"),
        "a.members",
        "a.number",
        F.explode(later_titles).alias("b"),
    )
    return (
        expanded.select(
            F.shiftleft("number", 32).bitwiseOR(F.col("b.number")).alias("pair"),
            to_fixed(F.col("weight") * F.col("b.value")).alias("value"),
            to_fixed(1.0 / F.bit_count(F.col("members").bitwiseAND(F.col("b.members")))).alias("shares"),
        )
        .groupBy("pair")
        .agg(F.sum("value").alias("dot"), F.round(from_fixed(F.sum("shares"))).cast("long").alias("support"))
    )


def squared_norms(histories: DataFrame) -> DataFrame:
    one = histories.select("weight", F.explode("liked").alias("a"))
    weighted_square = F.col("weight") * F.col("a.value") * F.col("a.value")
    return one.groupBy("a.number").agg(sum_fixed(weighted_square).alias("norm2"))


def similarity_score() -> Column:
    cosine = F.col("dot") / F.sqrt(F.col("left_norm2") * F.col("right_norm2"))
    shrinkage = F.col("support") / (F.col("support") + F.lit(SHRINKAGE))
    return round_score(F.least(F.lit(1.0), cosine * shrinkage * genre_factor()))


def genre_factor() -> Column:
    left, right = F.col("left_genres"), F.col("right_genres")
    sizes = F.sqrt((F.size(left) * F.size(right)).cast("double"))
    shared = F.when(sizes > 0.0, F.size(F.array_intersect(left, right)) / sizes).otherwise(F.lit(1.0))
    return 1.0 - GENRE_WEIGHT + GENRE_WEIGHT * shared


def neighbour_lists(neighbours: DataFrame) -> DataFrame:
    """Best first, ties by id."""
    item = F.struct((-F.col("score")).alias("order"), "neighbour_id", "score", "support")
    return neighbours.groupBy("title_id").agg(F.sort_array(F.collect_list(item)).alias("items"))


def _liked_title(one: Column) -> Column:
    return F.struct(*[one[name].alias(name) for name in ("number", "value", "members")])


def _first_number() -> Column:
    return F.shiftright("pair", 32)


def _second_number() -> Column:
    return F.col("pair").bitwiseAND(F.lit(0xFFFFFFFF))


def _norms_for(norms: DataFrame, side: str) -> DataFrame:
    return norms.select(F.col("number").alias(side), F.col("norm2").cast("double").alias(f"{side}_norm2"))


def _genres_for(numbered: DataFrame, side: str) -> DataFrame:
    return numbered.select(F.col("number").alias(side), F.col("genres").alias(f"{side}_genres"))


def _direction(title: str, neighbour: str) -> Column:
    return F.struct(F.col(title).alias("number"), F.col(neighbour).alias("neighbour"))


def _to_document(row: Row, version: str, computed_at: int) -> Document:
    return {
        "_id": similar_id(version, TitleId(row.title_id)),
        "version": version,
        "title_id": row.title_id,
        "items": [[item.neighbour_id, item.score, item.support] for item in row["items"]],
        "computed_at": computed_at,
    }
