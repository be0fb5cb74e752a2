"""Ratings of one person -> events, activity, favourites. A rating tells that the film was watched, then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from batch.importers.members import favourite_genres
from domain.catalog.titles import Title
from domain.ids import ProfileId, Region, TitleId
from domain.viewers.activity import Activity, Rating, Watch
from domain.viewers.events import Event, EventType, rating_value

LIKED_STARS = 4.0
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating, already on Marquee's scale of 0.5 to 5 stars. `at` is seconds since 1970, as in the set."""

    person: int
    title: str
    stars: float
    at: int


@dataclass(frozen=True, slots=True)
class Film:
    """What a history needs to know of a title."""

    id: TitleId
    runtime_seconds: int
    genres: tuple[str, ...]

    @classmethod
    def of(cls, title: Title) -> Film:
        return cls(title.id, title.runtime_seconds or 0, title.genres)


@dataclass(frozen=True, slots=True)
class History:
    events: tuple[Event, ...]
    activity: Activity
    favourites: tuple[str, ...]
    began_at: datetime


def history_of(
    profile_id: ProfileId, region: Region, ratings: list[tuple[Film, Rated]], shift: timedelta
) -> History:
    """Everything that these ratings say of one profile. `ratings` holds at least one."""
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
        watched[film.id] = Watch(at, True, runtime, runtime)
        rated[film.id] = Rating(at, rating_value(event))
    liked = (film.genres for film, rating in ratings if rating.stars >= LIKED_STARS)
    return History(
        events=tuple(events),
        activity=Activity(profile_id, 1, watched, {}, rated),
        favourites=favourite_genres(liked),
        began_at=events[0].occurred_at,
    )


def shift_of(newest: datetime, shift_to: datetime | None, whole_days: bool, now: datetime) -> timedelta:
    """By how much to move a history that ends at `newest`, so that it ends at `shift_to`.

    With `whole_days`, `shift_to` is a date: times of day stay as they are, and a history that would end later
    than `now` ends a day earlier. Without `shift_to` nothing moves.
    """
    if shift_to is None:
        return timedelta(0)
    if not whole_days:
        return shift_to - newest
    moved = timedelta(days=(shift_to.date() - newest.date()).days)
    return moved - DAY if newest + moved > now else moved
