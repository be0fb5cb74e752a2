"""The demo's lines: one for each step, more while it lasts, and no time left that is not measured."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from bff.commands.demo import banner, interruption_message, with_local_timeouts
from bff.demo.data import DataStatus, SampleParameters, write_status
from bff.demo.steps import Steps, format_seconds, read_durations, still_text
from bff.settings import Settings

pytestmark = pytest.mark.usefixtures("bare_environment")


@pytest.mark.parametrize(
    ("elapsed", "last", "text"),
    [
        (15.0, None, "Still warming: 15 s so far."),
        (15.0, 20.0, "Still warming: 15 s so far, about 5 s left."),
        (30.0, 20.0, "Still warming: 30 s so far, longer than the last time."),
        (75.0, 200.0, "Still warming: 1 min 15 s so far, about 2 min 5 s left."),
    ],
    ids=["first time", "in time", "overdue", "minutes"],
)
def test_a_line_while_a_step_lasts(elapsed: float, last: float | None, text: str) -> None:
    assert still_text("warming", elapsed, last) == text


def test_a_step_says_its_name_and_how_long_it_took_the_last_time(tmp_path: Path) -> None:
    lines: list[str] = []
    now = [0.0]
    steps = Steps(tmp_path, lines.append, lambda: now[0])
    for _ in range(2):
        with steps.step("starting the local stores"):
            assert steps.current == "starting the local stores"
            now[0] += 4.2
    assert lines == [
        "  Starting the local stores.",
        "  Starting the local stores (the last time: 4 s).",
    ]
    assert steps.current == ""
    assert read_durations(tmp_path / "durations.json") == {"starting the local stores": 4.2}
    again: list[str] = []
    with Steps(tmp_path, again.append, lambda: now[0]).step("starting the local stores"):
        pass
    assert again == ["  Starting the local stores (the last time: 4 s)."]


def test_a_long_step_has_lines_until_it_ends(tmp_path: Path) -> None:
    lines: list[str] = []
    third = threading.Event()

    def echo(line: str) -> None:
        lines.append(line)
        if len(lines) == 3:
            third.set()

    steps = Steps(tmp_path, echo, line_seconds=0.001)
    with steps.step("waiting"):
        assert third.wait(20)
    assert all(re.fullmatch(r"  Still waiting: 1 s so far\.", line) for line in lines[1:])
    shown = len(lines)
    with steps.step("generating", has_own_lines=True):
        pass
    assert lines[shown:] == ["  Generating."]


def test_an_interrupted_step_is_named_and_measures_nothing(tmp_path: Path) -> None:
    steps = Steps(tmp_path, lambda _: None)
    with pytest.raises(KeyboardInterrupt), steps.step("checking the search index"):
        raise KeyboardInterrupt
    assert steps.current == "checking the search index"
    assert read_durations(tmp_path / "durations.json") == {}


@pytest.mark.parametrize("content", ["", "[1]", '{"a": "x"}', '{"a": null}'])
def test_unreadable_durations_are_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "durations.json").write_text(content)
    assert read_durations(tmp_path / "durations.json") == {}


def test_seconds_as_people_say_them() -> None:
    assert [format_seconds(seconds) for seconds in (0.2, 12.4, 59.6, 200)] == [
        "1 s",
        "12 s",
        "1 min 0 s",
        "3 min 20 s",
    ]


def test_an_interruption_says_what_it_stopped_and_what_becomes_of_the_data(tmp_path: Path) -> None:
    assert interruption_message(tmp_path, "checking the search index").splitlines() == [
        "",
        "  Stopped while checking the search index. The local stores are stopped. The data is kept.",
        "  Start again: make demo",
    ]
    write_status(tmp_path, DataStatus(SampleParameters(), is_complete=False))
    assert "The data was not complete: the next start makes it again." in interruption_message(tmp_path, "")


def test_the_banner_fits_a_terminal_of_80_columns() -> None:
    shown = re.sub(r"\x1b\[[0-9;]*m", "", banner(Settings(port=65535, host="0.0.0.0")))  # noqa: S104
    assert max(len(line) for line in shown.splitlines()) < 80


def test_local_stores_get_more_time_and_own_ones_keep_theirs() -> None:
    local = with_local_timeouts(Settings())
    assert (local.titles_seconds, local.mongo_read_seconds, local.redis_seconds) == (5.0, 3.0, 2.0)
    chosen = with_local_timeouts(Settings(titles_seconds=0.3))
    assert (chosen.titles_seconds, chosen.mongo_read_seconds) == (0.3, 3.0)
    own = Settings(mongo_url="mongodb://a", elasticsearch_url="http://b", redis_url="redis://c")
    assert with_local_timeouts(own) is own
