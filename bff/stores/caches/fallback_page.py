"""The file of the fallback page (domain/page/fallback_page.py), kept in memory.

A background task checks it once a minute, so that no page waits for a disk. An unreadable file leaves the last good
version in use.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import zlib
from pathlib import Path

from domain.errors import BadInput
from domain.page.fallback_page import FallbackPages, pages_from_document

POLL_SECONDS = 60.0
MAX_BYTES = 64 * 1024 * 1024
"""Uncompressed; usually a few megabytes."""

log = logging.getLogger("marquee.pages")


class FallbackPageFile:
    """The ShippedPages port over one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file_version: tuple[int, int] | None = None
        self._pages: FallbackPages | None = None

    def pages(self) -> FallbackPages | None:
        return self._pages

    def refresh(self) -> bool:
        """Returns whether a new version is in use."""
        try:
            stat = self._path.stat()
        except OSError:
            return False
        file_version = (stat.st_mtime_ns, stat.st_size)
        if file_version == self._file_version:
            return False
        self._file_version = file_version
        try:
            self._pages = read_pages(self._path)
        except BadInput as error:
            log.error("%s", error)
            return False
        return True

    async def watch(self) -> None:
        """In a thread: parsing takes milliseconds of CPU."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await asyncio.to_thread(self.refresh)


def read_pages(path: Path) -> FallbackPages:
    """Raises BadInput with file and remedy."""
    try:
        with gzip.open(path) as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise BadInput(f"it has more than {MAX_BYTES} bytes")
        return pages_from_document(json.loads(content))
    except (OSError, EOFError, zlib.error, ValueError, BadInput) as error:
        raise BadInput(
            f"{path} cannot be read ({error}). Write it anew: marquee data static-page --out {path}"
        ) from error
