"""Spark agrees with the service on where a title is licensed, and on what a viewing in a sub-region counts for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import functions as F  # noqa: N812

from batch.jobs.input_snapshot import _title_columns, with_open_regions
from batch.jobs.licensed_regions import counted_regions, is_licensed_in, with_list_region
from batch.storage.schemas import TITLE
from domain.catalog.documents import title_to_document
from domain.catalog.titles import LicenceWindow
from domain.ids import Region
from tests.domain.made import NOW, a_title

pytestmark = pytest.mark.spark

LICENCES: dict[str, tuple[str, ...]] = {
    "everywhere": (),
    "canada": ("CA",),
    "quebec": ("CA-QC", "US"),
    "ile-de-france": ("FR-IDF",),
}
REGIONS = ["CA", "CA-QC", "CA-ON", "US", "US-TX", "FR", "FR-IDF", "FR-75C", "FR-971", "ZW"]


def test_open_regions_are_those_of_the_service_sub_regions_included(frames: Any) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    titles = [
        a_title(name, windows=(LicenceWindow(tuple(Region(one) for one in regions), start),))
        for name, regions in LICENCES.items()
    ]
    rows = [
        dict(zip(TITLE.fieldNames(), _title_columns(title_to_document(title)), strict=True))
        for title in titles
    ]
    as_of = round(NOW.timestamp() * 1000)
    opened = with_open_regions(frames.spark.createDataFrame(rows, TITLE), as_of)
    viewers = frames.spark.createDataFrame([(region,) for region in REGIONS], ["region"])
    joined = opened.crossJoin(viewers).where(is_licensed_in(F.col("regions"), F.col("region")))
    found = {(row.id, row.region) for row in joined.select("id", "region").collect()}
    assert found == {
        (title.id, region)
        for title in titles
        for region in REGIONS
        if title.windows[0].covers(Region(region), NOW)
    }
    assert {region for name, region in found if name == "quebec"} == {"CA-QC", "US", "US-TX"}


def test_a_viewing_in_a_sub_region_counts_for_its_region_and_the_world(frames: Any) -> None:
    rows = frames.spark.createDataFrame([("CA-QC",), ("DE",), ("GLOBAL",)], ["region"])
    counted = [row[0] for row in rows.select(counted_regions(F.col("region"))).collect()]
    assert counted == [["CA-QC", "CA", "GLOBAL"], ["DE", "GLOBAL"], ["GLOBAL"]]


def test_a_region_without_viewings_uses_the_lists_of_what_it_belongs_to_else_of_the_world(
    frames: Any,
) -> None:
    lists = frames.spark.createDataFrame(
        [("all", "CA"), ("all", "US-TX"), ("all", "US"), ("all", "GLOBAL"), ("kids", "GLOBAL")],
        ["audience", "region"],
    )
    viewers = [("all", "CA-QC"), ("all", "US-TX"), ("all", "US-CA"), ("all", "KE"), ("kids", "CA-QC")]
    audiences = frames.spark.createDataFrame(viewers, ["audience", "region"])
    found = {
        (row.audience, row.region): row.list_region for row in with_list_region(audiences, lists).collect()
    }
    assert found == {
        ("all", "CA-QC"): "CA",
        ("all", "US-TX"): "US-TX",
        ("all", "US-CA"): "US",
        ("all", "KE"): "GLOBAL",
        ("kids", "CA-QC"): "GLOBAL",
    }
