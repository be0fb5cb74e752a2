"""What a schema's finding means for the person who writes the file: field, value, and what to write instead."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from typing import Any

SHOWN = 60
_TYPE_WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list, [...]",
    "object": "an object, {...}",
}
_PATTERN_WORDS = (
    ("\\u00ad", "something other than spaces, or leave the field out"),
    ("A-Za-z0-9_-", "1 to 64 letters, digits, '-' or '_'"),
    ("^[A-Z]{2}", "a region of two capitals, such as DE"),
    ("^[a-z]{2,3}", "a language such as en or pt-BR"),
    ("\\d{4}-\\d{2}-\\d{2}T", "an instant with a time zone, such as 2026-11-22T20:15:00Z"),
    ("^tt", "an IMDb id such as tt0111161"),
    ("^#", "a colour such as #1a2b3c"),
)


def sentence(validator: str, value: object, limit: Any, schema: Mapping[str, Any], row: object) -> str:
    """`validator` is the broken keyword and `limit` its value, `value` what the file has."""
    has = f"has {_shown(value)}"
    if validator == "type":
        return f"{has}; write {_type_words(limit)}"
    if validator in ("minimum", "maximum"):
        return f"{has}; write {_range(schema)}"
    if validator == "enum":
        return f"{has}; write one of {', '.join(map(str, limit))}{_similar(value, limit)}"
    if validator == "pattern":
        return f"{has}; write {_pattern_words(str(limit))}"
    if validator in ("minLength", "maxLength"):
        length = f"{has}, {len(value):,} characters" if isinstance(value, str) else has
        return f"{length}; write {schema.get('minLength', 0)} to {schema.get('maxLength', 'any')} characters"
    if validator in ("minItems", "maxItems"):
        count = len(value) if isinstance(value, list) else 0
        return f"has {count:,} entries; write {schema.get('minItems', 0)} to {schema.get('maxItems', 'any')}"
    if validator == "uniqueItems":
        return f"{has}, with an entry twice; write each once"
    return f"{has}, which does not fit: {validator} {_shown(limit)}"


def missing(names: Iterable[str], row: Mapping[str, Any]) -> str:
    """Of a required field."""
    name = next((one for one in names if one not in row), "a field")
    return f"{name}: is missing; every such line needs it"


def unexpected(known: Iterable[str], row: Mapping[str, Any]) -> str:
    """Of a field that the file's kind does not have."""
    fields = sorted(known)
    name = next((one for one in row if one not in fields), "")
    return f"{_shown(name)[1:-1]}: is not a field here{_similar(name, fields)}; the fields are {', '.join(fields)}"


def _similar(value: object, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(str(value)[:SHOWN], list(known), 1)
    return f" (did you mean {close[0]}?)" if close else ""


def _type_words(limit: Any) -> str:
    names = [limit] if isinstance(limit, str) else limit
    return " or ".join(_TYPE_WORDS.get(name, str(name)) for name in names)


def _range(schema: Mapping[str, Any]) -> str:
    kind = _TYPE_WORDS.get(str(schema.get("type")), "a number")
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None:
        return f"{kind} of at most {high}"
    return f"{kind} from {low} on" if high is None else f"{kind} from {low} to {high}"


def _pattern_words(pattern: str) -> str:
    return next((words for part, words in _PATTERN_WORDS if part in pattern), f"what {pattern} allows")


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
