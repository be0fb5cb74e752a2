"""The lists of the last published version that knew less than this run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from batch.evaluation.evaluator import LastVersion
from batch.evaluation.metrics import DEPTH, NO_TITLE, Lists
from batch.jobs import title_numbers, top_picks
from batch.jobs.context import JobContext, version_folder
from batch.jobs.packed_columns import unpack_column
from batch.models.histories import Numbers
from batch.storage.clients import open_mongo
from domain.storage_names import RUNS

MOST_VERSIONS = 10


def find_last_version(
    context: JobContext, profile_ids: Sequence[str], title_ids: Sequence[str]
) -> LastVersion | None:
    """None without one whose files are here. `title_ids` are in order of the numbers that its lists get."""
    for version in published_versions(context):
        folder = version_folder(context.settings, version)
        if not (folder / top_picks.DATASET / "_SUCCESS").exists():
            continue
        picks = _read(context, folder, top_picks.DATASET)
        if not (folder / title_numbers.DATASET).exists() or not {"titles", "computed_at"} <= set(
            picks.columns
        ):
            continue
        as_of = picks.agg(F.max("computed_at")).collect()[0][0]
        if as_of is None or as_of >= context.as_of:
            continue
        ids = title_numbers.collect_titles(_read(context, folder, title_numbers.DATASET))[
            "title_id"
        ].to_pylist()
        numbers = {title_id: number for number, title_id in enumerate(title_ids)}
        new_numbers = np.array([numbers.get(one, NO_TITLE) for one in ids], np.int32)
        return LastVersion(version, int(as_of), lists_of(context, picks, profile_ids, new_numbers))
    return None


def published_versions(context: JobContext) -> list[str]:
    """Newest first, without this run's own."""
    database = open_mongo(context.mongo_url)
    try:
        query = {"published": True, "version": {"$ne": context.version}}
        runs = database[RUNS].find(query, {"version": 1}).sort("_id", -1).limit(MOST_VERSIONS)
        return [run["version"] for run in runs]
    finally:
        database.client.close()


def lists_of(
    context: JobContext,
    picks: DataFrame,
    profile_ids: Sequence[str],
    new_numbers: Numbers,
) -> Lists:
    """A row a profile; empty for one without a list. Titles that are no more leave no gap."""
    wanted = context.spark.createDataFrame([(one,) for one in profile_ids], "profile_id string")
    table = picks.join(F.broadcast(wanted), on="profile_id", how="left_semi").select("profile_id", "titles")
    rows = table.toArrow()
    starts, titles = unpack_column(rows["titles"], np.int32)
    places = {profile_id: place for place, profile_id in enumerate(profile_ids)}
    lists = np.full((len(profile_ids), DEPTH), NO_TITLE, np.int32)
    for row, profile_id in enumerate(rows["profile_id"].to_pylist()):
        own = new_numbers[titles[starts[row] : starts[row + 1]]]
        own = own[own != NO_TITLE][:DEPTH]
        lists[places[profile_id], : len(own)] = own
    return lists


def _read(context: JobContext, folder: Path, name: str) -> DataFrame:
    return context.spark.read.parquet((folder / name).resolve().as_uri())
