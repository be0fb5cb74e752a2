"""The command line in a process of its own, as a scheduler starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from tests.batch import nightly_world as world


def start(settings: Any, *arguments: str, options: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Of the world's date. `options` of the run stand behind two dashes."""
    urls = {name: getattr(settings, name) for name in ("mongo_url", "elasticsearch_url", "redis_url")}
    variables = {f"MARQUEE_{name.upper()}": url for name, url in urls.items()} | {
        "MARQUEE_HOME": str(settings.home)
    }
    command = [sys.executable, "-m", "batch", *arguments, "--date", str(world.DAY)]
    command += ["--", *options] if options else []
    return subprocess.Popen(
        command,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(process: subprocess.Popen[str], text: str) -> None:
    assert process.stderr is not None
    errors = []
    for line in process.stderr:
        errors.append(line)
        if text in line:
            return
    pytest.fail(f"{text!r} was never said, only: {''.join(errors)}")
