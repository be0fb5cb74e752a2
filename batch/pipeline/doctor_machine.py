"""What a run needs of its machine: Java, Python, pandas, memory, disk."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from batch.cluster.java import PREFERRED, find_java, java_major
from batch.pipeline.doctor import Check, Finding, fail, ok, warn
from batch.pipeline.plan import format_bytes, free_bytes
from batch.storage.settings import BatchSettings
from domain.errors import BadInput

LEAST_MEMORY = 3 * 10**9
"""2 GB for the driver's Java, the rest for Python workers."""

LEAST_DISK, GOOD_DISK = 10**9, 5 * 10**9


def machine_checks(settings: BatchSettings) -> list[tuple[str, Check]]:
    return [
        ("java", check_java),
        ("python", check_python),
        ("pandas", check_pandas),
        ("memory", lambda: check_memory(available_memory())),
        ("disk", lambda: check_disk(settings)),
    ]


def check_java() -> Finding:
    try:
        java = find_java()
    except BadInput as error:
        return fail("java", "none was found", str(error))
    major = java_major(java)
    if major is None:
        return fail("java", f"{java} does not start", "install Java 17 or 21, or unset JAVA_HOME")
    if major not in PREFERRED:
        return warn(
            "java", f"{java} is Java {major}", "Spark is tested with Java 17 and 21: install one of them"
        )
    return ok("java", f"{java}, Java {major}")


def check_python() -> Finding:
    """Workers of Spark must have the driver's Python."""
    mine, named = f"{sys.version_info.major}.{sys.version_info.minor}", os.environ.get("PYSPARK_PYTHON")
    if named is None or Path(named) == Path(sys.executable):
        return ok("python", f"{mine}, also for Spark's workers")
    if shutil.which(named) is None:
        fix = "unset PYSPARK_PYTHON, or name a Python that exists on every machine"
        return fail("python", f"PYSPARK_PYTHON={named} does not exist here", fix)
    return warn(
        "python",
        f"{mine}, workers use PYSPARK_PYTHON={named}",
        f"both must be Python {mine} with the same packages",
    )


def check_pandas() -> Finding:
    try:
        found = version("pandas")
    except PackageNotFoundError:
        return fail("pandas", "is not installed", 'pip install "marquee[spark]"')
    if int(found.partition(".")[0]) >= 3:
        return fail("pandas", f"{found}; Spark cannot use pandas 3", 'pip install "pandas<3"')
    return ok("pandas", found)


def available_memory() -> int | None:
    """Bytes; None on systems that do not tell."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return None
    return None


def check_memory(available: int | None) -> Finding:
    if available is None:
        return ok("memory", "this system does not tell")
    told = f"{format_bytes(available)} available"
    if available < LEAST_MEMORY:
        return warn(
            "memory", told, f"a run needs about {format_bytes(LEAST_MEMORY)}: end what else runs here"
        )
    return ok("memory", told)


def check_disk(settings: BatchSettings) -> Finding:
    free = free_bytes(settings.home)
    told = f"{format_bytes(free)} free for {settings.home}"
    if free < LEAST_DISK:
        return fail("disk", told, "make room, or set MARQUEE_HOME to a folder on a larger disk")
    if free < GOOD_DISK:
        return warn("disk", told, "a run writes its datasets and Spark's shuffle files there")
    return ok("disk", told)
