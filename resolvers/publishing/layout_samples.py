"""Pages of sampled profiles, composed with draft layouts for lint."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import NotFound, StoreUnavailable
from domain.ids import ProfileId, Region, TitleId
from domain.layouts.lint.chosen_titles import listed_titles
from domain.layouts.lint.incomplete_pages import incomplete_pages_finding
from domain.layouts.lint.model import LintFinding
from domain.layouts.lint.sampled_rules import lint_sample
from domain.layouts.lint.samples import Sample, SampledPage, union_layout
from domain.layouts.request_context import PageRequest
from domain.layouts.row_kinds import RowSource
from domain.page.completeness import missing_parts
from domain.page.empty_rows import FAILURES, NO_CANDIDATES
from domain.page.model import Page
from resolvers.home.compose import ComposedPage
from resolvers.publishing.layout_previews import LayoutPreviewer, closed_row_reasons, missing_row_reasons
from resolvers.request.context import Context

MAX_CONCURRENT = 4
TOO_FEW_TITLES = "too few titles were left for it"
CHOSEN_TITLES = "the titles of pins and editorial rows"
DATA_AGE = "the age of the data"

ProgressCallback = Callable[[int, int], None]
"""Pages done, pages in total."""


@dataclass(frozen=True, slots=True)
class SampleResult:
    """`samples` hold the complete pages, one per layout. `unread`: what could not be read besides pages."""

    samples: tuple[Sample, ...] = ()
    incomplete: tuple[SampledPage, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(len(sample.pages) for sample in self.samples) + len(self.incomplete)

    def findings(self, layout: str | None = None) -> list[LintFinding]:
        """About this layout, or all; an outage is a finding of the first."""
        samples = [sample for sample in self.samples if layout in (None, sample.layout_id)]
        found = [finding for sample in samples for finding in lint_sample(sample)]
        name = layout or next((sample.layout_id for sample in self.samples), "")
        outage = incomplete_pages_finding(name, self.incomplete, self.total, self.unread)
        return found + ([outage] if outage else [])


def sample_page(
    composed: ComposedPage, seconds: float = 0.0, equal: Mapping[str, bool] | None = None
) -> SampledPage:
    """Its `missing_reasons` are whole sentences."""
    return _sampled_page(composed, missing_row_reasons(composed), seconds, equal)


def _counted_page(composed: ComposedPage, seconds: float, equal: Mapping[str, bool]) -> SampledPage:
    """Its `missing_reasons` are the same for many profiles."""
    plain = {*FAILURES.values(), NO_CANDIDATES, *closed_row_reasons(composed).values()}
    reasons = missing_row_reasons(replace(composed, rule_reach={}))
    short = {name: why if why in plain else TOO_FEW_TITLES for name, why in reasons.items()}
    return _sampled_page(composed, short, seconds, equal)


def _sampled_page(
    composed: ComposedPage, reasons: Mapping[str, str], seconds: float, equal: Mapping[str, bool] | None
) -> SampledPage:
    return SampledPage(
        profile_id=composed.viewer.profile.id,
        rows=dict.fromkeys((spec.id for spec in composed.layout.rows), ()) | titles_by_row(composed.page),
        seconds=seconds,
        equal_to_control=equal or {},
        missing_reasons=reasons,
        missing_parts=missing_parts(composed.page),
        hidden_reasons={row.row_id: row.reason for row in composed.arms.resolved.hidden},
        rule_reach=composed.rule_reach,
    )


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
) -> SampleResult:
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

    order = await _by_audience(previewer, profiles, now)
    sampled = dict(zip(order, await asyncio.gather(*map(sample, order)), strict=True))
    pages = [page for profile in profiles if (page := sampled[profile])]
    found = [(composed, page) for composed, page in pages if not page.missing_parts]
    incomplete = tuple(page for _, page in pages if page.missing_parts)
    unread: list[str] = []
    age = await _data_age(previewer, now, unread)
    names = dict.fromkeys(composed.page.layout_id for composed, _ in found)
    samples = [
        await _sample_layout(previewer, name, device, market, found, age, now, unread) for name in names
    ]
    return SampleResult(tuple(samples), incomplete, tuple(dict.fromkeys(unread)))


async def _by_audience(
    previewer: LayoutPreviewer, profiles: Sequence[ProfileId], now: datetime
) -> list[ProfileId]:
    """Profiles of one region, age limit and plan in a row: their pages wait for the same catalogue queries."""
    loaders = previewer.context(now).loaders
    try:
        found = [one for one in await loaders.profile.load_many(list(profiles)) if one is not None]
        accounts = await loaders.account.load_many([one.account_id for one in found])
    except StoreUnavailable:
        return list(profiles)
    keys = {
        profile.id: (
            account.region if account else "",
            profile.kids,
            profile.maturity_limit,
            account.plan if account else "",
        )
        for profile, account in zip(found, accounts, strict=True)
    }
    return sorted(profiles, key=lambda one: keys.get(one, ("", False, 0, "")))


async def _data_age(previewer: LayoutPreviewer, now: datetime, unread: list[str]) -> timedelta:
    try:
        live = await previewer.base.stores.data_versions.live()
    except StoreUnavailable:
        unread.append(DATA_AGE)
        return timedelta(0)
    return now - live.published_at if live else timedelta(0)


async def _sample_profile(
    previewer: LayoutPreviewer, profile: ProfileId, request: PageRequest, now: datetime
) -> tuple[ComposedPage, SampledPage] | None:
    try:
        composed, seconds = await previewer.compose_timed(profile, request, now)
    except NotFound:
        return None
    equal = await _equal_variants(previewer, profile, request, now)
    return composed, _counted_page(composed, seconds, equal)


async def _equal_variants(
    previewer: LayoutPreviewer, profile: ProfileId, request: PageRequest, now: datetime
) -> Mapping[str, bool]:
    """ "experiment:variant" -> the page equals that of the first variant. Incomplete pages are compared with none."""
    equal: dict[str, bool] = {}
    for experiment, weights in previewer.layouts.experiments.items():
        pages = {
            arm: await _ordered_titles(previewer.compose(profile, request, now, arms=f"{experiment}={arm}"))
            for arm in weights
        }
        control = pages[next(iter(weights))]
        for arm in list(weights)[1:]:
            if control is not None and pages[arm] is not None:
                equal[f"{experiment}:{arm}"] = pages[arm] == control
    return equal


OrderedTitles = tuple[tuple[str, tuple[TitleId, ...]], ...]


async def _ordered_titles(composed: Awaitable[ComposedPage]) -> OrderedTitles | None:
    """Ordered, so that a moved row makes a difference. None: the page is incomplete."""
    page = (await composed).page
    return None if missing_parts(page) else tuple(titles_by_row(page).items())


async def _sample_layout(
    previewer: LayoutPreviewer,
    name: str,
    device: str,
    market: Region | None,
    pages: Sequence[tuple[ComposedPage, SampledPage]],
    age: timedelta,
    now: datetime,
    unread: list[str],
) -> Sample:
    """Appends to `unread`."""
    own = [(composed, page) for composed, page in pages if composed.page.layout_id == name]
    layout = union_layout(composed.layout for composed, _ in own)
    pins = {(spec.id, pin.title_id) for spec in layout.rows for pin in spec.pins if pin.until > now}
    listed = {
        (spec.id, title_id)
        for spec in layout.rows
        if spec.source == RowSource.EDITORIAL
        for title_id in listed_titles(spec.options)
    }
    regions = {composed.viewer.region for composed, _ in own}
    try:
        lost = await _unavailable_titles(previewer.context(now), pins | listed, regions)
    except StoreUnavailable:
        unread.append(CHOSEN_TITLES)
        lost = {}
    documents = {live.id: live.version.document for live in previewer.layouts.layouts}
    return Sample(
        layout_id=name,
        device=device,
        market=market,
        layout=layout,
        pages=tuple(page for _, page in own),
        data_age=age,
        unavailable_pins={key: why for key, why in lost.items() if key in pins},
        unavailable_listed={key: why for key, why in lost.items() if key in listed},
        document=documents.get(name, {}),
    )


async def _unavailable_titles(
    context: Context, chosen: Iterable[tuple[str, TitleId]], regions: Iterable[Region]
) -> dict[tuple[str, TitleId], str]:
    """Row and title -> why the title is not shown. Raises StoreUnavailable."""
    chosen, regions = sorted(chosen), list(regions)
    loaders = await context.version_loaders()
    found = await loaders.unfiltered_title.load_many([title_id for _, title_id in chosen])
    unavailable: dict[tuple[str, TitleId], str] = {}
    for key, title in zip(chosen, found, strict=True):
        if title is None:
            unavailable[key] = "is not in the catalogue"
        elif not any(window.covers(region, context.now) for window in title.windows for region in regions):
            unavailable[key] = "has no licence where these viewers are"
    return unavailable
