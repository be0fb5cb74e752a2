"""A Spark standalone cluster on loopback, from the pyspark package: one master, one worker with one core."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark

from batch.cluster.java import create_java_home, find_java
from bff.local_stack.probes import free_ports
from bff.local_stack.processes import wait_until

LOOPBACK = "127.0.0.1"
START_SECONDS = 120.0
MASTER, WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"


@contextmanager
def standalone_cluster(folder: Path) -> Iterator[str]:
    """The address of the master. Both processes end with the block."""
    port, page, worker_page = free_ports(LOOPBACK, 3)
    address = f"spark://{LOOPBACK}:{port}"
    master = start(folder, MASTER, "--port", str(port), "--webui-port", str(page))
    worker = start(
        folder, WORKER, address, "--cores", "1", "--memory", "768m", "--webui-port", str(worker_page),
        "--work-dir", str(folder / "work"),
    )  # fmt: skip
    try:
        assert wait_until(lambda: alive_workers(page) == 1, START_SECONDS), "no worker has registered"
        yield address
    finally:
        for process in (worker, master):
            process.terminate()
            process.wait(timeout=30)


def start(folder: Path, daemon: str, *arguments: str) -> subprocess.Popen[bytes]:
    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    # What a cluster's machines have of their own: a Java, and nothing of this process's settings.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MARQUEE_")}
    environment |= {
        "JAVA_HOME": str(create_java_home(find_java(), folder / "java")),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_LOG_DIR": str(folder),
    }
    environment.pop("PYTHONPATH", None)
    with (folder / f"{daemon.rpartition('.')[2]}.log").open("wb") as log:
        return subprocess.Popen(
            [str(program), daemon, "--host", LOOPBACK, *arguments],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def alive_workers(page: int) -> int:
    """Zero until the master answers with JSON: its server listens before the pages are attached,
    and a path without a page of its own is answered with the start page (HTML, status 200)."""
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{page}/json/", timeout=5) as answer:
            if "json" not in answer.headers.get_content_type():
                return 0
            return int(json.load(answer)["aliveworkers"])
    except OSError:
        return 0
