"""Builders for JSON Schema fragments."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def integer(description: str, minimum: int, maximum: int) -> Schema:
    return {"type": "integer", "minimum": minimum, "maximum": maximum, "description": description}


def number(description: str, minimum: float, maximum: float) -> Schema:
    return {"type": "number", "minimum": minimum, "maximum": maximum, "description": description}


def boolean(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def choice(description: str, values: Any) -> Schema:
    return {"type": "string", "enum": [str(value) for value in values], "description": description}


MAX_ENTRIES = 100
"""Of a list or of names, where nothing else is said."""


def array(description: str, items: Schema, min_items: int = 0, max_items: int = MAX_ENTRIES) -> Schema:
    return {
        "type": "array",
        "items": items,
        "minItems": min_items,
        "maxItems": max_items,
        "uniqueItems": True,
        "description": description,
    }


def one_or_more(description: str, item: Schema) -> Schema:
    return {"anyOf": [item, array(description, item, 1)], "description": description}


def mapping(description: str, properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def by_name(description: str, names: Schema, values: Schema, min_properties: int = 0) -> Schema:
    return {
        "type": "object",
        "description": description,
        "propertyNames": names,
        "additionalProperties": values,
        "minProperties": min_properties,
        "maxProperties": MAX_ENTRIES,
    }


def merge_patch(schema: Schema) -> Schema:
    """For a JSON merge patch (RFC 7396): nothing is required, and null removes a key."""
    if "properties" not in schema:
        return schema
    changed = {name: nullable(merge_patch(inner)) for name, inner in schema["properties"].items()}
    return {**schema, "properties": changed, "required": []}


def nullable(schema: Schema) -> Schema:
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        schema = {**schema, "additionalProperties": nullable(schema["additionalProperties"])}
    return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}
