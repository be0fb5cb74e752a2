"""What a schema says about its fields so that they can be compiled: the public hooks of this package.

    @pure(description=...)                  a resolver that only computes
    @pure(of_snapshot=True, ...)            ... from an immutable thing and a few facts: rendered once for these
    @pure(for_everybody=True, ...)          ... from the thing alone: rendered once for everybody
    batched(fetch)                          metadata of an async field that can answer for many objects at once

Fields that are plain attributes need no mark. Any other resolver is left to graphql-core.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from enum import IntEnum
from functools import lru_cache
from typing import Any, Protocol

import strawberry

PURE = "marquee.execution.pure"
REACH = "marquee.execution.reach"
BATCH = "marquee.execution.batch"


class Reach(IntEnum):
    """For whom what was rendered of an immutable object is right."""

    FACTS = 1
    EVERYBODY = 2


HOOKS = {Reach.FACTS: "rendered_with", Reach.EVERYBODY: "rendered_for_everybody"}

Memo = dict[Hashable, Any]
"""Where rendered pieces of an immutable object are kept: it dies with the object, so nothing has to be evicted."""


class RenderCacheOwner(Protocol):
    """A type with fields marked `of_snapshot` says where their rendered bytes are kept.

    With a method `rendered_for_everybody`, which is alike, it says where bytes of fields marked so are; without, they
    are kept as if marked `of_snapshot`. What it returns for facts is the same for everybody, such as what the process
    signs with.

    Instead of `rendered_with` there may be `rendered_with: ClassVar = "pieces"`, the name of an attribute that holds
    `pieces_for(memo, facts)`: whoever makes hundreds of such objects looks them up in passing.
    """

    def rendered_with(self, context: Any) -> tuple[Memo, Hashable]:
        """The memo of the immutable object, and everything else those fields depend on.

        Hashing the facts should cost nothing: pass the same object for the same facts (`one_of`).
        """
        ...


class Facts:
    """What rendered bytes depend on besides their object. Equal facts are one object, told apart by identity."""

    __slots__ = ("values",)

    def __init__(self, values: Hashable) -> None:
        self.values = values


@lru_cache(maxsize=4096)
def one_of(*values: Hashable) -> Facts:
    """The one object for these facts. Those that nobody asked for in a long time get another: then what was rendered
    for the first is not found any more."""
    return Facts(values)


def pure(*, of_snapshot: bool = False, for_everybody: bool = False, **options: Any) -> Any:
    """A `strawberry.field` whose synchronous resolver may be called again with the same result.

    It computes from its object, its arguments and `info.context`, reads nothing else of `info`, has no effects,
    and does not change its arguments, which several calls share. With `of_snapshot` its value is decided by what
    the type's `rendered_with` returns, and its arguments; with `for_everybody` by what `rendered_for_everybody` does.
    What it returns is looked at like any other value.
    """
    reach = Reach.EVERYBODY if for_everybody else Reach.FACTS if of_snapshot else None
    return strawberry.field(metadata={PURE: True, REACH: reach}, **options)


def batched(fetch: Callable[..., Any]) -> Mapping[str, object]:
    """Metadata for a field: `await fetch(objects, info, **arguments)` gives its values for a list of objects.

    One value per object, in their order; an exception in a value's place is that object's error. When `fetch` fails
    or gives another number of values, the field's own resolver is asked object by object. `info` has `context` only.
    """
    return {BATCH: fetch}
