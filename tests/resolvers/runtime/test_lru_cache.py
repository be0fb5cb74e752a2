"""The bounded memory: what is used stays, what is not goes first."""

from __future__ import annotations

from resolvers.runtime.lru_cache import LruCache


def test_the_least_recently_used_is_forgotten_first() -> None:
    memory: LruCache[str, int | None] = LruCache(2)
    memory.put("a", 1)
    memory.put("b", None)
    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (1, None, None)
    memory.get("a")
    memory.put("c", 3)
    assert ("a" in memory, "b" in memory, "c" in memory) == (True, False, True)
    assert len(memory) == 2


def test_a_key_has_one_value() -> None:
    memory: LruCache[str, int] = LruCache(2)
    memory.put("a", 1)
    memory.put("a", 2)
    assert (len(memory), memory.get("a")) == (1, 2)
