"""The Spark session of a run: local, with sizes for two cores, or spark-submit's, where only `_ALWAYS` is set."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.sql import SparkSession

from batch.cluster.java import create_java_home, find_java

LOCAL_MASTER = "local[*]"
LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")

_ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # No limit. With one Spark sums up the batch after every row, and the sum of a list column takes as long as the
    # batch: packing histories took ten times as long. Batches still end after 10,000 rows.
    "spark.sql.execution.arrow.maxBytesPerBatch": str(2**31 - 1),
}
_LOCAL = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "2g",
    # More partitions would only start empty tasks.
    "spark.sql.shuffle.partitions": "4",
    "spark.shuffle.compress": "false",
    "spark.sql.parquet.compression.codec": "uncompressed",
    "spark.sql.autoBroadcastJoinThreshold": "32m",
}
_LOCAL_JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss4m"
"""In short runs on two cores the optimising compiler costs more than it saves."""


def open_session(name: str, home: Path, master: str = LOCAL_MASTER) -> SparkSession:
    """Raises BadInput without Java."""
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    builder = SparkSession.builder.appName(f"marquee {name}")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if not submitted:
        os.environ["JAVA_HOME"] = str(create_java_home(find_java(), home / "java"))
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = builder.master(master)
        for key, value in local_settings(home).items():
            builder = builder.config(key, value)
    for key, value in _ALWAYS.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


@contextmanager
def spark_session(name: str, home: Path) -> Iterator[SparkSession]:
    spark = open_session(name, home)
    try:
        yield spark
    finally:
        # Java may be gone; that must not hide the original error.
        with suppress(Py4JError, OSError):
            spark.stop()


def local_settings(home: Path) -> dict[str, str]:
    return _LOCAL | {
        "spark.local.dir": str((home / "spark").resolve()),
        "spark.sql.warehouse.dir": str((home / "spark" / "warehouse").resolve()),
        "spark.driver.extraJavaOptions": f"{_LOCAL_JAVA} -Dlog4j2.configurationFile={LOG_SETTINGS.as_uri()}",
    }
