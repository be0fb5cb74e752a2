"""The event archive: one file a month, whole or not at all."""

import gzip
import json
from pathlib import Path

import pytest

from batch.storage.departed_files import remove_leftovers
from batch.storage.event_archive import EventArchive, MonthCache
from batch.storage.jsonl_file import JsonlFile
from domain.serialization import Document

OCTOBER, NOVEMBER = 1_792_000_000_000, 1_795_000_000_000


def event(number: int, at: int) -> Document:
    return {"id": str(number), "occurred_at": at}


def visible(lake: Path) -> list[str]:
    return sorted(str(path.relative_to(lake)) for path in lake.rglob("*") if path.is_file())


def test_events_go_to_the_file_of_their_month(tmp_path: Path) -> None:
    with EventArchive(tmp_path, "made") as archive:
        archive.add([event(1, NOVEMBER), event(2, OCTOBER), event(3, NOVEMBER)])
        archive.add_lines("2026-11", '{"id":"4"}\n', 1)
    assert archive.lines == 4
    assert visible(tmp_path) == [
        "events/month=2026-10/made.jsonl.gz", "events/month=2026-11/made.jsonl.gz",
    ]  # fmt: skip
    november = gzip.decompress((tmp_path / "events/month=2026-11/made.jsonl.gz").read_bytes()).decode()
    assert [json.loads(line)["id"] for line in november.splitlines()] == ["1", "3", "4"]


def test_nothing_can_be_seen_before_the_end(tmp_path: Path) -> None:
    with EventArchive(tmp_path, "made") as archive:
        archive.add([event(1, NOVEMBER)])
        assert list(tmp_path.glob("events/*/[!._]*")) == []


def test_an_error_leaves_the_earlier_files(tmp_path: Path) -> None:
    with EventArchive(tmp_path, "made") as archive:
        archive.add([event(1, NOVEMBER)])
    before = (tmp_path / "events/month=2026-11/made.jsonl.gz").read_bytes()
    with pytest.raises(KeyError), EventArchive(tmp_path, "made") as archive:
        archive.add([event(2, NOVEMBER), event(3, OCTOBER), {"id": "without a time"}])
    assert visible(tmp_path) == ["events/month=2026-11/made.jsonl.gz"]
    assert (tmp_path / "events/month=2026-11/made.jsonl.gz").read_bytes() == before


def test_a_second_writing_forgets_months_that_are_gone_and_leaves_others_files(tmp_path: Path) -> None:
    for name in ("made", "live"):
        with EventArchive(tmp_path, name) as archive:
            archive.add([event(1, OCTOBER)])
    with EventArchive(tmp_path, "made") as archive:
        archive.add([event(2, NOVEMBER)])
    assert visible(tmp_path) == [
        "events/month=2026-10/live.jsonl.gz", "events/month=2026-11/made.jsonl.gz",
    ]  # fmt: skip


def test_the_same_lines_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with JsonlFile(tmp_path / f"{name}.jsonl.gz") as file:
            file.add([{"name": "Äpfel", "n": 1}])
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_months_are_those_of_utc() -> None:
    months = MonthCache()
    assert months.month_of(1_793_491_199_999) == "2026-10"
    assert months.month_of(1_793_491_200_000) == "2026-11"
    assert months.month_of(-1) == "1969-12"


def test_unfinished_files_of_killed_writers_go_and_those_of_a_living_one_stay(tmp_path: Path) -> None:
    left = tmp_path / "events/month=2026-11/._killed.jsonl.gz.part"
    truth = tmp_path / "truth/._profiles.jsonl.gz.part"
    with EventArchive(tmp_path, "made") as archive:
        for path in (left, truth):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        archive.add([event(1, NOVEMBER)])
        remove_leftovers(tmp_path)
        assert left.exists()
        assert truth.exists()
    remove_leftovers(tmp_path)
    assert visible(tmp_path) == ["events/month=2026-11/made.jsonl.gz"]
