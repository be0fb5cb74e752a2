"""The bundled data: 72 invented shows from titles.jsonl, written by `marquee sample`, and five personas."""

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
from domain.viewers.activity import Activity, Listing, Rating
from domain.viewers.profiles import Account, Profile
from domain.viewers.watches import Watch, one_playback

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
"""Sunday evening: the time of every sandbox request."""

DAY = timedelta(days=1)
JOINED_AT = NOW - 400 * DAY
ACCOUNT = Account(AccountId("sandbox"), Region("DE"), "premium", JOINED_AT)
VERSION = DataVersion("sandbox", "sandbox", "sandbox", "2026-11-22", NOW - timedelta(hours=12))
MAX_SIMILAR = 20


@dataclass(frozen=True, slots=True)
class Persona:
    """`story` says in one line which page to expect."""

    profile: Profile
    activity: Activity
    story: str


@dataclass(frozen=True, slots=True)
class SandboxData:
    """`shows` are movies and series, most popular first."""

    titles: Mapping[TitleId, Title]
    shows: tuple[Title, ...]
    episodes: Mapping[TitleId, tuple[Title, ...]]
    similar: Mapping[TitleId, tuple[Neighbour, ...]]
    personas: Mapping[str, Persona]

    def with_names(self, names: Mapping[TitleId, str]) -> SandboxData:
        titles = {
            title_id: replace(title, name=names.get(title_id, title.name))
            for title_id, title in self.titles.items()
        }
        shows = tuple(titles[title.id] for title in self.shows)
        return replace(self, titles=titles, shows=shows)


@cache
def load_sandbox_data() -> SandboxData:
    lines = (Path(__file__).parent / "titles.jsonl").read_text("utf-8").splitlines()
    titles = {title.id: title for title in (title_from_document(json.loads(line)) for line in lines)}
    shows = [title for title in titles.values() if title.kind != TitleKind.EPISODE]
    shows.sort(key=lambda title: (-title.popularity, title.id))
    episodes: dict[TitleId, tuple[Title, ...]] = {}
    for title in titles.values():
        if title.series_id is not None:
            episodes[title.series_id] = (*episodes.get(title.series_id, ()), title)
    similar = {title.id: similar_titles(title, shows) for title in shows}
    return SandboxData(titles, tuple(shows), episodes, similar, make_personas(shows, episodes))


def similar_titles(title: Title, shows: Sequence[Title]) -> tuple[Neighbour, ...]:
    """By the Jaccard similarity of genres; equal scores keep the order of `shows`."""
    own = set(title.genres)
    similar = [
        Neighbour(other.id, round(len(own & set(other.genres)) / len(own | set(other.genres)), 3), 60)
        for other in shows
        if other.id != title.id and own & set(other.genres)
    ]
    similar.sort(key=lambda neighbour: -neighbour.score)
    return tuple(similar[:MAX_SIMILAR])


def make_personas(shows: Sequence[Title], episodes: Mapping[TitleId, Sequence[Title]]) -> dict[str, Persona]:
    """By the name in the header."""
    movies = [title for title in shows if title.kind == TitleKind.MOVIE and _is_eligible(title, 18)]
    series = [title for title in shows if title.kind == TitleKind.SERIES and title.id in episodes]
    kids_movies = [title for title in movies if _is_eligible(title, 6)]
    binge = {
        **_finish(movies[:6], days=2),
        **_start(movies[6:8]),
        **_finish_episodes(episodes[series[0].id], count=3),
        **_finish_episodes(episodes[series[1].id], count=1),
    }
    return {
        "new": _persona("new", "Mina", Activity(ProfileId("sandbox-new")), "Signed up today: no history."),
        "binge": _persona(
            "binge", "Ade", _activity("binge", binge, movies[:2], movies[10:13]), "Watches much, likes two films."
        ),
        "kids": _persona(
            "kids", "Kids room", _activity("kids", _finish(kids_movies[:3], days=1)), "A child's profile, to 6.", 6
        ),
        "collector": _persona(
            "collector", "Noor", _activity("collector", {}, (), shows), "Has every title on My List."
        ),
        "seen-it-all": _persona(
            "seen-it-all", "Bo", _activity("seen-it-all", _finish(movies[: len(movies) - 4], days=1)),
            "Has watched nearly every film: rows run short.",
        ),
    }  # fmt: skip


def _persona(key: str, name: str, activity: Activity, story: str, maturity_limit: int = 18) -> Persona:
    profile = Profile(
        id=ProfileId(f"sandbox-{key}"),
        account_id=ACCOUNT.id,
        name=name,
        kids=maturity_limit < 18,
        maturity_limit=maturity_limit,
        language="en",
        created_at=NOW if key == "new" else JOINED_AT,
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
        listed={title.id: Listing(NOW - index * DAY, True) for index, title in enumerate(listed, 1)},
        rated={title.id: Rating(NOW - index * DAY, 1.0) for index, title in enumerate(liked, 1)},
    )


def _is_eligible(title: Title, age: int) -> bool:
    is_licensed = any(window.covers(ACCOUNT.region, NOW) for window in title.windows)
    return is_licensed and title.maturity_age is not None and title.maturity_age <= age


def _finish(titles: Sequence[Title], days: int) -> dict[TitleId, Watch]:
    return {title.id: _watch(title, 1.0, index * days * DAY) for index, title in enumerate(titles, 1)}


def _start(titles: Sequence[Title]) -> dict[TitleId, Watch]:
    return {title.id: _watch(title, 0.4, timedelta(hours=5 * index)) for index, title in enumerate(titles, 1)}


def _finish_episodes(episodes: Sequence[Title], count: int) -> dict[TitleId, Watch]:
    """The first `count` episodes, one a day until yesterday."""
    return {
        title.id: _watch(title, 1.0, (count - index) * DAY) for index, title in enumerate(episodes[:count])
    }


def _watch(title: Title, share: float, ago: timedelta) -> Watch:
    duration = title.runtime_seconds or 3600
    return one_playback(
        NOW - ago,
        int(duration * share),
        duration,
        share == 1.0,
        title.series_id or "",
        title.season,
        title.episode,
    )
