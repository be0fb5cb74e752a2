"""JSON Schemas of import files, and validation of their lines."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from batch.json_schemas.lines import parse_row as parse_row
from batch.json_schemas.messages import missing, sentence, unexpected
from batch.json_schemas.quick_checks import Check, UnknownKeyword, quick_check

KINDS = ("catalog", "profiles", "events")


def schema_text(kind: str) -> str:
    return (Path(__file__).parent / f"{kind}.json").read_text("utf-8")


@cache
def required_fields(kind: str) -> frozenset[str]:
    return frozenset(json.loads(schema_text(kind))["required"])


class RowValidator:
    def __init__(self, kind: str) -> None:
        self._schema: dict[str, Any] = json.loads(schema_text(kind))
        self._is_valid: Check | None
        try:
            self._is_valid = quick_check(self._schema)
        except UnknownKeyword:
            self._is_valid = None

    def find_error(self, row: object) -> str | None:
        """None for a valid row, else a sentence with field, value and remedy."""
        if self._is_valid is not None and self._is_valid(row):
            return None
        # Late: the general validator takes a third of a second to import, and most files have no broken row.
        from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

        error = next(iter(Draft202012Validator(self._schema).iter_errors(row)), None)
        return None if error is None else _describe(error)


def _describe(error: Any) -> str:
    """`error` is a jsonschema.ValidationError."""
    place = ".".join(str(part) for part in error.absolute_path)
    prefix = f"{place}." if place else ""
    if error.validator == "required":
        return prefix + missing(error.validator_value, error.instance)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        return prefix + unexpected(error.schema.get("properties", {}), error.instance)
    text = sentence(error.validator, error.instance, error.validator_value, error.schema, error.instance)
    if place:
        return f"{place}: {text}"
    return text
