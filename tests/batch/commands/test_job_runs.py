"""The last line of a run says whether its version is live, and why not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from batch.commands.job_runs import outcome_of
from batch.pipeline.run_record import RunRecord, RunStatus

AT = datetime(2026, 12, 1, tzinfo=UTC)
WARNING = "Warning: No event occurred on 2026-10-24."
HELD = "Version v is staged and not published: 2026-12-02 is live, which is newer."
COUNTS = "Run r, 5 s. `marquee runs show r` shows its counts."


@pytest.mark.parametrize(
    ("published", "notes", "said"),
    [
        (True, (), "Version v is live: run r, 5 s."),
        (True, (WARNING,), f"Version v is live: run r, 5 s. {WARNING}"),
        (False, (), f"Version v is staged and not published. {COUNTS}"),
        (False, (WARNING,), f"Version v is staged and not published. {WARNING} {COUNTS}"),
        (False, (WARNING, HELD), f"{WARNING} {HELD} {COUNTS}"),
    ],
)
def test_a_run_says_what_became_of_its_version(published: bool, notes: tuple[str, ...], said: str) -> None:
    run = RunRecord(
        "r", "nightly", "2026-12-01", "v", RunStatus.SUCCEEDED, AT, AT + timedelta(seconds=5),
        published=published, notes=notes,
    )  # fmt: skip
    assert outcome_of(run) == said
