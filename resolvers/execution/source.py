"""Builds the source and the namespace of compiled functions."""

from __future__ import annotations

from resolvers.execution.fallback import FallbackToGraphQLCore


class SourceBuilder:
    def __init__(self) -> None:
        self.namespace: dict[str, object] = {"Fallback": FallbackToGraphQLCore}
        self._names: dict[int, str] = {}
        self._lines: list[str] = []
        self._count = 0

    def name_of(self, value: object, hint: str) -> str:
        """The same name for the same object."""
        known = self._names.get(id(value))
        if known is None:
            known = self._names[id(value)] = self.unique_name(hint)
            self.namespace[known] = value
        return known

    def unique_name(self, hint: str) -> str:
        self._count += 1
        return f"{hint}_{self._count}"

    def add_function(self, name: str, parameters: str, lines: list[str]) -> None:
        self._lines.append(f"def {name}({parameters}):")
        self._lines.extend("    " + line for line in lines)

    @property
    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def load(self) -> dict[str, object]:
        """Execute the text; returns the namespace."""
        # Safe: the client's only text in it are response keys, as repr() literals.
        exec(compile(self.text, "<compiled selections>", "exec"), self.namespace)  # noqa: S102
        return self.namespace


def indent(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]
