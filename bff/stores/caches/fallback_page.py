"""The file of the shipped page (domain/page/fallback_page.py), held in memory and read again when it changes.

A page that needs it must not wait for a disk, so a task looks at the file's time once a minute. A file that
cannot be read leaves the last one that could be in use.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import zlib
from pathlib import Path

from domain.errors import BadInput
from domain.page.fallback_page import StaticPages, from_document

LOOK_SECONDS = 60.0
MOST_BYTES = 64 * 1024 * 1024
"""Unpacked. A file made by the night shift has a few megabytes."""

log = logging.getLogger("marquee.pages")


class StaticFile:
    """The ShippedPages port over one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._pages: StaticPages | None = None

    def pages(self) -> StaticPages | None:
        return self._pages

    def refresh(self) -> bool:
        """Read the file if it is another one than before; whether it was taken into use."""
        try:
            found = self._path.stat()
        except OSError:
            return False
        seen = (found.st_mtime_ns, found.st_size)
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            self._pages = read_pages(self._path)
        except BadInput as error:
            log.error("%s", error)
            return False
        return True

    async def watch(self) -> None:
        """Until cancelled. Reading takes some milliseconds of work, which a thread does."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(self.refresh)


def read_pages(path: Path) -> StaticPages:
    """Raises BadInput that names the file and says what to do."""
    try:
        with gzip.open(path) as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise BadInput(f"it has more than {MOST_BYTES} bytes")
        return from_document(json.loads(content))
    except (OSError, EOFError, zlib.error, ValueError, BadInput) as error:
        raise BadInput(
            f"{path} cannot be read ({error}). Write it anew: marquee data static-page --out {path}"
        ) from error
