"""A small hand-made service: 24 movies, traps of every kind, three series, and people whose pages can be foretold.

Everything is written by plain drivers as importers and the nightly run would; tests read it through the face.

    mv01..mv24   Germany and the United States; ages 0 (01-08), 12 (09-16), 18 (17-24); mv01 the newest
    us01, us02   the United States only
    ex01 fu01    licence over, licence not begun
    nr01         unrated
    sa           series for all, two seasons of three episodes
    sb           series from 16 whose episodes claim to suit all ages
    sc           series of the United States whose episodes claim to be licensed in Germany
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from elasticsearch import Elasticsearch
from pymongo import MongoClient
from redis import Redis

from bff.local_stack import StoreUrls
from domain import storage_names
from domain.catalog.documents import title_to_document
from domain.catalog.titles import LicenceWindow as Licence
from domain.catalog.titles import Title, TitleKind
from domain.ids import GLOBAL, AccountId, ProfileId, Region, TitleId
from domain.layouts.model import CardShape, Layout, RowSpec, RowStyle, Weights
from domain.layouts.row_kinds import RowSource
from domain.layouts.versions import layout_to_record
from domain.recommendations.documents import data_version_to_document
from domain.recommendations.keys import index_name, popular_id, similar_id, top_picks_id, trend_key
from domain.recommendations.lists import DataVersion, PopularKey, TrendKey, TrendWindow
from domain.timestamps import to_millis
from domain.viewers.activity import Activity, Listing, Rating
from domain.viewers.documents import account_to_document, activity_to_document, profile_to_document
from domain.viewers.profiles import Account, Profile
from search import indexing
from tests.domain.made import DAY, DE, HOUR, NOW, US, a_title, a_watch, an_episode

GENRES = ("Drama", "Comedy", "Crime", "Family")
NAMES = [f"{first} {second}" for second, first in product(
    ("Harbour", "Orchard", "Signal", "Lantern", "Ferry"), ("Amber", "Silent", "Hollow", "Winter", "Copper", "Velvet")
)]  # fmt: skip
SINCE = NOW - 500 * DAY
PATIENT_MS = 10_000
"""What rows may take, so that a slow machine makes none of them late."""


def only(*regions: Region, start: Any = SINCE, end: Any = None) -> dict[str, Any]:
    return {"windows": (Licence(regions, start, end),)}


def movies() -> list[Title]:
    return [
        a_title(
            f"mv{number:02}",
            name=NAMES[number - 1],
            genres=(GENRES[number % 4],),
            maturity_age=(0, 12, 18)[(number - 1) // 8],
            popularity=1 - number / 100,
            launched_at=NOW - number * 5 * DAY,
            **only(DE, US, end=NOW + 3 * DAY if number == 2 else None),
        )
        for number in range(1, 25)
    ]


def traps() -> list[Title]:
    return [
        a_title("us01", name="Granite Causeway", genres=("Drama",), popularity=0.99, **only(US)),
        a_title("us02", name="Granite Viaduct", genres=("Comedy",), popularity=0.98, **only(US)),
        a_title("ex01", name="Faded Almanac", genres=("Drama",), popularity=0.97, **only(DE, US, end=NOW)),
        a_title(
            "fu01",
            name="Unborn Almanac",
            genres=("Comedy",),
            popularity=0.96,
            **only(DE, US, start=NOW + DAY),
        ),
        a_title("nr01", name="Nameless Almanac", genres=("Crime",), popularity=0.95, maturity_age=None),
    ]


def a_series(name: str, title: str, episodes: Mapping[str, Any], **whole: Any) -> list[Title]:
    series = a_title(
        name, kind=TitleKind.SERIES, name=title, genres=("Drama",), season_count=2, episode_count=6,
        runtime_seconds=2700, popularity=0.5, **whole,
    )  # fmt: skip
    return [
        series,
        *(
            an_episode(
                name, season, episode, name=f"{title} Part {season}{episode}", series_name=title, **episodes
            )
            for season in (1, 2)
            for episode in (1, 2, 3)
        ),
    ]


TITLES = {
    title.id: title
    for title in (
        *movies(),
        *traps(),
        *a_series("sa", "Tidewater", {}, maturity_age=6),
        *a_series("sb", "Nightwire", {"maturity_age": 0}, maturity_age=16),
        *a_series("sc", "Prairie Mile", {}, **only(US)),
    )
}

ADE = Profile(ProfileId("ade"), AccountId("home"), "Ade", False, 18, "en", SINCE, persona="binge")
KIDS = replace(ADE, id=ProfileId("kids"), name="Kids", kids=True, maturity_limit=7, created_at=SINCE + DAY)
NEW = replace(ADE, id=ProfileId("new"), name="New", favourite_genres=("Comedy",), created_at=SINCE + 2 * DAY)
OTHER = replace(ADE, id=ProfileId("other"), account_id=AccountId("away"), name="Other")
ACCOUNTS = (
    Account(AccountId("home"), DE, "standard", SINCE),
    Account(AccountId("away"), US, "standard", SINCE),
)


def tid(number: int) -> TitleId:
    return TitleId(f"mv{number:02}")


ACTIVITY = (
    Activity(
        ADE.id,
        7,
        watched={
            tid(1): a_watch(2 * DAY, 7440, 7440, done=True),
            tid(2): a_watch(DAY, 3720, 7440),
            tid(24): a_watch(DAY / 2, 60, 7440),
            TitleId("sa-1-2"): a_watch(5 * HOUR, 2700, series="sa", done=True),
            TitleId("sa-1-3"): a_watch(3 * HOUR, 2700, series="sa", done=True),
        },
        listed={
            tid(5): Listing(NOW - 2 * DAY, True),
            tid(6): Listing(NOW - DAY, True),
            tid(7): Listing(NOW - DAY, False),
        },
        rated={tid(3): Rating(NOW - 5 * DAY, 1.0), tid(4): Rating(NOW - DAY, -1.0)},
    ),
    Activity(
        KIDS.id,
        2,
        watched={
            TitleId("sa-1-1"): a_watch(HOUR, 1320, series="sa"),
            TitleId("sb-1-1"): a_watch(2 * HOUR, 2700, series="sb", done=True),
            tid(17): a_watch(3 * HOUR, 7440, 7440, done=True),
        },
    ),
)

LAYOUT = Layout(
    "home",
    3,
    (
        RowSpec("continue", RowSource.CONTINUE_WATCHING, RowStyle.LANDSCAPE, CardShape.LANDSCAPE, 1, 10),
        RowSpec("picks", RowSource.TOP_PICKS, max_cards=5),
        RowSpec("because", RowSource.BECAUSE_YOU_WATCHED, max_cards=4, options={"rows": 2}),
        RowSpec("chart", RowSource.TRENDING, RowStyle.NUMBERED, max_cards=4, options={"window": "day"}),
        RowSpec("mine", RowSource.MY_LIST, min_cards=1),
        RowSpec("new", RowSource.NEW_RELEASES, max_cards=6),
        RowSpec("genres", RowSource.GENRE, min_cards=1, max_cards=4, options={"rows": 2}),
        RowSpec("week", RowSource.TRENDING, min_cards=2, max_cards=4, options={"window": "week"}),
    ),
    NOW - DAY,
    weights=Weights(taste=0, trending=0, newness=0, context=0, fatigue=0, dislike=0),
)
"""Its rows keep the order of their lists, so that a page can be foretold; test_ranking_inputs.py tests the rest."""


@dataclass
class Lists:
    """Lists of the nightly run: ids by key, best first. A pick is an id or (id, seed)."""

    picks: dict[str, list[Any]] = field(default_factory=dict)
    taste: dict[str, list[Any]] = field(default_factory=dict)
    similar: dict[str, list[str]] = field(default_factory=dict)
    popular: dict[PopularKey, list[str]] = field(default_factory=dict)
    trends: dict[TrendKey, list[str]] = field(default_factory=dict)


def numbers(*wanted: int) -> list[str]:
    return [tid(number) for number in wanted]


LISTS = Lists(
    # Watched 01, disliked 04 and what may not be shown stand among them on purpose.
    picks={
        "ade": [(tid(8), tid(3)), tid(1), (tid(9), tid(1)), "us01", tid(4), (tid(10), tid(4)), *numbers(11, 12, 13)]
    },
    similar={
        tid(1): ["us01", *numbers(8, 14, 15, 16, 17, 18)],
        tid(3): ["ex01", *numbers(14, 19, 20, 21, 22)],
        tid(17): numbers(1, 2, 3, 4),
        "sa": numbers(5, 6, 7, 8, 9, 10),
        "sb": numbers(1, 2, 3, 4),
    },
    popular={
        PopularKey(DE): ["us01", "nr01", *numbers(*range(1, 25))],
        PopularKey(DE, "Comedy"): ["us02", *numbers(1, 5, 9, 13)],
        PopularKey(DE, "Crime"): ["us01", "nr01", tid(2)],
    },
    trends={
        TrendKey(DE, TrendWindow.DAY): ["fu01", *numbers(4, 17, 1, 18, 2, 3)],
        TrendKey(GLOBAL, TrendWindow.DAY): numbers(*range(1, 9)),
        TrendKey(GLOBAL, TrendWindow.WEEK): ["us02", *numbers(1, 23, 22, 21, 20, 19, 18, 6, 7, 8)],
    },
)  # fmt: skip


def fill(
    urls: StoreUrls,
    version: DataVersion,
    lists: Lists = LISTS,
    people: Iterable[tuple[Account, Profile, Activity | None]] = (),
    layout: Layout = LAYOUT,
    titles: Mapping[TitleId, Title] = TITLES,
) -> None:
    """Write the world into the three stores under one data version."""
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        for collection, documents in mongo_documents(version, lists, list(people), layout, titles).items():
            if documents:
                client.get_default_database()[collection].insert_many(documents)
    with Elasticsearch(urls.elasticsearch_url) as elastic:
        indexing.build(elastic, version.index, (title_to_document(title) for title in titles.values()))
    with Redis.from_url(urls.redis_url) as redis:
        for key, ids in lists.trends.items():
            redis.set(trend_key(version.version, key), json.dumps({**ranked(ids), "audience": key.audience}))


def forget_pages(urls: StoreUrls) -> None:
    """Of all profiles: the next requests get composed pages."""
    with Redis.from_url(urls.redis_url) as redis:
        redis.delete("none", *redis.keys(f"{storage_names.KEY_PREFIX}:warm:*"))


def ranked(ids: list[str]) -> dict[str, Any]:
    return {"items": [[title_id, 1.0, 50] for title_id in ids], "computed_at": to_millis(NOW - HOUR)}


def a_pick(pick: Any) -> list[Any]:
    """A list is an item as it is stored."""
    if isinstance(pick, list):
        return pick
    title_id, seed = pick if isinstance(pick, tuple) else (pick, None)
    return [title_id, 0.9, "similar", seed]


def mongo_documents(
    version: DataVersion,
    lists: Lists,
    people: list[tuple[Account, Profile, Activity | None]],
    layout: Layout,
    titles: Mapping[TitleId, Title] = TITLES,
) -> dict[str, list[dict[str, Any]]]:
    name = version.version
    accounts = {account.id: account for account in (*ACCOUNTS, *(account for account, _, _ in people))}
    profiles = [ADE, KIDS, NEW, OTHER, *(profile for _, profile, _ in people)]
    activities = [*ACTIVITY, *(activity for _, _, activity in people if activity)]
    version_fields = {"version": name, "computed_at": to_millis(NOW - HOUR)}
    return {
        storage_names.ACCOUNTS: [account_to_document(account) for account in accounts.values()],
        storage_names.PROFILES: [profile_to_document(profile) for profile in profiles],
        storage_names.ACTIVITY: [activity_to_document(activity) for activity in activities],
        storage_names.TITLES: [title_to_document(title) for title in titles.values()],
        storage_names.LAYOUTS: [layout_to_record(replace(layout, budget_ms=PATIENT_MS))],
        storage_names.POINTERS: [data_version_to_document(version) | {"_id": storage_names.LIVE_POINTER}],
        storage_names.TOP_PICKS: [
            {
                "_id": top_picks_id(name, ProfileId(profile)),
                "profile_id": profile,
                "items": [a_pick(pick) for pick in picks],
                "taste": [a_pick(pick) for pick in lists.taste.get(profile, [])],
                "genres": ["Crime", "Drama"],
                **version_fields,
            }
            for profile, picks in lists.picks.items()
        ],
        storage_names.SIMILAR: [
            {"_id": similar_id(name, TitleId(seed)), "items": [[other, 0.9, 12] for other in ids], **version_fields}
            for seed, ids in lists.similar.items()
        ],
        storage_names.POPULAR: [
            {"_id": popular_id(name, key), **version_fields, "audience": key.audience, **ranked(ids)}
            for key, ids in lists.popular.items()
        ],
    }  # fmt: skip


def a_version(name: str) -> DataVersion:
    return DataVersion(name, index_name(name), f"run-{name}", "2026-11-22", NOW - HOUR)
