"""Look at machine, stores, archive and published data, and say what to do about what is found."""

from __future__ import annotations

import json
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from batch.commands.job_options import json_option
from batch.commands.outcome import say
from batch.storage.clients import BatchStores
from batch.storage.settings import BatchSettings, read_settings
from domain.errors import BadInput, MarqueeError
from domain.redaction import redact

FAILED, USAGE = 1, 2
BUNDLED_RUNS = 5


@click.command("doctor")
@click.option(
    "--bundle", type=click.Path(dir_okay=False, path_type=Path), help="Also write a zip for support."
)
@json_option
def doctor(bundle: Path | None, as_json: bool) -> None:
    """Check everything that a run needs. Changes nothing. Ends with 1 when a run would fail.

    The bundle holds the findings, the last runs and their logs, without passwords and without personal data.
    """
    from batch.pipeline.doctor import Severity, run_checks, worst
    from batch.pipeline.doctor_archive import archive_checks
    from batch.pipeline.doctor_machine import machine_checks
    from batch.pipeline.doctor_stores import store_checks

    try:
        settings = read_settings()
    except BadInput as error:
        say(f"Error: {error}")
        sys.exit(USAGE)
    with BatchStores(settings) as stores:
        checks = [
            *machine_checks(settings),
            *store_checks(stores),
            *archive_checks(settings.lake, datetime.now(UTC)),
        ]
        findings = []
        for found in run_checks(checks):
            findings.append(found)
            if not as_json:
                click.echo(f"{found.level.value:<5} {found.check:<17} {found.detail}")
                if found.fix:
                    click.echo(f"{'':<24}-> {found.fix}")
        rows = [
            {"check": one.check, "level": one.level.value, "detail": one.detail, "fix": one.fix}
            for one in findings
        ]
        if as_json:
            click.echo(json.dumps(rows, ensure_ascii=False))
        if bundle is not None:
            _write_bundle(bundle, rows, stores, settings)
            say(f"{bundle}: findings, the last {BUNDLED_RUNS} runs and their logs")
    sys.exit(FAILED if worst(findings) is Severity.FAIL else 0)


def _write_bundle(
    path: Path, rows: list[dict[str, Any]], stores: BatchStores, settings: BatchSettings
) -> None:
    from pymongo.errors import PyMongoError

    from batch.pipeline.ledger import Ledger, run_to_json
    from batch.pipeline.run_folder import log_path

    try:
        latest = Ledger(stores.mongo).latest_runs(BUNDLED_RUNS)
    except (PyMongoError, MarqueeError):
        # The findings say so.
        latest = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("doctor.json", json.dumps(rows, indent=1, ensure_ascii=False))
        file.writestr("runs.json", redact(json.dumps([run_to_json(run) for run in latest], indent=1)))
        for run in latest:
            log = log_path(settings, run.id)
            if log.is_file():
                file.writestr(f"logs/{run.id}.txt", redact(log.read_text("utf-8", "replace")))
