"""A full disk, as a limit on the size of files: the error says what to do, and nothing is half there."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import WriteError

from batch.pipeline.failures import error_message

ARCHIVING = """
import resource, sys
from pathlib import Path
from batch.pipeline.failures import error_message
from batch.storage.event_archive import EventArchive
lake = Path(sys.argv[1])
with EventArchive(lake, "world") as archive:
    archive.add([{"id": "old", "occurred_at": 1794000000000}])
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    with EventArchive(lake, "world") as archive:
        archive.add({"id": f"{n * 2654435761 % 2**32:x}" * 9, "occurred_at": 1794000000000} for n in range(9000))
except OSError as error:
    print(error_message(error))
"""


def test_an_archive_that_does_not_fit_leaves_the_earlier_one(tmp_path: Path) -> None:
    from batch.storage.jsonl_file import read_jsonl

    done = subprocess.run(
        [sys.executable, "-c", ARCHIVING, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "A disk is full" in done.stdout, done.stderr
    assert [path.name for path in (tmp_path / "events").rglob("*") if path.is_file()] == ["world.jsonl.gz"]
    kept = next((tmp_path / "events").glob("month=*/world.jsonl.gz"))
    assert list(read_jsonl(kept)) == ['{"id":"old","occurred_at":1794000000000}\n']


@pytest.mark.spark
def test_a_stage_that_does_not_fit_says_what_to_do(spark: Any, tmp_path: Path) -> None:
    from batch.jobs.context import JobContext
    from batch.storage.settings import BatchSettings

    context = JobContext(spark, BatchSettings(tmp_path), "20261120-1", 0, spark.range(1))
    java = spark._jvm.java.lang.ProcessHandle.current().pid()
    unlimited = resource.prlimit(java, resource.RLIMIT_FSIZE)
    resource.prlimit(java, resource.RLIMIT_FSIZE, (20_000, unlimited[1]))
    try:
        with pytest.raises(Exception) as failure:  # noqa: PT011 - Spark's or Java's
            context.write_dataset("viewings", spark.range(200_000).selectExpr("uuid() as id"))
    finally:
        resource.prlimit(java, resource.RLIMIT_FSIZE, unlimited)
    message = error_message(failure.value)
    assert message.startswith("A disk is full: the disk of MARQUEE_HOME or of Spark's temporary files.")
    assert "Nothing was published, the last version stays live. Free space" in message


def test_a_stores_full_disk_is_named() -> None:
    full = WriteError("No space left on device", 1)
    assert error_message(full).startswith("A disk is full: the disk of MongoDB.")
    local = OSError(errno.ENOSPC, "No space left on device", "/data/lake/events/a.gz")
    assert "(/data/lake/events/a.gz)" in error_message(local)
