"""Sampled profiles and a layout previewer over the settings' stores, for commands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from bff.auth.secrets import root_secret, signing_key
from bff.settings import Settings
from bff.staff_context import STAFF_ACCOUNT, open_command_stores
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.catalog.regions import is_within
from domain.ids import ProfileId, Region
from domain.layouts.lint.samples import sample_order
from domain.layouts.resolution import PublishedLayouts
from domain.viewers.profiles import Principal, Profile, Role
from resolvers.home.complete_page_poller import CompletePagePoller
from resolvers.publishing.layout_previews import LayoutPreviewer
from resolvers.request.context import Context

LOOKUP_SIZE = 500
"""Profiles per market query."""

PAGES_TIMEOUT_SECONDS = 300.0
"""For all pages: each region and age limit needs its own catalogue queries."""


@dataclass(frozen=True, slots=True)
class SampleStores:
    previewer: LayoutPreviewer
    mongo: MongoStore
    down: tuple[str, ...] = ()
    """Stores that do not answer."""

    async def sample_profiles(self, count: int, market: Region | None = None) -> list[ProfileId]:
        """The same profiles each time."""
        ordered = sample_order(await self.mongo.profile_ids())
        if market is None:
            return ordered[:count]
        sampled: list[ProfileId] = []
        for start in range(0, len(ordered), LOOKUP_SIZE):
            sampled += await self._profiles_in_market(market, ordered[start : start + LOOKUP_SIZE])
            if len(sampled) >= count:
                break
        return sampled[:count]

    async def personas_then_samples(self, count: int) -> list[Profile]:
        personas = list(await self.mongo.personas())[:count]
        persona_ids = {profile.id for profile in personas}
        other_ids = [each for each in await self.sample_profiles(count) if each not in persona_ids]
        other_ids = other_ids[: count - len(personas)]
        profiles = await self.mongo.profiles(other_ids)
        return [*personas, *(profiles[each] for each in other_ids if each in profiles)]

    async def _profiles_in_market(self, market: Region, ids: Sequence[ProfileId]) -> list[ProfileId]:
        profiles = await self.mongo.profiles(ids)
        accounts = await self.mongo.accounts(sorted({each.account_id for each in profiles.values()}))
        regions = {key: account.region for key, account in accounts.items()}
        return [
            each
            for each in ids
            if each in profiles and is_within(regions.get(profiles[each].account_id, ""), [market])
        ]


@asynccontextmanager
async def open_sample_stores(settings: Settings, layouts: PublishedLayouts) -> AsyncIterator[SampleStores]:
    """Raises SettingsProblem without configured stores."""
    secret = signing_key(root_secret(settings, create=True))
    opened = open_command_stores(settings)
    base = Context(
        Principal(STAFF_ACCOUNT, Role.STAFF), opened.ports, datetime.now(UTC), "layout-samples", secret
    )
    try:
        down = tuple(name for name, answers in (await opened.ping_stores()).items() if not answers)
        # Waiting for a store that is down would only delay saying so.
        poller = CompletePagePoller(0.0 if down else PAGES_TIMEOUT_SECONDS, base.process.background)
        yield SampleStores(LayoutPreviewer(base, layouts, poller), opened.mongo, down)
        await base.process.background.settle()
    finally:
        await opened.close()
