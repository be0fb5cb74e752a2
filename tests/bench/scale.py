"""How the item model and the lists of the night scale, beside peers, in one run on made interactions.

    python tests/bench/scale.py --interactions 1000000            all paths
    python tests/bench/scale.py --interactions 20000000 --paths night,implicit_knn,implicit_als

Each path runs in a process of its own and reads the same files. Its rate is interactions per second from the first
read to the finished model, without the start of Spark or Python. `night` is Marquee: histories, sums, item model;
then its lists, scored for every profile and not stored. Peers: `self_join` (pairs by a join of the interactions
with themselves), `mllib` (MLlib's ALS), `implicit_knn` and `implicit_als` (the implicit package; left out when it
is not installed).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from figures import CAUTION, Figure, as_json, machine, show, spelled, write_json
from process_tree import TreeMemory
from scale_data import make_interactions

PATHS = ("night", "self_join", "mllib", "implicit_knn", "implicit_als")
FACTORS, ITERATIONS, NEIGHBOURS = 64, 15, 200
RATE = "interactions a second"
LONGEST_SECONDS = 1800.0
"""For one path; `--longest` sets another."""

CUT_OFF = "cut_off"
"""In what a path measured: it was ended after its longest time, so its rate is at most this."""


def count_rows(folder: Path) -> int:
    files = (folder / "interactions").glob("*.parquet")
    return sum(pq.ParquetFile(one).metadata.num_rows for one in files)


def run_night(folder: Path) -> dict[str, float]:
    from scale_night import night_paths

    return night_paths(folder)


def run_self_join(folder: Path) -> dict[str, float]:
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812
    from scale_night import bench_session

    with bench_session(folder) as spark:
        started = time.monotonic()
        liked = _read(spark, folder).where("strength >= 0.25").select("profile_id", "title_id")
        other = liked.withColumnRenamed("title_id", "other_id")
        pairs = (
            liked.join(other, "profile_id")
            .where("title_id <> other_id")
            .groupBy("title_id", "other_id")
            .count()
        )
        order = Window.partitionBy("title_id").orderBy(F.desc("count"), "other_id")
        best = pairs.withColumn("place", F.row_number().over(order)).where(F.col("place") <= NEIGHBOURS)
        best.write.mode("overwrite").parquet((folder / "out_self_join").as_uri())
        return {"seconds": time.monotonic() - started}


def run_mllib(folder: Path) -> dict[str, float]:
    from pyspark.ml.feature import StringIndexer
    from pyspark.ml.recommendation import ALS
    from scale_night import bench_session

    with bench_session(folder) as spark:
        started = time.monotonic()
        liked = _read(spark, folder).where("strength >= 0.25").select("profile_id", "title_id", "strength")
        columns = ["profile_id", "title_id"]
        indexer = StringIndexer(inputCols=columns, outputCols=["user", "item"])
        numbered = (
            indexer.fit(liked)
            .transform(liked)
            .selectExpr("cast(user as int) user", "cast(item as int) item", "strength")
        )
        als = ALS(
            rank=FACTORS,
            maxIter=ITERATIONS,
            implicitPrefs=True,
            userCol="user",
            itemCol="item",
            ratingCol="strength",
            seed=1,
        )
        als.fit(numbered).itemFactors.count()
        return {"seconds": time.monotonic() - started}


def _read(spark: Any, folder: Path) -> Any:
    return spark.read.parquet((folder / "interactions").as_uri())


def run_implicit(folder: Path, name: str) -> dict[str, float]:
    import scipy.sparse as sp
    from implicit.als import AlternatingLeastSquares
    from implicit.nearest_neighbours import CosineRecommender

    started = time.monotonic()
    table = pq.read_table(folder / "interactions", columns=["profile_id", "title_id", "strength"])
    table = table.filter(pa.compute.greater_equal(table["strength"], 0.25))
    users, items = (
        table[column].combine_chunks().dictionary_encode() for column in ("profile_id", "title_id")
    )
    values = np.ones(len(table), np.float32)
    matrix = sp.csr_matrix((values, (np.asarray(users.indices), np.asarray(items.indices))))
    if name == "implicit_knn":
        CosineRecommender(K=NEIGHBOURS).fit(matrix, show_progress=False)
    else:
        AlternatingLeastSquares(FACTORS, iterations=ITERATIONS, random_state=1).fit(
            matrix, show_progress=False
        )
    return {"seconds": time.monotonic() - started}


def run_path(name: str, folder: Path) -> dict[str, float]:
    if name == "night":
        return run_night(folder)
    if name == "self_join":
        return run_self_join(folder)
    return run_mllib(folder) if name == "mllib" else run_implicit(folder, name)


def measure(name: str, folder: Path, longest: float = LONGEST_SECONDS) -> dict[str, float] | None:
    """None when the path fails: the others are compared all the same."""
    command = [sys.executable, __file__, "--path", name, "--folder", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    memory = TreeMemory(process.pid)
    memory.start()
    try:
        output, _ = process.communicate(timeout=longest)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return {"seconds": longest, CUT_OFF: 1.0, "peak_bytes": float(memory.stop())}
    peak = memory.stop()
    if process.returncode:
        return None
    found: dict[str, float] = json.loads(output.strip().splitlines()[-1])
    return {**found, "peak_bytes": float(peak)}


def figures_of(name: str, found: dict[str, float], rows: int) -> list[Figure]:
    seconds, peak = found.pop("seconds"), found.pop("peak_bytes")
    says = f"less: not finished after {seconds:.0f} s" if found.pop(CUT_OFF, 0.0) else f"{seconds:.1f} s"
    figures = [
        Figure("scale", RATE, rows / seconds, "1/s", says, name),
        Figure("scale", "peak memory of all processes", peak / 2**30, "GiB", "", name),
    ]
    return figures + [Figure("scale", key, value, "", "", name) for key, value in found.items()]


def ratios(figures: list[Figure]) -> list[Figure]:
    """Interactions a second of `night` by those of each peer; of one that did not finish the least that it can be."""
    rates = {one.of: one.value for one in figures if one.name == RATE}
    ours = rates.get("night")
    return [
        Figure("scale", "night against it", ours / rate, "x", "", name)
        for name, rate in rates.items()
        if ours is not None and name != "night"
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--interactions", type=int, default=1_000_000)
    parser.add_argument("--paths", default=",".join(PATHS))
    parser.add_argument("--folder", type=Path, help="kept and used again; default: a temporary one")
    parser.add_argument("--longest", type=float, default=LONGEST_SECONDS, help="seconds for one path")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--path", choices=PATHS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.path:
        print(json.dumps(run_path(options.path, options.folder.resolve())))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = (options.folder or Path(scratch)).resolve()
        if not (folder / "titles").exists():
            make_interactions(folder, options.interactions)
        rows = count_rows(folder)
        print(f"{rows:,} interactions; {machine()}\n{CAUTION}", flush=True)
        figures: list[Figure] = []
        for name in options.paths.split(","):
            measured = measure(name, folder, options.longest)
            found = figures_of(name, measured, rows) if measured else []
            figures += found
            lines = [f"{name}: {one.name} {spelled(one.value)} {one.unit} {one.note}" for one in found]
            print("\n".join(lines or [f"{name}: did not finish"]), flush=True)
        figures += ratios(figures)
        show(figures, machine())
        if options.json:
            write_json(options.json, as_json(figures, machine()))


if __name__ == "__main__":
    main()
