"""Typed access to a JSON object of somebody else's making. A wrong type raises BadInput that names the field.

Dumps write what they do not know as null, "" or an empty list: all three read as None or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.errors import BadInput
from domain.serialization import Document


@dataclass(frozen=True, slots=True)
class JsonObject:
    """`path` is where it stands, "" for the whole: "season/1.episodes[3]"."""

    document: Document
    path: str = ""

    def text(self, name: str) -> str | None:
        value = self.document.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._wrong(name, value, "text")
        return value.strip() or None

    def whole(self, name: str) -> int | None:
        """12.0 is a whole number."""
        value = self.document.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise self._wrong(name, value, "a whole number")
        return int(value)

    def number(self, name: str) -> float:
        """0 when it is not known."""
        value = self.document.get(name)
        if value is None:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(name, value, "a number")
        return float(value)

    def flag(self, name: str) -> bool:
        value = self.document.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self._wrong(name, value, "true or false")
        return value

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError as error:
            raise self._wrong(name, text, "a date like 2024-11-26") from error

    def part(self, name: str) -> JsonObject:
        """An empty one when it is missing."""
        value = self.document.get(name)
        if value is None:
            return JsonObject({}, self.path_of(name))
        if not isinstance(value, dict):
            raise self._wrong(name, value, "an object")
        return JsonObject(value, self.path_of(name))

    def parts(self, name: str) -> Iterator[JsonObject]:
        """The objects of a list."""
        for index, value in enumerate(self._list(name)):
            if not isinstance(value, dict):
                raise self._wrong(f"{name}[{index}]", value, "an object")
            yield JsonObject(value, f"{self.path_of(name)}[{index}]")

    def wholes(self, name: str) -> list[int]:
        return [value for value in self._list(name) if isinstance(value, int) and not isinstance(value, bool)]

    def path_of(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _list(self, name: str) -> list[object]:
        value = self.document.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong(name, value, "a list")
        return value

    def _wrong(self, name: str, value: object, wanted: str) -> BadInput:
        return BadInput(f"{self.path_of(name)}: {str(value)[:60]!r} is not {wanted}")
