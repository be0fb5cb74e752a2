"""The fallback page's file: loaded at the start and after changes, never a broken version."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bff.stores.caches.fallback_page import FallbackPageFile, read_pages
from domain.errors import BadInput
from domain.page.fallback_page import FallbackPages, pages_to_document

PAGES = FallbackPages("v1", datetime(2026, 11, 22, tzinfo=UTC), (), {}, {})


def put(path: Path, pages: FallbackPages, at: int) -> None:
    """Write the file with a time of its own: the clock of a file system may be coarse."""
    path.write_bytes(gzip.compress(json.dumps(pages_to_document(pages)).encode()))
    os.utime(path, (at, at))


def test_without_a_file_there_are_no_pages(tmp_path: Path) -> None:
    file = FallbackPageFile(tmp_path / "pages.json.gz")
    assert file.refresh() is False
    assert file.pages() is None


def test_it_is_read_again_when_it_changes_and_only_then(tmp_path: Path) -> None:
    path = tmp_path / "pages.json.gz"
    file = FallbackPageFile(path)
    put(path, PAGES, at=1000)
    assert (file.refresh(), file.pages()) == (True, PAGES)
    assert file.refresh() is False
    newer = replace(PAGES, version="v2")
    put(path, newer, at=2000)
    assert (file.refresh(), file.pages()) == (True, newer)


def test_a_file_that_cannot_be_read_leaves_the_last_one_in_use(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "pages.json.gz"
    file = FallbackPageFile(path)
    put(path, PAGES, at=1000)
    file.refresh()
    path.write_bytes(b"half a file")
    assert (file.refresh(), file.refresh(), file.pages()) == (False, False, PAGES)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert f"marquee data static-page --out {path}" in caplog.text
    path.unlink()
    assert (file.refresh(), file.pages()) == (False, PAGES)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        gzip.compress(b"{}"),
        gzip.compress(b"not json"),
        gzip.compress(b"\xff\xfe"),
        gzip.compress(json.dumps(pages_to_document(PAGES)).encode())[:-9],
        gzip.compress(json.dumps({**pages_to_document(PAGES), "format": 2}).encode()),
    ],
    ids=["empty", "not packed", "no page", "no JSON", "no text", "cut short", "another format"],
)
def test_anything_else_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pages.json.gz"
    path.write_bytes(content)
    with pytest.raises(
        BadInput, match=r"pages\.json\.gz cannot be read \(.+\)\. Write it anew: marquee data"
    ):
        read_pages(path)
