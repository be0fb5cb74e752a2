"""A world without Spark: made titles and lists written straight into the stores, and removed afterwards.

It has a database, an index and keys of its own, so any server will do. Lists are drawn by chance: good
enough to see that the benches run, and to profile the service; figures worth keeping come from `marquee sample`.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import made
from elasticsearch import Elasticsearch
from pymongo import MongoClient
from redis import Redis

from bff.local_stack import StoreUrls
from domain import storage_names
from domain.catalog.documents import title_to_document
from domain.catalog.genres import GENRES
from domain.catalog.titles import Title
from domain.ids import AccountId, ProfileId
from domain.recommendations.documents import data_version_to_document
from domain.recommendations.keys import index_name, popular_id, similar_id, top_picks_id, trend_key
from domain.recommendations.lists import DataVersion, PopularKey, TrendKey, TrendWindow
from domain.timestamps import to_millis
from domain.viewers.activity import Activity, Listing
from domain.viewers.documents import account_to_document, activity_to_document, profile_to_document
from domain.viewers.profiles import Account, Profile
from domain.viewers.watches import one_playback
from search import indexing


@contextmanager
def small_world(urls: StoreUrls, titles: int, profiles: int) -> Iterator[StoreUrls]:
    """The URLs to use, the database's name in them."""
    version = f"bench-{uuid.uuid4().hex[:10]}"
    base, _, options = urls.mongo_url.partition("?")
    scheme, _, rest = base.partition("://")
    mongo_url = f"{scheme}://{rest.partition('/')[0]}/{version}?{options}"
    mongo: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
    elastic, redis = Elasticsearch(urls.elasticsearch_url), Redis.from_url(urls.redis_url)
    now = datetime.now(UTC)
    world = _World(version, made.titles(titles), now)
    try:
        for collection, documents in world.collections(profiles).items():
            mongo.get_default_database()[collection].insert_many(documents)
        indexing.build(elastic, index_name(version), map(title_to_document, world.titles))
        for key, content in world.trends().items():
            redis.set(key, json.dumps(content))
        yield StoreUrls(mongo_url, urls.elasticsearch_url, urls.redis_url)
    finally:
        mongo.drop_database(version)
        indexing.drop(elastic, index_name(version))
        redis.delete(*world.trends())
        for client in (mongo, elastic, redis):
            client.close()


class _World:
    def __init__(self, version: str, titles: list[Title], now: datetime) -> None:
        self.version = version
        self.titles = titles
        self.now = now
        self._random = random.Random(7)

    def collections(self, profiles: int) -> dict[str, list[dict[str, Any]]]:
        ids = [ProfileId(f"bench-p{number}") for number in range(profiles)]
        accounts = [AccountId(f"bench-a{number}") for number in range(profiles)]
        pointer = DataVersion(
            self.version, index_name(self.version), "bench", f"{self.now:%Y-%m-%d}", self.now
        )
        return {
            storage_names.ACCOUNTS: [
                account_to_document(Account(name, self._random.choice(made.REGIONS), "plus", self.now))
                for name in accounts
            ],
            storage_names.PROFILES: [
                profile_to_document(Profile(name, account, "Viewer", False, 18, "en", self.now))
                for name, account in zip(ids, accounts, strict=True)
            ],
            storage_names.ACTIVITY: [activity_to_document(self._activity(name)) for name in ids],
            storage_names.TITLES: [title_to_document(title) for title in self.titles],
            storage_names.TOP_PICKS: [
                {
                    **self._list(top_picks_id(self.version, name), ["similar", self._any()]),
                    "profile_id": name,
                    "genres": list(GENRES[:4]),
                }
                for name in ids
            ],
            storage_names.SIMILAR: [
                self._list(similar_id(self.version, title.id), [9]) for title in self.titles
            ],
            storage_names.POPULAR: [
                self._list(popular_id(self.version, PopularKey(region)), [9]) for region in made.REGIONS
            ],
            storage_names.POINTERS: [
                {"_id": storage_names.LIVE_POINTER, **data_version_to_document(pointer)}
            ],
        }

    def trends(self) -> dict[str, dict[str, Any]]:
        keys = [
            trend_key(self.version, TrendKey(region, window))
            for region in made.REGIONS
            for window in TrendWindow
        ]
        return {key: self._list(key, [9]) for key in keys}

    def _activity(self, profile_id: ProfileId) -> Activity:
        movies = self._random.sample(self.titles, min(40, len(self.titles)))
        watched = {
            title.id: one_playback(
                self.now - timedelta(hours=place), title.runtime_seconds or 0, 6000, place % 4 != 0
            )
            for place, title in enumerate(movies)
        }
        listed = {title.id: Listing(self.now, True) for title in movies[:6]}
        return Activity(profile_id, 1, watched, listed)

    def _list(self, key: str, rest: list[Any]) -> dict[str, Any]:
        """A stored list of 50 titles with falling scores; `rest` follows title and score in each entry."""
        drawn = self._random.sample(self.titles, min(50, len(self.titles)))
        items = [[title.id, round(1 - place / 60, 3), *rest] for place, title in enumerate(drawn)]
        return {"_id": key, "version": self.version, "items": items, "computed_at": to_millis(self.now)}

    def _any(self) -> str:
        return self._random.choice(self.titles).id
