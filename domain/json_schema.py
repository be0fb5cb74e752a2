"""Checks a plain value against a JSON Schema, and says what is wrong in words a designer can act on.

It knows the part of JSON Schema (draft 2020-12) that Marquee's own schemas use, and finds every problem, not
the first: a file is mended in one go. An unknown name is answered with the known one it resembles.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Schema = Mapping[str, Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a document, where in it, and in which line of its file if it came from one."""

    path: Path
    message: str
    line: int | None = None

    def __str__(self) -> str:
        where = path_text(self.path)
        return f"{where}: {self.message}" if where else self.message


def path_text(path: Path) -> str:
    """("overrides", 0, "when") -> "overrides[1].when": counted from 1, as people do."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def did_you_mean(given: object, known: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str:
    """ " Did you mean 'max_cards'?" for a name that resembles a known one, else ""."""
    names = list(known)
    meant = (synonyms or {}).get(str(given))
    close = [meant] if meant in names else difflib.get_close_matches(str(given), names, 1, 0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def check(
    value: object, schema: Schema, root: Schema | None = None, synonyms: Mapping[str, str] | None = None
) -> Iterator[Problem]:
    """Every problem of a value, in the order of the document. `root` holds the `$defs` that `$ref` names."""
    return _Checker(root if root is not None else schema, synonyms or {}).problems(value, schema, ())


class _Checker:
    def __init__(self, root: Schema, synonyms: Mapping[str, str]) -> None:
        self._root = root
        self._synonyms = synonyms

    def problems(self, value: object, schema: Schema, path: Path) -> Iterator[Problem]:
        if "$ref" in schema:
            yield from self.problems(value, self._root["$defs"][schema["$ref"].rpartition("/")[2]], path)
            return
        if "anyOf" in schema:
            yield from self._one_of(value, schema["anyOf"], path)
            return
        kind = schema.get("type")
        if kind is not None and not _is(value, kind):
            yield Problem(path, f"must be {_ARTICLES[kind]}, not {_shown(value)}.")
            return
        if "enum" in schema and value not in schema["enum"]:
            known = [str(each) for each in schema["enum"]]
            hint = did_you_mean(value, known)
            yield Problem(path, f"{_shown(value)} is not known; use {_listed(known)}.{hint}")
            return
        if isinstance(value, str):
            yield from _text_problems(value, schema, path)
        elif isinstance(value, int | float):
            yield from _number_problems(value, schema, path)
        elif isinstance(value, list):
            yield from self._in_list(value, schema, path)
        elif isinstance(value, Mapping):
            yield from self._in_object(value, schema, path)

    def _one_of(self, value: object, choices: list[Schema], path: Path) -> Iterator[Problem]:
        """By the choice that the value has the type of: its problems say more than "fits none of these"."""
        resolved = [self._resolved(choice) for choice in choices]
        fitting = [choice for choice in resolved if _is(value, choice["type"])]
        if not fitting:
            kinds = " or ".join(dict.fromkeys(_ARTICLES[choice["type"]] for choice in resolved))
            yield Problem(path, f"must be {kinds}, not {_shown(value)}.")
            return
        found = [list(self.problems(value, choice, path)) for choice in fitting]
        if all(found):
            yield from found[0]

    def _resolved(self, schema: Schema) -> Schema:
        if "$ref" not in schema:
            return schema
        found: Schema = self._root["$defs"][schema["$ref"].rpartition("/")[2]]
        return found

    def _in_list(self, value: list[object], schema: Schema, path: Path) -> Iterator[Problem]:
        least = schema.get("minItems", 0)
        if len(value) < least:
            yield Problem(path, f"needs at least {least} {'entry' if least == 1 else 'entries'}.")
        if schema.get("uniqueItems"):
            for place, item in enumerate(value):
                if item in value[:place]:
                    yield Problem((*path, place), f"{_shown(item)} stands here twice; keep one.")
        if "items" in schema:
            for place, item in enumerate(value):
                yield from self.problems(item, schema["items"], (*path, place))

    def _in_object(self, value: Mapping[object, object], schema: Schema, path: Path) -> Iterator[Problem]:
        known: Mapping[str, Schema] = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                yield Problem(path, f"{name!r} is missing.")
        if len(value) < schema.get("minProperties", 0):
            yield Problem(path, "must not be empty.")
        if len(value) > schema.get("maxProperties", math.inf):
            yield Problem(path, f"takes only one of {_listed(list(known))}.")
        others = schema.get("additionalProperties", True)
        for name, inner in value.items():
            here = (*path, name if isinstance(name, str | int) else str(name))
            if not isinstance(name, str):
                yield Problem(here, f"{_shown(name)} must be a text here; put it in quotes.")
            elif name in known:
                yield from self.problems(inner, known[name], here)
            elif others is False:
                hint = did_you_mean(name, known, self._synonyms) or f" Use {_listed(list(known))}."
                yield Problem(here, f"{name!r} is not known here.{hint}")
            else:
                yield from self._text_name(name, schema.get("propertyNames"), here)
                if isinstance(others, Mapping):
                    yield from self.problems(inner, others, here)

    def _text_name(self, name: str, schema: Schema | None, path: Path) -> Iterator[Problem]:
        if schema is not None:
            yield from self.problems(name, schema, path)


def _text_problems(value: str, schema: Schema, path: Path) -> Iterator[Problem]:
    if "pattern" in schema and not _pattern(schema["pattern"]).fullmatch(value):
        wanted = schema.get("description", schema["pattern"])
        yield Problem(path, f"{_shown(value)} cannot be used here. {wanted}")
    if len(value) < schema.get("minLength", 0):
        yield Problem(path, "must not be empty.")
    if len(value) > schema.get("maxLength", math.inf):
        yield Problem(path, f"has {len(value)} characters; at most {schema['maxLength']} fit.")


def _number_problems(value: float, schema: Schema, path: Path) -> Iterator[Problem]:
    least, most = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    if least <= value <= most:
        return
    if least > -math.inf and most < math.inf:
        yield Problem(path, f"must be from {least} to {most}, not {value}.")
    else:
        bound = f"at least {least}" if value < least else f"at most {most}"
        yield Problem(path, f"must be {bound}, not {value}.")


def _is_whole(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and value.is_integer()
    )


_TYPES: Mapping[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": _is_whole,
    "number": lambda value: _is_whole(value) or (isinstance(value, float) and math.isfinite(value)),
}
_ARTICLES = {
    "object": "a mapping of names to values",
    "array": "a list",
    "string": "a text",
    "boolean": "true or false",
    "null": "null",
    "integer": "a whole number",
    "number": "a number",
}


def _is(value: object, kind: str) -> bool:
    return _TYPES[kind](value)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else repr(value)[:80]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)
