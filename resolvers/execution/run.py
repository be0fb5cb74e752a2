"""One execution, as compiled functions see it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from graphql.execution.values import VariableValues

from resolvers.execution.fields import Arguments


class Run:
    """What compiled functions know of the execution they are part of. It stands in for `info` in pure resolvers."""

    __slots__ = ("_arguments", "_values", "context", "surprises", "variables")

    def __init__(self, context: Any, variables: VariableValues) -> None:
        self.context = context
        self.variables = variables
        self.surprises = 0
        self._arguments: dict[Arguments, Mapping[str, Any]] = {}
        self._values: dict[tuple[str, ...], Hashable] = {}

    def arguments(self, node: Arguments) -> Mapping[str, Any]:
        """Converted once for all the objects that are asked."""
        found = self._arguments.get(node)
        if found is None:
            found = self._arguments[node] = node.values(self.variables)
        return found

    def values_of(self, names: tuple[str, ...]) -> Hashable:
        """The values of these variables. Raises TypeError for one that cannot be part of a key."""
        found = self._values.get(names)
        if found is None:
            coerced = self.variables.coerced
            # With their types: True, 1 and 1.0 are equal, and not the same argument.
            found = tuple((type(value := coerced.get(name, ...)), value) for name in names)
            hash(found)
            self._values[names] = found
        return found
