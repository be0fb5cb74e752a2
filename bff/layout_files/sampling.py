"""Who is sampled, and the stores in which layouts are tried out: for commands, which have no request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from bff.auth.secrets import root_secret, signing_key
from bff.settings import Settings, stores_of
from bff.staff_context import OFFICE
from bff.stores.mongo.viewers_and_lists import MongoStore
from bff.stores.open_stores import open_stores
from domain.ids import ProfileId, Region
from domain.layouts.lint.samples import sample_order
from domain.layouts.resolution import PublishedLayouts
from domain.viewers.profiles import Principal, Profile, Role
from resolvers.home.wait_until_complete import CompletePagePoller
from resolvers.publishing.layout_previews import LayoutPreviewer
from resolvers.request.context import Context

LOOKED_UP = 500
"""Profiles whose markets are looked up at once."""

PATIENCE_SECONDS = 300.0
"""For all sampled pages together: several regions and ages, each with shelves of its own."""


@dataclass(frozen=True, slots=True)
class SampleStores:
    """The studio of a command, and the people whose pages it can look at."""

    studio: LayoutPreviewer
    mongo: MongoStore

    async def sampled(self, count: int, market: Region | None = None) -> list[ProfileId]:
        """So many profiles, of this market alone if one is named: the same ones each time."""
        ordered = sample_order(await self.mongo.profile_ids())
        if market is None:
            return ordered[:count]
        found: list[ProfileId] = []
        for start in range(0, len(ordered), LOOKED_UP):
            found += await self._living_in(market, ordered[start : start + LOOKED_UP])
            if len(found) >= count:
                break
        return found[:count]

    async def personas(self, count: int) -> list[Profile]:
        """Those that the demo offers, then sampled ones, until there are enough."""
        named = list(await self.mongo.personas())[:count]
        known = {profile.id for profile in named}
        wanted = [one for one in await self.sampled(count) if one not in known][: count - len(named)]
        others = await self.mongo.profiles(wanted)
        return [*named, *(others[one] for one in wanted if one in others)]

    async def _living_in(self, market: Region, ids: Sequence[ProfileId]) -> list[ProfileId]:
        profiles = await self.mongo.profiles(ids)
        accounts = await self.mongo.accounts(sorted({one.account_id for one in profiles.values()}))
        homes = {key: account.region for key, account in accounts.items()}
        return [one for one in ids if one in profiles and homes.get(profiles[one].account_id) == market]


@asynccontextmanager
async def sample_stores(settings: Settings, book: PublishedLayouts) -> AsyncIterator[SampleStores]:
    """A staff member's, over the stores of the settings. Raises SettingsProblem when there are none."""
    secret = signing_key(root_secret(settings, make=True))
    opened = open_stores(stores_of(settings), settings.redis_cluster, time_outs=settings.time_outs)
    base = Context(Principal(OFFICE, Role.STAFF), opened.ports, datetime.now(UTC), "studio", secret)
    try:
        yield SampleStores(LayoutPreviewer(base, book, CompletePagePoller(PATIENCE_SECONDS)), opened.mongo)
        await base.process.background.settle()
    finally:
        await opened.close()
