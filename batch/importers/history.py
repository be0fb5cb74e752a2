"""Ratings of a person -> events, activity, favourites. A rating implies that the film was watched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from batch.importers.input_files import Problems
from batch.importers.members import favourite_genres
from domain.catalog.titles import Title
from domain.ids import ProfileId, Region, TitleId
from domain.viewers.activity import Activity, Rating
from domain.viewers.events import Event, EventType, rating_value
from domain.viewers.watches import Watch, one_playback

LIKED_STARS = 4.0
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RatingRow:
    """`stars`: 0.5 to 5; `at`: seconds since 1970."""

    person: int
    title: str
    stars: float
    at: int


def without_repeats(
    path: Path, rows: Iterable[tuple[int, RatingRow]], problems: Problems
) -> Iterator[tuple[int, RatingRow]]:
    """(line, rating) of ratings sorted by person; a film that a person rates twice goes to `problems`."""
    person: int | None = None
    lines: dict[str, int] = {}
    for line, rating in rows:
        if rating.person != person:
            person, lines = rating.person, {}
        first = lines.setdefault(rating.title, line)
        if first == line:
            yield line, rating
        else:
            message = f"person {rating.person} has rated film {rating.title} on line {first} already; keep one rating"
            problems.add(path, line, message)


@dataclass(frozen=True, slots=True)
class Film:
    id: TitleId
    runtime_seconds: int
    genres: tuple[str, ...]

    @classmethod
    def from_title(cls, title: Title) -> Film:
        return cls(title.id, title.runtime_seconds or 0, title.genres)


@dataclass(frozen=True, slots=True)
class RatingHistory:
    events: tuple[Event, ...]
    activity: Activity
    favourites: tuple[str, ...]


def rating_history(
    profile_id: ProfileId, region: Region, ratings: list[tuple[Film, RatingRow]], shift: timedelta
) -> RatingHistory:
    events: list[Event] = []
    watched: dict[TitleId, Watch] = {}
    rated: dict[TitleId, Rating] = {}
    for film, rating in sorted(ratings, key=lambda pair: (pair[1].at, pair[0].id)):
        at = datetime.fromtimestamp(rating.at, UTC) + shift
        event = Event(
            id=f"rating-{film.id}",
            profile_id=profile_id,
            title_id=film.id,
            type=EventType.RATING,
            occurred_at=at,
            region=region,
            stars=rating.stars,
        )
        events.append(event)
        runtime = film.runtime_seconds
        watched[film.id] = one_playback(at, runtime, runtime, finished=True)
        rated[film.id] = Rating(at, rating_value(event))
    liked = (film.genres for film, rating in ratings if rating.stars >= LIKED_STARS)
    return RatingHistory(
        events=tuple(events),
        activity=Activity(profile_id, 1, watched, {}, rated),
        favourites=favourite_genres(liked),
    )


def history_shift(newest: datetime, shift_to: datetime | None, whole_days: bool, now: datetime) -> timedelta:
    """Moves the end of a history from `newest` to `shift_to`.

    With `whole_days` times of day stay, and a history that would end after `now` ends a day earlier.
    """
    if shift_to is None:
        return timedelta(0)
    if not whole_days:
        return shift_to - newest
    offset = timedelta(days=(shift_to.date() - newest.date()).days)
    return offset - DAY if newest + offset > now else offset
