"""A bounded memory: the least recently used is forgotten first. None is a value like any other."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """At most `capacity` entries."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._known: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, key: K) -> bool:
        return key in self._known

    def put(self, key: K, value: V) -> None:
        self._known[key] = value
        self._known.move_to_end(key)
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)

    def get(self, key: K) -> V | None:
        """None for what is not known, too. Reading counts as use."""
        if key not in self._known:
            return None
        self._known.move_to_end(key)
        return self._known[key]

    def values(self) -> list[V]:
        return list(self._known.values())
