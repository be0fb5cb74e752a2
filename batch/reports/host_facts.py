"""The code and the files of a run: its version, its git revision, and a fingerprint of the event archive."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

REVISION_VARIABLE = "MARQUEE_GIT_SHA"
"""For images and clusters, where the code comes without its repository."""

GZIP_TAIL_BYTES = 8
_ROOT = Path(__file__).parents[2]


def marquee_version() -> str:
    try:
        return version("marquee")
    except PackageNotFoundError:
        return "unknown"


def git_revision() -> str | None:
    """With "+changed" when files differ from it. None outside a repository."""
    if given := os.environ.get(REVISION_VARIABLE):
        return given
    if not (_ROOT / ".git").exists():
        return None
    head = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return f"{head}+changed" if head and changed else head


def _git(*arguments: str) -> str | None:
    command = ["git", "-C", str(_ROOT), *arguments]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None


def archive_fingerprint(files: Iterable[Path]) -> str:
    """Equal for equal content: gzip ends with the checksum and length of what it holds, so nothing is unpacked."""
    digest = hashlib.sha256()
    for file in sorted(files):
        with file.open("rb") as stream:
            stream.seek(-min(GZIP_TAIL_BYTES, file.stat().st_size), os.SEEK_END)
            digest.update(file.name.encode() + b"\0" + stream.read())
    return digest.hexdigest()[:16]


def folder_bytes(folder: Path) -> int | None:
    """None without the folder."""
    if not folder.is_dir():
        return None
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
