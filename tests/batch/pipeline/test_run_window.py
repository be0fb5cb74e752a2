"""The run window leaves later stages their time, and a run that it ends says that nothing was published."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from batch.pipeline.failures import ExitCode, exit_code_for, run_status_for
from batch.pipeline.run_options import RunOptions, options_of
from batch.pipeline.run_record import RunStatus
from batch.pipeline.run_window import RunWindow, WindowClosed, ensure_may_be_partial
from domain.timestamps import to_millis

END = datetime(2026, 12, 1, 6, tzinfo=UTC)
WINDOW = RunWindow(END, ("spark", "top_picks", "trending", "publish"), {"trending": 20.0, "publish": 10.0})


def test_a_stage_ends_in_time_for_those_after_it() -> None:
    assert WINDOW.deadline_of("top_picks") == to_millis(END - timedelta(seconds=30))
    assert WINDOW.deadline_of("publish") == to_millis(END)


def test_after_its_end_no_stage_begins() -> None:
    WINDOW.ensure_open("trending", END - timedelta(seconds=1))
    with pytest.raises(
        WindowClosed, match=r"ended at 2026-12-01 06:00 UTC, before trending\. Nothing was published"
    ):
        WINDOW.ensure_open("trending", END)


def test_a_partial_version_is_held_back_when_told() -> None:
    ensure_may_be_partial(120, hold_partial=False)
    ensure_may_be_partial(0, hold_partial=True)
    with pytest.raises(WindowClosed, match="1,200 profiles not reached") as held:
        ensure_may_be_partial(1200, hold_partial=True)
    assert exit_code_for(held.value) is ExitCode.TRY_LATER
    assert run_status_for(held.value) is RunStatus.INTERRUPTED


def test_what_a_run_was_told_is_kept_for_its_next_attempt() -> None:
    told = RunOptions(
        force=True, publish=False, window=timedelta(hours=4), hold_partial=True, sample=0.01, publish_sample=True,
        require_evaluation=True,
    )  # fmt: skip
    assert told.parameters() == {
        "force": True,
        "publish": False,
        "window_minutes": 240.0,
        "hold_partial": True,
        "sample": 0.01,
        "publish_sample": True,
        "require_evaluation": True,
    }
    assert options_of(told.parameters()) == replace(told, force=False)
    assert RunOptions().parameters() == {}
    assert options_of({}) == RunOptions()
