"""How old the live lists are: by dataset, and by region where a dataset has lists of regions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batch.pipeline.staged import find_run
from batch.storage.clients import BatchStores
from domain.errors import NotFound
from domain.ids import GLOBAL
from domain.page.model import STALE_AFTER
from domain.recommendations.keys import trend_key
from domain.recommendations.lists import DataVersion, TrendKey, TrendWindow
from domain.storage_names import CATALOG, POPULAR, SIMILAR, TOP_PICKS, TRENDING
from domain.timestamps import from_millis

REGIONS_NAMED = 3


@dataclass(frozen=True, slots=True)
class DatasetAge:
    """`computed_at`: the newest event that the lists know. `oldest_regions`: those behind the others."""

    dataset: str
    version: str
    logical_date: str
    computed_at: datetime
    age_hours: float
    limit_hours: float
    oldest_regions: tuple[str, ...] = ()

    @property
    def is_stale(self) -> bool:
        return self.age_hours > self.limit_hours

    def to_json(self) -> dict[str, Any]:
        return {
            "dataset": self.dataset,
            "version": self.version,
            "logicalDate": self.logical_date,
            "computedAt": self.computed_at.isoformat(),
            "ageHours": round(self.age_hours, 2),
            "limitHours": self.limit_hours,
            "stale": self.is_stale,
            "oldestRegions": list(self.oldest_regions),
        }


def measure_freshness(stores: BatchStores, live: DataVersion, now: datetime) -> list[DatasetAge]:
    """Of datasets that say when they were computed."""
    limit = STALE_AFTER.total_seconds() / 3600
    found = []
    for name in (TOP_PICKS, SIMILAR, POPULAR, TRENDING, CATALOG):
        version = live.version_of(name)
        ages = _computed_at(stores, name, version)
        if not ages:
            continue
        instant, newest = from_millis(min(ages.values())), max(ages.values())
        behind = sorted(region for region, at in ages.items() if region and at < newest)
        hours = (now - instant).total_seconds() / 3600
        day = _logical_date(stores, version)
        found.append(DatasetAge(name, version, day, instant, hours, limit, tuple(behind[:REGIONS_NAMED])))
    return found


def _computed_at(stores: BatchStores, name: str, version: str) -> Mapping[str, int]:
    """Region, or "" for all, -> epoch milliseconds."""
    if name in (TOP_PICKS, SIMILAR):
        one = stores.mongo[name].find_one({"version": version, "computed_at": {"$exists": True}})
        return {"": one["computed_at"]} if one else {}
    if name == POPULAR:
        stages = [
            {"$match": {"version": version, "region": {"$exists": True}}},
            {"$group": {"_id": "$region", "at": {"$min": "$computed_at"}}},
        ]
        return {one["_id"]: one["at"] for one in stores.mongo[POPULAR].aggregate(stages) if one["at"]}
    if name == TRENDING:
        return _trending_computed_at(stores, version)
    return {}


def _trending_computed_at(stores: BatchStores, version: str) -> Mapping[str, int]:
    names = [trend_key(version, TrendKey(GLOBAL, window)) for window in TrendWindow]
    texts = [stores.redis.get(name) for name in names]
    ages = [json.loads(text)["computed_at"] for text in texts if text]
    return {"": min(ages)} if ages else {}


def _logical_date(stores: BatchStores, version: str) -> str:
    try:
        return find_run(stores.mongo, version).logical_date
    except NotFound:
        return ""
