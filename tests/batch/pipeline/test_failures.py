"""What is told of an error that ended a run: one plain sentence and an exit code."""

from __future__ import annotations

import errno

import pytest
from pymongo.errors import AutoReconnect, WriteError
from pyspark.errors import PySparkException

from batch.pipeline.failures import ExitCode, error_message, exit_code_for

WORKER = """An exception was thrown from the Python worker. Please see the stack trace below.
Traceback (most recent call last):
  File "/a/marquee.zip/batch/jobs/list_writing.py", line 67, in write_lists
    raise Wrong
{raised}
 SQLSTATE: 38000
\tat org.apache.spark.api.python.BasePythonRunner.read(PythonRunner.scala:1121)
"""
DAMAGED = "[FAILED_READ_FILE] Error while reading file file:///h/lake/{path}."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WORKER.format(raised="KeyError: 'p'"), "A Spark task failed: KeyError: 'p'"),
        (
            WORKER.format(raised="numpy.exceptions.AxisError: 3"),
            "A Spark task failed: numpy.exceptions.AxisError: 3",
        ),
        (WORKER.format(raised="domain.errors.BadInput: Titles: no kind."), "Titles: no kind."),
        (
            WORKER.format(raised="pymongo.errors.AutoReconnect: gone"),
            "A Spark task failed: pymongo.errors.AutoReconnect: gone",
        ),
        (
            DAMAGED.format(path="versions/20261120-1/top_picks/part-0.parquet"),
            "versions/20261120-1/top_picks cannot be read: it was damaged after it was written.",
        ),
        (
            DAMAGED.format(path="events/month=2026-11/a.jsonl.gz"),
            "events/month=2026-11/a.jsonl.gz cannot be read: run the command that wrote it again.",
        ),
        ("Job aborted.\n\tat org.apache", "Spark: Job aborted."),
    ],
)
def test_sparks_errors_are_told_in_a_sentence_without_a_trace(text: str, message: str) -> None:
    assert error_message(PySparkException(text)) == message
    assert exit_code_for(PySparkException(text)) is ExitCode.FAILED


@pytest.mark.parametrize(
    ("error", "code", "start"),
    [
        (WriteError("No space left on device", 1), ExitCode.FAILED, "A disk is full: the disk of MongoDB."),
        (
            OSError(errno.ENOSPC, "No space left on device", "/h/lake/a"),
            ExitCode.FAILED,
            "A disk is full: the disk of MARQUEE_HOME or of Spark's temporary files (/h/lake/a).",
        ),
        (
            AutoReconnect("connection closed"),
            ExitCode.TRY_LATER,
            "MongoDB did not answer as it should: connection",
        ),
    ],
)
def test_a_full_disk_is_no_passing_fault_wherever_it_is(error: Exception, code: ExitCode, start: str) -> None:
    assert exit_code_for(error) is code
    assert error_message(error).startswith(start)
