"""A viewing export against a stored catalogue: what is matched, what is not found, and the events it makes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo.database import Database

from batch.importers.input_files import Problems
from batch.importers.matched_history import (
    MatchedHistory,
    event_rows,
    match_history,
    unmatched_sentences,
    write_unmatched,
)
from batch.importers.viewing_exports import ExportFile, ExportFormat, read_export
from batch.storage.clients import open_mongo
from domain.catalog.documents import title_to_document
from domain.catalog.titles import TitleKind
from domain.ids import ProfileId
from domain.serialization import Document
from tests.domain.made import a_title, an_episode

pytestmark = pytest.mark.stores

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SERIES = TitleKind.SERIES
TITLES = [
    a_title("lamp", name="The Lamp", year=2020),
    a_title("lamp-again", name="The Lamp", year=1994),
    a_title("kite", name="Kite", year=2018, imdb_id="tt0000044", runtime_seconds=None),
    a_title("quay", name="The Quay", kind=SERIES),
    an_episode("quay", 1, 1, name="Ebb"),
    an_episode("quay", 1, 2, name="Flood"),
    an_episode("quay", 2, 1, name="Neap", id="tmdb-episode-77"),
    an_episode("quay", 2, 2, name="Long Night", last_episode=3),
    a_title("boat", name="The Boat", other_names=("Båten",)),
]
EXPORT = """Title,Date
"The Quay: Season 1: Flood",2024-11-26
"The Quay: Season 1: Ebb",2024-11-26
"The Quay: Season 1: Ebb",2024-11-20
"The Quay: Season 9: Spring",2024-11-19
Kite,2024-11-18
The Lamp,2024-11-17
Gone,2024-11-16
Gone,2024-11-15
"""


@pytest.fixture
def database(mongo_database: str) -> Iterator[Database[Document]]:
    opened = open_mongo(mongo_database)
    opened["titles"].insert_many([title_to_document(title) for title in TITLES])
    yield opened
    opened.client.close()


def matched(database: Database[Document], path: Path, text: str) -> tuple[ExportFormat, MatchedHistory]:
    path.write_text(text, "utf-8")
    found, entries = read_export(ExportFile(path, path.name, Problems()), NOW)
    return found, match_history(database, entries)


def test_entries_become_events_with_ids_of_their_own(database: Database[Document], tmp_path: Path) -> None:
    found, history = matched(database, tmp_path / "netflix.csv", EXPORT)
    assert history.counts() == {"matched": 4, "episodes": 3, "movies": 1, "ambiguous": 1, "not_found": 3}
    rows = event_rows(history, ProfileId("mina"), found)
    assert [(row["title_id"], row["occurred_at"], row["duration_seconds"]) for row in rows] == [
        ("quay-1-2", "2024-11-26T12:00:00.000Z", 2700),
        ("quay-1-1", "2024-11-26T12:00:00.000Z", 2700),
        ("quay-1-1", "2024-11-20T12:00:00.000Z", 2700),
        ("kite", "2024-11-18T12:00:00.000Z", 6000),
    ], "two episodes of a day share an instant; a title without a runtime has a usual one"
    assert len({row["id"] for row in rows}) == 4
    later = matched(database, tmp_path / "later.csv", EXPORT.replace("Date\n", "Date\nKite,2024-11-30\n"))[1]
    again = event_rows(later, ProfileId("mina"), found)
    assert [row["id"] for row in again[1:]] == [row["id"] for row in rows], (
        "a later export has the same entries"
    )


def test_ids_find_episodes_and_films_of_another_name(database: Database[Document], tmp_path: Path) -> None:
    show = '"show": {"title": "Kajen", "ids": {}}'
    found, history = matched(
        database,
        tmp_path / "trakt.json",
        '[{"id": 1, "watched_at": "2024-11-26T20:00:00Z", "type": "episode", "episode": {"season": 9, "number": 9, '
        f'"ids": {{"tmdb": 77}}}}, {show}}},'
        '{"id": 2, "rated_at": "2024-11-26T20:00:00Z", "rating": 9, "type": "movie", '
        '"movie": {"title": "Drake", "ids": {"imdb": "tt0000044"}}},'
        f'{{"id": 3, "watched_at": null, "type": "episode", "episode": {{"season": 1, "number": 1}}, {show}}}]',
    )
    assert [
        (row["type"], row["title_id"], row.get("stars")) for row in event_rows(history, ProfileId("a"), found)
    ] == [
        ("complete", "tmdb-episode-77", None),
        ("rating", "kite", 4.5),
    ]
    assert [one.why for one in history.not_found] == ["the export does not know when it was watched"]


def test_other_names_and_both_numbers_of_a_double_episode_are_found(
    database: Database[Document], tmp_path: Path
) -> None:
    text = 'Title,Date\nBåten,2024-11-26\n"The Quay: Season 2: Episode 3",2024-11-26\n'
    _, history = matched(database, tmp_path / "netflix.csv", text)
    assert [title.id for _, title in history.matched] == ["boat", "quay-2-2"]


def test_what_was_not_found_is_listed(database: Database[Document], tmp_path: Path) -> None:
    _, history = matched(database, tmp_path / "netflix.csv", EXPORT)
    assert unmatched_sentences(history.not_found, 1) == [
        "'The Quay: Season 9: Spring': the series is here, but not the season 9 episode 'Spring'",
        "... and 1 more",
    ]
    assert unmatched_sentences(history.not_found, 5)[1] == "'Gone': no title of this name (2 times)"
    assert write_unmatched(history, tmp_path / "missing.csv") == 4
    with (tmp_path / "missing.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[1] == {
        "line": "7", "entry": "The Lamp", "when": "2024-11-17T12:00:00.000Z",
        "why": "may be The Lamp (2020) or The Lamp (1994)", "candidates": "lamp lamp-again",
    }  # fmt: skip
    assert [row["line"] for row in rows] == ["5", "7", "8", "9"]
