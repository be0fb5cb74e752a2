"""Layouts tried out: real pages, composed with drafts in the place of what is live.

Nothing is served and nothing is kept: no page is stored, no exposure noted, nobody's last good rows are replaced.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.candidates.row_gates import why_closed
from domain.errors import NotFound
from domain.ids import AccountId, ProfileId, Region, TitleId, global_id
from domain.layouts.lint.samples import Sample, SampledPage, joined
from domain.layouts.request_context import PageRequest
from domain.layouts.resolution import PublishedLayouts
from domain.page.model import Page
from domain.ports.stores import Accounts
from domain.viewers.profiles import Account
from resolvers.home.compose import ComposedPage, compose_page
from resolvers.home.wait_until_complete import CompletePagePoller
from resolvers.request.context import Context
from resolvers.runtime.last_known import LastKnownResults

AT_ONCE = 4
TOO_FEW = "too few titles were left for it"

Progress = Callable[[int, int], None]
"""Pages done, pages in all."""


@dataclass(frozen=True, slots=True)
class DraftBook:
    """The Layouts port of somebody who tries layouts out: these are live, for this one."""

    book: PublishedLayouts

    async def live_layouts(self) -> PublishedLayouts:
        return self.book


@dataclass(frozen=True, slots=True)
class MovedAccounts:
    """The Accounts port of a market to be looked at: every account lives there."""

    known: Accounts
    region: Region

    async def accounts(self, ids: Sequence[AccountId]) -> Mapping[AccountId, Account]:
        found = await self.known.accounts(ids)
        return {key: replace(account, region=self.region) for key, account in found.items()}


@dataclass(frozen=True, slots=True)
class LayoutPreviewer:
    """A request of somebody who tries out the layouts of `book`."""

    base: Context
    book: PublishedLayouts
    patience: CompletePagePoller = field(default_factory=lambda: CompletePagePoller(0.0))
    """A service has its shelves at hand and waits for nothing; a process that has just begun must read them."""

    def context(self, now: datetime, market: Region | None = None, arms: str = "") -> Context:
        """A request like the base's, at another time and in another market. What it finds out stays its own."""
        stores = replace(self.base.stores, layouts=DraftBook(self.book))
        if market is not None:
            stores = replace(stores, accounts=MovedAccounts(stores.accounts, market))
        process = replace(self.base.process, last_good=LastKnownResults())
        return replace(self.base, stores=stores, now=now, process=process, afterwards=[], asked_arms=arms)

    async def page(
        self,
        profile: ProfileId,
        request: PageRequest,
        now: datetime,
        market: Region | None = None,
        arms: str = "",
    ) -> ComposedPage:
        """Raises NotFound for a profile that is no more."""
        made, _ = await self.timed(profile, request, now, market, arms)
        return made

    async def timed(
        self,
        profile: ProfileId,
        request: PageRequest,
        now: datetime,
        market: Region | None = None,
        arms: str = "",
    ) -> tuple[ComposedPage, float]:
        """The page, and the seconds that composing it took once its shelves had been read. Raises as `page`."""
        whose = global_id("profile", profile)
        return await self.patience.whole(
            lambda: compose_page(self.context(now, market, arms), whose, request, any_account=True)
        )


def sampled_page(
    made: ComposedPage, seconds: float = 0.0, equal: Mapping[str, bool] | None = None
) -> SampledPage:
    dropped = {spec.id: TOO_FEW for spec in made.page.dropped}
    return SampledPage(
        profile_id=made.viewer.profile.id,
        rows=dict.fromkeys((spec.id for spec in made.layout.rows), ()) | titles_by_row(made.page),
        seconds=seconds,
        equal=equal or {},
        missing=closed_rows(made) | dropped,
        hidden={row.row_id: row.why for row in made.dealt.resolved.hidden},
    )


def closed_rows(made: ComposedPage) -> dict[str, str]:
    """Rows of the layout that were not tried for this profile -> why."""
    stand_ins = {spec.id for spec in made.layout.stand_ins}
    return {spec.id: why_closed(spec.source) for spec in made.closed if spec.id not in stand_ins}


def titles_by_row(page: Page) -> dict[str, tuple[TitleId, ...]]:
    """Titles by the id of the row's spec; rows of one spec together."""
    rows: dict[str, tuple[TitleId, ...]] = {}
    for row in page.rows:
        name = row.proposal.spec.id
        rows[name] = (*rows.get(name, ()), *(card.title.id for card in row.cards))
    return rows


async def samples_of(
    studio: LayoutPreviewer,
    profiles: Sequence[ProfileId],
    device: str,
    now: datetime,
    market: Region | None = None,
    progress: Progress = lambda done, total: None,
) -> list[Sample]:
    """A sample of each layout that served one of these profiles' pages. Profiles that are no more are left out.

    `market` is where they all live, for the words of what is found.
    """
    gate, done = asyncio.Semaphore(AT_ONCE), 0

    async def one(profile: ProfileId) -> tuple[ComposedPage, SampledPage] | None:
        nonlocal done
        async with gate:
            found = await _timed(studio, profile, PageRequest(device=device), now)
        done += 1
        progress(done, len(profiles))
        return found

    found = [page for page in await asyncio.gather(*map(one, profiles)) if page]
    live = await studio.base.stores.live.live()
    age = now - live.published_at if live else timedelta(0)
    names = dict.fromkeys(made.page.layout_id for made, _ in found)
    return [await _sample(studio, name, device, market, found, age, now) for name in names]


async def _timed(
    studio: LayoutPreviewer, profile: ProfileId, request: PageRequest, now: datetime
) -> tuple[ComposedPage, SampledPage] | None:
    try:
        made, seconds = await studio.timed(profile, request, now)
    except NotFound:
        return None
    equal = await _equal_variants(studio, profile, request, now)
    return made, sampled_page(made, seconds, equal)


async def _equal_variants(
    studio: LayoutPreviewer, profile: ProfileId, request: PageRequest, now: datetime
) -> Mapping[str, bool]:
    """ "experiment:variant" -> it shows this profile the page of the first variant, for every other one there is."""
    equal: dict[str, bool] = {}
    for experiment, weights in studio.book.experiments.items():
        pages = {
            arm: await _drawn(studio.page(profile, request, now, arms=f"{experiment}={arm}"))
            for arm in weights
        }
        control = pages[next(iter(weights))]
        equal |= {f"{experiment}:{arm}": pages[arm] == control for arm in list(weights)[1:]}
    return equal


async def _drawn(made: Awaitable[ComposedPage]) -> tuple[tuple[str, tuple[TitleId, ...]], ...]:
    """Rows in their order, with their titles in theirs: moving a row is a difference."""
    return tuple(titles_by_row((await made).page).items())


async def _sample(
    studio: LayoutPreviewer,
    name: str,
    device: str,
    market: Region | None,
    pages: Sequence[tuple[ComposedPage, SampledPage]],
    age: timedelta,
    now: datetime,
) -> Sample:
    own = [(made, page) for made, page in pages if made.page.layout_id == name]
    layout = joined(made.layout for made, _ in own)
    pins = {(spec.id, pin.title_id) for spec in layout.rows for pin in spec.pins if pin.until > now}
    lost = await _lost_pins(studio.context(now), pins, {made.viewer.region for made, _ in own})
    documents = {live.id: live.edition.document for live in studio.book.layouts}
    sampled = tuple(page for _, page in own)
    return Sample(name, device, market, layout, sampled, age, lost, documents.get(name, {}))


async def _lost_pins(
    context: Context, pins: Iterable[tuple[str, TitleId]], regions: Iterable[Region]
) -> dict[tuple[str, TitleId], str]:
    """Row and title -> why nobody sees the pin there."""
    pins, regions = sorted(pins), list(regions)
    loaders = await context.pinned()
    found = await loaders.raw_title.load_many([title_id for _, title_id in pins])
    lost: dict[tuple[str, TitleId], str] = {}
    for pin, title in zip(pins, found, strict=True):
        if title is None:
            lost[pin] = "is not in the catalogue"
        elif not any(window.holds(region, context.now) for window in title.windows for region in regions):
            lost[pin] = "has no licence where these viewers are"
    return lost
