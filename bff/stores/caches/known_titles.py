"""The catalogue as this process knows it: titles shared by all requests, each read again within the minute.

A title is read again behind the request that finds it half a minute old, and before one that finds it nearly a whole
one: what is withdrawn is gone within the minute, and what a busy process serves costs no request a call. When a title
is read again and has not changed the old object stays, because what was rendered of it hangs on it. While the
catalogue is down nothing here is used past its time; what then may be shown is the ladder's to say.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import Context
from datetime import datetime

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.filter_rules.compiler import Rule
from domain.ids import Region, TitleId
from domain.ports.stores import BrowseQuery, Catalog, RuleMatches, SearchQuery
from resolvers.runtime.lru_cache import LruCache

RENEWED_SECONDS = 25.0
INDEXES = 4
"""Data versions that pages may be made from at one time: the live one, the one before, an experiment's."""
USABLE_SECONDS = 50.0
"""With the time of a call and of a page still within the minute."""
KEPT = 50_000
NEARLY = 0.8
PAGES_NOTED = 300
"""Of so many pages the titles are noted as asked for between two renewals; others have most of them in common."""
TOGETHER = 1000
"""Titles of one call that renews."""


class _Index:
    """Titles of one index. `read_at` has them in the order of reading, what was read longest ago first."""

    def __init__(self) -> None:
        self.titles: dict[TitleId, Title | None] = {}
        self.read_at: OrderedDict[TitleId, float] = OrderedDict()
        self.epoch = 0
        self.asked: list[Collection[TitleId]] = []
        """What was asked for since the last renewal began, page by page."""
        self.renewed_at = float("-inf")
        self.renewing: asyncio.Task[None] | None = None

    def put(self, title_id: TitleId, title: Title | None, now: float) -> Title | None:
        """The object to use from now on: the one that is there already, if nothing about it is different."""
        before = self.titles.get(title_id)
        if before is not None and before == title:
            title = before
        elif title_id in self.titles:
            self.epoch += 1
        self.titles[title_id] = title
        self.read_at[title_id] = now
        self.read_at.move_to_end(title_id)
        return title

    def forget(self, now: float, usable: float, most: int) -> None:
        """Titles that are too old, and with them those that nearly are: seldom many, rather than often few."""
        if not self.read_at or (now - self._oldest() < usable and len(self.read_at) <= most):
            return
        self.epoch += 1
        while self.read_at and (now - self._oldest() >= usable * NEARLY or len(self.read_at) > most):
            title_id, _ = self.read_at.popitem(last=False)
            del self.titles[title_id]

    def _oldest(self) -> float:
        return self.read_at[next(iter(self.read_at))]

    def note(self, ids: Collection[TitleId]) -> None:
        if len(self.asked) < PAGES_NOTED:
            self.asked.append(ids)


class TitleCache:
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
        self._clock = clock
        self._most = most
        self._indexes: LruCache[str, _Index] = LruCache(INDEXES)

    def at_hand(self, index: str, ids: Collection[TitleId]) -> Mapping[TitleId, Title | None]:
        """See warm_ports.KnownTitles. What is getting old is read again behind whoever asks."""
        known = self._looked_after(index, ids)
        if known is None:
            return {}
        titles = known.titles
        return {title_id: titles[title_id] for title_id in ids if title_id in titles}

    def epoch(self, index: str, ids: Collection[TitleId]) -> int | None:
        """See warm_ports.KnownTitles."""
        known = self._looked_after(index, ids)
        return None if known is None else known.epoch

    def _looked_after(self, index: str, ids: Collection[TitleId]) -> _Index | None:
        """The titles of this index, none of them too old; those that are getting old are begun to be read again."""
        known = self._indexes.get(index)
        if known is None:
            return None
        now = self._clock()
        known.forget(now, self._usable, self._most)
        known.note(ids)
        if now - known.renewed_at >= RENEWED_SECONDS and known.renewing is None:
            self._renew(index, known, now)
        return known

    async def titles(self, index: str, ids: Sequence[TitleId]) -> Mapping[TitleId, Title]:
        """See ports.Catalog. Always read anew."""
        read_at = self._clock()
        found = await self._catalog.titles(index, ids)
        if not self._usable:
            return found
        known = self._indexes.get(index)
        if known is None:
            known = _Index()
            known.renewed_at = read_at
            self._indexes.put(index, known)
        kept = ((title_id, known.put(title_id, found.get(title_id), read_at)) for title_id in ids)
        return {title_id: title for title_id, title in kept if title is not None}

    async def browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> Mapping[BrowseQuery, tuple[TitleId, ...]]:
        return await self._catalog.browse(index, queries)

    async def search(self, index: str, query: SearchQuery) -> tuple[TitleId, ...]:
        return await self._catalog.search(index, query)

    async def matching(self, index: str, rule: Rule, now: datetime, region: Region, size: int) -> RuleMatches:
        return await self._catalog.matching(index, rule, now, region, size)

    def close(self) -> None:
        for task in self._tasks():
            task.cancel()

    async def renewed(self) -> None:
        """Wait until whatever is being read again has been read."""
        tasks = self._tasks()
        if tasks:
            await asyncio.wait(tasks)

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [known.renewing for known in self._indexes.values() if known.renewing is not None]

    def _renew(self, index: str, known: _Index, now: float) -> None:
        """Read again what was asked for since the last time; what was not is forgotten when its time is over."""
        asked = dict.fromkeys(title_id for ids in known.asked for title_id in ids)
        wanted = [title_id for title_id in asked if known.read_at.get(title_id, now) < now]
        known.renewed_at, known.asked = now, []
        if wanted:
            context = Context()
            known.renewing = asyncio.create_task(self._read_again(index, known, wanted), context=context)

    async def _read_again(self, index: str, known: _Index, ids: Sequence[TitleId]) -> None:
        try:
            for start in range(0, len(ids), TOGETHER):
                await self.titles(index, ids[start : start + TOGETHER])
        except StoreUnavailable:
            # Whoever asks once it is too old hears of it.
            return
        finally:
            known.renewing = None
