"""Viewing exports are recognised by their header, and broken lines are named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from batch.importers.export_dates import DateOrder
from batch.importers.input_files import BrokenRows, Problems
from batch.importers.viewing_entries import EntryKind, ViewingEntry
from batch.importers.viewing_exports import ExportFile, ExportFormat, read_export
from domain.errors import BadInput

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
NOON = datetime(2024, 11, 26, 12, tzinfo=UTC)
DIARY = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"


def read(path: Path, text: str, **options: Any) -> tuple[ExportFormat, list[ViewingEntry]]:
    path.write_text(text, "utf-8")
    problems = options.pop("problems", Problems())
    return read_export(ExportFile(path, path.name, problems, **options), NOW)


def seen(entries: list[ViewingEntry]) -> list[tuple[int, str, str, datetime | None]]:
    return [(entry.line, entry.kind.value, entry.text, entry.at) for entry in entries]


@pytest.mark.parametrize("header", ["Title,Date", '\ufeff"Titel","Datum"', "Título,Fecha", "Titre,Date"])
def test_netflix(tmp_path: Path, header: str) -> None:
    text = f'{header}\n"The Quay: Season 1: Ebb","11/26/24"\n\nThe Lamp,11/25/24\n"The Lamp","11/25/24"\n'
    found, entries = read(tmp_path / "history.csv", text)
    assert found is ExportFormat.NETFLIX
    assert seen(entries) == [
        (2, "watched", "The Quay: Season 1: Ebb", NOON),
        (4, "watched", "The Lamp", datetime(2024, 11, 25, 12, tzinfo=UTC)),
    ]


def test_the_format_can_be_named_where_the_header_is_in_a_language_that_is_not_known(tmp_path: Path) -> None:
    text = "Izenburua,Eguna\nThe Lamp,2024-11-26\n"
    with pytest.raises(
        BadInput, match=r"begins with 'Izenburua,Eguna', which is no export known here.*--format"
    ):
        read(tmp_path / "history.csv", text)
    found, entries = read(tmp_path / "history.csv", text, format=ExportFormat.NETFLIX)
    assert (found, len(entries)) == (ExportFormat.NETFLIX, 1)


def test_today_is_not_the_future(tmp_path: Path) -> None:
    _, [entry] = read(tmp_path / "history.csv", "Title,Date\nThe Lamp,2026-11-22\n")
    assert entry.at == NOW, "noon has not come"


def test_letterboxd_tells_watching_from_rating(tmp_path: Path) -> None:
    rows = "2024-11-27,The Lamp,2020,https://boxd.example/a,4.5,,,2024-11-26\n2024-11-27,Kite,,https://boxd.example/b,,Yes,,\n"
    found, entries = read(tmp_path / "diary.csv", DIARY + rows)
    assert found is ExportFormat.LETTERBOXD
    next_noon = datetime(2024, 11, 27, 12, tzinfo=UTC)
    assert seen(entries) == [
        (2, "watched", "The Lamp (2020)", NOON),
        (2, "rated", "The Lamp (2020)", NOON),
        (3, "watched", "Kite", next_noon),
    ]
    assert [entry.stars for entry in entries] == [None, 4.5, None]
    _, rated = read(
        tmp_path / "ratings.csv", "Date,Name,Year,Letterboxd URI,Rating\n2024-11-26,The Lamp,2020,x,0.5\n"
    )
    assert [(entry.kind, entry.stars) for entry in rated] == [(EntryKind.RATED, 0.5)]


def test_a_watchlist_was_not_watched(tmp_path: Path) -> None:
    text = "Date,Name,Year,Letterboxd URI\n2024-11-26,The Lamp,2020,x\n"
    found, [entry] = read(tmp_path / "watchlist.csv", text)
    assert (found, entry.kind) == (ExportFormat.LETTERBOXD_WATCHLIST, EntryKind.LISTED)
    found, [entry] = read(tmp_path / "watched.csv", text)
    assert (found, entry.kind) == (ExportFormat.LETTERBOXD, EntryKind.WATCHED)


def trakt_episode(**changes: Any) -> dict[str, Any]:
    return {
        "id": 7, "watched_at": "2024-11-26T20:15:00.000Z", "action": "watch", "type": "episode",
        "episode": {"season": 2, "number": 3, "title": "Ebb", "ids": {"trakt": 1, "imdb": "tt0000001", "tmdb": 2}},
        "show": {"title": "The Quay", "year": 2019, "ids": {"imdb": "", "tmdb": 3}},
    } | changes  # fmt: skip


def test_trakt(tmp_path: Path) -> None:
    movie = {
        "rated_at": "2024-11-26T20:15:00Z",
        "rating": 7,
        "type": "movie",
        "movie": {"title": "The Lamp", "year": 2020},
    }
    undated = trakt_episode(id=8, watched_at="1970-01-01T00:00:00.000Z")
    found, entries = read(tmp_path / "history.json", json.dumps([trakt_episode(), undated, movie], indent=1))
    assert found is ExportFormat.TRAKT
    at = datetime(2024, 11, 26, 20, 15, tzinfo=UTC)
    assert seen(entries) == [
        (2, "watched", 'The Quay (2019): S2 E3 "Ebb"', at),
        (26, "watched", 'The Quay (2019): S2 E3 "Ebb"', None),
        (50, "rated", "The Lamp (2020)", at),
    ]
    [reading] = entries[0].readings
    assert (reading.imdb_id, reading.tmdb_id, reading.show_imdb_id, reading.show_tmdb_id) == (
        "tt0000001",
        2,
        None,
        3,
    )
    assert entries[2].stars == 3.5
    _, by_line = read(tmp_path / "history.jsonl", f"{json.dumps(trakt_episode())}\n{json.dumps(movie)}\n")
    assert [entry.line for entry in by_line] == [1, 2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "history.csv: is empty."),
        ("Title,Date\n", "history.csv: has a header and no entry."),
        ("a,b,c\n1,2,3\n", "history.csv: begins with 'a,b,c', which is no export known here. Netflix"),
        ("Profile Name,Start Time,Title\nA,B,C\n", "history.csv: is the report of all data that Netflix keeps."),
        ("Title,Date\nThe Lamp,3/4/24\n", "history.csv: Date: '3/4/24' and all other dates can be read as day/month"),
        ("[", "history.csv, line 1: is not JSON: the list has no end."),
        ("{", "history.csv, line 1: is not JSON: Expecting property name"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read(tmp_path / "history.csv", text)
    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Title,Date\nA,26/11/2024\nB,11/26/2024\nC,25/11/2024\n",
         "line 3: Date: '11/26/2024' is no date in the order day, month, year, which this file has"),
        ("Title,Date\nA,2026-11-24\n", "line 2: Date: 2026-11-24 lies in the future"),
        ("Title,Date\n,2024-11-24\n", "line 2: Title: is empty; write what was watched, or leave the line out"),
        ("Title,Date\nOne, two,2024-11-24\n", "line 2: has 3 columns, expected Title and Date; put the title in"),
        (DIARY + "2024-11-27,The Lamp,20,x,4,,,\n", "line 2: Year: '20' is no year; write four digits"),
        (DIARY + "2024-11-27,The Lamp,2020,x,6,,,\n", "line 2: Rating: '6' is not from 0.5 to 5"),
        (DIARY + "27/11/2024,The Lamp,2020,x,4,,,\n", "line 2: Date: '27/11/2024' is no date; write it like"),
        (json.dumps([trakt_episode(type="season")]), "line 1: entry 1: type: 'season' cannot be imported"),
        (json.dumps([trakt_episode(watched_at="soon")]), "line 1: entry 1: watched_at: 'soon' is not an instant"),
        (json.dumps([trakt_episode(show=None)]), "line 1: entry 1: show: is missing"),
        (json.dumps([{"type": "movie", "id": 4}]), "line 1: entry 1: has no watched_at or rated_at"),
        ("[1]", "line 1: entry 1: has no watched_at or rated_at"),
    ],
)  # fmt: skip
def test_broken_lines_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BrokenRows) as refusal:
        read(tmp_path / "history.csv", text)
    assert f"history.csv, {message}" in str(refusal.value)


def test_broken_lines_can_be_skipped_and_are_counted(tmp_path: Path) -> None:
    problems = Problems(skip=True)
    text = "Title,Date\nA,2024-11-24\nB,soon\nC,2024-11-22\n"
    _, entries = read(tmp_path / "history.csv", text, problems=problems, dates=DateOrder.YEAR_FIRST)
    assert ([entry.text for entry in entries], problems.count) == (["A", "C"], 1)
