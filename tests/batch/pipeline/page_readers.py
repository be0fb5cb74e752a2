"""Readers of pages while versions change: the service's own loaders, pinning one version a page."""

from __future__ import annotations

import asyncio
import threading

from bff.local_stack.record import StoreUrls
from bff.stores.open_stores import CacheMaxAges, OpenStores, open_stores
from domain.errors import StoreUnavailable
from domain.ids import ProfileId, Region, TitleId
from domain.recommendations.lists import PopularKey, TrendKey, TrendWindow
from resolvers.request.loaders import VersionLoaders
from tests.batch.pipeline.staged_world import mark_of


class Readers(threading.Thread):
    """Read pages until stopped. `mixed`: (version, marks of its five parts) of pages that are not of one version.

    A store that does not answer in time costs its page (`unanswered`). A reader with another error ends.
    """

    def __init__(self, urls: StoreUrls, readers: int = 1) -> None:
        super().__init__(daemon=True)
        self._urls = urls
        self._readers = readers
        self._stopped = threading.Event()
        self._enough = threading.Condition()
        self.count = self.unanswered = 0
        self.versions: set[str] = set()
        self.mixed: list[tuple[str, set[float]]] = []
        self.errors: list[Exception] = []

    def run(self) -> None:
        asyncio.run(self._read_all())

    def stop(self) -> None:
        self._stopped.set()
        self.join()

    def wait_for(self, count: int, timeout: float) -> None:
        with self._enough:
            assert self._enough.wait_for(lambda: self.count >= count or self.errors, timeout)

    async def _read_all(self) -> None:
        opened = open_stores(self._urls, max_ages=CacheMaxAges(0, 0))
        try:
            await asyncio.gather(*(self._read_pages(opened) for _ in range(self._readers)))
        finally:
            await opened.close()

    async def _read_pages(self, opened: OpenStores) -> None:
        while not self._stopped.is_set():
            try:
                version, marks = await read_page(opened)
            except StoreUnavailable:
                self.unanswered += 1
                continue
            except Exception as error:
                with self._enough:
                    self.errors.append(error)
                    self._enough.notify_all()
                return
            self.versions.add(version)
            if marks != {mark_of(version)}:
                self.mixed.append((version, marks))
            with self._enough:
                self.count += 1
                self._enough.notify_all()


async def read_page(opened: OpenStores) -> tuple[str, set[float]]:
    live = await opened.mongo.live()
    assert live is not None
    loaders = VersionLoaders(opened.ports, live)
    us = Region("US")
    picks, similar, popular, trends, title = await asyncio.gather(
        loaders.top_picks.load(ProfileId("p0")),
        loaders.similar.load(TitleId("f0")),
        loaders.popular.load(PopularKey(us)),
        loaders.trends.load(TrendKey(us, TrendWindow.DAY)),
        loaders.unfiltered_title.load(TitleId("f1")),
    )
    if picks is None or similar is None or popular is None or trends is None or title is None:
        raise LookupError(f"{live.version}: not whole")
    marks = {picks.picks[0].score, similar[0].score, popular.entries[0].score, trends.entries[0].score}
    return live.version, marks | {title.popularity}
