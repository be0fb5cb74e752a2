"""Lines of JSON Lines files -> rows. Stricter than `json`: what a store cannot hold ends here.

A key may stand once, numbers are finite, whole numbers may be written as 12.0, and texts hold whole characters
without control characters (line breaks and tabs are allowed in `MULTILINE` fields).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

from domain.serialization import Document

MULTILINE = frozenset({"synopsis"})
MAX_DIGITS = 15
"""Of a number: more are not exact in JSON readers."""

_SUSPECT = re.compile(r"[\\\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_IN_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class _Unusable(ValueError):
    """The message stands for itself."""


def parse_row(line: str) -> tuple[Document | None, str | None]:
    """(row, error); one is None."""
    try:
        row = _DECODER.decode(line.strip())
    except _Unusable as error:
        return None, str(error)
    except RecursionError:
        return None, "is nested too deeply; write a flat JSON object"
    except json.JSONDecodeError as error:
        return None, f"is not JSON: {error.msg} at character {error.pos + 1}"
    except ValueError:
        return None, f"holds a number of more than {MAX_DIGITS} digits; shorten it"
    if not isinstance(row, dict):
        return None, "is not a JSON object; write {...} on each line"
    if _SUSPECT.search(line):
        error_text = next(_text_errors(row), None)
        if error_text is not None:
            return None, error_text
    return row, None


def _object(pairs: list[tuple[str, object]]) -> Document:
    row = dict(pairs)
    if len(row) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Unusable(f"{key!r:.80}: stands twice in one object; keep one of them")
            seen.add(key)
    return row


def _number(text: str) -> int | float:
    value = float(text)
    if not math.isfinite(value):
        raise _Unusable(f"holds the number {text[:40]}, which is too large; write one that fits its field")
    return int(value) if value.is_integer() and abs(value) < 10**MAX_DIGITS else value


def _constant(text: str) -> float:
    raise _Unusable(f"holds {text}, which is no JSON number; write a number, or leave the field out")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_number, parse_constant=_constant)


def _text_errors(value: object, field: str = "", name: str = "") -> Iterator[str]:
    """Sentences about texts that a store cannot hold. `field` is the dotted place, `name` its last key."""
    if isinstance(value, str):
        pattern = _FORBIDDEN_IN_LINES if name in MULTILINE else _FORBIDDEN
        found = pattern.search(value)
        if found:
            yield f"{field}: {_describe(value, found.group())}"
    elif isinstance(value, dict):
        for key, one in value.items():
            if found := _FORBIDDEN.search(key):
                yield f"{key!r:.80}: {_describe(key, found.group())}"
            yield from _text_errors(one, f"{field}.{key}" if field else key, key)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _text_errors(one, f"{field}.{index}", name)


def _describe(text: str, character: str) -> str:
    code = f"U+{ord(character):04X}"
    if "\ud800" <= character <= "\udfff":
        return f"{text!r:.80} holds half a character, {code}; write the whole surrogate pair, or UTF-8"
    return f"{text!r:.80} holds the control character {code}; remove it"
