"""One execution, as compiled functions see it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from graphql.execution.values import VariableValues

from resolvers.execution.fallback import FallbackToGraphQLCore
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
        """The values of these variables, as part of a key. Raises TypeError for one that cannot be."""
        found = self._values.get(names)
        if found is None:
            coerced = self.variables.coerced
            found = self._values[names] = tuple(_distinct(coerced.get(name, ...)) for name in names)
        return found


PLAIN = (type(None), type(...), bool, int, str, UUID)
TOLD = (float, Decimal, datetime, date, time, timedelta)


def _distinct(value: object) -> Hashable:
    """Equal for values that no resolver can tell apart: 1, 1.0 and True are not, nor one instant in two zones."""
    kind = type(value)
    if kind in PLAIN:
        return kind, value
    if kind in TOLD:
        return kind, repr(value)
    if isinstance(value, Enum):
        return kind, value.name
    if isinstance(value, list):
        return kind, tuple(map(_distinct, value))
    if isinstance(value, dict):
        return kind, tuple((key, _distinct(one)) for key, one in value.items())
    raise TypeError(f"{kind.__name__} in the key of a fragment")


def awaits(info: object) -> None:
    """For a pure resolver that is about to return an awaitable: compiled code leaves the field to graphql-core then.

    Without it nothing is wrong but that the awaitable was made for nothing, of which Python warns.
    """
    if isinstance(info, Run):
        raise FallbackToGraphQLCore
