"""Replaces several files of a folder together.

A note of what is to be done is written first. A process that is killed in between leaves the note, and the next one
does the rest: readers call `finish_replacements` before they list the folder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from batch.storage.folder_lock import folder_lock
from batch.storage.jsonl_file import temporary_path

NOTE_PREFIX = "._replace-"


def replace_together(folder: Path, name: str, new: Sequence[Path], stale: Sequence[Path]) -> None:
    """`new` files lie under their temporary names; `stale` ones are deleted. `name` is the note's."""
    if not new and not stale:
        return
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / f"{NOTE_PREFIX}{name}.json"
    content = {
        "new": [str(path.relative_to(folder)) for path in new],
        "stale": [str(path.relative_to(folder)) for path in stale],
    }
    draft = note.with_name(f"{note.name}.part")
    draft.write_text(json.dumps(content), "utf-8")
    draft.replace(note)
    _carry_out(folder, note)


def finish_replacements(folder: Path) -> None:
    """Those that a killed process began."""
    for note in sorted(folder.glob(f"{NOTE_PREFIX}*.json")):
        _carry_out(folder, note)


def _carry_out(folder: Path, note: Path) -> None:
    with folder_lock(folder):
        if note.exists():
            _replace_files(folder, note)


def _replace_files(folder: Path, note: Path) -> None:
    content = json.loads(note.read_text("utf-8"))
    for name in content["new"]:
        path = folder / name
        if temporary_path(path).exists():
            temporary_path(path).replace(path)
    for name in content["stale"]:
        (folder / name).unlink(missing_ok=True)
    note.unlink(missing_ok=True)
