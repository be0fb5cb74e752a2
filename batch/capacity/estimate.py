"""From profiles, titles and requests to bytes, nodes and hours. Plain sums of measured constants."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from batch.capacity.constants import measured
from domain.recommendations.lists import (
    POPULAR_SIZE,
    SIMILAR_SIZE,
    TASTE_SIZE,
    TOP_PICKS_SIZE,
    TRENDING_SIZE,
    TrendWindow,
)
from domain.storage_names import EVENT_TTL_DAYS

STAGED_VERSIONS = 1
"""Beside the published ones, while a run is under way."""

VERSION_CHARACTERS = 11
PAGES_A_VISIT = 3
PROFILES_A_ACCOUNT = 2.4
READ_DAYS = 400
"""Of the event archive; older viewings have no measurable weight."""

HISTORY_CAP = 200
COPIES = {"MongoDB": 3, "Redis": 2, "Elasticsearch": 2}
"""A primary and its replicas."""

USABLE_DISK, USABLE_MEMORY, USABLE_CPU = 0.7, 0.7, 0.6
"""Of a node: the rest is for compaction, the system and peaks."""

DRIVER_BYTES = 4 * 10**9
"""The Gram of the head (8,000 titles) in doubles, its inverse and work space, and the JVM."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is to be served. `titles` counts episodes, too."""

    profiles: int
    titles: int
    rows: int = 20
    cards: int = 20
    requests_a_second: float = 1000.0
    regions: int = 20
    genres: int = 20
    history: int = 150
    """Titles that a profile has watched, mean."""

    events_a_day: float = 5.0
    """Of a profile, mean over all."""

    versions: int = 3
    id_characters: int = 12


@dataclass(frozen=True, slots=True)
class NodeShape:
    cores: int = 16
    memory: int = 64 * 10**9
    disk: int = 2 * 10**12


@dataclass(frozen=True, slots=True)
class StorePart:
    """Bytes of one copy."""

    store: str
    part: str
    documents: int
    data_bytes: int
    index_bytes: int

    @property
    def bytes(self) -> int:
        return self.data_bytes + self.index_bytes


@dataclass(frozen=True, slots=True)
class StoreSize:
    store: str
    bytes: int
    """Of one copy."""

    copies: int
    nodes: int
    limit: str
    """What decides the number of nodes: disk, memory or copies."""


@dataclass(frozen=True, slots=True)
class NightSize:
    core_hours: float
    hours: float
    """With `cores`."""

    cores: int
    cores_for_window: int
    driver_memory: int
    executor_memory: int
    shuffle_bytes: int


@dataclass(frozen=True, slots=True)
class CapacityEstimate:
    parts: tuple[StorePart, ...]
    stores: tuple[StoreSize, ...]
    night: NightSize
    service_cores: int

    @property
    def dominant(self) -> StorePart:
        """The part with most bytes in all copies."""
        return max(self.parts, key=lambda part: part.bytes * COPIES[part.store])

    @property
    def stored_bytes(self) -> int:
        return sum(one.bytes * one.copies for one in self.stores)


def estimate_capacity(demand: Demand, node: NodeShape, cores: int, window_hours: float) -> CapacityEstimate:
    """`cores` are those of the nightly run."""
    parts = (*_mongo(demand), *_redis(demand), *_elasticsearch(demand))
    return CapacityEstimate(
        parts,
        tuple(_store_size(store, parts, node) for store in COPIES),
        _night(demand, cores, window_hours),
        ceil(demand.requests_a_second * measured("page_cpu") / USABLE_CPU),
    )


def list_bytes(kind: str, items: float) -> float:
    """BSON of one stored list. `kind`: top_picks, similar or popular."""
    return measured(f"{kind}_base") + items * measured(f"{kind}_item")


def page_bytes(rows: int, cards: int) -> float:
    return measured("page_base") + rows * (measured("page_row") + cards * measured("page_card"))


def _mongo(demand: Demand) -> tuple[StorePart, ...]:
    versions = demand.versions + STAGED_VERSIONS
    popular_lists = 2 * (demand.regions + 1) * (demand.genres + 1)
    events = int(demand.profiles * demand.events_a_day * EVENT_TTL_DAYS)
    key = demand.id_characters
    versioned = VERSION_CHARACTERS + 1 + key
    lists = (versioned, VERSION_CHARACTERS)
    activity = measured("activity_base") + demand.history * measured("activity_title")
    return (
        _collection(
            "top_picks",
            demand.profiles * versions,
            list_bytes("top_picks", TOP_PICKS_SIZE + TASTE_SIZE),
            lists,
        ),
        _collection("activity", demand.profiles, activity, (key,)),
        _collection("events", events, measured("event_document"), (key + 33, 8, key, 8)),
        _collection("profiles", demand.profiles, measured("profile_document"), (key, key)),
        _collection(
            "accounts", ceil(demand.profiles / PROFILES_A_ACCOUNT), measured("account_document"), (key,)
        ),
        _collection("titles", demand.titles, measured("title_document"), (key, key, key)),
        _collection("similar_titles", demand.titles * versions, list_bytes("similar", SIMILAR_SIZE), lists),
        _collection("popular_titles", popular_lists * versions, list_bytes("popular", POPULAR_SIZE), lists),
    )


def _collection(part: str, documents: int, size: float, keys: tuple[int, ...]) -> StorePart:
    """`keys` are the bytes of the keys of its indexes."""
    entries = sum(length + measured("index_entry") for length in keys)
    return StorePart("MongoDB", part, documents, round(documents * size), round(documents * entries))


def _redis(demand: Demand) -> tuple[StorePart, ...]:
    hourly = demand.requests_a_second * 3600 / PAGES_A_VISIT
    pages = min(demand.profiles, ceil(hourly))
    lists = 2 * (demand.regions + 1) * len(TrendWindow) * (demand.genres + 1)
    lists *= demand.versions + STAGED_VERSIONS
    trending = measured("trending_list_base") + TRENDING_SIZE * measured("trending_list_item")
    key = measured("redis_key")
    page = page_bytes(demand.rows, demand.cards) + measured("page_beside")
    return (
        StorePart("Redis", "pages", pages, round(pages * page), round(pages * key)),
        StorePart("Redis", "trending", lists, round(lists * trending), 0),
    )


def _elasticsearch(demand: Demand) -> tuple[StorePart, ...]:
    documents = demand.titles * (demand.versions + STAGED_VERSIONS)
    source = documents * measured("index_document")
    return (
        StorePart(
            "Elasticsearch",
            "titles",
            documents,
            round(source),
            round(source * (measured("index_factor") - 1)),
        ),
    )


def _store_size(store: str, parts: tuple[StorePart, ...], node: NodeShape) -> StoreSize:
    """MongoDB and Elasticsearch keep indexes in memory and data on disk; Redis keeps all in memory."""
    mine = [part for part in parts if part.store == store]
    total = sum(part.bytes for part in mine)
    in_memory = total if store == "Redis" else sum(part.index_bytes for part in mine)
    copies = COPIES[store]
    by_memory = ceil(in_memory * copies / (node.memory * USABLE_MEMORY))
    by_disk = 0 if store == "Redis" else ceil(total * copies / (node.disk * USABLE_DISK))
    needs = {"disk": by_disk, "memory": by_memory, "copies": copies}
    limit = max(needs, key=lambda name: needs[name])
    return StoreSize(store, total, copies, needs[limit], limit)


def _night(demand: Demand, cores: int, window_hours: float) -> NightSize:
    entries = demand.profiles * min(demand.history, HISTORY_CAP)
    events = demand.profiles * demand.events_a_day * READ_DAYS
    seconds = events * measured("event_cpu") + demand.profiles * measured("list_cpu")
    shuffled = round(entries * measured("history_entry"))
    per_core = demand.titles * 4 * 64 + 400 * 10**6
    return NightSize(
        core_hours=seconds / 3600,
        hours=seconds / 3600 / cores,
        cores=cores,
        cores_for_window=max(1, ceil(seconds / 3600 / window_hours)),
        driver_memory=DRIVER_BYTES + demand.titles * 200,
        executor_memory=round(per_core / USABLE_MEMORY),
        shuffle_bytes=shuffled,
    )
