"""A catalogue file: what it replaces, what it recomputes, what it refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo.database import Database

from batch.importers.import_options import NotConfirmed, refuse
from batch.importers.input_files import BrokenRows
from batch.importers.stored_titles import OWNED_FIELDS
from batch.storage.clients import open_mongo
from domain.serialization import Document
from tests.batch.importers.own_files import Importer, Row, episode, event, movie, profile, series

pytestmark = pytest.mark.stores
TEN = [movie(f"m{number}") for number in range(10)]


@pytest.fixture
def importer(mongo_database: str, tmp_path: Path) -> Iterator[Importer]:
    database: Database[Document] = open_mongo(mongo_database)
    yield Importer(database, tmp_path)
    database.client.close()


def test_titles_that_a_full_export_lacks_are_withdrawn_and_told(importer: Importer) -> None:
    importer.catalog(*TEN)
    counts = importer.catalog(*TEN[1:], movie("new"))
    assert (counts["new"], counts["unchanged"], counts["withdrawn"]) == (1, 9, 1)
    assert importer.ids("titles") == {f"m{number}" for number in range(1, 10)} | {"new"}
    assert importer.catalog_changes[-1].withdrawn == ["m0"]
    assert importer.catalog_changes[-1].changed == ["new"]


def test_a_part_withdraws_nothing(importer: Importer) -> None:
    importer.catalog(*TEN)
    assert importer.catalog(movie("new"), add=True)["withdrawn"] == 0
    assert len(importer.ids("titles")) == 11


@pytest.mark.parametrize(("left", "asks"), [(8, False), (7, True)])
def test_a_withdrawal_above_a_fifth_needs_a_confirmation(importer: Importer, left: int, asks: bool) -> None:
    importer.catalog(*TEN)
    if not asks:
        assert importer.catalog(*TEN[:left], confirm=refuse)["withdrawn"] == 10 - left
        return
    with pytest.raises(NotConfirmed, match=r"lacks 3 of the 10 titles of source 'own' \(30%\).*--yes.*--add"):
        importer.catalog(*TEN[:left], confirm=refuse)
    assert len(importer.ids("titles")) == 10
    assert importer.catalog(*TEN[:left], confirm=refuse, dry_run=True)["withdrawn"] == 3
    assert len(importer.ids("titles")) == 10


def test_sources_do_not_withdraw_each_others_titles(importer: Importer) -> None:
    importer.catalog(movie("a"), movie("both"), source="north")
    importer.catalog(movie("b"), movie("both"), source="south")
    assert importer.catalog(movie("a"), source="north")["withdrawn"] == 1
    assert importer.ids("titles") == {"a", "b", "both"}
    assert importer.one("titles", "both")["sources"] == ["south"]
    importer.catalog(movie("b"), source="south")
    assert importer.ids("titles") == {"a", "b"}


def test_what_another_source_still_brings_is_counted_and_not_told_as_gone(importer: Importer) -> None:
    importer.catalog(series("quay"), episode("e1", "quay", 1, 1), movie("a"), source="north")
    importer.catalog(series("quay"), episode("e1", "quay", 1, 1), episode("e2", "quay", 2, 1), source="south")
    counts = importer.catalog(movie("a"), source="north")
    assert (counts["withdrawn"], counts["kept_by_other_sources"]) == (2, 2)
    assert importer.ids("titles") == {"quay", "e1", "e2", "a"}
    quay = importer.one("titles", "quay")
    assert (quay["season_count"], quay["episode_count"], quay["sources"]) == (2, 2, ["south"])
    assert importer.catalog_changes[-1].withdrawn == []


@pytest.mark.parametrize(
    "rows",
    [
        [series("quay", name="Pier", maturity_age=16)],
        [episode("e3", "quay", 3, 1)],
        [series("quay", maturity_age=6), movie("a", year=2001)],
    ],
)
def test_a_dry_run_counts_what_the_import_counts(importer: Importer, rows: list[Row]) -> None:
    importer.catalog(series("quay"), episode("e1", "quay", 1, 1), episode("e2", "quay", 1, 2), movie("a"))
    stored = list(importer.database["titles"].find())
    foretold = importer.catalog(*rows, add=True, dry_run=True)
    assert list(importer.database["titles"].find()) == stored
    assert importer.catalog(*rows, add=True) == foretold
    assert foretold["changed"] >= 1


def test_a_broken_line_does_not_withdraw_its_title(importer: Importer) -> None:
    importer.catalog(*TEN)
    counts = importer.catalog(*TEN[1:], movie("m0", year=3), skip=True)
    assert (counts["broken_rows"], counts["withdrawn"]) == (1, 0)
    assert "m0" in importer.ids("titles")


def test_the_same_file_again_writes_nothing(importer: Importer) -> None:
    rows = (movie("lamp", year=2026), series("quay"), episode("e1", "quay", 1, 1))
    importer.catalog(*rows)
    before = list(importer.database["titles"].find().sort("_id"))
    assert importer.catalog(*rows)["unchanged"] == 3
    assert list(importer.database["titles"].find().sort("_id")) == before


def test_fields_of_other_writers_stay_and_fields_that_a_line_lost_go(importer: Importer) -> None:
    importer.catalog(movie("lamp", franchise="Lamps", genres=["Drama"]))
    importer.database["titles"].update_one({"_id": "lamp"}, {"$set": {"editors_note": "fine"}})
    importer.catalog(movie("lamp", genres=["Crime"]))
    stored = importer.one("titles", "lamp")
    assert (stored["editors_note"], stored["genres"]) == ("fine", ["Crime"])
    assert "franchise" not in stored


def test_a_series_line_alone_renames_its_episodes_and_keeps_its_counts(importer: Importer) -> None:
    importer.catalog(
        series("quay", genres=["Crime"], maturity_age=12, ratings={"DE": "FSK 12"}),
        *[episode(f"e{one}", "quay", one, 1) for one in (1, 2, 3)],
        episode("own", "quay", 3, 2, maturity_age=18, genres=["Horror"]),
    )
    counts = importer.catalog(series("quay", genres=["Drama"], maturity_age=16, name="Pier"), add=True)
    assert counts["changed"] == 5
    quay, first, own = (importer.one("titles", one) for one in ("quay", "e1", "own"))
    assert (quay["season_count"], quay["episode_count"]) == (3, 4)
    assert (first["series_name"], first["maturity_age"], first["genres"]) == ("Pier", 16, ["Drama"])
    assert "region_ages" not in first
    assert (own["series_name"], own["maturity_age"], own["genres"]) == ("Pier", 18, ["Horror"])
    assert set(importer.catalog_changes[-1].changed) == {"quay", "e1", "e2", "e3", "own"}


def test_an_episode_alone_takes_the_facts_of_the_stored_series_and_is_counted(importer: Importer) -> None:
    importer.catalog(series("quay", maturity_age=12, ratings={"DE": "FSK 16"}), episode("e1", "quay", 1, 1))
    importer.catalog(episode("e2", "quay", 2, 1), add=True)
    added = importer.one("titles", "e2")
    assert (added["maturity_age"], added["region_ages"]) == (12, [{"region": "DE", "age": 16}])
    quay = importer.one("titles", "quay")
    assert (quay["season_count"], quay["episode_count"]) == (2, 2)


def test_withdrawn_episodes_are_no_longer_counted(importer: Importer) -> None:
    rows = [series("quay"), *[episode(f"e{one}", "quay", 1, one) for one in range(9)]]
    importer.catalog(*rows)
    importer.catalog(*rows[:-1])
    assert importer.one("titles", "quay")["episode_count"] == 8


def test_episodes_of_older_imports_follow_their_series_too(importer: Importer) -> None:
    importer.catalog(series("quay", maturity_age=12), episode("e1", "quay", 1, 1))
    importer.database["titles"].update_one({"_id": "e1"}, {"$unset": {"inherited": "", "sources": ""}})
    importer.catalog(series("quay", maturity_age=16), add=True)
    assert importer.one("titles", "e1")["maturity_age"] == 16


def test_an_id_keeps_its_meaning_unless_told(importer: Importer) -> None:
    first = (
        series("quay"),
        series("pier"),
        episode("e1", "quay", 1, 1),
        episode("e2", "quay", 1, 2),
        movie("m"),
    )
    importer.catalog(*first)
    moved = (
        series("quay"),
        series("pier"),
        episode("e1", "pier", 1, 1),
        episode("e2", "quay", 1, 2),
        series("m"),
    )
    with pytest.raises(BrokenRows) as caught:
        importer.catalog(*moved)
    assert "line 3: id: 'e1' is stored as an episode of 'quay', and here it is an episode of 'pier'" in str(
        caught.value
    )
    assert "line 5: id: 'm' is stored as a movie, and here it is a series" in str(caught.value)
    assert "--allow-changed-ids" in str(caught.value)
    assert importer.one("titles", "e1")["series_id"] == "quay"
    importer.catalog(*moved, allow_changed_ids=True)
    assert importer.one("titles", "e1")["series_name"] == "Pier"
    assert [importer.one("titles", one)["episode_count"] for one in ("quay", "pier")] == [1, 1]


def test_old_watches_of_an_id_with_a_new_meaning_are_forgotten(importer: Importer) -> None:
    importer.catalog(series("quay"), series("pier"), episode("e1", "quay", 1, 1), movie("m"), movie("n"))
    importer.profiles(profile("ada"))
    importer.events(
        event("ada", "e1", "progress", 2, position_seconds=600),
        event("ada", "m", "complete", 3),
        event("ada", "m", "like", 3),
        event("ada", "n", "complete", 3),
    )
    revision = importer.one("activity", "ada")["revision"]
    changed = (series("quay"), series("pier"), episode("e1", "pier", 1, 1), series("m"), movie("n"))
    importer.catalog(*changed, allow_changed_ids=True)
    stored = importer.one("activity", "ada")
    assert (set(stored["watched"]), stored["rated"], stored["revision"] > revision) == ({"n"}, {}, True)
    assert importer.catalog_changes[-1].complete is False


def test_an_episode_file_that_would_withdraw_its_series_is_refused(importer: Importer) -> None:
    importer.catalog(series("quay"), episode("e1", "quay", 1, 1))
    with pytest.raises(
        BrokenRows, match="no line for the series 'quay' and would withdraw it; add the line, or"
    ):
        importer.catalog(episode("e1", "quay", 1, 1))


def test_a_series_stays_while_another_source_has_episodes_of_it(importer: Importer) -> None:
    importer.catalog(series("quay"), *TEN, source="north")
    importer.catalog(episode("e1", "quay", 1, 1), source="south", add=True)
    importer.catalog(*TEN, source="north")
    assert {"quay", "e1"} <= importer.ids("titles")


def test_an_id_twice_is_a_broken_row_that_names_the_first(importer: Importer) -> None:
    with pytest.raises(
        BrokenRows, match=r"line 3: id: 'm1' is on line 1 already; give each line an id of its own"
    ):
        importer.catalog(movie("m1"), movie("m2"), movie("m1", name="Other"))
    importer.catalog(movie("m1"), movie("m2"), movie("m1", name="Other"), skip=True)
    assert importer.one("titles", "m1")["name"] == "M1"


def test_nothing_is_written_when_the_last_row_is_broken(importer: Importer) -> None:
    with pytest.raises(BrokenRows, match=r"line 11: name: '\\ud800' holds half a character, U\+D800"):
        importer.catalog(*TEN, '{"id": "bad", "kind": "movie", "name": "\\ud800"}')
    assert importer.ids("titles") == set()
    assert importer.ids("imports") == set()


def test_empty_values_of_dumps_are_left_out_and_unknown_genres_counted(importer: Importer) -> None:
    row = movie(
        "lamp",
        runtime_seconds=0,
        credits_seconds=None,
        franchise="",
        imdb_id=None,
        year=0,
        cast=["Ada", None],
    )
    genres = ["Action & Adventure", "Sci-Fi & Fantasy", "TV Movie", "Polka", None]
    counts = importer.catalog({**row, "genres": genres}, movie("other", genres=["Polka"]))
    assert (counts["titles"], counts["broken_rows"]) == (2, 0)
    stored = importer.one("titles", "lamp")
    assert stored["genres"] == ["Action", "Adventure", "Science Fiction", "Fantasy"]
    assert (stored["cast"], "runtime_seconds" in stored["derived"], "year" in stored) == (
        ["Ada"],
        True,
        False,
    )
    assert importer.problems.warnings() == ["unknown genre 'Polka' (2 times)"]


def test_skipping_every_row_is_an_error(importer: Importer) -> None:
    importer.catalog(*TEN)
    with pytest.raises(BrokenRows, match="every row is broken, nothing was written"):
        importer.catalog({"id": "m0"}, {"id": "m1"}, skip=True)
    assert len(importer.ids("titles")) == 10


def test_an_import_that_was_cut_short_is_finished_and_told_as_a_whole(importer: Importer) -> None:
    def cut(changes: object) -> None:
        raise ConnectionError

    importer.on_catalog = cut
    with pytest.raises(ConnectionError):
        importer.catalog(*TEN)
    importer.on_catalog = importer.catalog_changes.append
    importer.catalog(*TEN)
    assert importer.catalog_changes[-1].complete is False
    assert set(importer.catalog_changes[-1].changed) == {row["id"] for row in TEN}
    importer.catalog(*TEN)
    assert importer.catalog_changes[-1].complete is True


def test_an_import_owns_every_field_of_a_stored_title(importer: Importer) -> None:
    importer.catalog(series("quay", plans=["a"], ratings={"DE": "FSK 12"}), episode("e1", "quay", 1, 1))
    stored = importer.one("titles", "quay") | importer.one("titles", "e1")
    assert set(stored) - OWNED_FIELDS == {"_id", "source", "sources"}
