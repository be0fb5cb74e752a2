"""Where reports are: `<home>/reports/<run>/run_results.json` and `report.html`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from batch.storage.settings import BatchSettings
from domain.errors import BadInput, NotFound

RESULTS, PAGE = "run_results.json", "report.html"
KEPT_REPORTS = 400
"""A year of nights and some single jobs; older ones are removed."""


def report_folder(settings: BatchSettings, run_id: str) -> Path:
    return settings.home / "reports" / run_id


def read_results(settings: BatchSettings, run_id: str) -> dict[str, Any]:
    """Raises NotFound without a report, BadInput for a broken one."""
    path = report_folder(settings, run_id) / RESULTS
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise NotFound(
            f"There is no report of run {run_id}: {path} does not exist. It is on the host that ran it, in its "
            f"MARQUEE_HOME; `marquee runs show {run_id}` names the host."
        ) from error
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read ({error}).") from error
    if not isinstance(content, dict):
        raise BadInput(f"{path} is not what a run writes: it must be a JSON object.")
    return content


def write_report_files(
    settings: BatchSettings, run_id: str, results: dict[str, Any], page: str | None
) -> Path:
    """Returns the folder. Each file appears whole or not at all."""
    folder = report_folder(settings, run_id)
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / RESULTS, json.dumps(results, ensure_ascii=False, indent=1) + "\n")
    if page is not None:
        _replace(folder / PAGE, page)
    _remove_old(folder.parent)
    return folder


def _replace(path: Path, text: str) -> None:
    draft = path.with_suffix(".part")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def _remove_old(reports: Path) -> None:
    """Run ids begin with their instant, so names sort by age."""
    folders = sorted(one for one in reports.iterdir() if one.is_dir())
    for old in folders[:-KEPT_REPORTS]:
        shutil.rmtree(old, ignore_errors=True)
