"""A surprise is anything that compiled code does not expect: the subtree is then executed by graphql-core."""

from __future__ import annotations

from collections.abc import Callable
from types import GeneratorType

from graphql.pyutils import Undefined
from strawberry.execution import optimized_is_awaitable

Admit = Callable[[object], None]


class FallbackToGraphQLCore(Exception):
    """Raised by compiled code, caught by the executor; a client never hears of it."""


def admitting(classes: set[type], is_type_of: Callable[[object], bool] | None = None) -> Admit:
    """What looks at an object of a class that is not in `classes`, and adds its class when nothing is unusual.

    `is_type_of` must decide by the class alone. Raises Surprise.
    """

    def admit(value: object) -> None:
        if value is None or value is Undefined or isinstance(value, BaseException):
            raise FallbackToGraphQLCore
        if optimized_is_awaitable(value):
            # It is left as it is: graphql-core reads the attribute again and awaits what it holds.
            raise FallbackToGraphQLCore
        if is_type_of is not None and not is_type_of(value):
            raise FallbackToGraphQLCore
        if type(value) is not GeneratorType:
            # Some generators can be awaited, and their class does not tell.
            classes.add(type(value))

    return admit
