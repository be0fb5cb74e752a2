"""What Spark says about a run, from the driver's status store, which it keeps with and without its UI."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from py4j.protocol import Py4JError
from pyspark.sql import SparkSession

from batch.reports.parts import SparkFacts

SKEW_FACTOR = 3.0
SKEW_SECONDS = 10.0
MIN_TASKS = 3
"""Of fewer, a longest task is no surprise."""


def read_spark_facts(spark: SparkSession) -> SparkFacts | None:
    """None when Spark does not tell."""
    with suppress(Py4JError, OSError, AttributeError, TypeError):
        return _read(spark)
    return None


def _read(spark: SparkSession) -> SparkFacts:
    context = spark.sparkContext
    jvm_context: Any = context._jsc.sc()
    store = jvm_context.statusStore()
    executors = _items(store.executorList(False))
    stages = _items(store.stageList(None, False, False, _no_quantiles(spark), None))
    return SparkFacts(
        version=str(context.version),
        app_id=str(context.applicationId),
        master=str(context.master),
        ui_url=context.uiWebUrl,
        stages=sum(str(one.status()) == "COMPLETE" for one in stages),
        tasks=sum(one.totalTasks() for one in executors),
        failed_tasks=sum(one.failedTasks() for one in executors),
        shuffle_bytes=sum(one.totalShuffleWrite() for one in executors),
        spill_bytes=sum(one.diskBytesSpilled() for one in stages),
        peak_memory=_peak_memory(executors),
        longest_task=_skew(spark, store, stages),
    )


def _skew(spark: SparkSession, store: Any, stages: list[Any]) -> str | None:
    """The stage that waited longest for a single task, in words; None where no task kept the others waiting."""
    found: list[tuple[float, str]] = []
    for stage in stages:
        if str(stage.status()) != "COMPLETE" or stage.numTasks() < MIN_TASKS:
            continue
        summary = store.taskSummary(stage.stageId(), stage.attemptId(), _quantiles(spark))
        if summary.isDefined():
            median, longest = (summary.get().executorRunTime().apply(place) / 1000 for place in (0, 1))
            if text := skew_text(int(stage.stageId()), int(stage.numTasks()), median, longest):
                found.append((longest - median, text))
    return max(found)[1] if found else None


def skew_text(stage: int, tasks: int, median: float, longest: float) -> str | None:
    """Seconds of the median and of the longest task. None where the longest is not far behind."""
    if longest - median < SKEW_SECONDS or longest < SKEW_FACTOR * median:
        return None
    return (
        f"Spark stage {stage} waited for one task: the longest of {tasks} took {longest:.0f} s, the median "
        f"{median:.0f} s. One key or file holds most of its rows."
    )


def _items(sequence: Any) -> list[Any]:
    """Of a Scala sequence."""
    return [sequence.apply(place) for place in range(sequence.size())]


def _no_quantiles(spark: SparkSession) -> Any:
    context: Any = spark.sparkContext
    return context._gateway.new_array(context._jvm.double, 0)


def _quantiles(spark: SparkSession) -> Any:
    """The median and the longest."""
    context: Any = spark.sparkContext
    array = context._gateway.new_array(context._jvm.double, 2)
    array[0], array[1] = 0.5, 1.0
    return array


def _peak_memory(executors: list[Any]) -> int | None:
    peaks = [
        int(metrics.get().getMetricValue("JVMHeapMemory"))
        for one in executors
        if (metrics := one.peakMemoryMetrics()).isDefined()
    ]
    return max(peaks, default=None)
