"""TMDB's shape, on invented titles: what becomes of every part of an object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from batch.importers.json_object import JsonObject
from batch.importers.tmdb_media import TmdbMedia
from batch.importers.tmdb_titles import TmdbCatalog
from batch.importers.tmdb_values import tmdb_language
from domain.errors import BadInput

FILE = Path(__file__).parent / "tmdb" / "catalogue.jsonl"
IMAGES = "https://image.tmdb.org/t/p"
MOVIE = {"id": 1, "title": "One"}


def rows_of(catalog: TmdbCatalog) -> dict[str, dict[str, Any]]:
    documents = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    for document in documents:
        catalog.note_adult(document)
    return {row["id"]: row for document in documents for row in catalog.rows(document)}


def sizes(row: dict[str, Any], shape: str) -> list[tuple[str, int, int, str | None, bool]]:
    return [
        (
            one["url"].removeprefix(IMAGES),
            one["width"],
            one["height"],
            one.get("language"),
            one.get("textless", False),
        )
        for one in row["images"]
        if one["shape"] == shape
    ]


def test_a_movie() -> None:
    catalog = TmdbCatalog(TmdbMedia(languages=("en", "de")))
    movie = rows_of(catalog)["tmdb-movie-990001"]
    assert sizes(movie, "poster") == [
        ("/w342/lampen.jpg", 342, 513, "en", False),
        ("/w780/lampen.jpg", 780, 1170, "en", False),
        ("/original/lampen.jpg", 1000, 1500, "en", False),
        ("/w342/lampde.png", 342, 513, "de", False),
        ("/original/lampde.png", 400, 600, "de", False),
    ], "the French one is no poster by its proportions"
    wide = [
        ("/w780/lampwide2.jpg", 780, 439, None, True),
        ("/w1280/lampwide2.jpg", 1280, 720, None, True),
        ("/original/lampwide2.jpg", 3840, 2160, None, True),
    ]
    assert sizes(movie, "landscape") == sizes(movie, "hero") == wide
    assert sizes(movie, "logo") == [("/original/lamplogo.svg", 930, 300, "en", False)]
    del movie["images"]
    assert movie == {
        "id": "tmdb-movie-990001", "kind": "movie", "name": "The Lamp",
        "other_names": ["燈", "La Lampe", "Die Lampe"], "year": 2021,
        "synopsis": "A lamp is lit and does not go out.",
        "synopsis_source": "https://www.themoviedb.org/movie/990001", "genres": ["Science Fiction", "Drama"],
        "cast": ["Ada Wick", "Bao Lin"], "language": "yue", "runtime_seconds": 6060, "maturity_age": 13,
        "ratings": {"US": "PG-13", "DE": "FSK 12"}, "launched_at": "2021-03-04T00:00:00.000Z",
        "franchise": "The Lamp Collection", "imdb_id": "tt9900001",
    }  # fmt: skip
    assert catalog.left_out["rating 'Suitable' of GB"] == 1
    assert catalog.left_out["trailer on YouTube; give your own with --trailer-base"] == 2


def test_a_series_with_a_year_season_a_special_and_an_episode_to_come() -> None:
    rows = rows_of(TmdbCatalog())
    series = rows["tmdb-tv-990002"]
    assert sizes(series, "poster") == [
        ("/w342/quay.jpg", 342, 513, None, False),
        ("/w780/quay.jpg", 780, 1170, None, False),
    ]
    assert (series["name"], series["other_names"]) == ("The Quay", ["Kajen", "Der Kai"])
    assert (series["genres"], series["ratings"]) == (
        ["Action", "Adventure", "Crime"],
        {"DE": "16", "US": "PG-13"},
    )
    assert (series["cast"], series["runtime_seconds"], series["imdb_id"]) == (["Dag Tide"], 2640, "tt9900002")
    first, later, special = (rows[f"tmdb-episode-{number}"] for number in (990021, 990022, 990020))
    assert (first["series_id"], first["season"], first["episode"]) == ("tmdb-tv-990002", 2026, 105)
    assert (first["air_date"], "air_date" in special) == ("2026-01-05", False)
    assert (first["name"], first["cast"], first["synopsis"]) == ("Ebb", ["Eve Net"], "Water goes.")
    assert first["images"] == [
        {"url": f"{IMAGES}/w300/ebb.jpg", "shape": "landscape", "width": 300, "height": 169, "textless": True}
    ]
    assert (later["name"], later["launched_at"]) == ("Episode 106", "2031-01-06T00:00:00.000Z")
    assert "runtime_seconds" not in later
    assert (special["season"], special["episode"]) == (0, 0)


def test_titles_with_the_adult_flag_stay_out_unless_they_are_asked_for() -> None:
    catalog = TmdbCatalog()
    assert set(rows_of(catalog)) == {
        "tmdb-movie-990001", "tmdb-tv-990002", "tmdb-episode-990020", "tmdb-episode-990021", "tmdb-episode-990022",
    }  # fmt: skip
    assert catalog.left_out["title with the adult flag; --with-adult brings it, from 18"] == 2
    assert catalog.left_out["episode of a series with the adult flag; --with-adult brings it, from 18"] == 1
    asked = rows_of(TmdbCatalog(with_adult=True))
    assert (asked["tmdb-tv-990003"]["maturity_age"], asked["tmdb-movie-990002"]["maturity_age"]) == (18, 18)
    assert "ratings" not in asked["tmdb-tv-990003"], "no board's lower age counts"
    assert asked["tmdb-episode-990031"]["series_id"] == "tmdb-tv-990003"


def test_addresses_of_ones_own_for_pictures_and_trailers() -> None:
    media = TmdbMedia("https://images.example/t", "https://video.example")
    movie = rows_of(TmdbCatalog(media))["tmdb-movie-990001"]
    assert movie["images"][0]["url"] == "https://images.example/t/w342/lampen.jpg"
    assert movie["trailers"] == [
        {"url": "https://video.example/keyEn-2.mp4", "mime": "video/mp4", "language": "en"},
        {"url": "https://video.example/keyDe_1.mp4", "mime": "video/mp4", "language": "de"},
    ]
    posters = [one["url"] for one in movie["images"] if one["shape"] == "poster"]
    assert not any("lampde" in url for url in posters), "German is neither asked for nor the film's language"
    assert "images" not in rows_of(TmdbCatalog(TmdbMedia(has_images=False)))["tmdb-movie-990001"]


@pytest.mark.parametrize(
    "empty",
    [
        {"runtime": 0, "overview": "", "imdb_id": "", "release_date": "", "genres": None, "credits": None},
        {"runtime": None, "belongs_to_collection": None, "original_language": "xx", "poster_path": None},
        {"images": None, "videos": {}, "release_dates": {"results": [{"iso_3166_1": "US", "release_dates": []}]}},
    ],
)  # fmt: skip
def test_what_a_dump_leaves_empty_costs_no_title(empty: dict[str, Any]) -> None:
    assert list(TmdbCatalog().rows(MOVIE | empty)) == [{"id": "tmdb-movie-1", "kind": "movie", "name": "One"}]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"page": 1, "results": []}, "is no object of TMDB: a movie has title"),
        ({"title": "One"}, "id: is missing; write TMDB's number of the title"),
        ({"id": 1, "title": " ", "original_title": None}, "title: is empty; write the name"),
        (MOVIE | {"release_date": "soon"}, "release_date: 'soon' is not a date like 2024-11-26"),
        (MOVIE | {"runtime": "long"}, "runtime: 'long' is not a whole number"),
        (MOVIE | {"credits": {"cast": [{"name": 5}]}}, "credits.cast[0].name: '5' is not text"),
        (MOVIE | {"images": {"posters": {"a": 1}}}, "images.posters: \"{'a': 1}\" is not a list"),
        (MOVIE | {"adult": "no"}, "adult: 'no' is not true or false"),
        ({"id": 2, "name": "S", "season/1": {"episodes": [{"name": "E"}]}}, "season/1.episodes[0].id: is missing"),
    ],
)  # fmt: skip
def test_a_broken_object_is_refused_with_the_field(document: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as refusal:
        list(TmdbCatalog().rows(document))
    assert str(refusal.value).startswith(message)


def test_values_of_an_object() -> None:
    thing = JsonObject({"a": 12.0, "b": 12.5, "c": True, "d": ["x", 3]})
    assert thing.whole("a") == 12
    with pytest.raises(BadInput, match=r"b: '12\.5' is not a whole number"):
        thing.whole("b")
    with pytest.raises(BadInput, match=r"c: 'True' is not a number"):
        thing.number("c")
    assert thing.wholes("d") == [3]
    assert [tmdb_language(code) for code in ("cn", "xx", "", None, "pt-BR", "??")] == [
        "yue",
        None,
        None,
        None,
        "pt-BR",
        None,
    ]
