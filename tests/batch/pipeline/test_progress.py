"""Time left follows from the last run and the pace of this one; where it is not known, none is told."""

from __future__ import annotations

import io
import re
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.pipeline.progress import RunProgress, seconds_left

STAGES = ("spark", "similar", "publish")
LAST = {"spark": 10.0, "similar": 30.0, "publish": 10.0}


@pytest.mark.parametrize(
    ("done", "running", "elapsed", "left"),
    [
        ({}, "spark", 0.0, 50.0),
        ({}, "spark", 5.0, 45.0),
        ({"spark": 10.0}, "similar", 15.0, 25.0),
        ({"spark": 20.0}, "similar", 15.0, 65.0),
        ({"spark": 5.0}, "similar", 15.0, 5.0),
        ({"spark": 10.0}, "similar", 31.0, None),
        ({"spark": 10.0, "similar": 30.0, "publish": 10.0}, "publish", 3.0, None),
        ({"spark": 10.0}, "unheard_of", 9.0, None),
    ],
    ids=[
        "start",
        "in a stage",
        "second stage",
        "half as fast",
        "twice as fast",
        "overdue",
        "all done",
        "unknown",
    ],
)
def test_seconds_left(done: dict[str, float], running: str, elapsed: float, left: float | None) -> None:
    found = seconds_left(STAGES, LAST, done, running, elapsed)
    assert found == (None if left is None else pytest.approx(left))


def test_no_last_run_and_a_new_stage_promise_nothing() -> None:
    assert seconds_left(STAGES, {}, {}, "spark", 3.0) is None
    assert seconds_left((*STAGES, "new"), LAST, {}, "spark", 3.0) is None


@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(0.1, 100))
def test_time_left_never_stands_still(elapsed: float, later: float, spark: float) -> None:
    """A second later a second less is left, or no number is told."""
    first = seconds_left(STAGES, LAST, {"spark": spark}, "similar", elapsed)
    second = seconds_left(STAGES, LAST, {"spark": spark}, "similar", elapsed + later)
    if first is not None and second is not None:
        assert second == pytest.approx(first - later, abs=1e-6)


def test_off_a_terminal_every_stage_is_a_dated_line() -> None:
    out = io.StringIO()
    with RunProgress(STAGES, LAST, out, heartbeat=lambda: None) as progress:
        progress.track_tasks(lambda: (3, 8))
        progress.start_stage("similar")
        progress.finish_stage({"similar_lists": 1200})
    lines = out.getvalue().splitlines()
    dated = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ "
    assert re.fullmatch(dated + r"similar: step 2 of 3, about 50 s left \(3 of 8 tasks\)", lines[0])
    assert re.fullmatch(dated + r"similar done in \d+\.\d s: 1,200 similar lists", lines[1])
    assert len(lines) == 2


def test_beats_go_on_when_spark_cannot_be_asked() -> None:
    beats, beaten = [0], threading.Event()

    def gone() -> tuple[int, int]:
        raise AttributeError("'NoneType' object has no attribute 'statusTracker'")

    def beat() -> None:
        progress.describe()
        beats[0] += 1
        if beats[0] == 2:
            beaten.set()

    with RunProgress(STAGES, LAST, io.StringIO(), beat, beat_seconds=0.0) as progress:
        progress.track_tasks(gone)
        progress.start_stage("similar")
        assert beaten.wait(30)
    assert progress.describe().startswith("similar: step 2 of 3, ")


@pytest.mark.parametrize(
    ("last", "described"),
    [
        ({}, "similar: step 2 of 3, 40 s so far"),
        (LAST, "similar: step 2 of 3, 40 s so far, longer than the last time (30 s)"),
        ({**LAST, "similar": 50.0}, "similar: step 2 of 3, 40 s so far, about 20 s left"),
    ],
    ids=["first run", "overdue", "in time"],
)
def test_a_line_says_what_is_known(last: dict[str, float], described: str) -> None:
    now = [0.0]
    progress = RunProgress(STAGES, last, io.StringIO(), lambda: None, clock=lambda: now[0])
    progress.start_stage("spark")
    now[0] = 10.0
    progress.finish_stage({})
    progress.start_stage("similar")
    now[0] = 50.0
    assert progress.describe() == described
