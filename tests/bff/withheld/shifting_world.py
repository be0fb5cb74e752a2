"""The small world as it changes: each change is written to the servers, announced, and remembered for the oracle.

The oracle says what may be shown in the product's words and not from the code. `Facts` are those acknowledged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from types import ModuleType, TracebackType
from typing import Any

from elasticsearch import Elasticsearch
from pymongo import MongoClient
from redis import Redis

from batch.storage.announcements import announce
from bff.local_stack import StoreUrls
from domain import storage_names
from domain.catalog.documents import title_to_document
from domain.ids import AccountId, ProfileId, TitleId
from domain.recommendations.documents import data_version_to_document
from domain.recommendations.keys import index_name
from domain.recommendations.lists import DataVersion
from domain.timestamps import to_millis
from domain.visibility.changes import ALL_CHANGED, VisibilityChange

REGIONS = ("DE", "US", "JP")


@dataclass(slots=True)
class TitleFacts:
    """As acknowledged. `ends_at` None: no end; `there` False: withdrawn."""

    age: int
    regions: frozenset[str]
    ends_at: datetime | None = None
    there: bool = True
    series: str | None = None


@dataclass(slots=True)
class PersonFacts:
    account: str
    limit: int
    kids: bool = False
    blocked: frozenset[str] = frozenset()
    there: bool = True


@dataclass
class Facts:
    titles: dict[str, TitleFacts] = field(default_factory=dict)
    people: dict[str, PersonFacts] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)

    def is_wrong(self, title: str, person: str, sent_at: datetime) -> bool:
        """Whether the title was withheld from this person when the request was sent."""
        who = self.people[person]
        if not who.there:
            # Nobody is asked for: at most what is for all ages and licensed wherever anyone is.
            return (
                not all(self._is_licensed(title, region, sent_at) for region in ("DE",))
                or self._age(title) > 0
            )
        region = self.regions[who.account]
        limit = min(who.limit, 10) if who.kids else who.limit
        names = {title, self.titles[title].series or title}
        return bool(names & who.blocked) or any(
            not self._is_licensed(one, region, sent_at) or (limit < 18 and self._age(one) > limit)
            for one in names
        )

    def _is_licensed(self, title: str, region: str, now: datetime) -> bool:
        facts = self.titles[title]
        return facts.there and region in facts.regions and (facts.ends_at is None or now < facts.ends_at)

    def _age(self, title: str) -> int:
        return self.titles[title].age


class ShiftingWorld:
    def __init__(self, urls: StoreUrls, world: ModuleType, version: DataVersion) -> None:
        self._urls = urls
        self._documents = {title.id: title_to_document(title) for title in world.titles()}
        self._versions = [version, second_version(version)]
        self.facts = Facts(
            {
                title.id: TitleFacts(title.maturity_age or 0, frozenset(("DE", "US")), series=title.series_id)
                for title in world.titles()
            },
            {
                "ade": PersonFacts("home", 18),
                "kids": PersonFacts("home", 10, kids=True),
                "teen": PersonFacts("home", 12),
                "guarded": PersonFacts("home", 18),
                "stranger": PersonFacts("elsewhere", 18),
                "wanderer": PersonFacts("home", 18),
            },
            {"home": "DE", "elsewhere": "DE"},
        )
        self.counts: dict[str, int] = {}

    def __enter__(self) -> ShiftingWorld:
        self._mongo: MongoClient[dict[str, Any]] = MongoClient(self._urls.mongo_url)
        self._database = self._mongo.get_default_database()
        self._redis = Redis.from_url(self._urls.redis_url)
        self._elastic = Elasticsearch(self._urls.elasticsearch_url)
        return self

    def renew(self) -> None:
        """Everything as at the beginning, in the record and in both indexes; announced."""
        for title, document in self._documents.items():
            facts = self.facts.titles[title]
            facts.age, facts.ends_at, facts.there = document.get("maturity_age", 0), None, True
            facts.regions = frozenset(("DE", "US"))
            self._write_title(title)
        for name, (limit, kids) in {"ade": (18, False), "kids": (10, True), "teen": (12, False)}.items():
            person = self.facts.people[name]
            person.limit, person.kids, person.blocked = limit, kids, frozenset()
        for name in ("kids", "teen", "guarded", "wanderer"):
            self._write_person(name)
        self.facts.people["wanderer"].there = True
        for account in ("home", "elsewhere"):
            self._write_region(account, "DE")
        for version in self._versions:
            self._restore_index(version.index)
        announce(self._redis, ALL_CHANGED)

    def _restore_index(self, index: str) -> None:
        operations: list[dict[str, Any]] = []
        for title, document in self._documents.items():
            source = {name: value for name, value in document.items() if name != "_id"}
            operations += [{"index": {"_index": index, "_id": title}}, source]
        if self._elastic.indices.exists(index=index):
            self._elastic.bulk(operations=operations, refresh=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._mongo.close()
        self._redis.close()
        self._elastic.close()

    def change(self, random: Random) -> bool:
        """One random change, acknowledged on return: durable, and announced. False: of no visibility."""
        name = random.choice([*CHANGES])
        self.counts[name] = self.counts.get(name, 0) + 1
        change = CHANGES[name](self, random)
        announce(self._redis, change)
        return bool(change)

    def end_licence(self, random: Random) -> VisibilityChange:
        title = random.choice([*self.facts.titles])
        facts = self.facts.titles[title]
        now = datetime.now(UTC).replace(microsecond=0)
        # Ended, ending in a moment by itself, or renewed.
        facts.ends_at = random.choice([now - timedelta(days=1), now + timedelta(seconds=3), None])
        return self._write_title(title)

    def withdraw(self, random: Random) -> VisibilityChange:
        title = random.choice([*self.facts.titles])
        self.facts.titles[title].there ^= True
        return self._write_title(title)

    def age_anew(self, random: Random) -> VisibilityChange:
        title = random.choice([*self.facts.titles])
        self.facts.titles[title].age = random.choice((0, 6, 12, 18))
        return self._write_title(title)

    def licence_elsewhere(self, random: Random) -> VisibilityChange:
        title = random.choice([*self.facts.titles])
        self.facts.titles[title].regions = frozenset(random.sample(REGIONS, random.randint(1, 3)))
        return self._write_title(title)

    def lower_or_raise_a_limit(self, random: Random) -> VisibilityChange:
        person = random.choice(("kids", "teen", "guarded"))
        self.facts.people[person].limit = random.choice((0, 6, 10, 12, 18))
        return self._write_person(person)

    def block(self, random: Random) -> VisibilityChange:
        person = random.choice(("guarded", "kids"))
        blocked = random.sample([*self.facts.titles], random.randint(0, 12))
        self.facts.people[person].blocked = frozenset(blocked)
        return self._write_person(person)

    def change_region(self, random: Random) -> VisibilityChange:
        account = random.choice(("home", "elsewhere"))
        region = random.choice(("DE", "US") if account == "home" else REGIONS)
        self._write_region(account, region)
        return VisibilityChange(accounts=(AccountId(account),))

    def move(self, random: Random) -> VisibilityChange:
        wanderer = self.facts.people["wanderer"]
        wanderer.account = random.choice(("home", "elsewhere"))
        wanderer.there = True
        return self._write_person("wanderer")

    def delete(self, random: Random) -> VisibilityChange:
        self.facts.people["wanderer"].there = False
        self._database[storage_names.PROFILES].delete_one({"_id": "wanderer"})
        return VisibilityChange(profiles=(ProfileId("wanderer"),))

    def publish_or_roll_back(self, random: Random) -> VisibilityChange:
        """Another version goes live; its index is as old as the world's beginning."""
        pointer = data_version_to_document(random.choice(self._versions))
        self._database[storage_names.POINTERS].update_one(
            {"_id": storage_names.LIVE_POINTER}, {"$set": pointer}
        )
        return VisibilityChange()

    def edit_the_index(self, random: Random) -> VisibilityChange:
        """The copy alone is edited: it may only withhold more than the record."""
        title = random.choice([one for one, facts in self.facts.titles.items() if facts.there])
        closed = {"windows": [{"regions": ["DE", "US"], "starts_at": 0, "ends_at": 1}]}
        for version in self._versions:
            self._elastic.update(index=version.index, id=title, doc=closed, refresh=True)
        self.facts.titles[title].ends_at = datetime.now(UTC) - timedelta(days=1)
        return self._write_title(title)

    def _write_title(self, title: str) -> VisibilityChange:
        facts, collection = self.facts.titles[title], self._database[storage_names.TITLES]
        if not facts.there:
            collection.delete_one({"_id": title})
            return VisibilityChange(titles=(TitleId(title),))
        window: dict[str, Any] = {"regions": sorted(facts.regions), "starts_at": 0}
        if facts.ends_at is not None:
            window["ends_at"] = to_millis(facts.ends_at)
        document = self._documents[TitleId(title)] | {"windows": [window], "maturity_age": facts.age}
        collection.replace_one({"_id": title}, document, upsert=True)
        return VisibilityChange(titles=(TitleId(title),))

    def _write_region(self, account: str, region: str) -> None:
        self.facts.regions[account] = region
        self._database[storage_names.ACCOUNTS].update_one({"_id": account}, {"$set": {"region": region}})

    def _write_person(self, person: str) -> VisibilityChange:
        facts, collection = self.facts.people[person], self._database[storage_names.PROFILES]
        document = dict(collection.find_one({"_id": "ade"}) or {})
        document |= {
            "_id": person,
            "name": person.title(),
            "account_id": facts.account,
            "kids": facts.kids,
            "maturity_limit": facts.limit,
            "blocked": sorted(facts.blocked),
            "persona": None,
        }
        collection.replace_one({"_id": person}, document, upsert=True)
        return VisibilityChange(profiles=(ProfileId(person),))


CHANGES: dict[str, Callable[[ShiftingWorld, Random], VisibilityChange]] = {
    "a licence ends": ShiftingWorld.end_licence,
    "withdrawn or back": ShiftingWorld.withdraw,
    "another age": ShiftingWorld.age_anew,
    "other regions": ShiftingWorld.licence_elsewhere,
    "a limit": ShiftingWorld.lower_or_raise_a_limit,
    "blocked titles": ShiftingWorld.block,
    "an account moves": ShiftingWorld.change_region,
    "a profile moves": ShiftingWorld.move,
    "a profile is deleted": ShiftingWorld.delete,
    "publish or rollback": ShiftingWorld.publish_or_roll_back,
    "the index alone": ShiftingWorld.edit_the_index,
}


def second_version(first: DataVersion) -> DataVersion:
    name = f"{first.version}b"
    return replace(first, version=name, index=index_name(name))


def fill_second_version(urls: StoreUrls, world: ModuleType, first: DataVersion) -> None:
    """The same world under another version, without lists of MongoDB."""
    version = second_version(first)
    with Elasticsearch(urls.elasticsearch_url) as elastic:
        if not elastic.indices.exists(index=version.index):
            world.fill_elasticsearch(urls.elasticsearch_url, version.index)
    world.fill_redis(urls.redis_url, version)
