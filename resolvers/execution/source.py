"""Python text in the making, and the objects it names."""

from __future__ import annotations

from resolvers.execution.fallback import FallbackToGraphQLCore


class Source:
    """Functions as lines of text; `name` gives an object a name in their namespace."""

    def __init__(self) -> None:
        self.namespace: dict[str, object] = {"Surprise": FallbackToGraphQLCore}
        self._names: dict[int, str] = {}
        self._lines: list[str] = []
        self._count = 0

    def name(self, value: object, hint: str) -> str:
        """The same name for the same object."""
        known = self._names.get(id(value))
        if known is None:
            known = self._names[id(value)] = self.new(hint)
            self.namespace[known] = value
        return known

    def new(self, hint: str) -> str:
        """A name that nothing has."""
        self._count += 1
        return f"{hint}_{self._count}"

    def function(self, name: str, parameters: str, lines: list[str]) -> None:
        self._lines.append(f"def {name}({parameters}):")
        self._lines.extend("    " + line for line in lines)

    @property
    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def load(self) -> dict[str, object]:
        """Run the definitions; the namespace with the functions in it."""
        # The text holds nothing that a client wrote but names of response keys, as literals made by repr().
        exec(compile(self.text, "<compiled selections>", "exec"), self.namespace)  # noqa: S102
        return self.namespace


def indented(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]
