"""The context of a job, and its Parquet datasets."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from batch.storage.settings import BatchSettings
from domain.ports.page_composer import PageComposer

DAY_MILLIS = 86_400_000
HOUR_MILLIS = 3_600_000

StageCounts = dict[str, int]
"""What a stage wrote; stored in the run ledger."""

NOT_REACHED = "not_reached"
"""The count of what a stage left out because its `deadline` had come."""

NOT_MEASURED = "not_measured"
"""The count 1 of a stage that measures and could not, so that the run goes on without its measure."""


def is_past(deadline: int | None, now: float) -> bool:
    """`deadline` in epoch ms, None without a run window; `now` in seconds since 1970."""
    return deadline is not None and now * 1000 >= deadline


@dataclass(frozen=True, slots=True)
class JobContext:
    """`as_of` (epoch ms) counts as "now" in every rerun. `excluded`: input lines that do not count, by reason.

    `deadline` (epoch ms): a stage that can stop early begins nothing new after it and counts what is NOT_REACHED;
    None without a run window. `sample`: the share of the accounts that the run is of. `composer`: None where the
    service is not installed.
    """

    spark: SparkSession
    settings: BatchSettings
    version: str
    as_of: int
    events: DataFrame
    excluded: StageCounts = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    deadline: int | None = None
    sample: float = 1.0
    composer: PageComposer | None = None

    def is_window_over(self) -> bool:
        return is_past(self.deadline, time.time())

    @property
    def dataset_folder(self) -> Path:
        return version_folder(self.settings, self.version)

    @property
    def mongo_url(self) -> str:
        return self.settings.require_url("mongo_url")

    def write_dataset(self, name: str, frame: DataFrame) -> DataFrame:
        """Reads it back, so that Spark computes it once."""
        frame.write.mode("overwrite").parquet(self._uri(name))
        # With a known schema Spark starts no job that looks for one.
        return self.spark.read.schema(frame.schema).parquet(self._uri(name))

    def read_dataset(self, name: str) -> DataFrame:
        return self.spark.read.parquet(self._uri(name))

    def _uri(self, name: str) -> str:
        return (self.dataset_folder / name).resolve().as_uri()


def version_folder(settings: BatchSettings, version: str) -> Path:
    return settings.lake / "versions" / version
