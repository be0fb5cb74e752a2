"""Trakt's history and ratings in JSON, as its export and its API have them.

    {"id": 7, "watched_at": "2024-11-26T20:15:00.000Z", "action": "watch", "type": "episode",
     "episode": {"season": 2, "number": 3, "title": "Ebb", "ids": {"trakt": 1, "imdb": "tt0000001", "tmdb": 2}},
     "show": {"title": "The Quay", "year": 2019, "ids": {...}}}

A movie has `movie` instead; a rating `rated_at` and `rating`, 1 to 10. Trakt keeps what was watched at an unknown
time as null, "unknown" or a day of 1970: such an entry has no instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from batch.importers.viewing_entries import EARLIEST, EntryKind, Reading, ViewingEntry
from domain.errors import BadInput
from domain.serialization import Document
from domain.timestamps import from_iso

TOLERANCE = timedelta(minutes=5)


def is_trakt(item: object) -> bool:
    return isinstance(item, dict) and bool({"watched_at", "rated_at"} & set(item)) and "type" in item


def trakt_entries(number: int, item: Document, now: datetime) -> Iterator[ViewingEntry]:
    """`number` counts items from 1. Raises BadInput that names the field."""
    reading = _reading(item)
    is_rating = "rated_at" in item
    field = "rated_at" if is_rating else "watched_at"
    at = _instant(item[field], field, now)
    text = _text(reading)
    if is_rating:
        stars = _stars(item.get("rating"))
        yield ViewingEntry(number, text, EntryKind.RATED, at, f"{at} {text} {stars}", (reading,), stars)
        return
    key = f"trakt {item['id']}" if isinstance(item.get("id"), int) else f"{at} {text}"
    yield ViewingEntry(number, text, EntryKind.WATCHED, at, key, (reading,))


def _reading(item: Document) -> Reading:
    kind = item["type"]
    if kind == "movie":
        movie = _part(item, "movie")
        imdb, tmdb = _ids(movie, "movie")
        return Reading(_title(movie, "movie"), _whole(movie, "movie", "year"), imdb_id=imdb, tmdb_id=tmdb)
    if kind == "episode":
        episode, show = _part(item, "episode"), _part(item, "show")
        imdb, tmdb = _ids(episode, "episode")
        show_imdb, show_tmdb = _ids(show, "show")
        name = episode.get("title")
        return Reading(
            _title(show, "show"),
            _whole(show, "show", "year"),
            True,
            _whole(episode, "episode", "season"),
            _whole(episode, "episode", "number"),
            name if isinstance(name, str) else None,
            imdb,
            tmdb,
            show_imdb,
            show_tmdb,
        )
    raise BadInput(
        f"type: {kind!r} cannot be imported; only 'movie' and 'episode' can, so leave the entry out"
    )


def _part(item: Document, name: str) -> Document:
    part = item.get(name)
    if not isinstance(part, dict):
        raise BadInput(f"{name}: is missing; an entry of type {item['type']!r} needs it")
    return part


def _title(part: Mapping[str, object], name: str) -> str:
    title = part.get("title")
    if not isinstance(title, str) or not title.strip():
        raise BadInput(f"{name}.title: is empty; write its name")
    return title


def _whole(part: Mapping[str, object], name: str, field: str) -> int | None:
    value = part.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadInput(f"{name}.{field}: {value!r} is no whole number")
    return value


def _ids(part: Mapping[str, object], name: str) -> tuple[str | None, int | None]:
    ids = part.get("ids") or {}
    if not isinstance(ids, dict):
        raise BadInput(f'{name}.ids: is no object; write it like {{"imdb": "tt0000001", "tmdb": 2}}')
    imdb = ids.get("imdb")
    return imdb if isinstance(imdb, str) and imdb else None, _whole(ids, f"{name}.ids", "tmdb") or None


def _instant(value: object, field: str, now: datetime) -> datetime | None:
    if value is None or value == "unknown":
        return None
    try:
        at = from_iso(str(value))
    except BadInput as error:
        raise BadInput(f"{field}: {error}") from error
    if at > now + TOLERANCE:
        raise BadInput(f"{field}: {value} lies in the future; correct it, or check the clock of this machine")
    return min(at, now) if at >= datetime.combine(EARLIEST, datetime.min.time(), UTC) else None


def _stars(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 10:
        raise BadInput(f"rating: {value!r} is not from 1 to 10")
    return value / 2


def _text(reading: Reading) -> str:
    year = f" ({reading.year})" if reading.year else ""
    if not reading.is_episode:
        return f"{reading.name}{year}"
    number = f"S{reading.season} E{reading.episode}" if reading.season is not None else "episode"
    name = f' "{reading.episode_name}"' if reading.episode_name else ""
    return f"{reading.name}{year}: {number}{name}"
