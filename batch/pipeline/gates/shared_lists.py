"""Measures a version's lists that many viewers share: similar titles, popular and trending lists.

A bounded number of each. Popular and trending lists of kids come first: a fault that shows adult titles to kids may
touch few of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo.database import Database

from batch.pipeline.gates.facts import ListFacts
from batch.pipeline.gates.stored_lists import StoredList, parse_list
from batch.pipeline.gates.tally import Tally
from batch.pipeline.gates.title_rules import is_above_age, is_licensed
from batch.storage.batching import batched
from batch.storage.clients import BatchStores
from batch.storage.documents_by_id import find_by_ids
from domain.catalog.maturity_ratings import KIDS_AGE
from domain.ids import GLOBAL, Region, TitleId
from domain.recommendations.keys import SCORES, similar_id, trend_index_key
from domain.recommendations.lists import DataVersion, ListAudience
from domain.serialization import Document
from domain.storage_names import POPULAR, SIMILAR, TRENDING
from domain.visibility.facts import TitleFacts

SHARED_LISTS = 2000
"""Of each dataset, beside those of kids."""

KIDS_LISTS = 2000
"""Trending lists of kids; of the popular ones, which are fewer, all."""

READ_TOGETHER = 200

_KIDS = f":{ListAudience.KIDS}"


@dataclass(frozen=True, slots=True)
class SharedList:
    """`region` GLOBAL: of the whole service. Its list's name is the key without the version."""

    content: StoredList
    region: Region = GLOBAL
    is_for_kids: bool = False

    @property
    def name(self) -> str:
        return self.content.name


def read_shared(
    stores: BatchStores, version: DataVersion, titles: Iterable[TitleId]
) -> dict[str, list[SharedList]]:
    """`titles`: whose similar titles are read; one without a list is a missing row."""
    return {
        SIMILAR: _similar(stores.mongo, version.version_of(SIMILAR), titles),
        POPULAR: _popular(stores.mongo, version.version_of(POPULAR)),
        TRENDING: read_trending(stores, version.version_of(TRENDING)),
    }


def measure_shared(
    lists: Sequence[SharedList], titles: Mapping[TitleId, TitleFacts], now: datetime
) -> ListFacts:
    tally = Tally(asked=len(lists), kids_lists=sum(one.is_for_kids for one in lists))
    for one in lists:
        tally.add_list(one.content)
        instants = one.content.instants(now)
        for title_id in one.content.ids:
            facts = titles.get(TitleId(title_id))
            if facts is None or not _may_stand(facts, one.region, instants):
                tally.add("unavailable", f"{title_id} in {one.name}")
            if facts is not None and one.is_for_kids and is_above_age(facts, KIDS_AGE):
                tally.add("too_mature", f"{title_id} in {one.name}")
    return tally.facts()


def _may_stand(facts: TitleFacts, region: Region, instants: Iterable[datetime]) -> bool:
    """Lists of no region hold every title of the catalogue: pages leave out what is not licensed where they are."""
    return region == GLOBAL or is_licensed(facts, region, instants)


def _similar(database: Database[Document], version: str, titles: Iterable[TitleId]) -> list[SharedList]:
    of = {similar_id(version, one): one for one in titles}
    return [
        SharedList(parse_list(SIMILAR, of[one["_id"]], one, of[one["_id"]]))
        for one in find_by_ids(database[SIMILAR], of)
    ]


def _popular(database: Database[Document], version: str) -> list[SharedList]:
    of_version = {"_id": {"$gte": f"{version}:", "$lt": f"{version};"}}
    of_kids = database[POPULAR].find({**of_version, "audience": str(ListAudience.KIDS)})
    others = database[POPULAR].find({**of_version, "audience": {"$ne": str(ListAudience.KIDS)}})
    documents = [*of_kids, *others.sort("_id").limit(SHARED_LISTS)]
    found = []
    for document in documents:
        name = str(document["_id"]).partition(":")[2]
        region = name.partition(":")[0]
        if region != SCORES:
            found.append(_charted(POPULAR, name, document, region))
    return found


def read_trending(stores: BatchStores, version: str) -> list[SharedList]:
    """A name that ends like one of kids may be that of a genre: the document tells."""
    keys = list(dict.fromkeys(stores.redis.sscan_iter(trend_index_key(version), count=1000)))
    of_kids = [one for one in keys if one.endswith(_KIDS)][:KIDS_LISTS]
    others = [one for one in keys if not one.endswith(_KIDS)][:SHARED_LISTS]
    found = []
    for key, document in _read_documents(stores, [*of_kids, *others]):
        region, _, rest = key.partition(f"{{{version}:")[2].partition("}:trend")
        found.append(_charted(TRENDING, f"{region}{rest}", document, region))
    return found


def _charted(dataset: str, name: str, document: Document | None, region: str) -> SharedList:
    is_for_kids = document is not None and document.get("audience") == str(ListAudience.KIDS)
    return SharedList(parse_list(dataset, name, document, None), Region(region), is_for_kids)


def _read_documents(stores: BatchStores, names: Iterable[str]) -> Iterator[tuple[str, Document | None]]:
    """A key that is gone is an unreadable list: the index of the version names it."""
    for chunk in batched(names, READ_TOGETHER):
        pipeline = stores.redis.pipeline(transaction=False)
        for name in chunk:
            pipeline.get(name)
        for name, text in zip(chunk, pipeline.execute(), strict=True):
            yield name, _document(text)


def _document(text: str | None) -> Document | None:
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
