"""What Spark says about a run, from the driver's status store, which it keeps with and without its UI."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from py4j.protocol import Py4JError
from pyspark.sql import SparkSession

from batch.reports.parts import SparkFacts

SKEW_SHARE = 0.4
SKEW_SECONDS = 10.0


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
    )


def _items(sequence: Any) -> list[Any]:
    """Of a Scala sequence."""
    return [sequence.apply(place) for place in range(sequence.size())]


def _no_quantiles(spark: SparkSession) -> Any:
    context: Any = spark.sparkContext
    return context._gateway.new_array(context._jvm.double, 0)


def _peak_memory(executors: list[Any]) -> int | None:
    peaks = [
        int(metrics.get().getMetricValue("JVMHeapMemory"))
        for one in executors
        if (metrics := one.peakMemoryMetrics()).isDefined()
    ]
    return max(peaks, default=None)
