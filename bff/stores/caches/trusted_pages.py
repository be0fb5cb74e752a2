"""The fallback page as far as it may be trusted: the file's titles, with the facts that MongoDB last gave of them.

The file is a night old, and an image may hold an older one. So while MongoDB answers, the facts of its titles are
read again now and then; what was withdrawn leaves the page, and stays away when all stores are gone. A file that was
never confirmed is trusted as long as any other fact: from its own time on, or while the log of changes reaches back
to it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import ProfileId, TitleId
from domain.page.fallback_page import FallbackPages
from domain.ports.stores import ShippedPages
from domain.visibility.facts import TitleFacts, with_facts
from resolvers.runtime.known_changes import KnownChanges, Mark

CHECK_SECONDS = 5.0
CONFIRM_SECONDS = 20.0
"""While writes may go unheard. A third of the shortest time for which facts are trusted by default."""
HEARING_CONFIRM_SECONDS = 600.0
CHUNK = 500


class FactReader(Protocol):
    async def title_facts(self, ids: Sequence[TitleId]) -> Mapping[TitleId, TitleFacts]: ...

    async def blocked_titles(self) -> frozenset[TitleId]: ...


@dataclass(frozen=True, slots=True)
class _Confirmed:
    """`file`: the pages that were confirmed. `mark`: from before the facts were read."""

    file: FallbackPages
    titles: Mapping[TitleId, Title]
    mark: Mark


class TrustedPages:
    """The ShippedPages port."""

    def __init__(
        self,
        file: ShippedPages,
        changes: KnownChanges,
        reader: FactReader,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = file
        self._changes = changes
        self._reader = reader
        self._blocked: tuple[frozenset[TitleId], Mark] | None = None
        self._clock = clock
        self._ticks = ticks
        self._confirmed: _Confirmed | None = None
        self._shown: tuple[object, int, FallbackPages] | None = None

    def pages(self) -> FallbackPages | None:
        """None while nothing of it may be trusted."""
        pages, confirmed = self._file.pages(), self._confirmed
        if pages is None:
            return None
        if confirmed is not None and confirmed.file is pages:
            trusted = self._changes.is_trusted(confirmed.mark)
            return self._without_changed(confirmed, pages) if trusted else None
        trusted = self._changes.is_trusted_since(pages.made_at, self._clock())
        return self._without_changed(None, pages) if trusted else None

    def blocked(self, profile_id: ProfileId) -> Collection[TitleId] | None:
        """Titles that some profile has blocked: as last read, else as the file has them.

        None when those of this profile may be others by now.
        """
        pages, changes = self._file.pages(), self._changes
        if self._blocked is not None:
            titles, mark = self._blocked
            return titles if changes.is_viewer_current(mark, profile_id, None) else None
        if pages is None or changes.may_profile_differ(profile_id, pages.made_at):
            return None
        return pages.blocked

    async def confirm(self) -> bool:
        """Read the facts of all titles again. False while MongoDB does not answer."""
        pages, mark = self._file.pages(), self._changes.mark()
        try:
            self._blocked = await self._reader.blocked_titles(), mark
        except StoreUnavailable:
            return False
        if pages is None:
            return False
        titles: dict[TitleId, Title] = {}
        ids = list(pages.titles)
        try:
            for start in range(0, len(ids), CHUNK):
                facts = await self._reader.title_facts(ids[start : start + CHUNK])
                titles |= {one: with_facts(pages.titles[one], known) for one, known in facts.items()}
        except StoreUnavailable:
            return False
        self._confirmed, self._shown = _Confirmed(pages, titles, mark), None
        return True

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            if self._is_due():
                await self.confirm()
            await asyncio.sleep(CHECK_SECONDS)

    def _is_due(self) -> bool:
        confirmed = self._confirmed
        if confirmed is None or confirmed.file is not self._file.pages():
            return True
        usual = HEARING_CONFIRM_SECONDS
        hears_all = self._changes.lease_seconds(usual) == usual
        return self._ticks() - confirmed.mark.at >= (usual if hears_all else CONFIRM_SECONDS)

    def _without_changed(self, confirmed: _Confirmed | None, pages: FallbackPages) -> FallbackPages:
        """Filtered once per change that was heard, not once per page."""
        known = self._changes.mark().count
        source: object = confirmed or pages
        if self._shown is None or self._shown[:2] != (source, known):
            changes = self._changes
            if confirmed is None:
                titles = {
                    one: title
                    for one, title in pages.titles.items()
                    if not changes.may_title_differ(one, pages.made_at)
                }
            else:
                titles = {
                    one: title
                    for one, title in confirmed.titles.items()
                    if changes.is_title_current(one, confirmed.mark)
                }
            self._shown = (source, known, replace(pages, titles=titles))
        return self._shown[2]
