"""Pages for the nightly run's evaluation and report (domain/ports/page_composer.py)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from bff.page_replay.evaluation import ReplayOrder, evaluate_pages, readable_versions
from bff.page_replay.past_context import past_context
from bff.page_replay.replay import Edition, PageReplay, ReplayedViewer
from bff.settings import Settings, read_settings
from domain.errors import NotFound, StoreUnavailable
from domain.evaluation.table import EvaluationTable
from domain.ids import ProfileId
from domain.layouts.request_context import PageRequest
from domain.page.completeness import missing_parts
from domain.page.model import Page
from domain.ports.page_composer import ComposedPages, ComposedRow, StoreAddresses
from domain.storage_names import split_redis_url
from domain.viewers.activity import Activity
from resolvers.display_text import row_title
from resolvers.home.complete_page_poller import CompletePagePoller

DEVICE = "tv"


class ServiceComposer:
    """Implements PageComposer."""

    def compose(
        self, stores: StoreAddresses, profiles: Sequence[ProfileId], versions: Sequence[str], seconds: float
    ) -> ComposedPages:
        return asyncio.run(_compose(settings_of(stores), profiles, versions, seconds))

    def evaluate(
        self, stores: StoreAddresses, version: str, profiles: int, seconds: float
    ) -> EvaluationTable:
        order = ReplayOrder(profiles, version, device=DEVICE, seconds=seconds)
        return asyncio.run(evaluate_pages(settings_of(stores), order))


PAGE_COMPOSER = ServiceComposer()


def settings_of(stores: StoreAddresses) -> Settings:
    """Those of the environment, with the stores of the run."""
    redis_url, is_cluster = split_redis_url(stores.redis_url)
    return read_settings(
        home=stores.home,
        mongo_url=stores.mongo_url,
        elasticsearch_url=stores.elasticsearch_url,
        redis_url=redis_url,
        redis_cluster=is_cluster or None,
    )


async def _compose(
    settings: Settings, profiles: Sequence[ProfileId], versions: Sequence[str], seconds: float
) -> ComposedPages:
    now, until = datetime.now(UTC), time.monotonic() + seconds
    pages: dict[tuple[str, ProfileId], tuple[ComposedRow, ...]] = {}
    losses: list[str] = []
    async with past_context(settings, now) as (context, opened):
        readable = await readable_versions(opened)
        if missing := [one for one in versions if one not in readable]:
            raise NotFound(f"Version {missing[0]} cannot be read any more.")
        known = await opened.mongo.profiles(profiles)
        activities = await opened.mongo.activities(profiles)
        poller = CompletePagePoller(seconds, context.process.background)
        replay = PageReplay(context, now, PageRequest(device=DEVICE), poller)
        for profile in profiles:
            if profile not in known:
                continue
            if time.monotonic() >= until:
                break
            viewer = ReplayedViewer(profile, activities.get(profile, Activity(profile)), ())
            composed = [await replay.compose(viewer, Edition(readable[version])) for version in versions]
            # A page that lost a row to a store says nothing of its version.
            lost = [one for each in composed for one in missing_parts(each.page)]
            if lost:
                losses += lost
                continue
            pages |= {
                (version, profile): _rows(each.page) for version, each in zip(versions, composed, strict=True)
            }
    if losses and not pages:
        raise StoreUnavailable("stores", losses[0])
    return pages


def _rows(page: Page) -> tuple[ComposedRow, ...]:
    return tuple(
        ComposedRow(row_title(row, page.request.locale), tuple(card.title.id for card in row.cards))
        for row in page.rows
    )
