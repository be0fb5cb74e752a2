"""Up to 50 titles for every profile, best first, with the reason's seed.

Two kinds of list are opened for a profile: the similar titles of each of its last `HISTORY` shows, and the
titles popular with its audience (region and age limit). A candidate's score is

    taste = sum over history h of pull(h) * similar(h, candidate)
    score = (1 - PRIOR) * taste / greatest taste of this profile (greatest distaste, when it likes nothing)
          + PRIOR * popularity in the region * (1 + share of its genres the profile is fond of) / 2

where pull = strength (-1..2) faded by half every 60 days before the profile's own last day, so that a viewer
who returns after a year finds a page about what they loved. A disliked show pulls down its neighbours. What a
profile has seen or judged is left out, as is all that its age limit or region does not permit. A profile
without history has no taste term: it gets what is popular, favourite genres first.
"""

from __future__ import annotations

from functools import partial

from pyspark.sql import Column, DataFrame, Row, Window
from pyspark.sql import functions as F

from batch.jobs import interactions, popularity, similar_titles
from batch.jobs.context import DAY_MILLIS, Counts, JobContext
from batch.jobs.fixed_point_sums import rounded, to_fixed
from batch.jobs.genre_preferences import with_genres
from batch.jobs.input_snapshot import TITLES_DATASET, VIEWERS_DATASET, may_watch
from batch.storage.spark_io import write_documents
from domain.ids import GLOBAL, ProfileId
from domain.recommendations.keys import top_picks_id
from domain.recommendations.lists import TOP_PICKS_SIZE, PickSource
from domain.serialization import Document
from domain.storage_names import TOP_PICKS
from domain.viewers.interaction_weights import HALF_LIFE_DAYS

DATASET = "top_picks"
HISTORY = 50
PRIOR = 0.15
POPULAR_CANDIDATES = 150
PLACES = 64
"""More than the places in a history."""

BARS = ":seen"
"""Opened once per excluded title; the colon keeps it apart from every id."""

AUDIENCE = ("region", "kids", "maturity_limit")


def stage(night: JobContext) -> Counts:
    titles = night.dataset(TITLES_DATASET).withColumnRenamed("id", "title_id")
    viewers = night.dataset(VIEWERS_DATASET)
    popular = night.dataset(popularity.DATASET)
    watched = night.dataset(interactions.DATASET)
    people = with_genres(with_history(viewers, watched), titles).repartition(_partitions(night), "profile_id")
    lists = similar_lists(night.dataset(similar_titles.DATASET)).unionByName(
        popular_lists(viewers, titles, popular)
    )
    picks = night.store(DATASET, pick(people, lists, titles, popular))
    to_document = partial(_to_document, version=night.version, computed_at=night.as_of)
    written = write_documents(picks, night.mongo_url, TOP_PICKS, to_document)
    return {"profiles": viewers.count(), "top_picks": written} | _breadth(picks)


def with_history(viewers: DataFrame, interactions: DataFrame) -> DataFrame:
    """Viewers with `history`, their last shows as (title_id, pull), and `excluded`, ids not to recommend."""
    entry = F.struct((-F.col("last_at")).alias("order"), "title_id", "strength", "last_at")
    kept = F.slice(F.sort_array(F.collect_list(F.when(F.col("strength") != 0.0, entry))), 1, HISTORY)
    folded = interactions.groupBy("profile_id").agg(
        kept.alias("last"),
        F.max(F.when(F.col("strength") != 0.0, F.col("last_at"))).alias("newest"),
        F.collect_list(F.when(F.col("seen"), F.col("title_id"))).alias("excluded"),
    )
    history = F.transform("last", lambda one: F.struct(one["title_id"].alias("title_id"), _pull(one)))
    nothing = F.array().cast("array<string>")
    return (
        viewers.join(folded, on="profile_id", how="left")
        .withColumn("history", F.when(F.col("newest").isNotNull(), history))
        .withColumn("excluded", F.coalesce("excluded", nothing))
        .drop("last", "newest")
    )


def similar_lists(neighbours: DataFrame) -> DataFrame:
    """(opens, items): what a show in the history leads to."""
    item = F.struct(F.col("neighbour_id").alias("title_id"), "score")
    return neighbours.groupBy(F.col("title_id").alias("opens")).agg(F.collect_list(item).alias("items"))


def popular_lists(viewers: DataFrame, titles: DataFrame, popular: DataFrame) -> DataFrame:
    """(opens, items): for every audience there is, the most popular titles it may watch, with score 0.

    What nobody in the region has watched ranks by its popularity everywhere, then by how new it is.
    """
    audiences = viewers.select(*AUDIENCE).distinct()
    here = popular.select("region", "title_id", F.col("score").alias("here"))
    everywhere = popular.where(F.col("region") == GLOBAL).select(
        "title_id", F.col("score").alias("everywhere")
    )
    order = Window.partitionBy(*AUDIENCE).orderBy(
        F.desc_nulls_last("here"), F.desc_nulls_last("everywhere"), F.desc("launched_at"), "title_id"
    )
    return (
        titles.crossJoin(F.broadcast(audiences))
        .where(may_watch())
        .join(F.broadcast(here), on=["region", "title_id"], how="left")
        .join(F.broadcast(everywhere), on="title_id", how="left")
        .withColumn("position", F.row_number().over(order))
        .where(F.col("position") <= POPULAR_CANDIDATES)
        .groupBy(audience_key().alias("opens"))
        .agg(F.collect_list(F.struct("title_id", F.lit(0.0).alias("score"))).alias("items"))
    )


def audience_key() -> Column:
    """Names an audience's list; the colons keep it apart from every title's id."""
    return F.concat_ws(":", *[F.col(name).cast("string") for name in AUDIENCE])


def pick(people: DataFrame, lists: DataFrame, titles: DataFrame, popular: DataFrame) -> DataFrame:
    """(profile_id, items, genres): the best TOP_PICKS_SIZE a profile; items are (title, score, source, seed, of)."""
    here = popular.select("region", "title_id", F.col("score").alias("popularity"))
    facts = titles.select("title_id", "maturity_age", "regions", F.col("genres").alias("title_genres"))
    permitted = (
        candidates(people, lists)
        .join(people.select("profile_id", *AUDIENCE, "genres"), on="profile_id", how="inner")
        .join(F.broadcast(facts), on="title_id", how="inner")
        .where(may_watch())
        .join(F.broadcast(here), on=["region", "title_id"], how="left")
    )
    of_profile = Window.partitionBy("profile_id")
    best_first = of_profile.orderBy(F.desc("score"), "title_id")
    by_taste = (F.col("taste") > 0).alias("by_taste")
    item = F.struct("position", "title_id", "score", by_taste, "loudest", _own_genres().alias("of"))
    best = (
        permitted.withColumn("greatest", F.max("taste").over(of_profile))
        .withColumn("least", F.min("taste").over(of_profile))
        .withColumn("score", rounded(final_score()))
        .withColumn("position", F.row_number().over(best_first))
        .where(F.col("position") <= TOP_PICKS_SIZE)
        .groupBy("profile_id")
        .agg(F.sort_array(F.collect_list(item)).alias("items"))
    )
    seeds = F.transform("history", lambda show: show["title_id"])
    about = people.select("profile_id", "genres", seeds.alias("seeds"))
    return best.join(about, on="profile_id", how="inner").select(
        "profile_id", F.transform("items", _sourced).alias("items"), "genres"
    )


def candidates(people: DataFrame, lists: DataFrame) -> DataFrame:
    """(profile_id, title_id, taste, loudest): every list of a profile opened, its titles added up.

    `loudest` tells which show of the history spoke most for the candidate, packed with how loudly, so that
    every running total has a fixed size and Spark can keep them in a hash table. Excluded titles travel as
    rows of their own and bar their candidate in the same grouping, which stays inside the partition of the
    profile: nothing is shuffled, and no list of things seen is carried beside the candidates.
    """
    entries = people.select("profile_id", F.explode(opened_lists()).alias("entry"))
    barring = lists.sparkSession.createDataFrame([(BARS, [("", 0.0)])], lists.schema)
    offered = (
        entries.select("profile_id", "entry.*")
        .join(F.broadcast(lists.unionByName(barring)), on="opens", how="inner")
        .select("profile_id", "opens", "pull", "place", "bars", F.explode("items").alias("item"))
        .select(
            "profile_id",
            F.coalesce("bars", F.col("item.title_id")).alias("title_id"),
            to_fixed(F.col("pull") * F.col("item.score")).alias("says"),
            "place",
            (F.col("opens") == BARS).cast("int").alias("barred"),
        )
    )
    loudness = F.when(F.col("says") > 0, F.col("says") * PLACES + (PLACES - 1 - F.col("place")))
    return (
        offered.groupBy("profile_id", "title_id")
        .agg(F.sum("says").alias("taste"), F.max(loudness).alias("loudest"), F.max("barred").alias("barred"))
        .where(F.col("barred") == 0)
        .drop("barred")
    )


def opened_lists() -> Column:
    """(opens, pull, place, bars) entries: the lists of a profile's shows and audience, and what it has seen."""

    def opened(key: Column, pull: Column, place: Column, bars: Column) -> Column:
        return F.struct(key.alias("opens"), pull.alias("pull"), place.alias("place"), bars.alias("bars"))

    def show(one: Column, place: Column) -> Column:
        return opened(one["title_id"], one["pull"], place, no_title)

    no_title, nowhere, nothing = F.lit(None).cast("string"), F.lit(0), F.lit(0.0)
    history = F.coalesce("history", F.array().cast("array<struct<title_id:string,pull:double>>"))
    own = F.array(opened(audience_key(), nothing, nowhere, no_title))
    barred = F.transform("excluded", lambda title_id: opened(F.lit(BARS), nothing, nowhere, title_id))
    return F.concat(F.transform(history, show), own, barred)


def final_score() -> Column:
    """The formula at the top; taste is never below -1 times its greatest value."""
    scale = F.when(F.col("greatest") > 0, F.col("greatest")).when(F.col("least") < 0, -F.col("least"))
    taste = F.when(scale.isNull(), 0.0).otherwise(F.greatest(F.lit(-1.0), F.col("taste") / scale))
    fond = F.size(F.array_intersect("title_genres", "genres")) / F.greatest(F.lit(1), F.size("title_genres"))
    prior = F.coalesce("popularity", F.lit(0.0)) * (1.0 + fond) / 2.0
    return (1.0 - PRIOR) * taste + PRIOR * prior


def _sourced(item: Column) -> Column:
    """A pick as it is stored: its source, and for one by taste the title that spoke most for it."""
    place = (PLACES - item["loudest"] % PLACES).cast("int")
    seed = F.when(item["by_taste"], F.element_at("seeds", place))
    source = F.when(item["by_taste"], str(PickSource.SIMILAR)).otherwise(str(PickSource.POPULAR))
    return F.struct(
        item["title_id"].alias("title_id"),
        item["score"].alias("score"),
        source.alias("source"),
        seed.alias("seed"),
        item["of"].alias("of"),
    )


def _own_genres() -> Column:
    """Which of the profile's genres the title has: 1 for the first, 2 for the second, 4 for the third ..."""
    has = F.transform(
        "genres",
        lambda genre, place: F.when(
            F.array_contains("title_genres", genre), F.pow(F.lit(2.0), place).cast("int")
        ).otherwise(0),
    )
    return F.aggregate(has, F.lit(0), lambda known, one: known + one)


def _pull(one: Column) -> Column:
    days = (F.col("newest") - one["last_at"]) / F.lit(float(DAY_MILLIS))
    return (one["strength"] * F.pow(F.lit(2.0), -days / F.lit(HALF_LIFE_DAYS))).alias("pull")


def _partitions(night: JobContext) -> int:
    return int(night.spark.conf.get("spark.sql.shuffle.partitions") or 200)


def _breadth(picks: DataFrame) -> Counts:
    """How wide the picks spread: distinct titles among all first tens, and how many profiles have a seed."""
    tens = picks.select(F.explode(F.slice("items", 1, 10)).alias("item"))
    titles = tens.agg(F.count_distinct("item.title_id").alias("n"))
    personal = picks.where(F.exists("items", lambda item: item["seed"].isNotNull()))
    return {"titles_in_first_tens": int(titles.first()["n"]), "personal": personal.count()}  # type: ignore[index]


def _to_document(row: Row, version: str, computed_at: int) -> Document:
    return {
        "_id": top_picks_id(version, ProfileId(row.profile_id)),
        "version": version,
        "profile_id": row.profile_id,
        "items": [[item.title_id, item.score, item.source, item.seed, item.of] for item in row["items"]],
        "genres": list(row.genres),
        "computed_at": computed_at,
    }
