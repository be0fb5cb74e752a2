"""Caches rendered bytes of immutable objects, each with its object.

A group of fields becomes one orjson.Fragment under the key of its first field:
`{"name": Fragment('"Dune","year":2021')}` is written as `{"name":"Dune","year":2021}`, and can only be encoded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from itertools import count
from typing import Any, cast

import orjson

from resolvers.execution.markers import Memo, RenderScope

MAX_SELECTIONS = 256
"""Numbered field groups. Real clients use a few; the least recently used is dropped."""

MAX_FRAGMENTS, MAX_BYTES = 16, 8192
"""Per object and render key. The cache is cleared beyond them: hostile operations must not fill memory. Real clients
need about a kilobyte.
"""

MAX_KEYS = 128
"""Entries of an object's memo."""


_next_number = count()


class FragmentNumbers:
    """Equal field groups have equal numbers in all operations of a schema.

    A number is never reused: a dropped group gets a new one, and its old fragments are not found any more. Cached
    plans keep their numbers.
    """

    def __init__(self, capacity: int = MAX_SELECTIONS) -> None:
        self._capacity = capacity
        self._by_text: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_text)

    def number(self, text: str) -> int:
        if text not in self._by_text:
            self._by_text[text] = next(_next_number)
            if len(self._by_text) > self._capacity:
                self._by_text.popitem(last=False)
        self._by_text.move_to_end(text)
        return self._by_text[text]


class FragmentCache(dict[Hashable, Any]):
    """Fragments of one object for one render key; `size` in bytes."""

    __slots__ = ("size",)

    def __init__(self) -> None:
        super().__init__()
        self.size = 0

    def clear(self) -> None:
        super().clear()
        self.size = 0

    def put(self, key: Hashable, fragment: object, size: int) -> None:
        """Ignores a fragment larger than MAX_BYTES."""
        if size > MAX_BYTES:
            return
        if len(self) >= MAX_FRAGMENTS or self.size + size > MAX_BYTES:
            self.clear()
        self[key] = fragment
        self.size += size


def fragment_cache(memo: Memo, render_key: Hashable) -> FragmentCache:
    found = memo.get(render_key)
    if not isinstance(found, FragmentCache):
        if len(memo) >= MAX_KEYS:
            memo.clear()
        memo[render_key] = found = FragmentCache()
    return found


def shared_fragment_cache(memo: Memo, render_key: Hashable) -> FragmentCache:
    """Fragments for all viewers, each with its size."""
    return fragment_cache(memo, (RenderScope.SHARED, render_key))


def value_offset(first: str) -> int:
    """The first value begins after the brace, its key and a colon."""
    return len(orjson.dumps(first)) + 2


def cache_fragment(
    rendered: dict[str, Any], offset: int, cache: FragmentCache, key: Hashable
) -> orjson.Fragment:
    """Raises orjson.JSONEncodeError."""
    fragment, size = _render_fragment(rendered, offset)
    cache.put(key, fragment, size)
    return fragment


def share_fragment(
    render: Callable[[], dict[str, Any]],
    offset: int,
    cache: FragmentCache,
    key: Hashable,
    memo: Memo,
    render_key: Hashable,
) -> orjson.Fragment:
    """As `cache_fragment`, rendered once for all viewers. `cache` gets it too, for one look-up per fragment."""
    shared = shared_fragment_cache(memo, render_key)
    found = shared.get(key)
    if found is None:
        found = _render_fragment(render(), offset)
        shared.put(key, found, found[1])
    fragment, size = found
    cache.put(key, fragment, size)
    return cast("orjson.Fragment", fragment)


def _render_fragment(rendered: dict[str, Any], offset: int) -> tuple[orjson.Fragment, int]:
    text = orjson.dumps(rendered)[offset:-1]
    return orjson.Fragment(text), len(text)
