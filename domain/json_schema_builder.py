"""Short words for writing a JSON Schema: each makes one kind of schema, with its description."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def whole(description: str, least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most, "description": description}


def number(description: str, least: float, most: float) -> Schema:
    return {"type": "number", "minimum": least, "maximum": most, "description": description}


def flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def choice(description: str, values: Any) -> Schema:
    return {"type": "string", "enum": [str(value) for value in values], "description": description}


def listing(description: str, items: Schema, least: int = 0) -> Schema:
    return {
        "type": "array",
        "items": items,
        "minItems": least,
        "uniqueItems": True,
        "description": description,
    }


def one_or_more(description: str, item: Schema) -> Schema:
    return {"anyOf": [item, listing(description, item, 1)], "description": description}


def mapping(description: str, properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def by_name(description: str, names: Schema, values: Schema, least: int = 0) -> Schema:
    return {
        "type": "object",
        "description": description,
        "propertyNames": names,
        "additionalProperties": values,
        "minProperties": least,
    }


def changes_of(schema: Schema) -> Schema:
    """The same as a change (JSON merge patch, RFC 7396): nothing is required, and null takes a key away."""
    if "properties" not in schema:
        return schema
    changed = {name: or_null(changes_of(inner)) for name, inner in schema["properties"].items()}
    return {**schema, "properties": changed, "required": []}


def or_null(schema: Schema) -> Schema:
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        schema = {**schema, "additionalProperties": or_null(schema["additionalProperties"])}
    return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}
