"""Several deliveries of one work, in the night: what was seen in one is not recommended in another."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def with_other_deliveries(interactions: DataFrame, titles: DataFrame) -> DataFrame:
    """Adds a row without weight for each other delivery of a seen work, so that it is not recommended either."""
    works = titles.where(F.size("works") > 0).select("title_id", F.explode("works").alias("work"))
    others = (
        works.join(works.select("work", F.col("title_id").alias("other_id")), on="work", how="inner")
        .where(F.col("other_id") != F.col("title_id"))
        .select("title_id", "other_id")
        .distinct()
    )
    unweighted = F.lit(0.0)
    added = (
        interactions.where("seen")
        .join(F.broadcast(others), on="title_id", how="inner")
        .select(
            "profile_id",
            F.col("other_id").alias("title_id"),
            unweighted.alias("strength"),
            unweighted.alias("weight"),
            "last_at",
            "seen",
        )
    )
    return interactions.select(*added.columns).unionByName(added)
