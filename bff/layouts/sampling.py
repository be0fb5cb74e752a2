"""Pages of sampled profiles, really composed with layouts that are not live: what data-aware lint counts.

Nothing is served and nothing is kept: no exposure is noted, no page is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bff.command_context import OFFICE
from bff.patience import Patience
from bff.secrets import root_secret, signing_key
from bff.settings import Settings, stores_of
from bff.stores.opened import open_stores
from domain.errors import NotFound
from domain.ids import ProfileId, Region, TitleId, global_id
from domain.layout_book import LayoutBook
from domain.lint_sample import Sample, SampledPage
from domain.pages import Page
from domain.profiles import Principal, Profile, Role
from domain.situations import PageRequest
from resolvers.context import Context
from resolvers.home import Made, make_page
from resolvers.stores import Stores

AT_ONCE = 4
PATIENCE_SECONDS = 300.0
"""For all sampled pages together, four at once: several regions and ages, each with shelves of its own."""

Progress = Callable[[int, int], None]
"""Pages done, pages in all."""


@dataclass(frozen=True, slots=True)
class DraftBook:
    """The Layouts port of somebody who tries layouts out: these are live, for this one."""

    book: LayoutBook

    async def live_layouts(self) -> LayoutBook:
        return self.book


@dataclass(frozen=True, slots=True)
class Studio:
    """The stores with the drafts in the place of what is live."""

    stores: Stores
    secret: bytes
    people: Callable[[int], Awaitable[Sequence[Profile]]]
    patience: Patience = field(default_factory=lambda: Patience(PATIENCE_SECONDS))

    def context(self, now: datetime, arms: str = "") -> Context:
        principal = Principal(OFFICE, Role.STAFF)
        return Context(principal, self.stores, now, "studio", self.secret, asked_arms=arms)

    async def page(self, profile: ProfileId, request: PageRequest, now: datetime, arms: str = "") -> Made:
        """Raises NotFound for a profile that is no more."""
        made, _ = await self.timed(profile, request, now, arms)
        return made

    async def timed(
        self, profile: ProfileId, request: PageRequest, now: datetime, arms: str = ""
    ) -> tuple[Made, float]:
        """The page, and the seconds that composing it took once its shelves had been read. Raises as `page`."""
        whose = global_id("profile", profile)
        return await self.patience.whole(
            lambda: make_page(self.context(now, arms), whose, request, any_account=True)
        )


@asynccontextmanager
async def studio(settings: Settings, book: LayoutBook) -> AsyncIterator[Studio]:
    """Raises SettingsProblem when there are no stores."""
    secret = signing_key(root_secret(settings, make=True))
    opened = open_stores(stores_of(settings), settings.redis_cluster)
    try:
        yield Studio(replace(opened.ports, layouts=DraftBook(book)), secret, opened.mongo.first_profiles)
    finally:
        await opened.close()


async def samples_of(
    desk: Studio, profiles: Sequence[Profile], device: str, market: Region | None, progress: Progress
) -> list[Sample]:
    """A sample of each layout that served one of these profiles' pages."""
    now, gate, done = datetime.now(UTC), asyncio.Semaphore(AT_ONCE), 0
    request = PageRequest(device=device)

    async def one(profile: Profile) -> tuple[Made, SampledPage] | None:
        nonlocal done
        async with gate:
            try:
                made, seconds = await desk.timed(profile.id, request, now)
            except NotFound:
                return None
            equal = await _equal_variants(desk, profile.id, request, now, made)
        done += 1
        progress(done, len(profiles))
        if market is not None and made.viewer.region != market:
            return None
        return made, SampledPage(profile.id, titles_by_row(made.page), seconds, equal)

    pages = [page for page in await asyncio.gather(*(one(profile) for profile in profiles)) if page]
    live = await desk.stores.live.live()
    age = now - live.published_at if live else timedelta(0)
    names = dict.fromkeys(made.page.layout_id for made, _ in pages)
    return [await _sample(desk, name, device, market, pages, age, now) for name in names]


def titles_by_row(page: Page) -> dict[str, tuple[TitleId, ...]]:
    """Titles by the id of the row's spec; rows of one spec together."""
    rows: dict[str, tuple[TitleId, ...]] = {}
    for row in page.rows:
        name = row.proposal.spec.id
        rows[name] = (*rows.get(name, ()), *(card.title.id for card in row.cards))
    return rows


async def _equal_variants(
    desk: Studio, profile: ProfileId, request: PageRequest, now: datetime, made: Made
) -> Mapping[str, bool]:
    """ "experiment:variant" -> it shows this profile the page that no variant shows, for every arm there is."""
    book = await desk.stores.layouts.live_layouts()
    equal: dict[str, bool] = {}
    for experiment, weights in book.experiments.items():
        pages = {
            arm: titles_by_row((await desk.page(profile, request, now, f"{experiment}={arm}")).page)
            for arm in weights
        }
        control = pages[next(iter(weights))]
        equal |= {f"{experiment}:{arm}": pages[arm] == control for arm in list(weights)[1:]}
    return equal


async def _sample(
    desk: Studio,
    name: str,
    device: str,
    market: Region | None,
    pages: Sequence[tuple[Made, SampledPage]],
    age: timedelta,
    now: datetime,
) -> Sample:
    own = [(made, page) for made, page in pages if made.page.layout_id == name]
    layout = own[0][0].layout
    pins = {(spec.id, pin.title_id) for spec in layout.rows for pin in spec.pins if pin.until > now}
    loaders = await desk.context(now).pinned()
    found = await loaders.raw_title.load_many([title_id for _, title_id in sorted(pins)])
    regions = {made.viewer.region for made, _ in own}
    lost: dict[tuple[str, TitleId], str] = {}
    for (row, title_id), title in zip(sorted(pins), found, strict=True):
        if title is None:
            lost[row, title_id] = "is not in the catalogue"
        elif not any(window.holds(region, now) for window in title.windows for region in regions):
            lost[row, title_id] = "has no licence where these viewers are"
    return Sample(name, device, market, layout, tuple(page for _, page in own), age, lost)
