"""Runs a job by spark-submit, with our packages as one zip and the store URLs in a file."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyspark

from batch.cluster.java import create_java_home, find_java
from batch.cluster.spark_session import local_settings
from batch.storage.settings import (
    HOME_VARIABLE,
    STORES_FILE_VARIABLE,
    URLS,
    BatchSettings,
    environment_variable,
    write_stores_file,
)
from domain.errors import BadInput

PACKAGES = ("domain", "search", "batch")
ENTRY = Path(__file__).parents[1] / "__main__.py"
KERNEL_CACHE_VARIABLES = ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")
"""numba heeds the first for installed modules; for those in a zip it ignores that one, and heeds the second."""

EXECUTOR_KERNEL_CACHE = "numba-cache"
"""In the working folder that the cluster gives an executor: writable, and nobody else can put code there."""

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""Constant, so that equal sources make equal bytes."""

_SECRET_KEY = re.compile(r"secret|password|token|access[.]?key|credential", re.IGNORECASE)
_URL_WITH_PASSWORD = re.compile(r"://[^/\s:@]*:[^/\s@]+@")


@dataclass(frozen=True, slots=True)
class SubmitOptions:
    """`conf` are KEY=VALUE pairs, handed on as they are; `properties_file` is Spark's; `run_options` are those of the
    run, such as --window 4h.
    """

    master: str
    conf: tuple[str, ...] = ()
    properties_file: Path | None = None
    run_options: tuple[str, ...] = ()


def spark_submit(
    settings: BatchSettings, name: str, day: date, options: SubmitOptions, only_print: bool
) -> int:
    """Returns the exit code. Raises BadInput for options that spark-submit must not get."""
    check_options(options)
    archive = build_zip(settings.home / "submit" / "marquee.zip")
    variables = environment_variables(settings, os.environ)
    command = submit_command(settings, archive, name, day, options, variables)
    if only_print:
        print(
            " ".join(
                [*(f"{key}={shlex.quote(value)}" for key, value in variables.items()), shlex.join(command)]
            )
        )
        return 0
    # The driver reads the URLs from the file, so that no environment has them.
    inherited = {
        key: value for key, value in os.environ.items() if key not in map(environment_variable, URLS)
    }
    environment = {**inherited, **variables}
    environment.setdefault("PYSPARK_PYTHON", sys.executable)
    if options.master.startswith("local") or "JAVA_HOME" not in environment:
        environment["JAVA_HOME"] = str(create_java_home(find_java(), settings.home / "java"))
    return subprocess.run(command, env=environment, check=False).returncode


def check_options(options: SubmitOptions) -> None:
    """Raises BadInput: what stands on a command line is seen by everybody on the machine."""
    for pair in options.conf:
        key, found, value = pair.partition("=")
        if not found or not key.strip() or key != key.strip():
            raise BadInput(f"--conf {key!r} has no value; write KEY=VALUE, such as spark.executor.memory=8g.")
        if not key.startswith("spark."):
            raise BadInput(f"--conf {key!r}: Spark ignores keys that do not begin with spark.")
        if _SECRET_KEY.search(key) or _URL_WITH_PASSWORD.search(value):
            raise BadInput(
                f"--conf {key} would show a secret to everybody on the machine. Write it into a file that only you "
                "can read, and give --properties-file FILE."
            )
    if _URL_WITH_PASSWORD.search(options.master):
        raise BadInput("--master must not have a password.")
    if options.properties_file is not None and not options.properties_file.is_file():
        raise BadInput(f"--properties-file {options.properties_file} does not exist.")


def submit_command(
    settings: BatchSettings,
    archive: Path,
    name: str,
    day: date,
    options: SubmitOptions,
    variables: Mapping[str, str],
) -> list[str]:
    """A cluster's sizes come from its own configuration. A later --conf of one key wins, so the caller's do."""
    program = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    words = [str(program), "--master", options.master, "--name", f"marquee {name} {day}"]
    if options.properties_file is not None:
        words += ["--properties-file", str(options.properties_file.resolve())]
    words += ["--py-files", str(archive)]
    is_local = options.master.startswith("local")
    own = local_settings(settings.home) if is_local else cluster_settings(variables)
    given = [pair.partition("=")[0] for pair in options.conf]
    for key, value in own.items():
        if key not in given:
            words += ["--conf", f"{key}={value}"]
    for pair in options.conf:
        words += ["--conf", pair]
    return [*words, str(ENTRY), "run", name, "--date", day.isoformat(), *options.run_options]


def cluster_settings(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables reach a driver that the cluster starts (deploy mode "cluster"), and kernels their cache."""
    drivers = ("spark.yarn.appMasterEnv", "spark.kubernetes.driverEnv")
    of_driver = {f"{place}.{name}": value for place in drivers for name, value in variables.items()}
    caches = {f"spark.executorEnv.{name}": EXECUTOR_KERNEL_CACHE for name in KERNEL_CACHE_VARIABLES}
    return of_driver | caches


def environment_variables(settings: BatchSettings, environment: Mapping[str, str]) -> dict[str, str]:
    """No secret: the store URLs are in a file, the caller's own or one that is written here."""
    home, named = settings.home.resolve(), environment.get(STORES_FILE_VARIABLE)
    stores = Path(named).resolve() if named else write_stores_file(settings, home / "submit" / "stores.json")
    return {
        HOME_VARIABLE: str(home),
        STORES_FILE_VARIABLE: str(stores),
        **{name: environment.get(name) or str(home / "numba-cache") for name in KERNEL_CACHE_VARIABLES},
    }


def build_zip(path: Path) -> Path:
    """For `--py-files`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    root = Path(__file__).parents[2]
    draft = path.with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in _source_files(root):
            entry = zipfile.ZipInfo(file.relative_to(root).as_posix(), _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    draft.replace(path)
    return path.resolve()


def _source_files(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        files = (root / package).rglob("*")
        yield from sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts)
