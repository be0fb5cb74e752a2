"""The warm path: a page that is kept is served again with one round trip; any other is composed once for all.

A page is composed only from what is read after its stamp was given (warm_ports.Reading), and is kept only while the
stamp still stands. A viewer's write moves the stamp before it is acknowledged: so what they did shows on the very
next page, whichever process serves it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.experiments.model import ExperimentBook
from domain.ids import ProfileId, TitleId, raw_id
from domain.layouts.request_context import PageRequest
from domain.layouts.resolution import PublishedLayouts
from domain.page.model import Page
from domain.page_cache.cached_page import (
    CachedPage,
    CacheKey,
    CacheStatus,
    cut,
    fresh_for,
    identity_digest,
    is_whole,
    relevant_activity,
)
from domain.page_cache.expiry import earliest_after, snoozes_end
from domain.ports.page_cache import PageCacheRead
from domain.recommendations.lists import DataVersion
from domain.signed_tokens import digest
from domain.snapshots.snapshot import PageSnapshot, kept_page, restore
from domain.viewers.anonymous_sessions import is_session
from domain.viewers.profiles import Account, audience_of
from resolvers.home.compose import ComposedPage, compose_page
from resolvers.request.context import Context
from resolvers.request.loaders import LIVE, TitleLoader
from resolvers.request.signed_tracking import sign
from resolvers.request.viewer import Viewer, viewer_of
from resolvers.runtime.config_fingerprint import ConfigFingerprint

FORMAT = 1
"""Raised when pages kept before must not be served any more."""

ONE_MOMENT = timedelta(seconds=2)
"""Requests that far apart, by what they take for now, do not share a page."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HomeResult:
    """A page to answer with. `made`: what it was composed from, just now; None for one that was kept."""

    viewer: Viewer
    page: Page
    titles: dict[TitleId, Title]
    warmth: CacheStatus
    made: ComposedPage | None = None


@dataclass(frozen=True, slots=True)
class HomeRequest:
    """A request for a page, and where such pages are kept."""

    context: Context
    global_profile_id: str
    request: PageRequest
    place: CacheKey
    edition: ConfigFingerprint
    layouts: PublishedLayouts
    experiments: ExperimentBook


async def home_page(context: Context, global_profile_id: str, request: PageRequest) -> HomeResult:
    """Raises NotFound and BadInput as `viewer_of`; never StoreUnavailable."""
    asked = await _asked(context, global_profile_id, request)
    if asked is None:
        return _composed(await compose_page(context, global_profile_id, request), CacheStatus.BYPASSED)
    try:
        reading = await context.stores.warm.read(asked.place)
    except StoreUnavailable:
        return await _compose(asked, CacheStatus.UNAVAILABLE)
    # Another field of the request may have read its viewer before the stamp: what was done in between is not in that.
    context.forget_profiles()
    return await _shown(asked, reading) or await _made_once(asked, reading)


async def _asked(context: Context, global_profile_id: str, request: PageRequest) -> HomeRequest | None:
    """None: this page is not to be kept. All that is read here is at hand in the process."""
    stores, process = context.stores, context.process
    if context.asked_arms or not process.warm.fresh:
        return None
    profile_id = ProfileId(raw_id("profile", global_profile_id))
    experiments = await stores.experiments.book()
    try:
        version = (await context.pinned()).version
        layouts = await stores.layouts.live_layouts()
    except StoreUnavailable:
        return None
    held = await stores.live.versions() if experiments.data_versions else {}
    edition = process.editions.of(layouts, experiments)
    region = context.principal.region if is_session(context.principal.account_id) else None
    asks = (request.device, request.locale, request.client, request.schema)
    known = sorted(experiments.data_versions & held.keys())
    # Whoever asks for a profile that is not theirs gets nowhere near its pages, nor keeps anybody waiting for one.
    whose = context.principal.account_id
    variant = digest(FORMAT, whose, asks, version.version, version.index, edition.name, known, region)
    place = CacheKey(profile_id, variant)
    return HomeRequest(context, global_profile_id, request, place, edition, layouts, experiments)


async def _shown(asked: HomeRequest, reading: PageCacheRead) -> HomeResult | None:
    """The page that is kept, if it may be served now, whole."""
    if reading.corrupt:
        asked.context.process.observer.warmed(CacheStatus.CORRUPT)
    if reading.found is None:
        return None
    warm, kept = reading.found
    context, rules = asked.context, asked.context.process.warm
    if warm.account.id != context.principal.account_id or warm.profile.id != asked.place.profile_id:
        return None
    if warm.is_over(context.now, rules):
        context.process.observer.warmed(CacheStatus.OVER)
        return None
    viewer, warmth = _viewer(context, warm), CacheStatus.HIT
    if warm.is_unconfirmed(context.now, rules):
        confirmed = await _confirmed(asked, reading.stamp, warm)
        if confirmed is None:
            context.process.observer.warmed(CacheStatus.CHANGED)
            return None
        viewer, warmth = confirmed, CacheStatus.CONFIRMED
    if warm.is_stale(context.now):
        warmth = CacheStatus.STALE
        context.process.background.start(_renew(asked, reading), "composing an old page anew")
    return await _restored(context, warm, kept, viewer, warmth)


def _viewer(context: Context, warm: CachedPage) -> Viewer:
    audience = audience_of(warm.profile, warm.account, context.now)
    return Viewer(warm.profile, warm.activity, audience, plan=warm.account.plan)


async def _confirmed(asked: HomeRequest, stamp: str, warm: CachedPage) -> Viewer | None:
    """Who is watching, read again; None when anything about them is not what it was.

    While they cannot be read nobody can have changed anything here, and the page goes on. Raises NotFound for a
    profile that is no more.
    """
    context = asked.context
    try:
        viewer = await viewer_of(context, asked.global_profile_id)
    except StoreUnavailable:
        return _viewer(context, warm)
    if _people(context, viewer) != warm.people:
        return None
    again = replace(warm, confirmed_at=context.now)
    context.process.background.start(_stamp(context, asked.place, stamp, again), "confirming a warm page")
    return viewer


async def _stamp(context: Context, place: CacheKey, stamp: str, warm: CachedPage) -> None:
    try:
        await context.stores.warm.confirm(place, stamp, warm)
    except StoreUnavailable:
        # Then the next request confirms it again.
        return


async def _restored(
    context: Context, warm: CachedPage, kept: PageSnapshot, viewer: Viewer, warmth: CacheStatus
) -> HomeResult | None:
    """None when a title of the page may not be shown by now, or cannot be had: another is to take its place."""
    try:
        titles = await TitleLoader(context.reading(warm.version), viewer.audience).load_all_or_none(
            kept.wanted_titles()
        )
    except StoreUnavailable:
        return None
    if titles is None:
        context.process.observer.warmed(CacheStatus.CHANGED)
        return None
    page = replace(restore(kept, titles), generated_at=warm.composed_at, changes_at=warm.changes_at)
    return HomeResult(viewer, page, titles, warmth)


async def _made_once(asked: HomeRequest, reading: PageCacheRead) -> HomeResult:
    context, process = asked.context, asked.context.process
    # Where people are read for every page, nobody goes by what was read for another.
    own = None if process.warm.confirm else object()
    key = (context.principal.account_id, asked.place, reading.stamp, own)
    served, first = await process.flights.run(
        key,
        lambda: _made(asked, reading),
        lambda made: _keep(asked, reading.stamp, made),
        process.background.start,
    )
    if first:
        return served
    if not _is_of_this_moment(context, served):
        return await _compose(asked, CacheStatus.MISS)
    return replace(served, warmth=CacheStatus.JOINED, made=None)


def _is_of_this_moment(context: Context, served: HomeResult) -> bool:
    now, changes_at = context.now, served.page.changes_at
    near = abs(now - served.viewer.audience.now) < ONE_MOMENT
    return near and (changes_at is None or now < changes_at)


async def _made(asked: HomeRequest, reading: PageCacheRead) -> HomeResult:
    context = asked.context
    if reading.busy:
        try:
            again = await context.stores.warm.read(asked.place, wait=True)
        except StoreUnavailable:
            again = reading
        # Read under another stamp it may know more than this flight's key says, and never less.
        served = await _shown(asked, again) if again.found else None
        if served is not None:
            return replace(served, warmth=CacheStatus.WAITED)
    return await _compose(asked, CacheStatus.MISS)


async def _compose(asked: HomeRequest, warmth: CacheStatus) -> HomeResult:
    # From the layouts that its variant names, whatever is published in this moment.
    asked.context.loaders.layouts.prime(LIVE, asked.layouts)
    return _composed(await compose_page(asked.context, asked.global_profile_id, asked.request), warmth)


def _composed(made: ComposedPage, warmth: CacheStatus) -> HomeResult:
    return HomeResult(made.viewer, made.page, dict(made.titles), warmth, made)


async def _renew(asked: HomeRequest, reading: PageCacheRead) -> None:
    """Compose a page anew that is only old; one process does it."""
    try:
        if not await asked.context.stores.warm.claim(asked.place):
            return
    except StoreUnavailable:
        return
    context = replace(asked.context)
    await _made_once(replace(asked, context=context), replace(reading, found=None, busy=False))


async def _keep(asked: HomeRequest, stamp: str, served: HomeResult) -> None:
    """Keep what was composed, behind the answer. What is not whole is composed again for the next request."""
    made, context = served.made, asked.context
    if made is None or made.version is None or made.viewer.guest or not is_whole(made.page):
        return
    if await context.stores.experiments.book() is not asked.experiments:
        # It may have been made with the one or with the other.
        return
    warm = _warm(asked, made, made.version)
    sign(made.page, context.secret)
    try:
        await context.stores.warm.keep(asked.place, stamp, warm, kept_page(made.page, warm.profile.id))
    except StoreUnavailable:
        # The store's own log says why. The next request composes.
        return


def _warm(asked: HomeRequest, made: ComposedPage, version: DataVersion) -> CachedPage:
    context, viewer, page = asked.context, made.viewer, made.page
    profile, now = viewer.profile, context.now
    turns = asked.edition.turns.next(now, viewer.region, profile.created_at)
    fresh = cut(fresh_for(page, context.process.warm), f"{page.snapshot_id}{now}")
    titles = {card.title.id: card.title for row in page.rows for card in row.cards}
    return CachedPage(
        snapshot_id=page.snapshot_id,
        profile=profile,
        account=Account(profile.account_id, viewer.region, viewer.plan, profile.created_at),
        activity=relevant_activity(viewer.activity, titles),
        version=version,
        people=_people(context, viewer),
        composed_at=now,
        confirmed_at=now,
        fresh_until=now + timedelta(seconds=fresh),
        changes_at=earliest_after(now, (page.changes_at, turns, snoozes_end(viewer.activity, now))),
    )


def _people(context: Context, viewer: Viewer) -> str:
    profile = viewer.profile
    if is_session(profile.id):
        # Of a session there is nothing to read but what it did; its profile is made anew for every request.
        profile = replace(profile, created_at=EPOCH)
    return identity_digest(profile, viewer.region, viewer.plan, viewer.activity, viewer.sticky)
