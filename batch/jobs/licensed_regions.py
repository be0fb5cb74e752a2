"""Regions in Spark: where a title is licensed, and which regions a viewing counts for.

The rules of domain/catalog/regions.py: a licence without regions means every region, written as GLOBAL, and a
sub-region belongs to its region.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from domain.catalog.regions import PARENTS, region_chain
from domain.ids import GLOBAL


def licensed_regions(regions: Iterable[str]) -> list[str]:
    """A licence's regions for `is_licensed_in`: [GLOBAL] for none, and what lies in its sub-regions."""
    named = list(regions) or [str(GLOBAL)]
    return list(dict.fromkeys([*named, *(below for one in named for below in _regions_below().get(one, ()))]))


def counted_regions(region: Column) -> Column:
    """What a viewing in `region` counts for: the sub-region, its region, and GLOBAL."""
    return F.array_distinct(F.array(region, _country(region), F.lit(str(GLOBAL))))


def is_licensed_in(regions: Column, region: Column) -> Column:
    """`regions` are those of `licensed_regions`. GLOBAL lists hold every title."""
    here = F.arrays_overlap(regions, counted_regions(region))
    return (region == str(GLOBAL)) | here


def _country(region: Column) -> Column:
    return F.element_at(F.split(region, "-"), 1)


@cache
def _regions_below() -> dict[str, list[str]]:
    """Sub-region -> the sub-regions in it; regions are found by the first part of the code."""
    below: dict[str, list[str]] = {}
    for code in PARENTS:
        for one in region_chain(code)[1:-1]:
            below.setdefault(one, []).append(code)
    return below


def with_list_region(audiences: DataFrame, lists: DataFrame) -> DataFrame:
    """Adds `list_region`: the first of the region, the one it belongs to and GLOBAL that has rows in `lists`.

    Both have `audience`: kids' lists are lists of their own.
    """
    known = lists.select("audience", F.col("region").alias("known")).distinct()
    own = known.select("audience", F.col("known").alias("region"), F.col("known").alias("own_region"))
    country = known.select("audience", F.col("known").alias("country"), F.col("known").alias("known_country"))
    return (
        audiences.withColumn("country", _country(F.col("region")))
        .join(F.broadcast(own), on=["audience", "region"], how="left")
        .join(F.broadcast(country), on=["audience", "country"], how="left")
        .withColumn("list_region", F.coalesce("own_region", "known_country", F.lit(str(GLOBAL))))
        .drop("country", "own_region", "known_country")
    )
