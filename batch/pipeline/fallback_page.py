"""Writes the fallback page file: the live version's popular lists and their titles.

domain/page/fallback_page.py selects what a viewer sees. The file does not grow with the catalogue, and a version
gives equal bytes.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pymongo.database import Database

from batch.jobs.popularity import read_scores
from batch.pipeline.pointer import live_version
from batch.storage.batching import batched
from batch.storage.clients import BatchStores
from batch.storage.same_works import read_siblings, with_siblings
from batch.storage.settings import BatchSettings
from domain.catalog.documents import title_from_document
from domain.catalog.titles import Title
from domain.errors import BadInput
from domain.ids import Region, TitleId
from domain.page.fallback_page import (
    FallbackPages,
    build_fallback_pages,
    pages_from_document,
    pages_to_document,
)
from domain.recommendations.documents import ranked_list_from_document
from domain.recommendations.lists import ListAudience, PopularKey, RankedList
from domain.serialization import Document
from domain.storage_names import POPULAR, PROFILES, SHIPPED_PAGES, TITLES

CHUNK = 1000


def fallback_page_path(settings: BatchSettings) -> Path:
    return settings.home / SHIPPED_PAGES


def write_live_pages(stores: BatchStores, path: Path, now: datetime) -> FallbackPages:
    """Raises BadInput when nothing is published."""
    live = live_version(stores.mongo)
    if live is None:
        raise BadInput(
            "Nothing is published yet, so there is no fallback page: run `marquee jobs run nightly`."
        )
    pages = build_pages(stores.mongo, live.version_of(POPULAR), now)
    write_pages(pages, path)
    return pages


def build_pages(database: Database[Document], version: str, now: datetime) -> FallbackPages:
    lists = read_popular_lists(database, version)
    title_ids = sorted({entry.title_id for ranked in lists.values() for entry in ranked.entries})
    scores = read_scores(database[POPULAR], version)
    pages = build_fallback_pages(version, now, lists, read_titles(database, title_ids, scores))
    blocked = frozenset(TitleId(one) for one in database[PROFILES].distinct("blocked"))
    return replace(pages, blocked=blocked & pages.titles.keys())


def read_popular_lists(database: Database[Document], version: str) -> dict[PopularKey, RankedList]:
    """Documents without a region are score parts, not lists."""
    documents = database[POPULAR].find({"version": version, "region": {"$exists": True}}).sort("_id")
    return {
        PopularKey(
            Region(one["region"]), one["genre"] or None, ListAudience(one.get("audience", ListAudience.ALL))
        ): ranked_list_from_document(one)
        for one in documents
    }


def read_titles(
    database: Database[Document], ids: list[TitleId], scores: Mapping[str, float]
) -> dict[TitleId, Title]:
    titles: dict[TitleId, Title] = {}
    siblings = read_siblings(database)
    for chunk in batched(ids, CHUNK):
        found = database[TITLES].find({"_id": {"$in": chunk}}).sort("_id")
        for document in with_siblings(found, siblings):
            title = title_from_document(document)
            titles[title.id] = replace(title, popularity=scores.get(title.id, 0.0))
    return titles


def read_pages(path: Path) -> FallbackPages:
    """Raises BadInput for a file that is not such a page."""
    try:
        return pages_from_document(json.loads(gzip.decompress(path.read_bytes())))
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise BadInput(
            f"{path}: cannot be read ({error}). Write it anew: marquee data static-page"
        ) from error


def write_pages(pages: FallbackPages, path: Path) -> None:
    """Atomic: readers see the whole file or none."""
    text = json.dumps(pages_to_document(pages), ensure_ascii=False, separators=(",", ":"))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(gzip.compress(text.encode(), mtime=0))
    temporary.replace(path)
