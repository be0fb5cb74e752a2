"""The real sets, when they are there: exact counts, joined titles, names that a film lover would write so."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo.database import Database

from batch.console import ConsoleReporter
from batch.importers.input_files import Problems
from batch.importers.movielens import MovieLens
from batch.importers.movietweetings import MovieTweetings
from batch.importers.rating_set import collect_statistics
from batch.importers.rating_set_import import load_rating_set, open_rating_set, parse_shift_to
from batch.importers.synopses import read_synopses
from batch.sample.catalogue import make_catalogue
from batch.sample.figures import REFERENCE_FIGURES, skew_figures
from batch.storage.clients import open_mongo
from domain.serialization import Document

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def movielens(real_data: Path) -> MovieLens:
    return MovieLens(real_data / "ml-latest-small", Problems())


@pytest.fixture(scope="module")
def movietweetings(real_data: Path) -> MovieTweetings:
    return MovieTweetings(real_data / "movietweetings", Problems())


def skew_of(files: MovieLens | MovieTweetings) -> dict[str, float]:
    films = files.read_films({})
    ratings = [rating for _, rating in files.read_ratings(films, files.problems)]
    by_title, by_person = Counter(one.title for one in ratings), Counter(one.person for one in ratings)
    return skew_figures(list(by_title.values()), list(by_person.values()))


def test_movielens_small_is_read_to_the_last_row(movielens: MovieLens) -> None:
    films = movielens.read_films({})
    found = collect_statistics(
        movielens.ratings_path, lambda: movielens.read_ratings(films, movielens.problems)
    )
    assert (len(films), len(found.people), found.ratings) == (9742, 610, 100_836)
    assert movielens.problems.count == 0
    assert sum(film.imdb_id is not None for film in films.values()) == 9742
    assert found.newest_at.date().isoformat() == "2018-09-24"


def test_movietweetings_is_read_to_the_last_row(movietweetings: MovieTweetings) -> None:
    films = movietweetings.read_films({})
    found = collect_statistics(
        movietweetings.ratings_path, lambda: movietweetings.read_ratings(films, Problems())
    )
    assert (len(films), len(found.people), found.ratings) == (22_438, 21_081, 141_695)


def test_names_are_as_people_write_them(movielens: MovieLens) -> None:
    names = {film.id: (film.name, film.year) for film in movielens.read_films({}).values()}
    assert names["tt0133093"] == ("The Matrix", 1999)  # type: ignore[index]
    assert names["tt0110413"] == ("Léon: The Professional", 1994)  # type: ignore[index]
    assert not [name for name, _ in names.values() if name.endswith((", The", ", A", "a.k.a."))]


def test_synopses_match_films_by_imdb_id(movielens: MovieLens, real_data: Path) -> None:
    facts = read_synopses(real_data / "wikipedia-films" / "films.jsonl", Problems())
    films = movielens.read_films(facts)
    assert len(facts) == 8892
    told = [film for film in films.values() if film.synopsis]
    assert len(told) == 6330
    assert all((film.synopsis_source or "").startswith("https://en.wikipedia.org/wiki/") for film in told)


def test_published_figures_of_skew_are_those_of_the_sets(
    movielens: MovieLens, movietweetings: MovieTweetings
) -> None:
    assert skew_of(movielens) == pytest.approx(REFERENCE_FIGURES["MovieLens small"])
    assert skew_of(movietweetings) == pytest.approx(REFERENCE_FIGURES["MovieTweetings 2013"])


def test_no_invented_title_exists(movielens: MovieLens, movietweetings: MovieTweetings) -> None:
    real = {
        film.name.casefold()
        for films in (movielens, movietweetings)
        for film in films.read_films({}).values()
    }
    invented = {work.title.name for work in make_catalogue(7, 3000, datetime(2026, 11, 22, 20, tzinfo=UTC))}
    assert {name for name in invented if name.casefold() in real} == set()


@pytest.fixture
def database(mongo_database: str) -> Iterator[Database[Document]]:
    opened = open_mongo(mongo_database)
    yield opened
    opened.client.close()


@pytest.mark.stores
@pytest.mark.timeout(900)
def test_both_sets_load_and_join(database: Database[Document], real_data: Path, tmp_path: Path) -> None:
    told = {}
    for source, folder in (("movielens", "ml-latest-small"), ("movietweetings", "movietweetings")):
        rating_set = open_rating_set(source, real_data / folder, Problems())
        when = parse_shift_to("2026-11-20", datetime(2026, 11, 22, tzinfo=UTC))
        told[source] = load_rating_set(
            database, tmp_path, rating_set, None, when, ConsoleReporter(quiet=True)
        )
    assert told["movietweetings"]["joined"] == 5697
    assert database["titles"].count_documents({}) == 9742 + 12_611 - 5697
    assert database["profiles"].count_documents({}) == 610 + 21_081 + 2
    assert database["profiles"].count_documents({"account_id": "demo"}) == 3
