"""Movies, series, seasons and episodes of TMDB -> rows of a catalogue (docs/importing-data.md has the table).

A line is what the API answers for /movie/{id}, /tv/{id}, /tv/{id}/season/{n} or .../episode/{n}, with whatever was
appended: release_dates, content_ratings, alternative_titles, translations, credits, images, videos, external_ids and
season/1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from batch.importers.json_object import JsonObject
from batch.importers.tmdb_ids import tmdb_episode_id, tmdb_movie_id, tmdb_series_id
from batch.importers.tmdb_media import TmdbMedia, images_of, stills_of, trailers_of
from batch.importers.tmdb_values import (
    genres_of,
    movie_ratings,
    other_names,
    series_ratings,
    strictest_age,
    tmdb_language,
)
from domain.catalog.maturity_ratings import ADULT_AGE
from domain.errors import BadInput
from domain.ids import TitleId
from domain.serialization import Document
from domain.timestamps import to_iso

PAGES = "https://www.themoviedb.org"
IMDB_ID = re.compile(r"tt\d{7,9}")
MAX_CAST = 20
FIRST_LAUNCH = date(1990, 1, 1)
"""Older release dates say nothing of when a title came to the service."""

FORMS = "a movie has title, a series name, a season episodes and season_number, an episode show_id and episode_number"


@dataclass(slots=True)
class TmdbCatalog:
    """`with_adult`: titles with the adult flag come in, from 18. `left_out` counts what did not."""

    media: TmdbMedia = field(default_factory=TmdbMedia)
    with_adult: bool = False
    left_out: Counter[str] = field(default_factory=Counter)
    withheld: set[TitleId] = field(default_factory=set)
    """Series that do not come in, and so keep their episodes out."""

    def rows(self, document: Document) -> Iterator[Document]:
        """Raises BadInput that names the field."""
        title = JsonObject(document)
        if "episodes" in document and "season_number" in document:
            yield from self._season(title, None)
        elif "show_id" in document and "episode_number" in document:
            yield from self._episode(title, None)
        elif "title" in document or "original_title" in document:
            yield from self._movie(title)
        elif "name" in document or "original_name" in document:
            yield from self._series(title)
        else:
            raise BadInput(f"is no object of TMDB: {FORMS}")

    def _movie(self, movie: JsonObject) -> Iterator[Document]:
        number, name = _number(movie), _name(movie, "title", "original_title")
        if self._is_withheld(movie):
            return
        released = movie.day("release_date")
        ratings = movie_ratings(movie, self.left_out)
        yield _row(
            {
                "id": tmdb_movie_id(number),
                "kind": "movie",
                "name": name,
                "other_names": other_names(name, _movie_names(movie)),
                "year": released.year if released else None,
                **self._common(movie, ratings),
                "synopsis_source": f"{PAGES}/movie/{number}" if movie.text("overview") else None,
                "runtime_seconds": 60 * (movie.whole("runtime") or 0),
                "launched_at": _launch(released),
                "franchise": movie.part("belongs_to_collection").text("name"),
                "imdb_id": self._imdb_id(movie, movie.part("external_ids")),
            }
        )

    def _series(self, series: JsonObject) -> Iterator[Document]:
        number, name = _number(series), _name(series, "name", "original_name")
        if self._is_withheld(series):
            return
        began = series.day("first_air_date")
        ratings = series_ratings(series, self.left_out)
        usual = series.wholes("episode_run_time")
        yield _row(
            {
                "id": tmdb_series_id(number),
                "kind": "series",
                "name": name,
                "other_names": other_names(name, _series_names(series)),
                "year": began.year if began else None,
                **self._common(series, ratings),
                "synopsis_source": f"{PAGES}/tv/{number}" if series.text("overview") else None,
                "runtime_seconds": 60 * usual[0] if usual else None,
                "launched_at": _launch(began),
                "imdb_id": self._imdb_id(series.part("external_ids")),
            }
        )
        for key in series.document:
            if key.startswith("season/"):
                yield from self._season(series.part(key), number)

    def _season(self, season: JsonObject, show: int | None) -> Iterator[Document]:
        for episode in season.parts("episodes"):
            yield from self._episode(episode, show)

    def _episode(self, episode: JsonObject, show: int | None) -> Iterator[Document]:
        number, show = _number(episode), show or episode.whole("show_id")
        if show is None:
            raise BadInput(f"{episode.path_of('show_id')}: is missing; write the id of the series")
        series_id = tmdb_series_id(show)
        if series_id in self.withheld:
            self.left_out["episode of a series with the adult flag; --with-adult brings it, from 18"] += 1
            return
        season, place = episode.whole("season_number"), episode.whole("episode_number")
        aired = episode.day("air_date")
        guests = [
            one
            for name in ("credits", "")
            for one in _cast(episode.part(name) if name else episode, "guest_stars")
        ]
        yield _row(
            {
                "id": tmdb_episode_id(number),
                "kind": "episode",
                "name": episode.text("name") or f"Episode {place}",
                "series_id": series_id,
                "season": season,
                "episode": place,
                "year": aired.year if aired else None,
                "synopsis": episode.text("overview"),
                "cast": list(dict.fromkeys([*_cast(episode.part("credits"), "cast"), *guests]))[:MAX_CAST],
                "runtime_seconds": 60 * (episode.whole("runtime") or 0),
                "air_date": aired.isoformat() if aired else None,
                "launched_at": _launch(aired),
                "imdb_id": self._imdb_id(episode.part("external_ids")),
                "images": stills_of(episode, self.media),
                "trailers": trailers_of(episode, self.media, self.left_out),
            }
        )

    def _common(self, title: JsonObject, ratings: dict[str, str]) -> Document:
        is_adult = title.flag("adult")
        return {
            "synopsis": title.text("overview"),
            "genres": genres_of(title),
            "cast": (_cast(title.part("credits"), "cast") or _cast(title.part("aggregate_credits"), "cast"))[
                :MAX_CAST
            ],
            "language": tmdb_language(title.text("original_language")),
            "maturity_age": ADULT_AGE if is_adult else strictest_age(ratings),
            "ratings": {} if is_adult else ratings,
            "images": images_of(title, self.media),
            "trailers": trailers_of(title, self.media, self.left_out),
        }

    def _imdb_id(self, *places: JsonObject) -> str | None:
        found = next((text for place in places if (text := place.text("imdb_id"))), None)
        if found is None or IMDB_ID.fullmatch(found):
            return found
        self.left_out[f"imdb_id {found!r:.20}"] += 1
        return None

    def note_adult(self, document: Document) -> None:
        """To be called with every object first: episodes may stand before their series."""
        is_series = "name" in document and "title" not in document
        if is_series and not self.with_adult and document.get("adult") is True and "id" in document:
            self.withheld.add(tmdb_series_id(document["id"]))

    def _is_withheld(self, title: JsonObject) -> bool:
        if self.with_adult or not title.flag("adult"):
            return False
        self.left_out["title with the adult flag; --with-adult brings it, from 18"] += 1
        return True


def tmdb_ids_of(document: object) -> set[str]:
    """Ids of the titles that an object stands for, as far as they can be read."""
    if not isinstance(document, dict):
        return set()
    seasons = [document, *(part for name, part in document.items() if name.startswith("season/"))]
    episodes = [one for part in seasons if isinstance(part, dict) for one in part.get("episodes") or ()]
    ids = {tmdb_episode_id(one["id"]) for one in episodes if isinstance(one, dict) and "id" in one}
    if "id" not in document or "episodes" in document:
        return set[str](ids)
    make_id = tmdb_series_id
    if "title" in document or "original_title" in document:
        make_id = tmdb_movie_id
    elif "show_id" in document:
        make_id = tmdb_episode_id
    return {*ids, make_id(document["id"])}


def _row(values: Document) -> Document:
    """Without what is not known: None, 0 seconds, nothing in a list."""
    numbers = {"season", "episode", "maturity_age"}
    return {
        name: value
        for name, value in values.items()
        if value is not None and (value or (name in numbers and value == 0))
    }


def _number(title: JsonObject) -> int:
    number = title.whole("id")
    if number is None or number <= 0:
        raise BadInput(f"{title.path_of('id')}: is missing; write TMDB's number of the title")
    return number


def _name(title: JsonObject, *fields: str) -> str:
    name = next((text for one in fields if (text := title.text(one))), None)
    if name is None:
        raise BadInput(f"{title.path_of(fields[0])}: is empty; write the name")
    return name


def _movie_names(movie: JsonObject) -> Iterator[str | None]:
    yield movie.text("original_title")
    for one in movie.part("alternative_titles").parts("titles"):
        yield one.text("title")
    for one in movie.part("translations").parts("translations"):
        yield one.part("data").text("title")


def _series_names(series: JsonObject) -> Iterator[str | None]:
    yield series.text("original_name")
    for one in series.part("alternative_titles").parts("results"):
        yield one.text("title")
    for one in series.part("translations").parts("translations"):
        yield one.part("data").text("name")


def _cast(credits: JsonObject, name: str) -> list[str]:
    """In the order of billing."""
    people = sorted(credits.parts(name), key=lambda person: person.number("order"))
    return list(dict.fromkeys(found for person in people if (found := person.text("name"))))


def _launch(released: date | None) -> str | None:
    """What comes out later is not open before; what is older than the service has no day of its own."""
    if released is None or released < FIRST_LAUNCH:
        return None
    return to_iso(datetime.combine(released, time(), UTC))
