"""How a schema marks fields that can be compiled.

    @pure(description=...)                  a resolver that only computes
    @pure(render_once_per_key=True, ...)    ... from an immutable object and a render key, such as the region
    @pure(render_once=True, ...)            ... from the object alone
    batched(fetch)                          metadata of an async field, fetched for many objects at once

Plain attributes need no mark. graphql-core runs other resolvers.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from enum import IntEnum
from functools import lru_cache
from typing import Any

import strawberry

PURE = "marquee.execution.pure"
RENDER_SCOPE = "marquee.execution.render_scope"
BATCH = "marquee.execution.batch"


class RenderScope(IntEnum):
    """Who shares rendered bytes: requests with an equal render key, or all."""

    KEYED = 1
    SHARED = 2


RENDER_HOOKS = {RenderScope.KEYED: "render_cache", RenderScope.SHARED: "shared_render_cache"}
"""Methods of a type with rendered fields: `render_cache(context) -> (memo, key)`.

The key is all else that those fields depend on; `render_key` makes keys that hash fast. The key of
`shared_render_cache` is equal for all requests; without this method `render_once` fields are rendered per key.
Instead of the method, `render_cache: ClassVar = "fragments"` may name an attribute that holds
`fragment_cache(memo, key)`, looked up while objects are built.
"""

Memo = dict[Hashable, Any]
"""Holds rendered fragments of an immutable object and dies with it: nothing is invalidated."""


class RenderKey:
    """Interned: equal values are one object, compared by identity."""

    __slots__ = ("values",)

    def __init__(self, values: Hashable) -> None:
        self.values = values


@lru_cache(maxsize=4096)
def render_key(*values: Hashable) -> RenderKey:
    """A key that was evicted comes back as another object: what was rendered for it is rendered again."""
    return RenderKey(values)


def pure(*, render_once_per_key: bool = False, render_once: bool = False, **options: Any) -> Any:
    """A field whose synchronous resolver may be called again with the same result.

    It computes from its object, its arguments and `info.context` alone, has no effects and does not change its
    arguments, which calls share. With `render_once_per_key` it depends only on the result of `render_cache` and its
    arguments; with `render_once`, of `shared_render_cache`.
    """
    scope = RenderScope.SHARED if render_once else RenderScope.KEYED if render_once_per_key else None
    return strawberry.field(metadata={PURE: True, RENDER_SCOPE: scope}, **options)


def batched(fetch: Callable[..., Any]) -> Mapping[str, object]:
    """Metadata: `await fetch(objects, info, **arguments)` returns one value per object, in order.

    An exception among the values is its object's error. When `fetch` raises or returns a wrong number of values, the
    field's own resolver runs per object. `info` has `context` only.
    """
    return {BATCH: fetch}
