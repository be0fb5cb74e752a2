"""A run's facts in words, for the commands that show them."""

from __future__ import annotations

from batch.pipeline.run_record import InputReport, RunRecord


def input_text(one: InputReport) -> str:
    newest = f", newest {one.newest_at:%Y-%m-%d %H:%M} UTC" if one.newest_at else ""
    return f"read {one.name:<10} {one.rows:,} rows, fingerprint {one.fingerprint or '-'}{newest}"


def code_text(run: RunRecord) -> str:
    return f"code {run.git_revision or 'of no git revision'}, fingerprint {run.code_fingerprint or '-'}"
