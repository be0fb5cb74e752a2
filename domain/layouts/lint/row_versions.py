"""Rows as some viewers get them: the rows of the base, and what each patch alone makes of a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.json_schema import Path
from domain.layouts.patches import apply_patch
from domain.layouts.row_validation import Node, all_patches


@dataclass(frozen=True, slots=True)
class RowVersion:
    """`row` is whole; `written` holds the keys that stand at `path`. `when` is the patch's condition."""

    path: Path
    row: Node
    written: Node
    when: Node

    @property
    def id(self) -> str:
        return str(self.path[-1])

    def devices(self, document: Node) -> list[str]:
        """Empty: all."""
        named = self.when.get("device") or document.get("targets", {}).get("devices") or []
        return [named] if isinstance(named, str) else list(named)

    @property
    def is_for_kids(self) -> bool:
        return any((holder or {}).get("kids") is True for holder in (self.when, self.row.get("when")))


def row_versions(document: Node) -> Iterator[RowVersion]:
    for part in ("rows", "stand_ins"):
        for name, row in document.get(part, {}).items():
            yield RowVersion((part, name), row, row, {})
    for path, patch in all_patches(document):
        patched: Mapping[str, Any] = apply_patch(document, patch).document
        rows = {**patched["rows"], **patched.get("stand_ins", {})}
        for part in ("add", "set"):
            for name, written in patch.get(part, {}).items():
                if name in rows:
                    yield RowVersion((*path, part, name), rows[name], written, patch.get("when") or {})
