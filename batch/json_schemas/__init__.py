"""JSON Schemas of import files, and validation of their lines."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from domain.serialization import Document

KINDS = ("catalog", "profiles", "events")


def schema_text(kind: str) -> str:
    return (Path(__file__).parent / f"{kind}.json").read_text("utf-8")


class RowValidator:
    def __init__(self, kind: str) -> None:
        self._validator = Draft202012Validator(json.loads(schema_text(kind)))

    def find_error(self, row: object) -> str | None:
        """None for a valid row."""
        error = next(iter(self._validator.iter_errors(row)), None)
        if error is None:
            return None
        field = ".".join(str(part) for part in error.absolute_path)
        message = error.message if len(error.message) <= 200 else f"{error.message[:200]}..."
        return f"{field}: {message}" if field else message


def parse_row(line: str) -> tuple[Document | None, str | None]:
    """(row, error); one is None."""
    try:
        row = json.loads(line)
    except ValueError as error:
        return None, f"is not JSON: {error}"
    return (row, None) if isinstance(row, dict) else (None, "is not a JSON object")
