"""Small values to test the rules with, and hypothesis strategies for whole worlds of them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

from hypothesis import strategies as st

from domain.catalog.art_shapes import ArtShape
from domain.catalog.artwork import title_artwork
from domain.catalog.genres import GENRES
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.timestamps import from_millis
from domain.viewers.activity import Activity
from domain.viewers.events import Event, EventType
from domain.viewers.profiles import Account, Audience, Profile
from domain.viewers.watches import Watch, merge_watches, one_playback

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
DE, US, JP = Region("DE"), Region("US"), Region("JP")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LONG_OPEN = LicenceWindow((DE, US), NOW - 400 * DAY)
MINA = ProfileId("mina")


def a_title(title_id: str, **changes: Any) -> Title:
    """A movie that every viewer in Germany and the United States may see."""
    title = Title(
        id=TitleId(title_id),
        kind=TitleKind.MOVIE,
        name=f"Movie {title_id}",
        year=2024,
        synopsis="Something happens.",
        genres=("Thriller",),
        cast=("Ada Example",),
        language="en",
        runtime_seconds=7440,
        maturity_age=0,
        windows=(LONG_OPEN,),
        launched_at=NOW - 400 * DAY,
        palette=("#101020", "#404060", "#a0a0c0"),
    )
    return replace(title, **changes)


def only(*regions: Region, start: datetime = NOW - 400 * DAY, end: datetime | None = None) -> dict[str, Any]:
    """A licence for `a_title`: here and then, nowhere else."""
    return {"windows": (LicenceWindow(regions, start, end),)}


def an_episode(series: str, season: int, episode: int, **changes: Any) -> Title:
    """ "s1" season 2 episode 4 is "s1-2-4"."""
    return a_title(
        f"{series}-{season}-{episode}",
        **{
            "kind": TitleKind.EPISODE,
            "name": f"Part {episode}",
            "series_id": TitleId(series),
            "series_name": f"Series {series}",
            "season": season,
            "episode": episode,
            "runtime_seconds": 2700,
            **changes,
        },
    )


def art_path(title: Title, shape: ArtShape, secret: bytes, textless: bool = False) -> str:
    return title_artwork(title, shape, secret, textless).path


def a_profile(**changes: Any) -> Profile:
    return replace(Profile(MINA, AccountId("home"), "Mina", False, 18, "en", NOW - DAY), **changes)


def an_account(region: str = "DE") -> Account:
    return Account(AccountId("home"), Region(region), "standard", NOW - DAY)


def a_watch(
    ago: timedelta,
    position: int,
    duration: int = 2700,
    series: str = "",
    done: bool = False,
    number: tuple[int | None, int | None] = (None, None),
) -> Watch:
    return one_playback(NOW - ago, position, duration, done, series, *number)


def watching(**watched: Watch) -> Activity:
    """Activity of Mina; keywords are title ids with "_" for "-"."""
    return Activity(MINA, 1, {TitleId(key.replace("_", "-")): watch for key, watch in watched.items()})


def an_event(type: EventType, **changes: Any) -> Event:
    event = Event("e1", MINA, TitleId("tt1"), type, NOW - HOUR, "DE")
    return replace(event, **changes)


raw_ids = st.text("abcXYZ019_-", min_size=1, max_size=12)
few_ids = st.sampled_from([TitleId(f"t{number}") for number in range(6)])
regions = st.sampled_from([DE, US, JP])
instants = st.integers(0, 4_102_444_800_000).map(from_millis)
near_now = st.integers(-40 * 86_400_000, 40 * 86_400_000).map(lambda ms: NOW + timedelta(milliseconds=ms))
ages = st.none() | st.sampled_from([0, 6, 7, 10, 12, 16, 18, 21])
words = st.text(max_size=20)
windows = st.builds(
    LicenceWindow,
    st.lists(regions, min_size=1, max_size=3, unique=True).map(tuple),
    near_now,
    st.none() | near_now,
)
titles = st.builds(
    Title,
    id=raw_ids.map(TitleId),
    kind=st.sampled_from(TitleKind),
    name=words,
    year=st.none() | st.integers(1880, 2030),
    synopsis=words,
    genres=st.lists(st.sampled_from(GENRES), max_size=3, unique=True).map(tuple),
    cast=st.lists(words.filter(bool), max_size=2).map(tuple),
    language=st.sampled_from(["en", "de"]),
    runtime_seconds=st.none() | st.integers(1, 20_000),
    maturity_age=ages,
    windows=st.lists(windows, max_size=2).map(tuple),
    launched_at=near_now,
    palette=st.just(("#101020", "#404060", "#a0a0c0")),
    synopsis_source=st.none() | words,
    audio_languages=st.lists(st.sampled_from(["en", "de"]), max_size=2, unique=True).map(tuple),
    franchise=st.none() | words,
    imdb_id=st.none() | raw_ids,
    series_id=st.none() | raw_ids.map(TitleId),
    series_name=st.none() | words,
    season=st.none() | st.integers(0, 9),
    episode=st.none() | st.integers(0, 30),
    airs_before=st.none() | st.tuples(st.integers(1, 9), st.integers(0, 30)),
    season_count=st.none() | st.integers(1, 9),
    episode_count=st.none() | st.integers(1, 200),
    popularity=st.floats(0, 1),
    region_ages=st.sampled_from([(), ((DE, 12),), ((US, 18), (DE, 6))]),
    plans=st.lists(st.sampled_from(["basic", "premium"]), max_size=2, unique=True).map(tuple),
    derived=st.lists(st.sampled_from(["year", "windows"]), max_size=2, unique=True).map(tuple),
)
_EDGES = (-30 * DAY, -DAY, timedelta(0), timedelta(milliseconds=1), 14 * DAY)
_LICENCES = [
    LicenceWindow(places, NOW + start, None if end is None else NOW + end)
    for places in ((DE,), (US,), (DE, US, JP))
    for start in _EDGES
    for end in (None, *(later for later in _EDGES if later > start))
]
_AGES = (None, 0, 6, 7, 10, 12, 16, 18, 21)
POOL = [
    a_title(
        f"t{number % 6}",
        kind=list(TitleKind)[number % 3],
        maturity_age=_AGES[number % 9],
        windows=(*_LICENCES[number % 45 : number % 45 + 1], *_LICENCES[number % 47 : number % 47 + 1])[
            : number % 4
        ],
        series_id=None if number % 5 == 0 else TitleId(f"t{number % 7}"),
        plans=((), (), ("premium",), ("standard", "premium"))[number // 9 % 4],
        region_ages=((), (), ((DE, 12),), ((US, 16), (DE, 6)))[number // 7 % 4],
    )
    for number in range(5000)
]
licensed_titles = st.sampled_from(POOL)
"""What filters look at varies, the rest stands still. One draw a title: many examples in little time."""

AUDIENCES = [
    Audience(region, limit, kids, now, plan, blocked)
    for region in (DE, US, JP)
    for limit in (0, 6, 7, 10, 12, 16, 18)
    for kids in (False, True)
    for now in (NOW - 15 * DAY, NOW - timedelta(milliseconds=1), NOW, NOW + DAY, NOW + 20 * DAY)
    for plan, blocked in (("standard", frozenset()), ("premium", frozenset({TitleId("t1")})))
]
audiences = st.sampled_from(AUDIENCES)

few_instants = st.sampled_from([NOW - hours * HOUR for hours in range(6)])
"""Few, so that events often fall on the same instant."""

_playbacks = (
    st.builds(
        one_playback,
        few_instants,
        st.integers(0, 3) | st.integers(100, 2700),
        st.sampled_from([0, 3, 2700]),
        st.booleans(),
    )
    | st.builds(
        one_playback,
        few_instants,
        st.integers(0, 2700),
        st.just(2700),
        st.booleans(),
        st.just("s1"),
        st.none() | st.integers(0, 2),
        st.none() | st.integers(0, 2),
    )
    | st.builds(Watch, few_instants)
)
watches = st.lists(_playbacks, min_size=1, max_size=4).map(lambda parts: reduce(merge_watches, parts))
"""As events make them."""

_CHANCE = random.Random(7)
_SERIES = {"t2": TitleId("s1"), "t3": TitleId("s1"), "t4": TitleId("s2")}
events = st.sampled_from(
    [
        Event(
            id=f"e{number}",
            profile_id=MINA,
            title_id=TitleId(title_id),
            type=_CHANCE.choice(list(EventType)),
            occurred_at=NOW - _CHANCE.randrange(6) * HOUR,
            region="DE",
            series_id=_SERIES.get(title_id),
            position_seconds=_CHANCE.choice([None, 0, 60, 1500, 2600, 6000]),
            duration_seconds=_CHANCE.choice([None, 0, 100, 2700, 5400]),
            stars=_CHANCE.choice([0.5, 3.0, 3.5, 5.0]),
            tracking=_CHANCE.choice([None, "s|top-picks|1|0|t1|popular", "s|picks~t9|1|0|t1|similar:t9"]),
            episode_count=_CHANCE.choice([None, None, 6, 7]),
            credits_seconds=_CHANCE.choice([None, None, 1400]),
            until=_CHANCE.choice([None, NOW - 2 * HOUR, NOW + DAY]),
            household=_CHANCE.random() < 0.2,
        )
        for number, title_id in enumerate(_CHANCE.choices(["t0", "t1", "t2", "t3", "t4"], k=2000))
    ]
)
