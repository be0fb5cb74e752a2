"""A surprise is anything that compiled code does not expect: the subtree is then executed by graphql-core."""

from __future__ import annotations

from collections.abc import Callable
from inspect import iscoroutine

from graphql.pyutils import Undefined
from strawberry.execution import optimized_is_awaitable

Admit = Callable[[object], None]


class Surprise(Exception):
    """Raised by compiled code, caught by the executor; a client never hears of it."""


def admitting(classes: set[type], is_type_of: Callable[[object], bool] | None = None) -> Admit:
    """What looks at an object of a class that is not in `classes`, and adds its class when nothing is unusual.

    `is_type_of` must decide by the class alone. Raises Surprise.
    """

    def admit(value: object) -> None:
        if value is None or value is Undefined or isinstance(value, BaseException):
            raise Surprise
        if optimized_is_awaitable(value):
            if iscoroutine(value):
                # Nobody will wait for it: graphql-core asks the resolver again.
                value.close()
            raise Surprise
        if is_type_of is not None and not is_type_of(value):
            raise Surprise
        classes.add(type(value))

    return admit
