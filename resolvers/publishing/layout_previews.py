"""Composes pages with draft layouts as if they were live. Nothing is served, stored or recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.errors import NotFound
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.layouts.lint.samples import Sample, SampledPage, union_layout
from domain.layouts.request_context import PageRequest
from domain.layouts.resolution import PublishedLayouts
from domain.layouts.row_kinds import why_closed
from domain.page.model import Page
from domain.ports.stores import Accounts
from domain.viewers.profiles import Account
from resolvers.home.complete_page_poller import CompletePagePoller
from resolvers.home.compose import ComposedPage, compose_page
from resolvers.request.context import Context
from resolvers.runtime.last_known import LastKnownResults

MAX_CONCURRENT = 4
TOO_FEW_TITLES = "too few titles were left for it"

ProgressCallback = Callable[[int, int], None]
"""Pages done, pages in total."""


@dataclass(frozen=True, slots=True)
class DraftLayouts:
    """Makes these layouts live."""

    layouts: PublishedLayouts

    async def live_layouts(self) -> PublishedLayouts:
        return self.layouts


@dataclass(frozen=True, slots=True)
class RelocatedAccounts:
    """Places every account in `region`."""

    known: Accounts
    region: Region

    async def accounts(self, ids: Sequence[AccountId]) -> Mapping[AccountId, Account]:
        found = await self.known.accounts(ids)
        return {key: replace(account, region=self.region) for key, account in found.items()}


@dataclass(frozen=True, slots=True)
class LayoutPreviewer:
    base: Context
    layouts: PublishedLayouts
    poller: CompletePagePoller = field(default_factory=lambda: CompletePagePoller(0.0))
    """A service has its caches filled; a command must wait for them."""

    def context(self, now: datetime, market: Region | None = None, arms: str = "") -> Context:
        """`base` at another time and in another market, without last known results."""
        stores = replace(self.base.stores, layouts=DraftLayouts(self.layouts))
        if market is not None:
            stores = replace(stores, accounts=RelocatedAccounts(stores.accounts, market))
        process = replace(self.base.process, last_known=LastKnownResults())
        return replace(
            self.base, stores=stores, now=now, process=process, after_response=[], requested_arms=arms
        )

    async def compose(
        self,
        profile: ProfileId,
        request: PageRequest,
        now: datetime,
        market: Region | None = None,
        arms: str = "",
    ) -> ComposedPage:
        """Raises NotFound for a deleted profile."""
        composed, _ = await self.compose_timed(profile, request, now, market, arms)
        return composed

    async def compose_timed(
        self,
        profile: ProfileId,
        request: PageRequest,
        now: datetime,
        market: Region | None = None,
        arms: str = "",
    ) -> tuple[ComposedPage, float]:
        """With the seconds of composing it from filled caches."""
        return await self.poller.compose_complete(
            lambda: compose_page(self.context(now, market, arms), profile, request, any_account=True)
        )


def sample_page(
    composed: ComposedPage, seconds: float = 0.0, equal: Mapping[str, bool] | None = None
) -> SampledPage:
    dropped = {spec.id: TOO_FEW_TITLES for spec in composed.page.dropped_rows}
    return SampledPage(
        profile_id=composed.viewer.profile.id,
        rows=dict.fromkeys((spec.id for spec in composed.layout.rows), ()) | titles_by_row(composed.page),
        seconds=seconds,
        equal_to_control=equal or {},
        missing_reasons=closed_row_reasons(composed) | dropped,
        hidden_reasons={row.row_id: row.reason for row in composed.arms.resolved.hidden},
    )


def closed_row_reasons(composed: ComposedPage) -> dict[str, str]:
    """Row id -> why it was not composed."""
    stand_ins = {spec.id for spec in composed.layout.stand_ins}
    return {spec.id: why_closed(spec.source) for spec in composed.closed_rows if spec.id not in stand_ins}


def titles_by_row(page: Page) -> dict[str, tuple[TitleId, ...]]:
    """By row spec id; rows of one spec together."""
    rows: dict[str, tuple[TitleId, ...]] = {}
    for row in page.rows:
        name = row.candidates.spec.id
        rows[name] = (*rows.get(name, ()), *(card.title.id for card in row.cards))
    return rows


async def sample_layouts(
    previewer: LayoutPreviewer,
    profiles: Sequence[ProfileId],
    device: str,
    now: datetime,
    market: Region | None = None,
    progress: ProgressCallback = lambda done, total: None,
) -> list[Sample]:
    """A sample per layout that these profiles get; deleted profiles are left out.

    `market`: where all of them live, for the wording of findings.
    """
    semaphore, done = asyncio.Semaphore(MAX_CONCURRENT), 0

    async def sample(profile: ProfileId) -> tuple[ComposedPage, SampledPage] | None:
        nonlocal done
        async with semaphore:
            sampled = await _sample_profile(previewer, profile, PageRequest(device=device), now)
        done += 1
        progress(done, len(profiles))
        return sampled

    found = [page for page in await asyncio.gather(*map(sample, profiles)) if page]
    live = await previewer.base.stores.data_versions.live()
    age = now - live.published_at if live else timedelta(0)
    names = dict.fromkeys(composed.page.layout_id for composed, _ in found)
    return [await _sample_layout(previewer, name, device, market, found, age, now) for name in names]


async def _sample_profile(
    previewer: LayoutPreviewer, profile: ProfileId, request: PageRequest, now: datetime
) -> tuple[ComposedPage, SampledPage] | None:
    try:
        composed, seconds = await previewer.compose_timed(profile, request, now)
    except NotFound:
        return None
    equal = await _equal_variants(previewer, profile, request, now)
    return composed, sample_page(composed, seconds, equal)


async def _equal_variants(
    previewer: LayoutPreviewer, profile: ProfileId, request: PageRequest, now: datetime
) -> Mapping[str, bool]:
    """ "experiment:variant" -> the page equals that of the first variant."""
    equal: dict[str, bool] = {}
    for experiment, weights in previewer.layouts.experiments.items():
        pages = {
            arm: await _ordered_titles(previewer.compose(profile, request, now, arms=f"{experiment}={arm}"))
            for arm in weights
        }
        control = pages[next(iter(weights))]
        equal |= {f"{experiment}:{arm}": pages[arm] == control for arm in list(weights)[1:]}
    return equal


async def _ordered_titles(composed: Awaitable[ComposedPage]) -> tuple[tuple[str, tuple[TitleId, ...]], ...]:
    """Ordered, so that a moved row makes a difference."""
    return tuple(titles_by_row((await composed).page).items())


async def _sample_layout(
    previewer: LayoutPreviewer,
    name: str,
    device: str,
    market: Region | None,
    pages: Sequence[tuple[ComposedPage, SampledPage]],
    age: timedelta,
    now: datetime,
) -> Sample:
    own = [(composed, page) for composed, page in pages if composed.page.layout_id == name]
    layout = union_layout(composed.layout for composed, _ in own)
    pins = {(spec.id, pin.title_id) for spec in layout.rows for pin in spec.pins if pin.until > now}
    unavailable = await _unavailable_pins(
        previewer.context(now), pins, {composed.viewer.region for composed, _ in own}
    )
    documents = {live.id: live.version.document for live in previewer.layouts.layouts}
    sampled = tuple(page for _, page in own)
    return Sample(name, device, market, layout, sampled, age, unavailable, documents.get(name, {}))


async def _unavailable_pins(
    context: Context, pins: Iterable[tuple[str, TitleId]], regions: Iterable[Region]
) -> dict[tuple[str, TitleId], str]:
    """Row and title -> why the pin is not shown."""
    pins, regions = sorted(pins), list(regions)
    loaders = await context.version_loaders()
    found = await loaders.unfiltered_title.load_many([title_id for _, title_id in pins])
    unavailable: dict[tuple[str, TitleId], str] = {}
    for pin, title in zip(pins, found, strict=True):
        if title is None:
            unavailable[pin] = "is not in the catalogue"
        elif not any(window.covers(region, context.now) for window in title.windows for region in regions):
            unavailable[pin] = "has no licence where these viewers are"
    return unavailable
