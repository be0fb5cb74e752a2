"""What every job is given: the session, the stores, which night it is, and where its files lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from batch.storage.settings import BatchSettings

DAY_MILLIS = 86_400_000
HOUR_MILLIS = 3_600_000

Counts = dict[str, int]
"""What a stage made: name of a thing -> how many. Kept in the run ledger."""


@dataclass(frozen=True, slots=True)
class JobContext:
    """One run's surroundings. `as_of` (epoch ms) is the instant that counts as "now", the same in every rerun.

    A dataset is a Parquet folder of this version: the job that makes it stores it, later ones read it.
    """

    spark: SparkSession
    settings: BatchSettings
    version: str
    logical_date: date
    as_of: int
    events: DataFrame

    @property
    def folder(self) -> Path:
        return version_folder(self.settings, self.version)

    @property
    def mongo_url(self) -> str:
        return self.settings.require("mongo_url")

    def store(self, name: str, frame: DataFrame) -> DataFrame:
        """Write a dataset of this version and read it back, so that nothing is computed twice."""
        frame.write.mode("overwrite").parquet(self._uri(name))
        return self.dataset(name)

    def dataset(self, name: str) -> DataFrame:
        return self.spark.read.parquet(self._uri(name))

    def _uri(self, name: str) -> str:
        return (self.folder / name).resolve().as_uri()


def version_folder(settings: BatchSettings, version: str) -> Path:
    return settings.lake / "versions" / version
