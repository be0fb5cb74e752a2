"""What the small world lacks: people who are no personas, right-to-left and long names, a series of seasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

from elasticsearch import Elasticsearch
from pymongo import MongoClient

from domain import storage_names
from domain.catalog.documents import title_to_document
from domain.catalog.titles import Title, TitleKind
from domain.ids import AccountId, ProfileId, TitleId
from domain.recommendations.keys import similar_id
from domain.recommendations.lists import DataVersion
from domain.timestamps import to_millis
from domain.viewers.documents import account_to_document, profile_to_document
from domain.viewers.profiles import Account

LONG_PERSON = "Maximiliane-Alexandra Freifrau von Hohenstein zu Wittelsbach"
LONG_TITLE = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihung"
ARABIC, HEBREW = "مدينة الضباب 2049", "הגשר 7 והים"
ACCOUNT = "lodgers"


def titles(world: ModuleType) -> list[Title]:
    def a_title(title_id: str, **changes: Any) -> Title:
        title: Title = world.a_title(
            title_id, maturity_age=0, launched_at=world.NOW - timedelta(hours=1), **changes
        )
        return title

    old = world.NOW - timedelta(days=300)
    unseen = [
        replace(a_title(f"unseen{number}", name=f"Unseen {number}"), launched_at=old) for number in range(12)
    ]
    series = a_title("long", kind=TitleKind.SERIES, name=LONG_TITLE, season_count=2, episode_count=27)
    parts = [
        a_title(
            f"long-{season}-{number}", kind=TitleKind.EPISODE, name=f"Teil {number}", series_id=TitleId("long"),
            series_name=LONG_TITLE, season=season, episode=number, runtime_seconds=3000,
        )
        for season, count in ((0, 1), (1, 3), (2, 23))
        for number in range(1, count + 1)
    ]  # fmt: skip
    above = replace(parts[1], id=TitleId("long-1-9"), name="Not for children", episode=9, maturity_age=16)
    return [a_title("arab", name=ARABIC), a_title("hebr", name=HEBREW), *unseen, series, *parts, above]


def similar(world: ModuleType, version: DataVersion) -> list[dict[str, Any]]:
    """Whoever likes a movie without similar titles of its own would like the unseen ones."""
    items = [[f"unseen{number}", 0.9, 12] for number in range(12)]
    computed = {"version": version.version, "computed_at": to_millis(world.NOW)}
    return [
        {"_id": similar_id(version.version, TitleId(f"m{number}")), "items": items, **computed}
        for number in range(1, 40)
    ]


def fill(world: ModuleType, mongo_url: str, elasticsearch_url: str, version: DataVersion) -> None:
    person = replace(
        world.MINA, id=ProfileId("lodger"), account_id=AccountId(ACCOUNT), name=LONG_PERSON, persona=None
    )
    people = [
        person,
        replace(person, id=ProfileId("second"), name="נועה 3", created_at=world.NOW + timedelta(1)),
    ]
    with MongoClient[dict[str, Any]](mongo_url) as client:
        database = client.get_default_database()
        account = Account(AccountId(ACCOUNT), world.DE, "standard", world.NOW)
        database[storage_names.ACCOUNTS].insert_one(account_to_document(account))
        database[storage_names.PROFILES].insert_many([profile_to_document(one) for one in people])
        database[storage_names.SIMILAR].insert_many(similar(world, version))
        database[storage_names.TITLES].insert_many([title_to_document(title) for title in titles(world)])
    with Elasticsearch(elasticsearch_url) as elastic:
        operations: list[dict[str, Any]] = []
        for title in titles(world):
            document = title_to_document(title)
            operations += [{"index": {"_index": version.index, "_id": document.pop("_id")}}, document]
        elastic.bulk(operations=operations, refresh=True)
