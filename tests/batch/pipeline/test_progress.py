"""Percent and time left follow from how long the stages took the last time."""

from __future__ import annotations

import io
import re

import pytest

from batch.pipeline.progress import RunProgress, estimate_progress

EXPECTED = {"spark": 10.0, "similar": 30.0, "publish": 10.0}


@pytest.mark.parametrize(
    ("done", "running", "elapsed", "share", "left"),
    [
        (set(), "spark", 0.0, 0.0, 50.0),
        (set(), "spark", 5.0, 0.1, 45.0),
        ({"spark"}, "similar", 15.0, 0.5, 25.0),
        ({"spark"}, "similar", 500.0, 0.77, 11.5),
        ({"spark", "similar", "publish"}, "publish", 3.0, 1.0, 0.0),
        ({"spark"}, "unheard_of", 9.0, 0.2, 40.0),
    ],
)
def test_estimate(done: set[str], running: str, elapsed: float, share: float, left: float) -> None:
    assert estimate_progress(EXPECTED, done, running, elapsed) == pytest.approx((share, left))


def test_nothing_known_promises_nothing() -> None:
    assert estimate_progress({}, set(), "spark", 3.0) == (0.0, 0.0)


def test_off_a_terminal_every_stage_is_a_dated_line() -> None:
    out = io.StringIO()
    with RunProgress(EXPECTED, out, heartbeat=lambda: None) as progress:
        progress.track_tasks(lambda: (3, 8))
        progress.start_stage("similar")
        progress.finish_stage({"similar_lists": 1200})
    lines = out.getvalue().splitlines()
    dated = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ "
    assert re.fullmatch(dated + r"similar: 0%, about 50 s left \(3 of 8 tasks\)", lines[0])
    assert re.fullmatch(dated + r"similar done in \d+\.\d s: 1,200 similar lists", lines[1])
    assert len(lines) == 2
