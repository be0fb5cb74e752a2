"""A folder of layout files: one file a layout, beside them the schema and the version that each was taken from.

`layouts.lock` belongs into git with the files: it is what keeps two designers who work on files from
publishing over each other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bff.layout_files.yaml_file import LayoutFile, read, write
from domain.errors import BadInput
from domain.ids import is_raw_id
from domain.layouts.schema import LAYOUT_SCHEMA
from domain.layouts.versions import LayoutVersion

LOCK = "layouts.lock"
SCHEMA = "layout.schema.json"


def schema_text() -> str:
    """The one JSON Schema of layouts, as it is printed and served."""
    return json.dumps(LAYOUT_SCHEMA, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class LayoutFolder:
    path: Path

    def file_of(self, layout: str) -> Path:
        """Raises BadInput for a name that could be no file of this folder."""
        if not is_raw_id(layout):
            raise BadInput(f"{layout!r} cannot be a layout's name: 1 to 64 letters, digits, '-' or '_'.")
        return self.path / f"{layout}.yaml"

    def version_of(self, layout: str) -> int:
        """The version that the file was taken from; 0: none."""
        return self._lock().get(layout, 0)

    def note_version(self, layout: str, version: int) -> None:
        lock = self._lock() | {layout: version}
        text = json.dumps(dict(sorted(lock.items())), indent=2) + "\n"
        (self.path / LOCK).write_text(text, "utf-8")

    def existing(self, layout: str) -> LayoutFile | None:
        path = self.file_of(layout)
        return read(path) if path.exists() else None

    def take(self, edition: LayoutVersion) -> bool:
        """Write a published layout into its file, keeping the file's comments. False: it said so already."""
        self.path.mkdir(parents=True, exist_ok=True)
        path = self.file_of(edition.layout)
        before = path.read_text("utf-8") if path.exists() else None
        after = write(edition.document, before)
        (self.path / SCHEMA).write_text(schema_text(), "utf-8")
        self.note_version(edition.layout, edition.version)
        if after == before:
            return False
        path.write_text(after, "utf-8")
        return True

    def _lock(self) -> dict[str, int]:
        try:
            found = json.loads((self.path / LOCK).read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return {str(name): int(version) for name, version in found.items()}


def folder_of(file: Path) -> LayoutFolder:
    return LayoutFolder(file.parent)
