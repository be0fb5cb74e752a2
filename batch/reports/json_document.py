"""Reports to JSON and back, and the JSON Schema of `run_results.json`, all from the dataclasses."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from batch.reports.model import FORMAT, RunReport
from domain.errors import BadInput

SCHEMA_ID = "https://marquee.example/schemas/run_results.json"
_SIMPLE: dict[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}

Json = dict[str, Any]
Part = TypeVar("Part")


def to_json(report: RunReport) -> Json:
    """Tuples stay tuples; `json.dumps` writes them as arrays."""
    return asdict(report)


def report_from_json(document: Mapping[str, Any]) -> RunReport:
    """Raises BadInput for a document of another format."""
    if document.get("format") != FORMAT:
        raise BadInput(
            f"format: is {document.get('format')!r}; this Marquee reads {FORMAT}. Run the job again."
        )
    return part_from_json(RunReport, document, "")


def part_from_json(kind: type[Part], value: object, place: str) -> Part:
    """A dataclass of `parts.py` or a value of a simple type. Raises BadInput that names the field below `place`."""
    part: Part = _value(kind, value, place)
    return part


def _value(hint: Any, value: Any, place: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _value(arguments[0], value, place)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        [one] = [argument for argument in arguments if argument is not type(None)]
        return _value(one, value, place)
    if origin is tuple and isinstance(value, (list, tuple)):
        return tuple(_value(arguments[0], one, f"{place}[{number}]") for number, one in enumerate(value))
    if origin is dict and isinstance(value, dict):
        return {str(name): _value(arguments[1], one, f"{place}.{name}") for name, one in value.items()}
    if is_dataclass(hint) and isinstance(hint, type) and isinstance(value, Mapping):
        return _object(hint, value, place)
    return _simple(hint, value, place)


def _simple(hint: Any, value: Any, place: str) -> Any:
    if hint is float and type(value) is int:
        return float(value)
    if hint in _SIMPLE and type(value) is hint:
        return value
    wanted = {"string": "a text", "integer": "a whole number", "number": "a number"}.get(
        _SIMPLE.get(hint, ""), ""
    )
    raise BadInput(
        f"{place.lstrip('.') or 'the file'}: {str(value)[:60]!r} must be {wanted or 'of another kind'}."
    )


def _object(kind: type, value: Mapping[str, Any], place: str) -> Any:
    hints: Mapping[str, Any] = get_type_hints(kind, include_extras=True)
    known = {one.name: one for one in fields(kind)}
    required = [name for name, one in known.items() if one.default is MISSING and name not in value]
    if required:
        raise BadInput(f"{place.lstrip('.') or 'the file'}: {required[0]} is missing.")
    given = {name: _value(hints[name], value[name], f"{place}.{name}") for name in known if name in value}
    return kind(**given)


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
