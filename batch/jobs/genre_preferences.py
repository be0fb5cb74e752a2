"""Preferred genres of a profile: watched more than by other profiles, or chosen as favourites.

A show splits its affinity weight equally among its genres. A profile's share is divided by the root of the genre's
overall share; otherwise every first genre is Drama. A favourite adds `FAVOURITE_SHARE`.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from batch.jobs.fixed_point_sums import from_fixed, sum_fixed

MAX_GENRES = 6
FAVOURITE_SHARE = 0.3
MIN_GENRE_SHARE = 0.001
"""Lower bound of the overall share, so that one film of a rare genre does not dominate."""


def with_genre_preferences(viewers: DataFrame, titles: DataFrame) -> DataFrame:
    """Adds `genres`, strongest first."""
    ranked = rank_genres(genre_shares(viewers, titles))
    no_genres = F.array().cast("array<string>")
    return viewers.join(ranked, on="profile_id", how="left").withColumn(
        "genres", F.coalesce("genres", no_genres)
    )


def genre_shares(viewers: DataFrame, titles: DataFrame) -> DataFrame:
    """(profile_id, genre, share) rows, to be summed."""
    title_genres = titles.select("title_id", F.col("genres").alias("title_genres"))
    weights = (
        viewers.select("profile_id", F.explode("history").alias("show"))
        .select("profile_id", "show.title_id", "show.affinity_weight")
        .where(F.col("affinity_weight") > 0.0)
        .join(F.broadcast(title_genres), on="title_id", how="inner")
        .select(
            "profile_id",
            F.explode("title_genres").alias("genre"),
            (F.col("affinity_weight") / F.size("title_genres")).alias("weight"),
        )
    )
    totals = weights.groupBy("profile_id").agg(sum_fixed(F.col("weight")).alias("total_weight"))
    watched = (
        weights.groupBy("profile_id", "genre")
        .agg(sum_fixed(F.col("weight")).alias("weight"))
        .join(totals, on="profile_id", how="inner")
        .where(F.col("total_weight") > 0)
        .select("profile_id", "genre", (F.col("weight") / F.col("total_weight")).alias("share"))
    )
    overall = watched.groupBy("genre").agg(from_fixed(sum_fixed(F.col("share"))).alias("overall_share"))
    total = overall.agg(F.sum("overall_share").alias("total_share"))
    overall = overall.crossJoin(total).select(
        "genre", (F.col("overall_share") / F.col("total_share")).alias("overall_share")
    )
    favourites = viewers.select(
        "profile_id", F.explode("favourite_genres").alias("genre"), F.lit(FAVOURITE_SHARE).alias("share")
    )
    relative = watched.join(F.broadcast(overall), on="genre", how="inner").select(
        "profile_id",
        "genre",
        (F.col("share") / F.sqrt(F.greatest("overall_share", F.lit(MIN_GENRE_SHARE)))).alias("share"),
    )
    return relative.unionByName(favourites)


def rank_genres(shares: DataFrame) -> DataFrame:
    """(profile_id, genres): strongest first, ties by name."""
    sums = shares.groupBy("profile_id", "genre").agg(sum_fixed(F.col("share")).alias("share"))
    entry = F.struct((-F.col("share")).alias("order"), "genre")
    ordered = F.slice(F.sort_array(F.collect_list(entry)), 1, MAX_GENRES)
    return sums.groupBy("profile_id").agg(F.transform(ordered, lambda item: item["genre"]).alias("genres"))
