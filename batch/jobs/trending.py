"""What is watched more than it should be, per region, window and genre.

For a title in a region: c is its decayed count of viewings (half-life 1 h, 6 h or 48 h); L its decayed count
at half-life 7 d, lagged 24 h so that a burst is not in its own baseline; T_c, T_L the same over all M titles:

    E     = (L + prior) / (T_L + k M) * T_c           what the title's habit says it should have
    score = sqrt(2 (c ln(c / E) - (c - E)) / (1 + phi E))   where c > E, else 0

A Gamma-Poisson surprise: the square root of the deviance of a Poisson count, damped for large expectations
because big titles vary more than Poisson. Day and week rhythm cancels in T_c. For the whole service
prior = k; a region takes the service's shares as its prior: k M (L + k) / (T_L + k M). k = 2, phi = 0.03.
A profile counts once a day for a title, and a title trends only when enough different profiles watched it.
Lists too short are filled up, after the trending ones and with score 0, with what is watched anyway: by the
week's count and the habit together. One person watching this minute does not make a chart.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import Window as Over
from pyspark.sql import functions as F

from batch.jobs.context import DAY_MILLIS, HOUR_MILLIS, Counts, JobContext
from batch.jobs.fixed_point_sums import from_fixed, rounded, sum_fixed
from batch.jobs.input_snapshot import TITLES_DATASET, VIEWINGS_DATASET
from batch.jobs.popularity import with_genres
from batch.storage.spark_io import write_lists
from domain.ids import GLOBAL, Region
from domain.recommendations.keys import trend_index_key, trend_key
from domain.recommendations.lists import TRENDING_SIZE, TrendKey, TrendWindow

HALF_LIFE = {
    TrendWindow.HOUR: HOUR_MILLIS,
    TrendWindow.DAY: 6 * HOUR_MILLIS,
    TrendWindow.WEEK: 48 * HOUR_MILLIS,
}
SPAN = {TrendWindow.HOUR: HOUR_MILLIS, TrendWindow.DAY: DAY_MILLIS, TrendWindow.WEEK: 7 * DAY_MILLIS}
"""Profiles are counted, for the reader and for `MIN_PROFILES`, over the window's plain length."""

BASELINE_HALF_LIFE = 7 * DAY_MILLIS
LAG = DAY_MILLIS
PRIOR = 2.0
DISPERSION = 0.03
MIN_PROFILES = 3


def stage(night: JobContext) -> Counts:
    titles = night.dataset(TITLES_DATASET)
    counters = count(night.dataset(VIEWINGS_DATASET), night.as_of).join(
        F.broadcast(titles.select(F.col("id").alias("title_id"))), on="title_id", how="left_semi"
    )
    scored = score(counters.persist(), titles.count())
    lists = ranked(with_genres(scored, titles))
    to_entry = partial(_to_entry, version=night.version, computed_at=night.as_of)
    url = night.settings.require("redis_url")
    written = write_lists(lists, url, trend_index_key(night.version), to_entry)
    surprising = scored.where((F.col("region") == GLOBAL) & (F.col("score") > 0.0)).count()
    return {"trending_lists": written, "surprising": surprising}


def count(viewings: DataFrame, as_of: int) -> DataFrame:
    """(region, title): `habit` (L), and per window `<window>_now` (c) and `<window>_profiles`. Includes GLOBAL."""
    age = (F.lit(as_of) - F.col("at")).cast("double")
    habit = F.when(age > LAG, F.pow(F.lit(2.0), -(age - LAG) / F.lit(float(BASELINE_HALF_LIFE))))
    sums = [sum_fixed(F.coalesce(habit, F.lit(0.0))).alias("habit")]
    for window in TrendWindow:
        sums.append(
            sum_fixed(F.pow(F.lit(2.0), -age / F.lit(float(HALF_LIFE[window])))).alias(f"{window}_now")
        )
        sums.append(F.max((age < SPAN[window]).cast("long")).alias(f"{window}_profiles"))
    columns = ["habit", *(f"{window}_{kind}" for window in TrendWindow for kind in ("now", "profiles"))]
    regions = F.explode(F.array(F.col("region"), F.lit(str(GLOBAL)))).alias("region")
    return (
        viewings.groupBy("profile_id", "title_id", "region")
        .agg(*sums)
        .select("title_id", regions, *columns)
        .groupBy("region", "title_id")
        .agg(*[F.sum(name).alias(name) for name in columns])
    )


def score(counters: DataFrame, catalogue: int) -> DataFrame:
    """Counters -> (region, window, title_id, score, steady, count), one row per window."""
    in_region = Over.partitionBy("region")
    mass = PRIOR * catalogue
    world = counters.where(F.col("region") == GLOBAL).select("title_id", _usual_share(mass).alias("usual"))
    prior = F.when(F.col("region") == GLOBAL, F.lit(PRIOR)).otherwise(mass * F.col("usual"))
    expected_share = (from_fixed(F.col("habit")) + prior) / (
        from_fixed(F.sum("habit").over(in_region)) + mass
    )
    shared = counters.join(F.broadcast(world), on="title_id", how="inner")
    shared = shared.withColumn("expected_share", expected_share)
    for window in TrendWindow:
        total = from_fixed(F.sum(f"{window}_now").over(in_region))
        shared = shared.withColumn(f"{window}_expected", F.col("expected_share") * total)
    entries = F.array(*[_window_entry(window) for window in TrendWindow])
    return shared.select("region", "title_id", F.explode(entries).alias("entry")).select(
        "region", "title_id", "entry.*"
    )


def surprise(now: Column, expected: Column) -> Column:
    """The formula at the top. 0 where there is no more than expected."""
    due = F.when(expected > 0.0, expected)
    deviance = now * F.log(now / due) - (now - due)
    root = F.sqrt(F.greatest(F.lit(0.0), 2.0 * deviance / (1.0 + DISPERSION * due)))
    return F.when(now > due, root).otherwise(F.lit(0.0))


def ranked(entries: DataFrame) -> DataFrame:
    """(region, window, genre, items): trending titles by score, then what is watched anyway; ties by id."""
    order = Over.partitionBy("region", "window", "genre").orderBy(
        F.desc("score"), F.desc("steady"), "title_id"
    )
    item = F.struct("position", "title_id", "score", "count")
    return (
        entries.where(F.col("steady") > 0)
        .withColumn("position", F.row_number().over(order))
        .where(F.col("position") <= TRENDING_SIZE)
        .groupBy("region", "window", "genre")
        .agg(F.sort_array(F.collect_list(item)).alias("items"))
    )


def _usual_share(mass: float) -> Column:
    habit = from_fixed(F.col("habit"))
    total = from_fixed(F.sum("habit").over(Over.partitionBy("region")))
    return (habit + PRIOR) / (total + mass)


def _window_entry(window: TrendWindow) -> Column:
    now = from_fixed(F.col(f"{window}_now"))
    profiles = F.col(f"{window}_profiles")
    enough = profiles >= MIN_PROFILES
    trending = rounded(surprise(now, F.col(f"{window}_expected")))
    return F.struct(
        F.lit(str(window)).alias("window"),
        F.when(enough, trending).otherwise(F.lit(0.0)).alias("score"),
        (F.col(f"{TrendWindow.WEEK}_now") + F.col("habit")).alias("steady"),
        profiles.alias("count"),
    )


def _to_entry(row: Row, version: str, computed_at: int) -> tuple[str, Any]:
    key = TrendKey(Region(row.region), TrendWindow(row.window), row.genre or None)
    items = [[item.title_id, item.score, item["count"]] for item in row["items"]]
    return trend_key(version, key), {"items": items, "computed_at": computed_at}
