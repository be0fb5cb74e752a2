"""Hands a subtree from compiled code to graphql-core."""

from __future__ import annotations

from collections.abc import Callable
from types import GeneratorType

from graphql.pyutils import Undefined
from strawberry.execution import optimized_is_awaitable

TypeCheck = Callable[[object], None]


class FallbackToGraphQLCore(Exception):
    """The executor catches it; clients never see it."""


def make_type_check(classes: set[type], is_type_of: Callable[[object], bool] | None = None) -> TypeCheck:
    """Checks objects of new classes: adds the class to `classes` or raises FallbackToGraphQLCore.

    `is_type_of` must decide by the class alone.
    """

    def check(value: object) -> None:
        if value is None or value is Undefined or isinstance(value, BaseException):
            raise FallbackToGraphQLCore
        if optimized_is_awaitable(value):
            # graphql-core reads the attribute again and awaits it.
            raise FallbackToGraphQLCore
        if is_type_of is not None and not is_type_of(value):
            raise FallbackToGraphQLCore
        if type(value) is not GeneratorType:
            # Some generators are awaitable; their class does not show it.
            classes.add(type(value))

    return check
