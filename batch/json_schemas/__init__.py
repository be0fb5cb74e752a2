"""The published JSON Schemas of the files that people bring: catalog, profiles, events. One line is one object."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from domain.serialization import Document

KINDS = ("catalog", "profiles", "events")


def schema_text(kind: str) -> str:
    """The schema as published; `kind` is one of KINDS."""
    return (Path(__file__).parent / f"{kind}.json").read_text("utf-8")


class Checker:
    """Tells what is wrong with a line, in words that name the field."""

    def __init__(self, kind: str) -> None:
        self._validator = Draft202012Validator(json.loads(schema_text(kind)))

    def fault(self, row: object) -> str | None:
        """None for a row that fits the schema."""
        error = next(iter(self._validator.iter_errors(row)), None)
        if error is None:
            return None
        where = ".".join(str(part) for part in error.absolute_path)
        message = error.message if len(error.message) <= 200 else f"{error.message[:200]}..."
        return f"{where}: {message}" if where else message


def json_row(line: str) -> tuple[Document | None, str | None]:
    """(row, fault): exactly one of them is None."""
    try:
        row = json.loads(line)
    except ValueError as error:
        return None, f"is not JSON: {error}"
    return (row, None) if isinstance(row, dict) else (None, "is not a JSON object")
