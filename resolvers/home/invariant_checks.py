"""Served pages held against their contract, behind the answer: what broke is counted, logged and kept.

A sample of requests is looked at, a share that the settings say. Which ones is decided by the request id, so
that it can be told afterwards whether a page was looked at.
"""

from __future__ import annotations

import logging

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.page.invariants import InvariantContext, check_invariants
from domain.page.row_filters import refuser
from domain.signed_tokens import digest
from domain.snapshots.invariant_violations import faults_of
from domain.snapshots.snapshot import kept_page
from resolvers.home.compose import ComposedPage
from resolvers.request.context import Context

log = logging.getLogger("marquee.contract")


def sampled(request_id: str, share: float) -> bool:
    """True for `share` of all request ids, 0..1."""
    return int(digest("contract", request_id)[:8], 16) < share * 0x1_0000_0000


def check_later(context: Context, made: ComposedPage) -> None:
    """Have this page looked at once its answer is on its way, if this request is one of the sample."""
    if sampled(context.request_id, context.process.contract_share):
        context.afterwards.append(lambda: check(context, made))


async def check(context: Context, made: ComposedPage) -> None:
    """Look at the page now. Never fails for a store."""
    viewer, titles = made.viewer, await _titles(context, made)
    refuse = refuser(viewer.activity, titles, context.now, viewer.region)
    grounds = InvariantContext(made.layout, viewer.audience, viewer.loved, titles, refuse)
    found = check_invariants(made.page, grounds)
    if not found:
        return
    faults = faults_of(found, kept_page(made.page, made.viewer.profile.id))
    for fault in faults:
        violation = fault.violation
        context.process.observer.violated(violation.invariant)
        where = f" in row {violation.row}" if violation.row else ""
        log.error(
            "page %s breaks %s%s: %s", made.page.snapshot_id, violation.invariant, where, violation.what
        )
    try:
        await context.stores.faults.report(faults)
    except StoreUnavailable:
        log.info("page %s is not kept as a sample", made.page.snapshot_id)


async def _titles(context: Context, made: ComposedPage) -> dict[TitleId, Title]:
    """What the page was made from, with the series of episodes: they were loaded with them, so no store is asked."""
    titles = dict(made.titles)
    cards = (card.title for row in made.page.rows for card in row.cards)
    series = {title.series_id for title in cards if title.series_id and title.series_id not in titles}
    if series:
        try:
            loaded = await (await context.pinned()).raw_titles(sorted(series))
        except StoreUnavailable:
            return titles
        titles |= {title_id: title for title_id, title in loaded.items() if title is not None}
    return titles
