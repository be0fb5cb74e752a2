"""Trending titles per region, window and genre: watched more than expected.

For a title in a region: c is its decayed count of accounts (half-life 1 h, 6 h or 48 h); L is the baseline, its
decayed count at half-life 7 d, lagged 24 h to exclude the burst itself; T_c, T_L the same over all M titles:

    E     = (L + prior) / (T_L + k M) * T_c
    score = sqrt(2 (c ln(c / E) - (c - E)) / (1 + phi E))   where c > E, else 0

This Gamma-Poisson surprise is the root of a Poisson deviance, damped because popular titles vary more than Poisson.
Day and week rhythm cancels in T_c. For the whole service prior = k; a region takes the service's shares as its
prior: k M (L + k) / (T_L + k M). k = 2, phi = 0.001. An account counts once for a title and window, with its last
viewing. `MIN_ACCOUNTS` within four half-lives make a title trend: asked of the last hour alone, the hourly chart
would miss bursts in quiet hours. Lists continue, with score 0, by the sum of the week's count and the
baseline. Kids have charts of their own: T and M are then those of the titles for kids (account_counts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from pyspark.sql import Column, DataFrame, Row, Window
from pyspark.sql import functions as F

from batch.jobs.account_counts import (
    accounts_within,
    decayed_sum,
    is_for_kids,
    last_viewings,
    sum_by_audience,
)
from batch.jobs.context import DAY_MILLIS, HOUR_MILLIS, JobContext, StageCounts
from batch.jobs.fixed_point_sums import from_fixed, round_score
from batch.jobs.input_snapshot import TITLES_DATASET, VIEWINGS_DATASET
from batch.jobs.popularity import explode_genres
from batch.models.surprise import DISPERSION, HALF_LIVES_COUNTED, MIN_ACCOUNTS, PRIOR
from batch.storage.spark_io import write_lists
from domain.ids import GLOBAL, Region
from domain.recommendations.keys import trend_index_key, trend_key
from domain.recommendations.lists import TRENDING_SIZE, ListAudience, TrendKey, TrendWindow

HALF_LIFE = {
    TrendWindow.HOUR: HOUR_MILLIS,
    TrendWindow.DAY: 6 * HOUR_MILLIS,
    TrendWindow.WEEK: 48 * HOUR_MILLIS,
}
COUNTED_FOR = {window: HALF_LIVES_COUNTED * half_life for window, half_life in HALF_LIFE.items()}
"""Accounts are counted over this length, without decay."""

BASELINE_HALF_LIFE = 7 * DAY_MILLIS
BASELINE_LAG = DAY_MILLIS


def run(context: JobContext) -> StageCounts:
    titles = context.read_dataset(TITLES_DATASET)
    counters = decayed_counts(context.read_dataset(VIEWINGS_DATASET), titles, context.as_of)
    scored = trending_scores(counters.persist(), catalogue_sizes(titles))
    lists = rank_lists(explode_genres(scored, titles))
    to_entry = partial(_to_entry, version=context.version, computed_at=context.as_of)
    url = context.settings.require_url("redis_url")
    written = write_lists(lists, url, trend_index_key(context.version), to_entry)
    is_general = (F.col("region") == GLOBAL) & (F.col("audience") == str(ListAudience.ALL))
    surprising = scored.where(is_general & (F.col("score") > 0.0)).count()
    return {"trending_lists": written, "surprising": surprising}


def decayed_counts(viewings: DataFrame, titles: DataFrame, as_of: int) -> DataFrame:
    """(region, audience, title): `baseline` (L), and per window `_count` (c) and `_accounts`."""
    aggregates = {"baseline": decayed_sum(BASELINE_HALF_LIFE, "lagged_age", BASELINE_LAG)}
    for window in TrendWindow:
        aggregates[f"{window}_count"] = decayed_sum(HALF_LIFE[window])
        aggregates[f"{window}_accounts"] = accounts_within(COUNTED_FOR[window])
    return sum_by_audience(last_viewings(viewings, titles, as_of, BASELINE_LAG), aggregates)


def catalogue_sizes(titles: DataFrame) -> dict[ListAudience, int]:
    return {ListAudience.ALL: titles.count(), ListAudience.KIDS: titles.where(is_for_kids()).count()}


def trending_scores(counters: DataFrame, sizes: Mapping[ListAudience, int]) -> DataFrame:
    """One row per (region, audience, window, title_id)."""
    in_region = Window.partitionBy("region", "audience")
    is_kids = F.col("audience") == str(ListAudience.KIDS)
    prior_total = F.when(is_kids, PRIOR * sizes[ListAudience.KIDS]).otherwise(PRIOR * sizes[ListAudience.ALL])
    service_shares = counters.where(F.col("region") == GLOBAL).select(
        "title_id", "audience", _baseline_share(prior_total).alias("service_share")
    )
    prior = F.when(F.col("region") == GLOBAL, F.lit(PRIOR)).otherwise(prior_total * F.col("service_share"))
    expected_share = (from_fixed(F.col("baseline")) + prior) / (
        from_fixed(F.sum("baseline").over(in_region)) + prior_total
    )
    expected_counts = counters.join(F.broadcast(service_shares), on=["title_id", "audience"], how="inner")
    expected_counts = expected_counts.withColumn("expected_share", expected_share)
    for window in TrendWindow:
        total = from_fixed(F.sum(f"{window}_count").over(in_region))
        expected_counts = expected_counts.withColumn(f"{window}_expected", F.col("expected_share") * total)
    entries = F.array(*[_window_entry(window) for window in TrendWindow])
    return expected_counts.select("region", "audience", "title_id", F.explode(entries).alias("entry")).select(
        "region", "audience", "title_id", "entry.*"
    )


def surprise_score(current: Column, expected: Column) -> Column:
    expected_count = F.when(expected > 0.0, expected)
    deviance = current * F.log(current / expected_count) - (current - expected_count)
    root = F.sqrt(F.greatest(F.lit(0.0), 2.0 * deviance / (1.0 + DISPERSION * expected_count)))
    return F.when(current > expected_count, root).otherwise(F.lit(0.0))


def rank_lists(entries: DataFrame) -> DataFrame:
    """By score, then activity, ties by id."""
    order = Window.partitionBy("region", "audience", "window", "genre").orderBy(
        F.desc("score"), F.desc("activity"), "title_id"
    )
    item = F.struct("position", "title_id", "score", "count")
    return (
        entries.where(F.col("activity") > 0)
        .withColumn("position", F.row_number().over(order))
        .where(F.col("position") <= TRENDING_SIZE)
        .groupBy("region", "audience", "window", "genre")
        .agg(F.sort_array(F.collect_list(item)).alias("items"))
    )


def _baseline_share(prior_total: Column) -> Column:
    baseline = from_fixed(F.col("baseline"))
    total = from_fixed(F.sum("baseline").over(Window.partitionBy("region", "audience")))
    return (baseline + PRIOR) / (total + prior_total)


def _window_entry(window: TrendWindow) -> Column:
    current = from_fixed(F.col(f"{window}_count"))
    accounts = F.col(f"{window}_accounts")
    has_enough_accounts = accounts >= MIN_ACCOUNTS
    trending = round_score(surprise_score(current, F.col(f"{window}_expected")))
    return F.struct(
        F.lit(str(window)).alias("window"),
        F.when(has_enough_accounts, trending).otherwise(F.lit(0.0)).alias("score"),
        (F.col(f"{TrendWindow.WEEK}_count") + F.col("baseline")).alias("activity"),
        accounts.alias("count"),
    )


def _to_entry(row: Row, version: str, computed_at: int) -> tuple[str, Any]:
    key = TrendKey(Region(row.region), TrendWindow(row.window), row.genre or None, ListAudience(row.audience))
    items = [[item.title_id, item.score, item["count"]] for item in row["items"]]
    return trend_key(version, key), {
        "items": items,
        "audience": str(key.audience),
        "computed_at": computed_at,
    }
