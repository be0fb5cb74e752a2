"""What compiled functions share during one execution."""

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


class ExecutionState:
    """Their second argument, and `info` for pure resolvers."""

    __slots__ = ("_arguments", "_variable_keys", "context", "variables")

    def __init__(self, context: Any, variables: VariableValues) -> None:
        self.context = context
        self.variables = variables
        self._arguments: dict[Arguments, Mapping[str, Any]] = {}
        self._variable_keys: dict[tuple[str, ...], Hashable] = {}

    def arguments(self, node: Arguments) -> Mapping[str, Any]:
        found = self._arguments.get(node)
        if found is None:
            found = self._arguments[node] = node.values(self.variables)
        return found

    def variable_key(self, names: tuple[str, ...]) -> Hashable:
        """A cache key. Raises TypeError for a value that cannot be part of one."""
        found = self._variable_keys.get(names)
        if found is None:
            coerced = self.variables.coerced
            found = self._variable_keys[names] = tuple(_key_part(coerced.get(name, ...)) for name in names)
        return found


KEYED_BY_VALUE = (type(None), type(...), bool, int, str, UUID)
KEYED_BY_REPR = (float, Decimal, datetime, date, time, timedelta)


def _key_part(value: object) -> Hashable:
    """Differs where a resolver sees a difference: 1, 1.0 and True; one instant in two zones."""
    kind = type(value)
    if kind in KEYED_BY_VALUE:
        return kind, value
    if kind in KEYED_BY_REPR:
        return kind, repr(value)
    if isinstance(value, Enum):
        return kind, value.name
    if isinstance(value, list):
        return kind, tuple(map(_key_part, value))
    if isinstance(value, dict):
        return kind, tuple((key, _key_part(one)) for key, one in value.items())
    raise TypeError(f"{kind.__name__} in the key of a fragment")


def require_graphql_core(info: object) -> None:
    """A pure resolver calls this before it creates an awaitable, so that graphql-core resolves the field.

    Otherwise Python warns of an awaitable that was never awaited.
    """
    if isinstance(info, ExecutionState):
        raise FallbackToGraphQLCore
