"""Which genres a profile is fond of: what it watches more than others do, and what it said it likes.

Each show of the history gives its pull to its genres in equal parts; a profile's shares are divided by the
root of the genre's share over all profiles, since otherwise everybody's first genre is Drama. A genre that the
person picked counts as much as `SAID` of a whole history.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from batch.jobs.fixed_point_sums import from_fixed, sum_fixed

GENRES = 6
SAID = 0.3
RAREST = 0.001
"""No genre counts as rarer than this, or one odd film would make a taste."""


def with_genres(people: DataFrame, titles: DataFrame) -> DataFrame:
    """Adds `genres`, at most six, strongest first. Needs `history` (title_id, pull) and `favourite_genres`."""
    ranked = ranked_genres(genre_shares(people, titles))
    nothing = F.array().cast("array<string>")
    return people.join(ranked, on="profile_id", how="left").withColumn(
        "genres", F.coalesce("genres", nothing)
    )


def genre_shares(people: DataFrame, titles: DataFrame) -> DataFrame:
    """(profile_id, genre, share): shares of one profile's history add up to 1; what it said comes on top."""
    facts = titles.select("title_id", F.col("genres").alias("of_title"))
    parts = (
        people.select("profile_id", F.explode("history").alias("show"))
        .select("profile_id", "show.title_id", "show.pull")
        .where(F.col("pull") > 0.0)
        .join(F.broadcast(facts), on="title_id", how="inner")
        .select(
            "profile_id",
            F.explode("of_title").alias("genre"),
            (F.col("pull") / F.size("of_title")).alias("part"),
        )
    )
    totals = parts.groupBy("profile_id").agg(sum_fixed(F.col("part")).alias("whole"))
    watched = (
        parts.groupBy("profile_id", "genre")
        .agg(sum_fixed(F.col("part")).alias("part"))
        .join(totals, on="profile_id", how="inner")
        .where(F.col("whole") > 0)
        .select("profile_id", "genre", (F.col("part") / F.col("whole")).alias("share"))
    )
    usual = watched.groupBy("genre").agg(from_fixed(sum_fixed(F.col("share"))).alias("usual"))
    all_of_them = usual.agg(F.sum("usual").alias("everything"))
    usual = usual.crossJoin(all_of_them).select(
        "genre", (F.col("usual") / F.col("everything")).alias("usual")
    )
    said = people.select(
        "profile_id", F.explode("favourite_genres").alias("genre"), F.lit(SAID).alias("share")
    )
    lifted = watched.join(F.broadcast(usual), on="genre", how="inner").select(
        "profile_id", "genre", (F.col("share") / F.sqrt(F.greatest("usual", F.lit(RAREST)))).alias("share")
    )
    return lifted.unionByName(said)


def ranked_genres(shares: DataFrame) -> DataFrame:
    """(profile_id, genres): strongest first, ties by name."""
    summed = shares.groupBy("profile_id", "genre").agg(sum_fixed(F.col("share")).alias("share"))
    entry = F.struct((-F.col("share")).alias("order"), "genre")
    ordered = F.slice(F.sort_array(F.collect_list(entry)), 1, GENRES)
    return summed.groupBy("profile_id").agg(F.transform(ordered, lambda one: one["genre"]).alias("genres"))
