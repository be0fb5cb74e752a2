"""Measures a version's lists that many viewers share: similar titles, popular and trending lists.

A bounded number of each. Popular and trending lists of kids come first: a fault that shows adult titles to kids may
touch few of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from pymongo.database import Database

from batch.pipeline.gates.facts import ListFacts
from batch.pipeline.gates.samples import CHUNK
from batch.pipeline.gates.stored_lists import StoredList, parse_list
from batch.pipeline.gates.tally import Tally
from batch.storage.batching import batched
from batch.storage.clients import BatchStores
from domain.catalog.maturity_ratings import KIDS_AGE
from domain.ids import GLOBAL, Region, TitleId
from domain.recommendations.keys import similar_id, trend_index_key
from domain.recommendations.lists import DataVersion, ListAudience
from domain.serialization import Document
from domain.storage_names import POPULAR, SIMILAR, TRENDING
from domain.visibility.facts import TitleFacts

KIDS_LISTS = 2000
SHARED_LISTS = 2000
"""Of each dataset, beside those of kids."""

READ_TOGETHER = 200

_KIDS = f":{ListAudience.KIDS}"
SCORES = "SCORES"
"""Documents beside the popular lists, of all titles' scores (batch/jobs/popularity.py)."""


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
        instants = (now,) if one.content.computed_at is None else (one.content.computed_at, now)
        for title_id in one.content.ids:
            facts = titles.get(TitleId(title_id))
            if facts is None or not _is_licensed(facts, one.region, instants):
                tally.add("unavailable", f"{title_id} in {one.name}")
            if facts is not None and one.is_for_kids and _is_above_kids(facts):
                tally.add("too_mature", f"{title_id} in {one.name}")
    return tally.facts()


def _is_licensed(facts: TitleFacts, region: Region, instants: Iterable[datetime]) -> bool:
    """Lists of no region hold every title of the catalogue: pages leave out what is not licensed where they are."""
    if region == GLOBAL:
        return True
    return any(window.covers(region, instant) for window in facts.windows for instant in instants)


def _is_above_kids(facts: TitleFacts) -> bool:
    return facts.maturity_age is None or facts.maturity_age > KIDS_AGE


def _similar(database: Database[Document], version: str, titles: Iterable[TitleId]) -> list[SharedList]:
    found = []
    for chunk in batched(titles, CHUNK):
        of = {similar_id(version, one): one for one in chunk}
        for document in database[SIMILAR].find({"_id": {"$in": list(of)}}):
            title = of[document["_id"]]
            found.append(SharedList(parse_list(SIMILAR, title, document, title)))
    return found


def _popular(database: Database[Document], version: str) -> list[SharedList]:
    of_version = {"_id": {"$gte": f"{version}:", "$lt": f"{version};"}}
    of_kids = database[POPULAR].find({**of_version, "audience": str(ListAudience.KIDS)}).limit(KIDS_LISTS)
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
    index = trend_index_key(version)
    of_kids = stores.redis.sscan_iter(index, match=f"*{_KIDS}", count=1000)
    names = [*islice(of_kids, KIDS_LISTS)]
    names += islice(
        (one for one in stores.redis.sscan_iter(index, count=1000) if not one.endswith(_KIDS)), SHARED_LISTS
    )
    found = []
    for key, document in _read_documents(stores, names):
        region, _, rest = key.partition(f"{{{version}:")[2].partition("}:trend")
        found.append(_charted(TRENDING, f"{region}{rest}", document, region))
    return found


def _charted(dataset: str, name: str, document: Document | None, region: str) -> SharedList:
    """Whose list it is, the document says: a name that ends like one of kids may be that of a genre."""
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
