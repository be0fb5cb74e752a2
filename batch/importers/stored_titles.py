"""What an import must know of the stored titles: small facts of each, and a digest to find those that changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from pymongo.database import Database

from batch.storage.known_documents import LOOKUP_BATCH
from batch.storage.sources import sources_of
from domain.catalog.documents import TITLE_FIELDS
from domain.catalog.series_facts import EpisodeNumber, number_of
from domain.catalog.titles import TitleKind
from domain.ids import TitleId
from domain.serialization import Document
from domain.storage_names import TITLES

INHERITED_FIELD = "inherited"
"""Of a stored episode: the fields that it has from its series."""

OWNED_FIELDS = TITLE_FIELDS | {INHERITED_FIELD}
"""Of a stored title: the fields that an import sets or removes."""


@dataclass(frozen=True, slots=True)
class StoredTitle:
    """`launched_at` in milliseconds if an importer derived it, else None. `digest` covers OWNED_FIELDS."""

    kind: str
    series_id: str | None
    number: EpisodeNumber
    sources: tuple[str, ...]
    digest: bytes
    year: int | None
    launched_at: int | None


def read_stored_titles(database: Database[Document]) -> dict[str, StoredTitle]:
    documents = database[TITLES].find({}, batch_size=LOOKUP_BATCH)
    return {document["_id"]: _stored_title(document) for document in documents}


def _stored_title(document: Document) -> StoredTitle:
    get = document.get
    return StoredTitle(
        kind=document["kind"],
        series_id=get("series_id"),
        number=number_of(TitleId(document["_id"]), get("season"), get("episode")),
        sources=sources_of(document),
        digest=digest_of(document),
        year=get("year"),
        launched_at=document["launched_at"] if "launched_at" in get("derived", ()) else None,
    )


def digest_of(document: Document) -> bytes:
    owned = {key: value for key, value in document.items() if key in OWNED_FIELDS}
    return blake2b(json.dumps(owned, sort_keys=True, default=str).encode(), digest_size=16).digest()


def episode_numbers(
    stored: Mapping[str, StoredTitle], left_out: Iterable[str]
) -> dict[str, dict[str, EpisodeNumber]]:
    """Series -> its stored episodes' numbers by id, without `left_out`."""
    gone = set(left_out)
    numbers: dict[str, dict[str, EpisodeNumber]] = {}
    for title_id, title in stored.items():
        if title.kind == TitleKind.EPISODE and title.series_id and title_id not in gone:
            numbers.setdefault(title.series_id, {})[title_id] = title.number
    return numbers
