"""Composes pages of sampled profiles as at an earlier time, beside flat lists and another version or layout.

The composition is the service's own. Honest: activities are cut at the instant, the clock stands there, and the lists
must not have seen what was played later, which the caller checks (versions.py).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bff.page_replay.past_stores import past_stores
from bff.page_replay.table import page_table
from domain.catalog.titles import Title
from domain.evaluation.table import CANDIDATE, EVERYBODY, EvaluationTable
from domain.ids import ProfileId, TitleId
from domain.layouts.request_context import PageRequest
from domain.layouts.resolution import PublishedLayouts
from domain.layouts.row_gates import is_little_known
from domain.page.completeness import missing_parts
from domain.page.play_positions import PageTitles, as_rows, page_figures
from domain.recommendations.lists import DataVersion
from domain.viewers.activity import Activity
from domain.viewers.activity_cut import shows_played_after
from resolvers.home.complete_page_poller import CompletePagePoller
from resolvers.home.compose import ComposedPage, compose_page
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader
from resolvers.runtime.last_known import LastKnownResults

POPULAR_LIST, PICKS_LIST, LIVE = "popular titles, one list", "top picks, one list", "live"
HEAVY = 50
"""Titles watched by the instant."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What is replayed: a data version with layouts (None: the published ones)."""

    version: DataVersion
    layouts: PublishedLayouts | None = None


@dataclass(frozen=True, slots=True)
class ReplayedViewer:
    """A profile with its whole activity and the shows it played after the instant, the next first."""

    profile_id: ProfileId
    activity: Activity
    plays: tuple[TitleId, ...]


def trials_of(
    activities: Mapping[ProfileId, Activity], order: Sequence[ProfileId], instant: datetime
) -> list[ReplayedViewer]:
    """Of the profiles that played something after the instant, in `order`."""
    found = []
    for profile_id in order:
        activity = activities.get(profile_id)
        plays = shows_played_after(activity, instant) if activity else []
        if activity and plays:
            found.append(ReplayedViewer(profile_id, activity, tuple(plays)))
    return found


@dataclass(slots=True)
class PageReplay:
    base: Context
    instant: datetime
    request: PageRequest
    poller: CompletePagePoller
    incomplete: int = 0

    async def evaluate(
        self,
        trials: Sequence[ReplayedViewer],
        candidate: Edition,
        live: Edition | None = None,
        on_page: Callable[[int, int], None] = lambda done, total: None,
        seconds: float = math.inf,
    ) -> EvaluationTable:
        """`live` None: nothing to compare with. Needs at least one trial; only the first is begun after `seconds`."""
        until = time.monotonic() + seconds
        figures: dict[str, list[tuple[float, ...]]] = {CANDIDATE: [], POPULAR_LIST: [], PICKS_LIST: []}
        if live is not None:
            figures[LIVE] = []
        slices: dict[str, list[int]] = {EVERYBODY: [], "cold": [], "heavy": [], "kids": []}
        for done, trial in enumerate(trials, start=1):
            if done > 1 and time.monotonic() >= until:
                break
            composed = await self.compose(trial, candidate)
            pages: dict[str, PageTitles] = {
                CANDIDATE: page_titles(composed),
                POPULAR_LIST: as_rows(await self._popular(trial, candidate, composed)),
                PICKS_LIST: as_rows(await self._picks(trial, candidate, composed)),
            }
            if live is not None:
                pages[LIVE] = page_titles(await self.compose(trial, live))
            for model, page in pages.items():
                figures[model].append(page_figures(page, trial.plays))
            for name in _slices(composed):
                slices[name].append(done - 1)
            on_page(done, len(trials))
        return page_table(figures, slices, self._note(len(figures[CANDIDATE]), candidate, live))

    async def compose(self, trial: ReplayedViewer, edition: Edition) -> ComposedPage:
        """The page of one profile as at the instant."""
        composed, _ = await self.poller.compose_complete(
            lambda: compose_page(
                self._context(trial, edition), trial.profile_id, self.request, any_account=True
            )
        )
        self.incomplete += bool(missing_parts(composed.page))
        return composed

    def _context(self, trial: ReplayedViewer, edition: Edition) -> Context:
        known = {trial.profile_id: trial.activity}
        stores = past_stores(self.base.stores, known, self.instant, edition.version, edition.layouts)
        process = replace(self.base.process, last_known=LastKnownResults())
        return replace(self.base, stores=stores, now=self.instant, process=process, after_response=[])

    async def _popular(self, trial: ReplayedViewer, edition: Edition, composed: ComposedPage) -> list[Title]:
        """The version's popular titles of the region that are new to the profile and may be seen."""
        loaders = await self._context(trial, edition).version_loaders()
        ranked = await loaders.popular.load(composed.viewer.popular_key())
        ids = [entry.title_id for entry in ranked.entries] if ranked else []
        return await self._new_titles(ids, trial, edition, composed)

    async def _picks(self, trial: ReplayedViewer, edition: Edition, composed: ComposedPage) -> list[Title]:
        loaders = await self._context(trial, edition).version_loaders()
        picks = await loaders.top_picks.load(trial.profile_id)
        if picks is None:
            return await self._popular(trial, edition, composed)
        return await self._new_titles([pick.title_id for pick in picks.picks], trial, edition, composed)

    async def _new_titles(
        self, ids: Sequence[TitleId], trial: ReplayedViewer, edition: Edition, composed: ComposedPage
    ) -> list[Title]:
        new = [one for one in ids if one not in composed.viewer.avoided_ids]
        loaders = await self._context(trial, edition).version_loaders()
        found = await TitleLoader(loaders, composed.viewer.audience).load_with_refusals(new)
        titles = {title.id: title for title in found.eligible}
        return [titles[one] for one in new if one in titles]

    def _note(self, count: int, candidate: Edition, live: Edition | None) -> str:
        beside = f" Live: version {live.version.version}." if live else ""
        lost = f" {self.incomplete} pages were incomplete because of an outage." if self.incomplete else ""
        return (
            f"Pages of {count} profiles as at {self.instant:%Y-%m-%d %H:%M} UTC, version "
            f"{candidate.version.version}.{beside}{lost}"
        )


def page_titles(composed: ComposedPage) -> list[list[Title]]:
    return [[card.title for card in row.cards] for row in composed.page.rows]


def _slices(composed: ComposedPage) -> list[str]:
    viewer, names = composed.viewer, [EVERYBODY]
    if is_little_known(viewer.activity):
        names.append("cold")
    if len(viewer.activity.watched) >= HEAVY:
        names.append("heavy")
    if viewer.profile.kids:
        names.append("kids")
    return names
