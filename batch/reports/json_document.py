"""Reports to JSON, and the JSON Schema of `run_results.json`, both from the dataclasses."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from batch.reports.model import RunReport

SCHEMA_ID = "https://marquee.example/schemas/run_results.json"
_SIMPLE: dict[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}

Json = dict[str, Any]


def to_json(report: RunReport) -> Json:
    """Tuples stay tuples; `json.dumps` writes them as arrays."""
    return asdict(report)


def json_schema() -> Json:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "run_results.json",
        **_object_schema(RunReport),
    }


def _object_schema(kind: type) -> Json:
    if not is_dataclass(kind):
        raise TypeError(f"{kind} is no dataclass")
    hints: Mapping[str, Any] = get_type_hints(kind, include_extras=True)
    names = [one.name for one in fields(kind)]
    return {
        "type": "object",
        "properties": {name: _schema(hints[name]) for name in names},
        "required": names,
        "additionalProperties": False,
    }


def _schema(hint: Any) -> Json:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return {**_schema(arguments[0]), "description": arguments[1]}
    if origin in (Union, types.UnionType):
        return {"anyOf": [{"type": "null"} if one is type(None) else _schema(one) for one in arguments]}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    return {"type": _SIMPLE[hint]} if hint in _SIMPLE else _object_schema(hint)
