"""A small service to ask: 40 movies, one series, two accounts with four profiles, one published version.

Data only, written by plain drivers as the nightly run would; the tests read it through the service.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch
from pymongo import MongoClient
from redis import Redis

from domain import storage_names
from domain.catalog.documents import title_to_document
from domain.catalog.titles import LicenceWindow as Licence
from domain.catalog.titles import Title, TitleKind
from domain.ids import GLOBAL, AccountId, ProfileId, Region, TitleId
from domain.recommendations.documents import data_version_to_document
from domain.recommendations.keys import popular_id, similar_id, top_picks_id, trend_key
from domain.recommendations.lists import DataVersion, PopularKey, TrendKey, TrendWindow
from domain.timestamps import to_millis
from domain.viewers.documents import account_to_document, profile_to_document
from domain.viewers.profiles import Account, Profile
from search.mapping import MAPPINGS, index_settings

NOW = datetime.now(UTC).replace(microsecond=0)
DE = Region("DE")
OPEN = (Licence((DE, Region("US")), NOW - timedelta(days=400)),)
GENRES = ("Drama", "Comedy", "Crime", "Science Fiction")

MINA = Profile(ProfileId("mina"), AccountId("home"), "Mina", False, 18, "en", NOW, persona="new")
ADE = replace(MINA, id=ProfileId("ade"), name="Ade", created_at=NOW + timedelta(seconds=1), persona="binge")
KIDS = replace(
    MINA, id=ProfileId("kids"), name="Kids", kids=True, maturity_limit=10, persona="kids",
    created_at=NOW + timedelta(seconds=2),
)  # fmt: skip
STRANGER = replace(MINA, id=ProfileId("stranger"), account_id=AccountId("elsewhere"), persona=None)
PROFILES = (MINA, ADE, KIDS, STRANGER)
ACCOUNTS = tuple(Account(AccountId(name), DE, "standard", NOW) for name in ("home", "elsewhere"))


def a_title(title_id: str, **changes: Any) -> Title:
    """A movie anyone in Germany and the United States may see."""
    title = Title(
        id=TitleId(title_id),
        kind=TitleKind.MOVIE,
        name=f"Movie {title_id}",
        year=2020,
        synopsis="Something happens.",
        genres=("Drama",),
        cast=("Ada Example",),
        language="en",
        runtime_seconds=6000,
        maturity_age=6,
        windows=OPEN,
        launched_at=NOW - timedelta(days=30),
        palette=("#101020", "#404060", "#a0a0c0"),
    )
    return replace(title, **changes)


def titles() -> list[Title]:
    movies = [
        a_title(
            f"m{number}",
            genres=(GENRES[number % 4],),
            maturity_age=(0, 6, 12, 18)[number // 4 % 4],
            popularity=1 - number / 100,
            launched_at=NOW - timedelta(days=number),
        )
        for number in range(40)
    ]
    series = a_title("s1", kind=TitleKind.SERIES, name="A Series", season_count=1, episode_count=3)
    episodes = [
        a_title(
            f"s1e{number}", kind=TitleKind.EPISODE, name=f"Part {number}", series_id=TitleId("s1"),
            series_name="A Series", season=1, episode=number, runtime_seconds=2400,
        )
        for number in (1, 2, 3)
    ]  # fmt: skip
    return [*movies, series, *episodes]


def fill_mongo(url: str, version: DataVersion) -> None:
    computed = {"version": version.version, "computed_at": to_millis(NOW)}
    ranked = [[f"m{number}", 1 - number / 100, 100 - number] for number in range(40)]
    with MongoClient[dict[str, Any]](url) as client:
        database = client.get_default_database()
        database[storage_names.ACCOUNTS].insert_many([account_to_document(account) for account in ACCOUNTS])
        database[storage_names.PROFILES].insert_many([profile_to_document(profile) for profile in PROFILES])
        database[storage_names.TITLES].insert_many([title_to_document(title) for title in titles()])
        database[storage_names.TOP_PICKS].insert_one(
            {
                "_id": top_picks_id(version.version, ADE.id),
                "profile_id": ADE.id,
                "items": [[f"m{number}", 1.0, "similar", "m0"] for number in range(1, 31)],
                "genres": ["Crime", "Drama"],
                **computed,
            }
        )
        database[storage_names.SIMILAR].insert_one(
            {
                "_id": similar_id(version.version, TitleId("m0")),
                "items": [[f"m{number}", 0.9, 12] for number in range(1, 21)],
                **computed,
            }
        )
        for region in (DE, GLOBAL):
            key = popular_id(version.version, PopularKey(region))
            database[storage_names.POPULAR].insert_one({"_id": key, "items": ranked, **computed})
        pointer = data_version_to_document(version) | {"_id": storage_names.LIVE_POINTER}
        database[storage_names.POINTERS].insert_one(pointer)


def fill_elasticsearch(url: str, index: str) -> None:
    with Elasticsearch(url) as client:
        client.indices.create(index=index, settings=index_settings(), mappings=MAPPINGS)
        operations: list[dict[str, Any]] = []
        for title in titles():
            document = title_to_document(title)
            operations += [{"index": {"_index": index, "_id": document.pop("_id")}}, document]
        client.bulk(operations=operations, refresh=True)


def fill_redis(url: str, version: DataVersion) -> None:
    items = [[f"m{number}", 1.0, 50 - number] for number in range(20)]
    text = json.dumps({"items": items, "computed_at": to_millis(NOW)})
    with Redis.from_url(url) as client:
        for region in (DE, GLOBAL):
            for window in TrendWindow:
                client.set(trend_key(version.version, TrendKey(region, window)), text)
