"""Gzipped JSON Lines files that appear whole or not at all.

Unpublished files have hidden names, which Spark ignores. Equal lines give equal bytes: the header has no name and
time.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from domain.serialization import Document

COMPRESSION_LEVEL = 3
"""Four fifths of the best level's saving in a quarter of its time."""

READ_ERRORS = (EOFError, zlib.error, gzip.BadGzipFile)
"""Of a file that was cut off, or is no gzip file."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode_line(document: Document) -> str:
    return _encode(document) + "\n"


def temporary_path(path: Path) -> Path:
    """Where an unpublished file lies."""
    return path.with_name(f"._{path.name}.part")


def read_jsonl(path: Path) -> Iterator[str]:
    """Lines of a file of this format, with their line ends."""
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        yield from lines


def readable_lines(path: Path) -> Iterator[str]:
    """Up to where the file cannot be read further."""
    try:
        yield from read_jsonl(path)
    except READ_ERRORS:
        return


class JsonlFile:
    """Publishes on exit, or discards after an error."""

    def __init__(self, path: Path, temporary: Path | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.temporary = temporary or temporary_path(path)
        self._raw = self.temporary.open("wb")
        self._zip = gzip.GzipFile(
            filename="", mode="wb", compresslevel=COMPRESSION_LEVEL, fileobj=self._raw, mtime=0
        )
        # Bytes that are no UTF-8 are written as they were read.
        self._text = io.TextIOWrapper(
            io.BufferedWriter(self._zip, 1 << 16), encoding="utf-8", errors="surrogateescape", newline="\n"
        )
        self.write = self._text.write

    def add(self, documents: Iterable[Document]) -> None:
        for document in documents:
            self.write(encode_line(document))

    def close(self) -> None:
        self._text.close()
        self._raw.close()

    def publish(self) -> None:
        self.temporary.replace(self.path)

    def abandon(self) -> None:
        """After an error. What could not be written fails here again: the file goes all the same."""
        for stream in (self._text, self._raw):
            with suppress(OSError):
                stream.close()
        self.discard()

    def discard(self) -> None:
        self.temporary.unlink(missing_ok=True)

    def __enter__(self) -> JsonlFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
            self.publish()
        else:
            self.abandon()
