"""The catalogue as this process knows it: titles shared by all requests, each read again within the minute.

A title is read again behind the request that finds it half a minute old, and before one that finds it nearly a whole
one: what is withdrawn is gone within the minute, and what a busy process serves costs no request a call. When a title
is read again and has not changed the old object stays, because what was rendered of it hangs on it. While the
catalogue is down nothing here is used past its time; what then may be shown is the ladder's to say.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from domain.errors import StoreUnavailable
from domain.filter_rules import Rule
from domain.ids import Region, TitleId
from domain.ports import BrowseQuery, Catalog, RuleMatches, SearchQuery
from domain.titles import Title
from resolvers.deadlines import shared_context

RENEWED_SECONDS = 30.0
USABLE_SECONDS = 50.0
"""With the time of a call and of a page still within the minute."""
KEPT = 50_000
TOGETHER = 1000
"""Titles of one call that renews."""

Entry = tuple[Title | None, float]


class KnownTitles:
    """The Catalog port over another one, and the KnownTitles port. `usable` 0: nothing is kept."""

    def __init__(
        self,
        catalog: Catalog,
        usable: float = USABLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        most: int = KEPT,
    ) -> None:
        self._catalog = catalog
        self._usable = usable
        self._renewed = min(RENEWED_SECONDS, usable)
        self._clock = clock
        self._most = most
        self._indexes: dict[str, dict[TitleId, Entry]] = {}
        self._renewing: set[tuple[str, TitleId]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def at_hand(self, index: str, ids: Iterable[TitleId]) -> Mapping[TitleId, Title | None]:
        """See ports.KnownTitles. What is getting old is read again behind whoever asks."""
        known = self._indexes.get(index)
        if not known:
            return {}
        now = self._clock()
        youngest, oldest = now - self._renewed, now - self._usable
        found: dict[TitleId, Title | None] = {}
        old: list[TitleId] = []
        for title_id in ids:
            entry = known.get(title_id)
            if entry is None:
                continue
            read_at = entry[1]
            if read_at > youngest:
                found[title_id] = entry[0]
            elif read_at > oldest:
                found[title_id] = entry[0]
                old.append(title_id)
        if old:
            self._renew(index, old)
        return found

    async def titles(self, index: str, ids: Sequence[TitleId]) -> Mapping[TitleId, Title]:
        """See ports.Catalog. Always read anew."""
        read_at = self._clock()
        found = await self._catalog.titles(index, ids)
        return self._put(index, ids, found, read_at) if self._usable else found

    async def browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> Mapping[BrowseQuery, tuple[TitleId, ...]]:
        return await self._catalog.browse(index, queries)

    async def search(self, index: str, query: SearchQuery) -> tuple[TitleId, ...]:
        return await self._catalog.search(index, query)

    async def matching(self, index: str, rule: Rule, now: datetime, region: Region, size: int) -> RuleMatches:
        return await self._catalog.matching(index, rule, now, region, size)

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _put(
        self, index: str, ids: Iterable[TitleId], found: Mapping[TitleId, Title], read_at: float
    ) -> dict[TitleId, Title]:
        known = self._indexes.setdefault(index, {})
        kept: dict[TitleId, Title] = {}
        for title_id in ids:
            title = found.get(title_id)
            before = known.pop(title_id, None)
            if before is not None and before[0] == title:
                title = before[0]
            # At the end: what stands first was not read for the longest time.
            known[title_id] = (title, read_at)
            if title is not None:
                kept[title_id] = title
        self._forget()
        return kept

    def _forget(self) -> None:
        """What was not asked for lately, of the index that was not for longest."""
        over = sum(map(len, self._indexes.values())) - self._most
        while over > 0:
            index, known = next(iter(self._indexes.items()))
            for title_id in list(known)[:over]:
                del known[title_id]
                over -= 1
            if not known:
                del self._indexes[index]

    def _renew(self, index: str, ids: Iterable[TitleId]) -> None:
        wanted = [title_id for title_id in ids if (index, title_id) not in self._renewing]
        for start in range(0, len(wanted), TOGETHER):
            some = wanted[start : start + TOGETHER]
            self._renewing |= {(index, title_id) for title_id in some}
            task = asyncio.create_task(self._read_again(index, some), context=shared_context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _read_again(self, index: str, ids: Sequence[TitleId]) -> None:
        try:
            await self.titles(index, ids)
        except StoreUnavailable:
            # Whoever asks once it is too old hears of it.
            pass
        finally:
            self._renewing -= {(index, title_id) for title_id in ids}
