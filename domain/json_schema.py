"""Validates a value against a JSON Schema, with messages for designers.

Supports the part of draft 2020-12 that Marquee's schemas use. Reports all problems and suggests similar names.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Schema = Mapping[str, Any]
Formats = Mapping[str, Callable[[str], str | None]]
"""`format` of a text -> what is wrong with it, as a sentence; None: nothing."""
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """`line`: in the document's file. `code`: in the lint catalogue, when the problem has one of its own."""

    path: Path
    message: str
    line: int | None = None
    code: str = ""

    def __str__(self) -> str:
        where = path_text(self.path)
        return f"{where}: {self.message}" if where else self.message


def path_text(path: Path) -> str:
    """("overrides", 0, "when") -> "overrides[1].when": counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def parse_path(text: str) -> Path:
    """The path that `path_text` wrote."""
    parts = re.findall(r"[^.\[\]]+|\[[0-9]+\]", text)
    return tuple(int(part[1:-1]) - 1 if part.startswith("[") else part for part in parts)


def did_you_mean(given: object, known: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str:
    """ " Did you mean 'max_cards'?", or ""."""
    names = list(known)
    meant = (synonyms or {}).get(str(given))
    close = [meant] if meant in names else difflib.get_close_matches(str(given), names, 1, 0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def check(
    value: object,
    schema: Schema,
    root: Schema | None = None,
    synonyms: Mapping[str, str] | None = None,
    formats: Formats | None = None,
) -> Iterator[Problem]:
    """In document order. `root` holds the `$defs`."""
    checker = _Checker(root if root is not None else schema, synonyms or {}, formats or {})
    return checker.problems(value, schema, ())


class _Checker:
    def __init__(self, root: Schema, synonyms: Mapping[str, str], formats: Formats) -> None:
        self._root = root
        self._synonyms = synonyms
        self._formats = formats

    def problems(self, value: object, schema: Schema, path: Path) -> Iterator[Problem]:
        if "$ref" in schema:
            yield from self.problems(value, self._root["$defs"][schema["$ref"].rpartition("/")[2]], path)
            return
        if "anyOf" in schema:
            yield from self._any_of(value, schema["anyOf"], path)
            return
        kind = schema.get("type")
        if kind is not None and not _has_type(value, kind):
            yield Problem(path, self._wrong_type(value, (schema,)))
            return
        if "enum" in schema and value not in schema["enum"]:
            known = [str(each) for each in schema["enum"]]
            hint = did_you_mean(value, known)
            yield Problem(path, f"{_describe(value)} is not known; use {_join_names(known)}.{hint}")
            return
        if isinstance(value, str):
            yield from self._text_problems(value, schema, path)
        elif isinstance(value, int | float):
            yield from _number_problems(value, schema, path)
        elif isinstance(value, list):
            yield from self._list_problems(value, schema, path)
        elif isinstance(value, Mapping):
            yield from self._object_problems(value, schema, path)

    def _any_of(self, value: object, choices: list[Schema], path: Path) -> Iterator[Problem]:
        """Problems of the alternative with the value's type say more than "none matches"."""
        resolved = [self._resolve(choice) for choice in choices]
        fitting = [choice for choice in resolved if _has_type(value, choice["type"])]
        if not fitting:
            yield Problem(path, self._wrong_type(value, resolved))
            return
        found = [list(self.problems(value, choice, path)) for choice in fitting]
        if all(found):
            yield from found[0]

    def _wrong_type(self, value: object, schemas: Sequence[Schema]) -> str:
        """Shows the form to write; "null" is no advice, unless it is the only one."""
        useful = [schema for schema in schemas if schema["type"] != "null"] or list(schemas)
        kinds = dict.fromkeys(self._form(schema) for schema in useful)
        return f"must be {' or '.join(kinds)}, not {_describe(value)}."

    def _form(self, schema: Schema) -> str:
        """ "a list such as [tv]"."""
        kind = schema["type"]
        if kind == "array":
            return f"a list such as {_inline(self._example(schema))}"
        return f"written like {_inline(self._example(schema))}" if kind == "object" else _ARTICLES[kind]

    def _example(self, schema: Schema) -> object:
        """The smallest valid value, or the one that the schema gives."""
        schema = self._resolve(schema)
        if "examples" in schema:
            return schema["examples"][0]
        if "anyOf" in schema:
            return self._example(schema["anyOf"][0])
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "array":
                return [self._example(schema["items"])] if "items" in schema else []
            case "object":
                return self._example_object(schema)
            case "integer" | "number":
                return max(schema.get("minimum", 1), min(1, schema.get("maximum", 1)))
            case "boolean":
                return True
        return "text"

    def _example_object(self, schema: Schema) -> Mapping[str, object]:
        known: Mapping[str, Schema] = schema.get("properties", {})
        names = list(schema.get("required") or list(known)[:1])
        example = {name: self._example(known[name]) for name in names}
        others = schema.get("additionalProperties")
        if isinstance(others, Mapping) and not known:
            example[str(self._example(schema.get("propertyNames", {})))] = self._example(others)
        return example

    def _resolve(self, schema: Schema) -> Schema:
        if "$ref" not in schema:
            return schema
        found: Schema = self._root["$defs"][schema["$ref"].rpartition("/")[2]]
        return found

    def _list_problems(self, value: list[object], schema: Schema, path: Path) -> Iterator[Problem]:
        most = schema.get("maxItems", math.inf)
        if len(value) > most:
            yield Problem(path, f"has {len(value)} entries; at most {most} are possible.")
            return
        least = schema.get("minItems", 0)
        if len(value) < least:
            yield Problem(path, f"needs at least {least} {'entry' if least == 1 else 'entries'}.")
        if schema.get("uniqueItems"):
            for place, item in enumerate(value):
                if item in value[:place]:
                    yield Problem((*path, place), f"{_describe(item)} is listed twice; keep one.")
        if "items" in schema:
            for place, item in enumerate(value):
                yield from self.problems(item, schema["items"], (*path, place))

    def _object_problems(
        self, value: Mapping[object, object], schema: Schema, path: Path
    ) -> Iterator[Problem]:
        known: Mapping[str, Schema] = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                form = _inline({name: self._example(known[name])}) if name in known else ""
                yield Problem(path, f"{name!r} is missing.{f' Write it like {form}.' if form else ''}")
        if len(value) < schema.get("minProperties", 0):
            yield Problem(path, "must not be empty.")
        if len(value) > schema.get("maxProperties", math.inf):
            if known:
                yield Problem(path, f"takes only one of {_join_names(list(known))}.")
            else:
                most = schema["maxProperties"]
                yield Problem(path, f"has {len(value)} entries; at most {most} are possible.")
                return
        others = schema.get("additionalProperties", True)
        for name, inner in value.items():
            here = (*path, name if isinstance(name, str | int) else str(name))
            if not isinstance(name, str):
                yield Problem(here, f"{_describe(name)} must be a text here; put it in quotes.")
            elif name in known:
                yield from self.problems(inner, known[name], here)
            elif others is False:
                hint = did_you_mean(name, known, self._synonyms) or f" Use {_join_names(list(known))}."
                yield Problem(here, f"{name!r} is not known here.{hint}")
            else:
                yield from self._name_problems(name, schema.get("propertyNames"), here)
                if isinstance(others, Mapping):
                    yield from self.problems(inner, others, here)

    def _name_problems(self, name: str, schema: Schema | None, path: Path) -> Iterator[Problem]:
        if schema is not None:
            yield from self.problems(name, schema, path)

    def _text_problems(self, value: str, schema: Schema, path: Path) -> Iterator[Problem]:
        """A format says more than the pattern beside it."""
        problem_of = self._formats.get(schema.get("format", ""))
        problem = problem_of(value) if problem_of else None
        if problem is not None:
            yield Problem(path, problem)
        else:
            yield from _text_problems(value, schema, path)


def _text_problems(value: str, schema: Schema, path: Path) -> Iterator[Problem]:
    if "pattern" in schema and not _pattern(schema["pattern"]).fullmatch(value):
        wanted = schema.get("description", schema["pattern"])
        yield Problem(path, f"{_describe(value)} cannot be used here. {wanted}")
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
    "string": "a text",
    "boolean": "true or false",
    "null": "null",
    "integer": "a whole number",
    "number": "a number",
}


def _has_type(value: object, kind: str) -> bool:
    return _TYPES[kind](value)


def _describe(value: object) -> str:
    if isinstance(value, Mapping):
        keys = ", ".join(str(key) for key in list(value)[:3])
        return f"the keys {keys}"[:80] if value else "{}"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else repr(value)[:80]


def _inline(value: object) -> str:
    """As a designer writes it in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_inline(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _join_names(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)
