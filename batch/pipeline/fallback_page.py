"""The page that ships with the service: popular titles of the live version with all a card needs, in one file.

Services read it when no store answers (domain/page/fallback_page.py says who is shown what of it). Its size does not
grow with the catalogue: titles are those of the popular lists. The same version gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pymongo.database import Database

from batch.jobs.popularity import read_scores
from batch.pipeline.publish import live_version
from batch.storage.clients import BatchStores
from batch.storage.settings import BatchSettings
from domain.catalog.documents import title_from_document
from domain.catalog.titles import Title
from domain.errors import BadInput
from domain.ids import Region, TitleId
from domain.page.fallback_page import StaticPages, make, to_document
from domain.recommendations.documents import ranked_list_from_document
from domain.recommendations.lists import PopularKey, RankedList
from domain.serialization import Document
from domain.storage_names import POPULAR, SHIPPED_PAGES, TITLES

CHUNK = 1000


def file_of(settings: BatchSettings) -> Path:
    """Where services on this machine look for it by default."""
    return settings.home / SHIPPED_PAGES


def write_live(stores: BatchStores, path: Path, now: datetime) -> StaticPages:
    """Write the live version's pages. Raises BadInput when nothing is published."""
    live = live_version(stores.mongo)
    if live is None:
        raise BadInput(
            "Nothing is published yet, so there is no page to ship: run `marquee jobs run nightly`."
        )
    pages = pages_of(stores.mongo, live.version, now)
    write(pages, path)
    return pages


def pages_of(database: Database[Document], version: str, now: datetime) -> StaticPages:
    """`now` decides which licences count as open, and as lasting."""
    lists = read_popular(database, version)
    wanted = sorted({entry.title_id for ranked in lists.values() for entry in ranked.entries})
    scores = read_scores(database[POPULAR], version)
    return make(version, now, lists, read_titles(database, wanted, scores))


def read_popular(database: Database[Document], version: str) -> dict[PopularKey, RankedList]:
    """Every popular list of a version. The parts with all scores, which lie beside them, have no region."""
    found = database[POPULAR].find({"version": version, "region": {"$exists": True}}).sort("_id")
    return {
        PopularKey(Region(one["region"]), one["genre"] or None): ranked_list_from_document(one)
        for one in found
    }


def read_titles(
    database: Database[Document], ids: list[TitleId], scores: Mapping[str, float]
) -> dict[TitleId, Title]:
    titles: dict[TitleId, Title] = {}
    for chunk in _chunks(ids):
        for document in database[TITLES].find({"_id": {"$in": chunk}}).sort("_id"):
            title = title_from_document(document)
            titles[title.id] = replace(title, popularity=scores.get(title.id, 0.0))
    return titles


def write(pages: StaticPages, path: Path) -> None:
    """The whole file or none: a reader never meets half of it."""
    text = json.dumps(to_document(pages), ensure_ascii=False, separators=(",", ":"))
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_bytes(gzip.compress(text.encode(), mtime=0))
    new.replace(path)


def _chunks(ids: list[TitleId]) -> Iterator[Iterable[TitleId]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
