"""The LRU cache evicts the least recently used entry first."""

from __future__ import annotations

from resolvers.runtime.lru_cache import LruCache


def test_the_least_recently_used_is_evicted_first() -> None:
    cache: LruCache[str, int | None] = LruCache(2)
    cache.put("a", 1)
    cache.put("b", None)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, None)
    cache.get("a")
    cache.put("c", 3)
    assert ("a" in cache, "b" in cache, "c" in cache) == (True, False, True)
    assert len(cache) == 2


def test_a_key_has_one_value() -> None:
    cache: LruCache[str, int] = LruCache(2)
    cache.put("a", 1)
    cache.put("a", 2)
    assert (len(cache), cache.get("a")) == (1, 2)
