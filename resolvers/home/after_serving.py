"""What happens because a page was served: statistics, the last known rows, invariant checks and exposures."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.experiments.counterfactuals import ExperimentImpact
from domain.experiments.exposures import assignment_exposure_id, build_exposure, pages_differ
from domain.ids import TitleId
from domain.page.fallback_page import EVERYWHERE
from domain.page.invariants import InvariantContext, check_invariants
from domain.page.model import DegradationKind, Page
from domain.page.row_filters import build_row_filter
from domain.resilience.degradation_levels import ServiceLevel, record_page
from domain.signed_tokens import digest
from domain.snapshots.invariant_violations import recorded_violations
from domain.snapshots.snapshot import take_snapshot
from resolvers.home.compose import ComposedPage, recompose_rows
from resolvers.request.context import Context
from resolvers.request.viewer import Viewer
from resolvers.runtime.known_changes import Mark
from resolvers.runtime.process import Process

log = logging.getLogger("marquee.contract")


def record_served_page(
    process: Process,
    viewer: Viewer,
    page: Page,
    titles: Mapping[TitleId, Title],
    began: float,
    composed: bool = True,
    mark: Mark | None = None,
) -> None:
    """Count and time a page. `began` is on the process's clock; `titles` are those the page was composed from, `mark`
    is from before they were loaded."""
    now = viewer.audience.now
    if not viewer.is_guest and (composed or process.last_known.is_refresh_due(viewer.profile.id, now)):
        process.background.start(_remember(process, viewer, page, titles, mark), "storing last known rows")
    ended = process.clock()
    if composed:
        # Only composing tells how busy the service is: a cached page is fast at any load.
        process.load = record_page(process.load, ended - began, ended)
    process.observer.page_served(page.level, ended - began)
    for row in page.rows:
        process.observer.row_served(row.candidates.kind, row.tier)
    for spec in page.dropped_rows:
        process.observer.row_dropped(spec.source)
    for degradation in page.degradations:
        process.observer.page_degraded(degradation.what)


async def _remember(
    process: Process, viewer: Viewer, page: Page, titles: Mapping[TitleId, Title], mark: Mark | None
) -> None:
    """Takes most of a millisecond, so the response does not wait for it. Titles from memory do not become younger."""
    from_memory = any(loss.what == DegradationKind.CATALOG_UNAVAILABLE for loss in page.degradations)
    read_after = None if from_memory or viewer.region == EVERYWHERE else mark
    process.last_known.store(viewer.profile.id, viewer.audience.now, page.rows, titles, read_after)


def is_sampled(request_id: str, share: float) -> bool:
    """True for `share` (0..1) of all request ids. The id decides, so a log line tells whether a page was checked."""
    return int(digest("contract", request_id)[:8], 16) < share * 0x1_0000_0000


def schedule_invariant_check(context: Context, composed: ComposedPage) -> None:
    """Check the page after the response, if its request is in the sample."""
    if is_sampled(context.request_id, context.process.invariant_check_share):
        context.after_response.append(lambda: check_page(context, composed))


async def check_page(context: Context, composed: ComposedPage) -> None:
    """Count, log and store the invariants that the page violates. Never fails for a store."""
    viewer, titles = composed.viewer, await _titles_with_series(context, composed)
    refuse = build_row_filter(viewer.activity, titles, context.now, viewer.region)
    expected = InvariantContext(composed.layout, viewer.audience, viewer.loved_titles, titles, refuse)
    found = check_invariants(composed.page, expected)
    if not found:
        return
    recorded = recorded_violations(found, take_snapshot(composed.page, viewer.profile.id))
    for violation in (each.violation for each in recorded):
        context.process.observer.invariant_violated(violation.invariant)
        where = f" in row {violation.row}" if violation.row else ""
        log.error(
            "page %s breaks %s%s: %s",
            composed.page.snapshot_id,
            violation.invariant,
            where,
            violation.message,
        )
    try:
        await context.stores.violations.report(recorded)
    except StoreUnavailable:
        log.info("page %s could not be stored as a sample of violations", composed.page.snapshot_id)


async def _titles_with_series(context: Context, composed: ComposedPage) -> dict[TitleId, Title]:
    """The page's titles and the series of its episodes. The loaders have both, so no store is asked."""
    titles = dict(composed.titles)
    cards = (card.title for row in composed.page.rows for card in row.cards)
    series = {title.series_id for title in cards if title.series_id and title.series_id not in titles}
    if series:
        try:
            loaded = await (await context.version_loaders()).load_unfiltered_titles(sorted(series))
        except StoreUnavailable:
            return titles
        titles |= {title_id: title for title_id, title in loaded.items() if title is not None}
    return titles


def schedule_exposures(context: Context, composed: ComposedPage) -> None:
    """Record the page's exposures after the response.

    A page with a forced arm or without rows records none, nor does one served in overload: overload affects all
    variants alike, and the viewer's next page records the exposure instead. Each viewer, experiment and phase is
    recorded once, and again from time to time while the variant made no difference.
    """
    arms, page = composed.arms, composed.page
    if arms.assignments.has_forced or not page.rows or page.level != ServiceLevel.FULL:
        return
    exposures = context.stores.exposures
    due = [
        impact
        for impact in arms.impacts
        if exposures.is_new(assignment_exposure_id(impact.assignment), impact.assignment.variant.key)
    ]
    if due:
        context.after_response.append(lambda: record_exposures(context, composed, due))


async def record_exposures(
    context: Context, composed: ComposedPage, impacts: Sequence[ExperimentImpact]
) -> None:
    """Record each exposure with the variants that would have shown other cards.

    Their pages are composed from the same loaders: only a row that this variant lacks costs a store call.
    """
    page, profile = composed.page, composed.viewer.profile
    for impact in impacts:
        others = [
            other.variant
            for other in impact.others
            if pages_differ(page.rows, await recompose_rows(context, composed, other))
        ]
        recorded = build_exposure(impact.assignment, page, profile.id, profile.account_id, others)
        if context.stores.exposures.record(recorded):
            context.process.observer.exposure_recorded(recorded.experiment, recorded.variant)
