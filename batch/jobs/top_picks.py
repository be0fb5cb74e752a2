"""Top picks: up to 50 titles per profile, best first, with source and seed.

Candidate sources are the similar titles of each of the last `HISTORY_SIZE` shows, and the popular titles of the
audience (region and age limit; kids' lists for kids). A candidate's score is, with w = POPULARITY_WEIGHT,

    taste = sum over history h of affinity_weight(h) * similar(h, candidate)
    score = (1 - w) * taste / greatest taste of this profile (greatest distaste, when it likes nothing)
          + w * popularity in the region * (1 + share of its genres the profile prefers) / 2

where affinity_weight = strength (-1..2) with a half-life of 60 days before the profile's own last day, so a viewer
who returns after a year keeps their taste. Seen, rated and ineligible titles are left out.
"""

from __future__ import annotations

from functools import partial

from pyspark.sql import Column, DataFrame, Row, Window
from pyspark.sql import functions as F

from batch.jobs import interactions, popularity, similar_titles
from batch.jobs.account_counts import list_audience
from batch.jobs.context import DAY_MILLIS, JobContext, StageCounts
from batch.jobs.deliveries import with_other_deliveries
from batch.jobs.fixed_point_sums import round_score, to_fixed
from batch.jobs.genre_preferences import with_genre_preferences
from batch.jobs.input_snapshot import TITLES_DATASET, VIEWERS_DATASET, is_eligible
from batch.jobs.licensed_regions import with_list_region
from batch.storage.spark_io import write_documents
from domain.ids import GLOBAL, ProfileId
from domain.recommendations.keys import top_picks_id
from domain.recommendations.lists import TOP_PICKS_SIZE, PickSource
from domain.serialization import Document
from domain.storage_names import TOP_PICKS
from domain.viewers.interaction_weights import HALF_LIFE_DAYS

DATASET = "top_picks"
HISTORY_SIZE = 50
POPULARITY_WEIGHT = 0.15
POPULAR_CANDIDATES = 150
PLACE_BASE = 64
"""At least HISTORY_SIZE: a contribution and its place in the history are packed into one number."""

EXCLUDED_LIST = ":seen"
"""The list key of excluded titles; no id has a colon."""

AUDIENCE = ("region", "kids", "maturity_limit")


def run(context: JobContext) -> StageCounts:
    titles = context.read_dataset(TITLES_DATASET).withColumnRenamed("id", "title_id")
    viewers = context.read_dataset(VIEWERS_DATASET)
    popular = context.read_dataset(popularity.DATASET)
    watched = with_other_deliveries(context.read_dataset(interactions.DATASET), titles)
    profiles = with_genre_preferences(with_history(viewers, watched), titles).repartition(
        _shuffle_partitions(context), "profile_id"
    )
    lists = similar_lists(context.read_dataset(similar_titles.DATASET)).unionByName(
        popular_lists(viewers, titles, popular)
    )
    picks = context.write_dataset(DATASET, select_picks(profiles, lists, titles, popular))
    to_document = partial(_to_document, version=context.version, computed_at=context.as_of)
    written = write_documents(picks, context.mongo_url, TOP_PICKS, to_document)
    return {"profiles": viewers.count(), "top_picks": written} | _coverage(picks)


def with_history(viewers: DataFrame, interactions: DataFrame) -> DataFrame:
    """Adds `history`, the last shows with their affinity weight, and `excluded` ids."""
    entry = F.struct((-F.col("last_at")).alias("order"), "title_id", "strength", "last_at")
    last_shows = F.slice(
        F.sort_array(F.collect_list(F.when(F.col("strength") != 0.0, entry))), 1, HISTORY_SIZE
    )
    histories = interactions.groupBy("profile_id").agg(
        last_shows.alias("last"),
        F.max(F.when(F.col("strength") != 0.0, F.col("last_at"))).alias("newest"),
        F.collect_list(F.when(F.col("seen"), F.col("title_id"))).alias("excluded"),
    )
    history = F.transform(
        "last", lambda show: F.struct(show["title_id"].alias("title_id"), _affinity_weight(show))
    )
    no_titles = F.array().cast("array<string>")
    return (
        viewers.join(histories, on="profile_id", how="left")
        .withColumn("history", F.when(F.col("newest").isNotNull(), history))
        .withColumn("excluded", F.coalesce("excluded", no_titles))
        .drop("last", "newest")
    )


def similar_lists(neighbours: DataFrame) -> DataFrame:
    """(list_key, items) per show."""
    item = F.struct(F.col("neighbour_id").alias("title_id"), "score")
    return neighbours.groupBy(F.col("title_id").alias("list_key")).agg(F.collect_list(item).alias("items"))


def popular_lists(viewers: DataFrame, titles: DataFrame, popular: DataFrame) -> DataFrame:
    """(list_key, items) per audience, with score 0.

    Titles without viewings in the region rank by global popularity, then by launch. A region without any viewing
    uses the popularity of the one it belongs to, else of the world.
    """
    lists = list_audience(F.col("kids"), F.col("maturity_limit"))
    distinct = viewers.select(*AUDIENCE).distinct().withColumn("audience", lists)
    audiences = with_list_region(distinct, popular)
    regional = popular.select(
        F.col("region").alias("list_region"), "audience", "title_id", F.col("score").alias("regional_score")
    )
    global_scores = popular.where(F.col("region") == GLOBAL).select(
        "audience", "title_id", F.col("score").alias("global_score")
    )
    order = Window.partitionBy(*AUDIENCE).orderBy(
        F.desc_nulls_last("regional_score"),
        F.desc_nulls_last("global_score"),
        F.desc_nulls_last("launched_at"),
        "title_id",
    )
    return (
        titles.crossJoin(F.broadcast(audiences))
        .where(is_eligible())
        .join(F.broadcast(regional), on=["list_region", "audience", "title_id"], how="left")
        .join(F.broadcast(global_scores), on=["audience", "title_id"], how="left")
        .withColumn("position", F.row_number().over(order))
        .where(F.col("position") <= POPULAR_CANDIDATES)
        .groupBy(audience_key().alias("list_key"))
        .agg(F.collect_list(F.struct("title_id", F.lit(0.0).alias("score"))).alias("items"))
    )


def audience_key() -> Column:
    """No title id has its colons."""
    return F.concat_ws(":", *[F.col(name).cast("string") for name in AUDIENCE])


def select_picks(viewers: DataFrame, lists: DataFrame, titles: DataFrame, popular: DataFrame) -> DataFrame:
    """(profile_id, items, genres); items are (title_id, score, source, seed, genre_mask)."""
    regional = popular.select(
        F.col("region").alias("list_region"), "audience", "title_id", F.col("score").alias("popularity")
    )
    lists_of = list_audience(F.col("kids"), F.col("maturity_limit"))
    profiles = viewers.select("profile_id", *AUDIENCE, "genres").withColumn("audience", lists_of)
    title_facts = titles.select("title_id", "maturity_age", "regions", F.col("genres").alias("title_genres"))
    eligible = (
        candidates(viewers, lists)
        .join(with_list_region(profiles, popular), on="profile_id", how="inner")
        .join(F.broadcast(title_facts), on="title_id", how="inner")
        .where(is_eligible())
        .join(F.broadcast(regional), on=["list_region", "audience", "title_id"], how="left")
    )
    per_profile = Window.partitionBy("profile_id")
    best_first = per_profile.orderBy(F.desc("score"), "title_id")
    is_by_taste = (F.col("taste") > 0).alias("is_by_taste")
    item = F.struct(
        "position", "title_id", "score", is_by_taste, "strongest", _genre_mask().alias("genre_mask")
    )
    best = (
        eligible.withColumn("max_taste", F.max("taste").over(per_profile))
        .withColumn("min_taste", F.min("taste").over(per_profile))
        .withColumn("score", round_score(final_score()))
        .withColumn("position", F.row_number().over(best_first))
        .where(F.col("position") <= TOP_PICKS_SIZE)
        .groupBy("profile_id")
        .agg(F.sort_array(F.collect_list(item)).alias("items"))
    )
    seeds = F.transform("history", lambda show: show["title_id"])
    profile_facts = viewers.select("profile_id", "genres", seeds.alias("seeds"))
    return best.join(profile_facts, on="profile_id", how="inner").select(
        "profile_id", F.transform("items", _with_source).alias("items"), "genres"
    )


def candidates(viewers: DataFrame, lists: DataFrame) -> DataFrame:
    """(profile_id, title_id, taste, strongest): contributions of all sources per title.

    `strongest` packs the greatest contribution and its place, so that Spark aggregates fixed-size values in a hash
    table. Each excluded title is added as a marked row: the same grouping then drops it, which saves a join.
    """
    entries = viewers.select("profile_id", F.explode(candidate_sources()).alias("entry"))
    excluding_list = lists.sparkSession.createDataFrame([(EXCLUDED_LIST, [("", 0.0)])], lists.schema)
    contributions = (
        entries.select("profile_id", "entry.*")
        .join(F.broadcast(lists.unionByName(excluding_list)), on="list_key", how="inner")
        .select(
            "profile_id",
            "list_key",
            "affinity_weight",
            "place",
            "excluded_id",
            F.explode("items").alias("item"),
        )
        .select(
            "profile_id",
            F.coalesce("excluded_id", F.col("item.title_id")).alias("title_id"),
            to_fixed(F.col("affinity_weight") * F.col("item.score")).alias("contribution"),
            "place",
            (F.col("list_key") == EXCLUDED_LIST).cast("int").alias("is_excluded"),
        )
    )
    packed = F.when(
        F.col("contribution") > 0, F.col("contribution") * PLACE_BASE + (PLACE_BASE - 1 - F.col("place"))
    )
    return (
        contributions.groupBy("profile_id", "title_id")
        .agg(
            F.sum("contribution").alias("taste"),
            F.max(packed).alias("strongest"),
            F.max("is_excluded").alias("is_excluded"),
        )
        .where(F.col("is_excluded") == 0)
        .drop("is_excluded")
    )


def candidate_sources() -> Column:
    """(list_key, affinity_weight, place, excluded_id) entries of a profile."""

    def source(key: Column, weight: Column, place: Column, excluded: Column) -> Column:
        columns = {"list_key": key, "affinity_weight": weight, "place": place, "excluded_id": excluded}
        return F.struct(*[column.alias(name) for name, column in columns.items()])

    def show_source(show: Column, place: Column) -> Column:
        return source(show["title_id"], show["affinity_weight"], place, no_title)

    no_title, no_place, no_weight = F.lit(None).cast("string"), F.lit(0), F.lit(0.0)
    history = F.coalesce("history", F.array().cast("array<struct<title_id:string,affinity_weight:double>>"))
    audience = F.array(source(audience_key(), no_weight, no_place, no_title))
    excluded = F.transform(
        "excluded", lambda title_id: source(F.lit(EXCLUDED_LIST), no_weight, no_place, title_id)
    )
    return F.concat(F.transform(history, show_source), audience, excluded)


def final_score() -> Column:
    scale = F.when(F.col("max_taste") > 0, F.col("max_taste")).when(
        F.col("min_taste") < 0, -F.col("min_taste")
    )
    taste = F.when(scale.isNull(), 0.0).otherwise(F.greatest(F.lit(-1.0), F.col("taste") / scale))
    preferred_share = F.size(F.array_intersect("title_genres", "genres")) / F.greatest(
        F.lit(1), F.size("title_genres")
    )
    prior = F.coalesce("popularity", F.lit(0.0)) * (1.0 + preferred_share) / 2.0
    return (1.0 - POPULARITY_WEIGHT) * taste + POPULARITY_WEIGHT * prior


def _with_source(item: Column) -> Column:
    """The seed is the title of the greatest contribution."""
    place = (PLACE_BASE - item["strongest"] % PLACE_BASE).cast("int")
    seed = F.when(item["is_by_taste"], F.element_at("seeds", place))
    source = F.when(item["is_by_taste"], str(PickSource.SIMILAR)).otherwise(str(PickSource.POPULAR))
    return F.struct(
        item["title_id"].alias("title_id"),
        item["score"].alias("score"),
        source.alias("source"),
        seed.alias("seed"),
        item["genre_mask"].alias("genre_mask"),
    )


def _genre_mask() -> Column:
    """Bits of the profile's genres that the title has: 1 for the first, 2 for the second, 4 ..."""
    bits = F.transform(
        "genres",
        lambda genre, place: F.when(
            F.array_contains("title_genres", genre), F.pow(F.lit(2.0), place).cast("int")
        ).otherwise(0),
    )
    return F.aggregate(bits, F.lit(0), lambda mask, bit: mask + bit)


def _affinity_weight(show: Column) -> Column:
    days = (F.col("newest") - show["last_at"]) / F.lit(float(DAY_MILLIS))
    return (show["strength"] * F.pow(F.lit(2.0), -days / F.lit(HALF_LIFE_DAYS))).alias("affinity_weight")


def _shuffle_partitions(context: JobContext) -> int:
    return int(context.spark.conf.get("spark.sql.shuffle.partitions") or 200)


def _coverage(picks: DataFrame) -> StageCounts:
    first_tens = picks.select(F.explode(F.slice("items", 1, 10)).alias("item"))
    titles = first_tens.agg(F.count_distinct("item.title_id").alias("n"))
    personal = picks.where(F.exists("items", lambda item: item["seed"].isNotNull()))
    return {"titles_in_first_tens": int(titles.first()["n"]), "personal": personal.count()}  # type: ignore[index]


def _to_document(row: Row, version: str, computed_at: int) -> Document:
    return {
        "_id": top_picks_id(version, ProfileId(row.profile_id)),
        "version": version,
        "profile_id": row.profile_id,
        "items": [
            [item.title_id, item.score, item.source, item.seed, item.genre_mask] for item in row["items"]
        ],
        "genres": list(row.genres),
        "computed_at": computed_at,
    }
