"""Runs a job by spark-submit, with our packages as one zip."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyspark

from batch.cluster.java import create_java_home, find_java
from batch.cluster.spark_session import local_settings
from batch.storage.settings import HOME_VARIABLE, URLS, BatchSettings, environment_variable

PACKAGES = ("domain", "search", "batch")
ENTRY = Path(__file__).parents[1] / "__main__.py"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""Constant, so that equal sources make equal bytes."""


def spark_submit(settings: BatchSettings, name: str, day: date, master: str, only_print: bool) -> int:
    """Returns the exit code."""
    archive = build_zip(settings.home / "submit" / "marquee.zip")
    command = submit_command(settings, archive, name, day, master)
    if only_print:
        print(
            " ".join(
                [
                    *(
                        f"{key}={shlex.quote(value)}"
                        for key, value in environment_variables(settings).items()
                    ),
                    shlex.join(command),
                ]
            )
        )
        return 0
    environment = {**os.environ, **environment_variables(settings), "PYSPARK_PYTHON": sys.executable}
    if master.startswith("local"):
        environment["JAVA_HOME"] = str(create_java_home(find_java(), settings.home / "java"))
    return subprocess.run(command, env=environment, check=False).returncode


def submit_command(settings: BatchSettings, archive: Path, name: str, day: date, master: str) -> list[str]:
    """A cluster's sizes come from its own configuration."""
    program = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    options = ["--master", master, "--name", f"marquee {name} {day}", "--py-files", str(archive)]
    if master.startswith("local"):
        for key, value in local_settings(settings.home).items():
            options += ["--conf", f"{key}={value}"]
    return [str(program), *options, str(ENTRY), "run", name, "--date", day.isoformat()]


def environment_variables(settings: BatchSettings) -> dict[str, str]:
    urls = {environment_variable(name): settings.require_url(name) for name in URLS}
    return {HOME_VARIABLE: str(settings.home.resolve()), **urls}


def build_zip(path: Path) -> Path:
    """For `--py-files`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    root = Path(__file__).parents[2]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in _source_files(root):
            entry = zipfile.ZipInfo(file.relative_to(root).as_posix(), _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    return path.resolve()


def _source_files(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        files = (root / package).rglob("*")
        yield from sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts)
