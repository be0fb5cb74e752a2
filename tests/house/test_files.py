"""The house's measures: small files, described packages, no word of a machine that is not the reader's."""

from __future__ import annotations

import re
import statistics
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 300
SOURCES = (".py", ".js", ".css", ".html")
VENDORED = "bff/web/vendor/"
ROOMLESS_NAMES = {"utils", "util", "helpers", "helper", "manager", "service", "common", "misc"}


@cache
def tracked() -> tuple[str, ...]:
    """Every file that git knows, or will know once it is added."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def sources() -> list[str]:
    return [name for name in tracked() if name.endswith(SOURCES) and not name.startswith(VENDORED)]


def line_count(name: str) -> int:
    return len((ROOT / name).read_text("utf-8").splitlines())


def test_no_source_file_is_longer_than_300_lines() -> None:
    counts = {name: line_count(name) for name in sources()}
    filled = [count for count in counts.values() if count]
    print(f"{len(filled)} source files, median {statistics.median(filled):.0f} lines, longest {max(filled)}")
    assert {name: count for name, count in counts.items() if count > LONGEST} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name
        for name in sources()
        if name.endswith(".py")
        and (text := (ROOT / name).read_text("utf-8").strip())
        and not text.removeprefix("#!/usr/bin/env python3\n").startswith(('"""', 'r"""'))
    ]
    assert silent == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    rooms = [name for name in sources() if not name.startswith("tests/")]
    assert [name for name in rooms if ROOMLESS_NAMES & set(re.split(r"[/._]", name))] == []


def test_tests_have_no_packages() -> None:
    assert [name for name in tracked() if name.startswith("tests/") and name.endswith("__init__.py")] == []


def test_the_lock_names_no_host_and_no_folder() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pinned = re.compile(r"^[a-z0-9._-]+==[^\s/]+( ; [^/]+)?$")
    odd = [line for line in lines if not line.startswith("#") and not pinned.match(line)]
    assert odd == []
    assert len(lines) > 40
