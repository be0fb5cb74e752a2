#!/usr/bin/env bash
# pyspark 4.3.0: before each row of a batch for `mapInArrow` (and the pandas functions) Spark asks how large the batch is
# (`spark.sql.execution.arrow.maxBytesPerBatch`, 64 MiB). For a list column that answer walks from the last list that was not
# null to the end of the batch. Expected: a column of nulls costs less than one of lists. Seen: it costs ten times as
# much and more, since each of 10,000 rows of a batch is walked for every row after it; the same for a null struct that
# has a list in it. With the limit at 2147483647 bytes nothing is asked, and nulls are cheap.
#
# Prints the seconds of 200,000 rows of lists, of nulls, and of nulls without the limit. Fails when nulls take less than
# three times as long as without the limit. Needs Java 17 or 21 on the path or in JAVA_HOME.
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    pyspark==4.3.0 pyarrow==26.0.1 pandas==2.3.3 numpy==2.4.6

cat >"$folder/nulls.py" <<'PYTHON'
import os
import sys
import time

os.environ["PYSPARK_PYTHON"] = sys.executable

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.ui.showConsoleProgress", "false")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("OFF")
NO_LIMIT = "2147483647"
LISTS, NULLS = F.array("id"), F.lit(None).cast("array<long>")


def same(batches):
    yield from batches


def seconds(column, limit=None):
    if limit is None:
        spark.conf.unset("spark.sql.execution.arrow.maxBytesPerBatch")
    else:
        spark.conf.set("spark.sql.execution.arrow.maxBytesPerBatch", limit)
    rows = spark.range(200_000, numPartitions=1).select(column.alias("found"))
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        rows.mapInArrow(same, rows.schema).write.format("noop").mode("overwrite").save()
        best = min(best, time.perf_counter() - started)
    return best


lists, nulls, unlimited = seconds(LISTS), seconds(NULLS), seconds(NULLS, NO_LIMIT)
spark.stop()
print(f"200,000 rows: lists {lists:.2f} s, nulls {nulls:.2f} s, nulls without the limit {unlimited:.2f} s.")
if nulls < 3 * unlimited:
    print("pyspark no longer behaves as described above.", file=sys.stderr)
    sys.exit(1)
PYTHON
"$folder/venv/bin/python" "$folder/nulls.py" 2>"$folder/log" || { tail -5 "$folder/log" >&2; exit 1; }
