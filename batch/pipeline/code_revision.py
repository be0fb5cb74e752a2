"""A fingerprint of the source files of a run, and one of what it was told.

The files may lie in a folder or, by spark-submit, in a zip; equal files give equal fingerprints.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from batch.pipeline.run_record import Parameters

PACKAGES = ("batch", "domain", "search")


@cache
def code_fingerprint() -> str:
    digest = hashlib.blake2b(digest_size=12)
    for name, content in _source_files(_root()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def config_hash(parameters: Parameters) -> str:
    text = json.dumps(dict(parameters), sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _root() -> Path:
    """The folder or the zip that holds the packages."""
    return Path(__file__).parents[2]


def _source_files(root: Path) -> Iterator[tuple[str, bytes]]:
    if root.is_file():
        with zipfile.ZipFile(root) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".py") and name.partition("/")[0] in PACKAGES:
                    yield name, archive.read(name)
        return
    found = (path for package in PACKAGES for path in (root / package).rglob("*.py"))
    for name, path in sorted((path.relative_to(root).as_posix(), path) for path in found):
        yield name, path.read_bytes()
