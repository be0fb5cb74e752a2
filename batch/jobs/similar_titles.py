"""Which titles go together: counts of profiles who liked both, damped by popularity and age.

For profile p and title i it liked, v = min(1, strength) * max(1/2, 2^(-age / 730 d)): a link between two old
films weakens but never dies. With u = 1 / log2(2 + titles p liked), since a person who likes everything says
little about any pair (Breese, Heckerman and Kadie, "Empirical Analysis of Predictive Algorithms for
Collaborative Filtering", 1998, inverse user frequency turned to users):

    together(i, j) = sum over p of u v_i v_j          alone(i) = sum over p of u v_i^2
    score(i, j)    = together / sqrt(alone(i) alone(j)) * support / (support + SHRINKAGE) * alike(i, j)
    alike(i, j)    = 1 - GENRES + GENRES * genres in common / sqrt(genres of i * genres of j)

The first factor is the cosine, which divides popularity out and is at most 1; the second shrinks what few
profiles say (Bell and Koren, "Improved Neighborhood-based Collaborative Filtering", 2007); the third lets a
film of the same kind pass one that merely shares its audience, and is 1 where either has no genre. Pairs below
`MIN_SUPPORT` are dropped, histories are cut to the last `HISTORY`, ties go to the smaller id.

The constants were compared on ml-latest-small joined with MovieTweetings, each person's last liked film held
out and ranked among all: half-life, floor and shrinkage as here find .095 in the first ten (NDCG .054) against
.084 (.044) for a year, 1/4 and 10, whose links rest on the few people of the last two years. GENRES between
0 and 1/2 changes neither by more than chance; it is there for rows that say why.
"""

from __future__ import annotations

from functools import partial

from pyspark.sql import Column, DataFrame, Row, Window
from pyspark.sql import functions as F

from batch.jobs import interactions
from batch.jobs.context import DAY_MILLIS, Counts, JobContext
from batch.jobs.fixed_point_sums import rounded, sum_fixed, to_fixed
from batch.jobs.input_snapshot import TITLES_DATASET
from batch.storage.schemas import NEIGHBOUR
from batch.storage.spark_io import write_documents
from domain.ids import TitleId
from domain.recommendations.keys import similar_id
from domain.recommendations.lists import SIMILAR_SIZE
from domain.serialization import Document
from domain.storage_names import SIMILAR

DATASET = "similar_titles"
HISTORY = 200
LIKED = 0.25
HALF_LIFE_DAYS = 730.0
OLDEST_VALUE = 0.5
MIN_SUPPORT = 3
SHRINKAGE = 20.0
GENRES = 0.4


def stage(night: JobContext) -> Counts:
    numbered = with_numbers(night.dataset(TITLES_DATASET)).persist()
    known = night.dataset(interactions.DATASET).join(F.broadcast(numbered), on="title_id", how="inner")
    neighbours = night.store(DATASET, similar(histories(known, night.as_of), numbered))
    to_document = partial(_to_document, version=night.version, computed_at=night.as_of)
    written = write_documents(listed(neighbours), night.mongo_url, SIMILAR, to_document)
    return {"similar_lists": written, "pairs": neighbours.count()}


def with_numbers(titles: DataFrame) -> DataFrame:
    """(title_id, number, genres): a small whole number per title, in the order of ids.

    Two of them make one long, which Spark groups several times faster than two texts.
    """
    number = F.row_number().over(Window.orderBy("id"))
    return titles.select(F.col("id").alias("title_id"), number.cast("long").alias("number"), "genres")


def similar(
    histories: DataFrame, numbered: DataFrame, min_support: int = MIN_SUPPORT, size: int = SIMILAR_SIZE
) -> DataFrame:
    """Histories -> NEIGHBOUR rows, at most `size` per title, both directions of every pair."""
    norms = alone(histories)
    scored = (
        pairs(histories)
        .where(F.col("support") >= min_support)
        .select(_left().alias("left"), _right().alias("right"), "together", "support")
        .join(F.broadcast(_renamed(norms, "left")), on="left", how="inner")
        .join(F.broadcast(_renamed(norms, "right")), on="right", how="inner")
        .join(F.broadcast(_genres_of(numbered, "left")), on="left", how="inner")
        .join(F.broadcast(_genres_of(numbered, "right")), on="right", how="inner")
        .select("left", "right", "support", score().alias("score"))
    )
    both = F.explode(F.array(_direction("left", "right"), _direction("right", "left"))).alias("pair")
    order = Window.partitionBy("number").orderBy(F.desc("score"), "neighbour")
    best = (
        scored.select(both, "score", "support")
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
    """One row per profile: `say` (u) and `liked`, its last HISTORY of (number, value), in order of number.

    Titles with too few likers to be in any pair are passed over when the pairs are made, not here: they
    still count towards how much a profile likes.
    """
    age_days = F.greatest(F.lit(0.0), (F.lit(as_of) - F.col("last_at")) / F.lit(float(DAY_MILLIS)))
    faded = F.greatest(F.lit(OLDEST_VALUE), F.pow(F.lit(2.0), -age_days / F.lit(HALF_LIFE_DAYS)))
    value = F.least(F.lit(1.0), F.col("strength")) * faded
    liked = interactions.where(F.col("strength") >= LIKED)
    likers = liked.groupBy("number").agg((F.count(F.lit(1)) >= min_support).alias("pairable"))
    entry = F.struct((-F.col("last_at")).alias("order"), "number", value.alias("value"), "pairable")
    return (
        liked.join(F.broadcast(likers), on="number", how="inner")
        .groupBy("profile_id")
        .agg(F.slice(F.sort_array(F.collect_list(entry)), 1, HISTORY).alias("history"))
        .select(
            (1.0 / F.log2(2.0 + F.size("history"))).alias("say"),
            F.array_sort(F.transform(F.filter("history", lambda one: one["pairable"]), _numbered)).alias(
                "liked"
            ),
        )
    )


def pairs(histories: DataFrame) -> DataFrame:
    """(pair, together, support): two numbers in one long, the smaller in front.

    Each history is opened into its own pairs, inside one row; joining the interactions with themselves would
    shuffle every pair of every profile twice.
    """
    first = histories.select("say", "liked", F.posexplode("liked").alias("position", "a"))
    rest = F.slice("liked", F.col("position") + 2, F.size("liked"))
    opened = first.select(
        (F.col("say") * F.col("a.value")).alias("weight"), "a.number", F.explode(rest).alias("b")
    )
    return (
        opened.select(
            F.shiftleft("number", 32).bitwiseOR(F.col("b.number")).alias("pair"),
            to_fixed(F.col("weight") * F.col("b.value")).alias("value"),
        )
        .groupBy("pair")
        .agg(F.sum("value").alias("together"), F.count(F.lit(1)).alias("support"))
    )


def alone(histories: DataFrame) -> DataFrame:
    """(number, alone): how much is said about a title in all."""
    one = histories.select("say", F.explode("liked").alias("a"))
    square = F.col("say") * F.col("a.value") * F.col("a.value")
    return one.groupBy("a.number").agg(sum_fixed(square).alias("alone"))


def score() -> Column:
    cosine = F.col("together") / F.sqrt(F.col("left_alone") * F.col("right_alone"))
    trust = F.col("support") / (F.col("support") + F.lit(SHRINKAGE))
    return rounded(F.least(F.lit(1.0), cosine * trust * alike()))


def alike() -> Column:
    """1 - GENRES .. 1, by the genres in common."""
    left, right = F.col("left_genres"), F.col("right_genres")
    sizes = F.sqrt((F.size(left) * F.size(right)).cast("double"))
    shared = F.when(sizes > 0.0, F.size(F.array_intersect(left, right)) / sizes).otherwise(F.lit(1.0))
    return 1.0 - GENRES + GENRES * shared


def listed(neighbours: DataFrame) -> DataFrame:
    """(title_id, items): best first, ties by id."""
    item = F.struct((-F.col("score")).alias("order"), "neighbour_id", "score", "support")
    return neighbours.groupBy("title_id").agg(F.sort_array(F.collect_list(item)).alias("items"))


def _numbered(one: Column) -> Column:
    return F.struct(one["number"].alias("number"), one["value"].alias("value"))


def _left() -> Column:
    return F.shiftright("pair", 32)


def _right() -> Column:
    return F.col("pair").bitwiseAND(F.lit(0xFFFFFFFF))


def _renamed(norms: DataFrame, side: str) -> DataFrame:
    return norms.select(F.col("number").alias(side), F.col("alone").cast("double").alias(f"{side}_alone"))


def _genres_of(numbered: DataFrame, side: str) -> DataFrame:
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
