"""Searches everything for one profile id: every document, key, value, index and file. The second search of a proof.

It knows nothing of what the stores hold, so it finds what nobody thought of. It reads everything, so it is for
commands, not for requests.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from bff.stores.mongo.database import MongoDatabase
from bff.stores.redis.lists import RedisStore
from bff.stores.visibility.journal import FILE as JOURNAL
from domain.ids import ProfileId
from domain.storage_names import KEY_PREFIX
from domain.viewers.removal import FILES

BATCH = 1000
FOLDERS = ("lake", "static")
"""Of the data folder, beside the journal of visibility. The others are of local servers, which are asked."""

GZIP_START = b"\x1f\x8b"

KINDS = ("profile", "home", "row", "page")
"""Of global ids that begin with a profile."""


@dataclass(slots=True)
class SearchResult:
    """`hits`: (store, place) -> how many. `searched`: store -> how many documents, keys or files."""

    hits: Counter[tuple[str, str]] = field(default_factory=Counter)
    searched: Counter[str] = field(default_factory=Counter)


def id_pattern(profile_id: ProfileId) -> re.Pattern[bytes]:
    """The id as a whole value or a part of a composed one, not as a word of a text or a part of another id."""
    name = re.escape(profile_id.encode())
    kinds = "|".join(rf"(?<={kind}_)" for kind in KINDS).encode()
    return re.compile(rb"(?:(?<![A-Za-z0-9_ .,'-])|" + kinds + rb")" + name + rb"(?![A-Za-z0-9_ .,'-])")


@dataclass(frozen=True, slots=True)
class IdSearch:
    database: MongoDatabase
    redis: RedisStore
    indexed: AsyncIterator[tuple[str, bytes]]
    """(index, document) of every indexed title."""

    async def find(self, profile_id: ProfileId, home: Path) -> SearchResult:
        """Raises StoreUnavailable, OSError."""
        pattern, result = id_pattern(profile_id), SearchResult()
        await self._search_mongo(pattern, result)
        await self._search_redis(pattern, result)
        async for index, document in self.indexed:
            result.searched["elasticsearch"] += 1
            result.hits["elasticsearch", index] += bool(pattern.search(document))
        await asyncio.to_thread(_search_files, home, pattern, result)
        return result

    async def _search_mongo(self, pattern: re.Pattern[bytes], result: SearchResult) -> None:
        raw = CodecOptions(document_class=RawBSONDocument)
        with self.database.calls.guard("search_everything"):
            for name in await self.database.collection_names():
                collection = self.database.collection(name).with_options(codec_options=raw)
                async for document in collection.find({}, batch_size=BATCH):
                    result.searched["mongo"] += 1
                    result.hits["mongo", name] += holds(document.raw, pattern)

    async def _search_redis(self, pattern: re.Pattern[bytes], result: SearchResult) -> None:
        async for name in self.redis.scan_names(f"{KEY_PREFIX}:*"):
            result.searched["redis"] += 1
            values = [name.encode(), *await self.redis.dump(name)]
            result.hits["redis", name.partition("{")[0] or name] += any(
                pattern.search(_plain(value)) for value in values
            )


def holds(document: bytes, pattern: re.Pattern[bytes]) -> bool:
    """Of BSON. Its numbers are bytes, too, and may look like a short id, so what was found is read as text again."""
    if not pattern.search(document):
        return False
    text = json.dumps(bson.decode(document), default=str, ensure_ascii=False)
    return bool(pattern.search(text.encode("utf-8", "surrogatepass")))


def _search_files(home: Path, pattern: re.Pattern[bytes], result: SearchResult) -> None:
    paths = [path for folder in FOLDERS for path in sorted((home / folder).rglob("*"))]
    for path in [*paths, *sorted(home.glob(f"*{JOURNAL}*"))]:
        if path.is_file():
            result.searched[FILES] += 1
            result.hits[FILES, str(path.relative_to(home))] += _matches_in(path, pattern)


def _plain(value: bytes) -> bytes:
    try:
        return zlib.decompress(value)
    except zlib.error:
        return value


def _matches_in(path: Path, pattern: re.Pattern[bytes]) -> int:
    return sum(1 for text in _lines(path) if pattern.search(text))


def _lines(path: Path) -> Iterator[bytes]:
    """Of a file that a killed process left unfinished, as far as it goes."""
    yield path.name.encode()
    with path.open("rb") as raw:
        if raw.peek(2)[:2] != GZIP_START:
            yield from raw
            return
        with suppress(EOFError, zlib.error, gzip.BadGzipFile), gzip.GzipFile(fileobj=raw) as file:
            yield from file
