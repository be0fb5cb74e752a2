"""What a run leaves for people: `<home>/runs/<run>/`, with its log."""

from __future__ import annotations

from pathlib import Path

from batch.storage.settings import BatchSettings

RUNS_FOLDER = "runs"


def run_folder(settings: BatchSettings, run_id: str) -> Path:
    return settings.home / RUNS_FOLDER / run_id


def log_path(settings: BatchSettings, run_id: str) -> Path:
    """Dated lines, also of a run on a terminal."""
    return run_folder(settings, run_id) / "log.txt"
