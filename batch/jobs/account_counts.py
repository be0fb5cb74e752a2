"""Viewings counted by account, for all viewers and for kids.

An account counts once for a title and window, with its last viewing in it, whatever its profiles, devices and days:
five profiles of one household are one. Kids' lists count what kids profiles watch. `OTHERS_WEIGHT` of everybody
else's viewing of titles for kids orders the titles that few kids have watched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from batch.jobs.fixed_point_sums import sum_fixed
from batch.jobs.licensed_regions import counted_regions
from domain.catalog.maturity_ratings import KIDS_AGE
from domain.recommendations.lists import ListAudience

OTHERS_WEIGHT = 0.05

Aggregate = Callable[[ListAudience], Column]


def list_audience(kids: Column, maturity_limit: Column) -> Column:
    """As `domain.viewers.profiles.Audience.list_audience`."""
    is_kids = kids | (maturity_limit <= KIDS_AGE)
    return F.when(is_kids, str(ListAudience.KIDS)).otherwise(str(ListAudience.ALL))


def is_for_kids() -> Column:
    """Whether kids' lists may hold a title. The service checks the profile's own limit again."""
    return F.coalesce(F.col("maturity_age") <= KIDS_AGE, F.lit(False))


def last_viewings(viewings: DataFrame, titles: DataFrame, as_of: int, lag: int = 0) -> DataFrame:
    """One row per (account, region, title) of known titles, also for what a region belongs to, and GLOBAL.

    `age` is that of the account's last viewing, `kids_age` that of its kids profiles; `lagged_age` and
    `kids_lagged_age` are those of the last ones older than `lag`. All in milliseconds, null without one.
    """
    age = (F.lit(as_of) - F.col("at")).cast("double")
    regions = F.explode(counted_regions(F.col("region"))).alias("region")
    title_facts = titles.select(F.col("id").alias("title_id"), is_for_kids().alias("for_kids"))
    return (
        viewings.select("account_id", "title_id", "kids", regions, age.alias("age"))
        .groupBy("account_id", "region", "title_id")
        .agg(
            F.min("age").alias("age"),
            F.min(F.when(F.col("kids"), F.col("age"))).alias("kids_age"),
            F.min(F.when(F.col("age") > lag, F.col("age"))).alias("lagged_age"),
            F.min(F.when(F.col("kids") & (F.col("age") > lag), F.col("age"))).alias("kids_lagged_age"),
        )
        .join(F.broadcast(title_facts), on="title_id", how="inner")
    )


def decayed_sum(half_life: float, age: str = "age", lag: int = 0) -> Aggregate:
    """In millionths: 2^(-age / half-life) summed over accounts."""

    def decay(column: str) -> Column:
        faded = F.pow(F.lit(2.0), -(F.col(column) - lag) / F.lit(half_life))
        return F.coalesce(faded, F.lit(0.0))

    def aggregate(audience: ListAudience) -> Column:
        if audience == ListAudience.ALL:
            return sum_fixed(decay(age))
        weight = F.greatest(decay(f"kids_{age}"), OTHERS_WEIGHT * decay(age))
        return sum_fixed(F.when(F.col("for_kids"), weight).otherwise(F.lit(0.0)))

    return aggregate


def accounts_within(length: float | None = None) -> Aggregate:
    """Accounts with a viewing younger than `length` milliseconds, or at all."""

    def aggregate(audience: ListAudience) -> Column:
        age = F.col("age" if audience == ListAudience.ALL else "kids_age")
        return F.count(F.when(age < length, age) if length is not None else age)

    return aggregate


def sum_by_audience(last: DataFrame, aggregates: Mapping[str, Aggregate]) -> DataFrame:
    """(region, audience, title_id, *aggregates); kids have rows for the titles for kids."""
    sums = [
        aggregate(audience).alias(f"{audience}_{name}")
        for audience in ListAudience
        for name, aggregate in aggregates.items()
    ]
    entries = [
        F.struct(
            F.lit(str(audience)).alias("audience"),
            *[F.col(f"{audience}_{name}").alias(name) for name in aggregates],
        )
        for audience in ListAudience
    ]
    return (
        last.groupBy("region", "title_id", "for_kids")
        .agg(*sums)
        .select("region", "title_id", "for_kids", F.explode(F.array(*entries)).alias("entry"))
        .where(F.col("for_kids") | (F.col("entry.audience") == str(ListAudience.ALL)))
        .select("region", "title_id", "entry.*")
    )
