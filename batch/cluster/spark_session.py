"""The one Spark session of a run: on this machine by default, or whatever `spark-submit` has prepared.

All instants are UTC. Sizes are for a laptop with two cores; on a cluster spark-submit's own settings win,
because only what is not set there is set here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.sql import SparkSession

from batch.cluster.java import find_java, java_home

LOCAL_MASTER = "local[*]"
LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")

_ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}
_LOCAL = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "2g",
    # A laptop's data fits in a few partitions: every further one is a task that starts for nothing.
    "spark.sql.shuffle.partitions": "4",
    "spark.shuffle.compress": "false",
    "spark.sql.parquet.compression.codec": "uncompressed",
    "spark.sql.autoBroadcastJoinThreshold": "32m",
}
_LOCAL_JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss4m"
"""A run of a minute or two never earns back what the optimising compiler costs on two cores."""


def open_session(name: str, home: Path, master: str = LOCAL_MASTER) -> SparkSession:
    """Start Spark, or join the session that spark-submit prepared. Raises BadInput when there is no Java."""
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    builder = SparkSession.builder.appName(f"marquee {name}")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if not submitted:
        os.environ["JAVA_HOME"] = str(java_home(find_java(), home / "java"))
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = builder.master(master)
        for key, value in local_settings(home).items():
            builder = builder.config(key, value)
    for key, value in _ALWAYS.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


@contextmanager
def spark_session(name: str, home: Path) -> Iterator[SparkSession]:
    """A session for one run, stopped at its end."""
    spark = open_session(name, home)
    try:
        yield spark
    finally:
        # After Ctrl-C or a crash of Java nobody may be left to say goodbye to; that must not hide the cause.
        with suppress(Py4JError, OSError):
            spark.stop()


def local_settings(home: Path) -> dict[str, str]:
    """Settings that make Spark small and quiet on one machine; its scratch files go below `home`."""
    return _LOCAL | {
        "spark.local.dir": str((home / "spark").resolve()),
        "spark.sql.warehouse.dir": str((home / "spark" / "warehouse").resolve()),
        "spark.driver.extraJavaOptions": f"{_LOCAL_JAVA} -Dlog4j2.configurationFile={LOG_SETTINGS.as_uri()}",
    }
