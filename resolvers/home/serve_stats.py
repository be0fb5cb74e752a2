"""What is noted of a page that was served: it is counted, timed, and remembered for when nothing fresh can be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.page.model import Degradation, Page
from domain.page.outages import OutageKey, record_outages
from domain.resilience.degradation_levels import measured
from resolvers.request.viewer import Viewer
from resolvers.runtime.process import Process


def with_outage_start(process: Process, lost: Sequence[Degradation], now: datetime) -> list[Degradation]:
    """These degradations with the instant at which this process first met each."""
    if not lost:
        return []
    troubles = [OutageKey(loss.what, loss.row_id) for loss in lost]
    process.outages = record_outages(process.outages, troubles, now)
    return [
        replace(loss, since=process.outages[trouble].since)
        for loss, trouble in zip(lost, troubles, strict=True)
    ]


def note_served(
    process: Process,
    viewer: Viewer,
    page: Page,
    titles: Mapping[TitleId, Title],
    began: float,
    composed: bool = True,
) -> None:
    """`began` on the process's clock; `titles` are those the page was composed from."""
    if not viewer.guest and (composed or process.last_good.is_due(viewer.profile.id, viewer.audience.now)):
        process.background.start(_remember(process, viewer, page, titles), "remembering a page")
    ended = process.clock()
    if composed:
        # How long a page takes that was composed before says nothing of how busy composing is.
        process.load = measured(process.load, ended - began, ended)
    process.observer.page_served(page.level, ended - began)
    for row in page.rows:
        process.observer.row_served(row.proposal.kind, row.tier)
    for spec in page.dropped:
        process.observer.row_dropped(spec.source)
    for loss in page.degradations:
        process.observer.degraded(loss.what)


async def _remember(process: Process, viewer: Viewer, page: Page, titles: Mapping[TitleId, Title]) -> None:
    """Most of a millisecond, which the answer need not wait for."""
    process.last_good.keep(viewer.profile.id, viewer.audience.now, page.rows, titles)
