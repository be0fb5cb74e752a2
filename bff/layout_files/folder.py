"""A folder of layout files with their JSON Schema and `layouts.lock`: the version that each was pulled from.

With `layouts.lock` in git, designers cannot overwrite each other's published versions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bff.layout_files.json_schema import schema_text
from bff.layout_files.yaml_file import LayoutFile, read, to_yaml
from domain.errors import BadInput
from domain.ids import is_raw_id
from domain.layouts.shipped_layout import SHIPPED_DOCUMENT
from domain.layouts.versions import LayoutVersion

LOCK_FILE = "layouts.lock"
DRAFTS_FILE = "drafts.lock"
"""Draft -> the revision that this folder saw last. Of one designer, so it is not for git."""
SHIPPED_FILE = Path(__file__).parent / "home.yaml"
SCHEMA_FILE = "layout.schema.json"


@dataclass(frozen=True, slots=True)
class LayoutFolder:
    path: Path

    def path_of(self, layout: str) -> Path:
        """Raises BadInput for a name that is not a layout id."""
        if not is_raw_id(layout):
            raise BadInput(f"{layout!r} cannot be a layout's name: use 1 to 64 letters, digits, '-' or '_'.")
        return self.path / f"{layout}.yaml"

    def base_version(self, layout: str) -> int:
        """The version that the file was pulled from, else 0."""
        return self._read_lock().get(layout, 0)

    def save_version(self, layout: str, version: int) -> None:
        _write_numbers(self.path / LOCK_FILE, self._read_lock() | {layout: version})

    def draft_revision(self, draft_id: str) -> int | None:
        """The revision that was pushed or merged here last; None: never."""
        return _read_numbers(self.path / DRAFTS_FILE).get(draft_id)

    def save_draft_revision(self, draft_id: str, revision: int) -> None:
        _write_numbers(self.path / DRAFTS_FILE, _read_numbers(self.path / DRAFTS_FILE) | {draft_id: revision})

    def read_existing(self, layout: str) -> LayoutFile | None:
        path = self.path_of(layout)
        return read(path) if path.exists() else None

    def write_version(self, version: LayoutVersion) -> bool:
        """Keeps the file's comments; a new file gets those of the layout that ships. False when nothing changed."""
        self.path.mkdir(parents=True, exist_ok=True)
        path = self.path_of(version.layout)
        before = path.read_text("utf-8") if path.exists() else None
        after = to_yaml(version.document, before or _shipped_text(version.layout))
        (self.path / SCHEMA_FILE).write_text(schema_text(), "utf-8")
        self.save_version(version.layout, version.number)
        if after == before:
            return False
        path.write_text(after, "utf-8")
        return True

    def _read_lock(self) -> dict[str, int]:
        return _read_numbers(self.path / LOCK_FILE)


_REPAIR = "Keep the lower number of each line, or delete the file and pull again."


def _shipped_text(layout: str) -> str | None:
    """The file of the layout that ships, whose comments explain its rows; None for another layout."""
    return SHIPPED_FILE.read_text("utf-8") if layout == SHIPPED_DOCUMENT["layout"] else None


def _read_numbers(path: Path) -> dict[str, int]:
    """Raises BadInput: read as empty, the file would make every version look like the first."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8. {_REPAIR}") from error
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = text.splitlines()
        mark = next((number for number, line in enumerate(lines, 1) if line.startswith("<<<<<<<")), None)
        where = f"{path}:{mark}" if mark else str(path)
        what = "holds a conflict of git" if mark else "is not JSON"
        raise BadInput(f"{where} {what}. {_REPAIR}") from error
    if not isinstance(content, dict) or not all(type(number) is int for number in content.values()):
        raise BadInput(f'{path} must be written like {{"home": 3}}: names with whole numbers. {_REPAIR}')
    return dict(content)


def _write_numbers(path: Path, numbers: dict[str, int]) -> None:
    path.write_text(json.dumps(dict(sorted(numbers.items())), indent=2) + "\n", "utf-8")
