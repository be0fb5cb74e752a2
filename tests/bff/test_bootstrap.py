"""Setup from nothing: each problem is one sentence; without a terminal, progress is plain lines."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bff.bootstrap import INPUTS, ROOT, SetupProgress, failure_cause, needed_mb


@pytest.mark.parametrize(
    ("log", "beginning"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("error: failed to write file: (os error 28)", "The disk is full"),
        ("NewConnectionError: Temporary failure in name resolution", "The packages cannot be downloaded"),
        ("error: client error (Connect): dns error", "The packages cannot be downloaded"),
        (
            "ERROR: No matching distribution found for pyspark==4.3.0",
            "A package has no build for this Python",
        ),
        ("Segmentation fault", "An installer failed"),
    ],
)
def test_the_log_is_turned_into_a_cause(log: str, beginning: str) -> None:
    assert failure_cause(log).startswith(beginning)


def test_spark_decides_how_much_room_is_needed() -> None:
    assert needed_mb([]) < 200
    assert needed_mb(["spark", "local"]) - needed_mb(["local"]) > 1000


def test_progress_is_one_plain_line_per_stage(capsys: pytest.CaptureFixture[str]) -> None:
    progress = SetupProgress()
    for line in (
        "Using Python 3.11.7 environment at: .venv",
        "Resolved 76 packages in 9.56s",
        "Downloading pyspark (435.1MiB)",
        "Prepared 2 packages in 41.95s",
        "Installing collected packages: a, b",
        "Installed 76 packages in 279ms",
    ):
        progress.update(line)
    progress.end()
    shown = [line.removeprefix("  0:00  ") for line in capsys.readouterr().out.splitlines()]
    assert shown == ["76 packages to install", "downloading pyspark (435.1MiB)", "unpacking"]


def test_a_stage_that_lasts_says_so_again(capsys: pytest.CaptureFixture[str]) -> None:
    progress = SetupProgress(line_seconds=0.01)
    progress.update("Downloading pyspark (435.1MiB)")
    shown: list[str] = []
    while len(shown) < 3:
        shown += capsys.readouterr().out.splitlines()
    progress.end()
    assert {line.split("  ")[-1] for line in shown[1:]} == {"downloading pyspark (435.1MiB)"}


@pytest.mark.demo
def test_without_a_network_it_says_so_and_records_no_setup(tmp_path: Path) -> None:
    (tmp_path / "bff").mkdir()
    for name in (*INPUTS, "bff/bootstrap.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9")
    ran = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "bff" / "bootstrap.py"), "local"],
        env={**os.environ, **nowhere, "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[-1] == (
        "Setup failed. The packages cannot be downloaded: "
        "check the network (or proxy) and run the same command again."
    )
    assert "Traceback" not in ran.stdout + ran.stderr
    assert not (tmp_path / ".venv" / "setup.json").exists()
