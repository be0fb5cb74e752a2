"""The bundled service: 72 invented shows, five people, one night's lists worked out from the titles themselves.

titles.jsonl holds title documents, as `marquee sample` makes them. Everything else follows from it, so there is
nothing to keep in step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from domain.catalog.documents import title_from_document
from domain.catalog.titles import Title, TitleKind
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.recommendations.lists import DataVersion, Neighbour
from domain.viewers.activity import Activity, Listing, Rating, Watch
from domain.viewers.profiles import Account, Profile

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
"""Sunday evening: every sandboxed request happens now."""

DAY = timedelta(days=1)
SINCE = NOW - 400 * DAY
HOME = Account(AccountId("sandbox"), Region("DE"), "premium", SINCE)
VERSION = DataVersion("sandbox", "sandbox", "sandbox", "2026-11-22", NOW - timedelta(hours=12))
SIMILAR = 20


@dataclass(frozen=True, slots=True)
class Persona:
    """A bundled person: `story` says in a line what page to expect."""

    profile: Profile
    activity: Activity
    story: str


@dataclass(frozen=True, slots=True)
class World:
    """`shows` are movies and series, the most watched first."""

    titles: Mapping[TitleId, Title]
    shows: tuple[Title, ...]
    episodes: Mapping[TitleId, tuple[Title, ...]]
    similar: Mapping[TitleId, tuple[Neighbour, ...]]
    personas: Mapping[str, Persona]

    def renamed(self, names: Mapping[TitleId, str]) -> World:
        """The same world with other names on its titles."""
        titles = {
            title_id: replace(title, name=names.get(title_id, title.name))
            for title_id, title in self.titles.items()
        }
        shows = tuple(titles[title.id] for title in self.shows)
        return replace(self, titles=titles, shows=shows)


@cache
def world() -> World:
    lines = (Path(__file__).parent / "titles.jsonl").read_text("utf-8").splitlines()
    titles = {title.id: title for title in (title_from_document(json.loads(line)) for line in lines)}
    shows = [title for title in titles.values() if title.kind != TitleKind.EPISODE]
    shows.sort(key=lambda title: (-title.popularity, title.id))
    episodes: dict[TitleId, tuple[Title, ...]] = {}
    for title in titles.values():
        if title.series_id is not None:
            episodes[title.series_id] = (*episodes.get(title.series_id, ()), title)
    similar = {title.id: neighbours(title, shows) for title in shows}
    return World(titles, tuple(shows), episodes, similar, personas(shows, episodes))


def neighbours(title: Title, shows: Sequence[Title]) -> tuple[Neighbour, ...]:
    """Titles that share genres with this one, by the share they have in common, popular ones first."""
    own = set(title.genres)
    found = [
        Neighbour(other.id, round(len(own & set(other.genres)) / len(own | set(other.genres)), 3), 60)
        for other in shows
        if other.id != title.id and own & set(other.genres)
    ]
    found.sort(key=lambda neighbour: -neighbour.score)
    return tuple(found[:SIMILAR])


def personas(shows: Sequence[Title], episodes: Mapping[TitleId, Sequence[Title]]) -> dict[str, Persona]:
    """The bundled people, by the name that the header uses."""
    movies = [title for title in shows if title.kind == TitleKind.MOVIE and _suits(title, 18)]
    series = [title for title in shows if title.kind == TitleKind.SERIES and title.id in episodes]
    childrens = [title for title in movies if _suits(title, 6)]
    binge = {
        **_finished(movies[:6], days=2),
        **_begun(movies[6:8]),
        **_episodes(episodes[series[0].id], whole=3),
        **_episodes(episodes[series[1].id], whole=1),
    }
    return {
        "new": _persona("new", "Mina", Activity(ProfileId("sandbox-new")), "Signed up today: nothing is known."),
        "binge": _persona(
            "binge", "Ade", _activity("binge", binge, movies[:2], movies[10:13]), "Watches much, likes two films."
        ),
        "kids": _persona(
            "kids", "Kids room", _activity("kids", _finished(childrens[:3], days=1)), "A child's profile: to 6.", 6
        ),
        "collector": _persona(
            "collector", "Noor", _activity("collector", {}, (), shows), "Everything there is, on My List."
        ),
        "seen-it-all": _persona(
            "seen-it-all", "Bo", _activity("seen-it-all", _finished(movies[: len(movies) - 4], days=1)),
            "Has watched nearly every film: rows run short.",
        ),
    }  # fmt: skip


def _persona(key: str, name: str, activity: Activity, story: str, limit: int = 18) -> Persona:
    profile = Profile(
        id=ProfileId(f"sandbox-{key}"),
        account_id=HOME.id,
        name=name,
        kids=limit < 18,
        maturity_limit=limit,
        language="en",
        created_at=NOW if key == "new" else SINCE,
        persona=key,
    )
    return Persona(profile, activity, story)


def _activity(
    key: str, watched: Mapping[TitleId, Watch], liked: Sequence[Title] = (), listed: Sequence[Title] = ()
) -> Activity:
    return Activity(
        ProfileId(f"sandbox-{key}"),
        1,
        watched=dict(watched),
        listed={title.id: Listing(NOW - (place + 1) * DAY, True) for place, title in enumerate(listed)},
        rated={title.id: Rating(NOW - (place + 1) * DAY, 1.0) for place, title in enumerate(liked)},
    )


def _suits(title: Title, age: int) -> bool:
    licensed = any(window.holds(HOME.region, NOW) for window in title.windows)
    return licensed and title.maturity_age is not None and title.maturity_age <= age


def _finished(titles: Sequence[Title], days: int) -> dict[TitleId, Watch]:
    return {title.id: _watch(title, 1.0, (place + 1) * days * DAY) for place, title in enumerate(titles)}


def _begun(titles: Sequence[Title]) -> dict[TitleId, Watch]:
    return {
        title.id: _watch(title, 0.4, timedelta(hours=5 * (place + 1))) for place, title in enumerate(titles)
    }


def _episodes(episodes: Sequence[Title], whole: int) -> dict[TitleId, Watch]:
    """The first episodes watched, one an evening, the last of them yesterday."""
    return {
        title.id: _watch(title, 1.0, (whole - place) * DAY) for place, title in enumerate(episodes[:whole])
    }


def _watch(title: Title, share: float, ago: timedelta) -> Watch:
    duration = title.runtime_seconds or 3600
    return Watch(NOW - ago, share == 1.0, int(duration * share), duration, title.series_id or "")
