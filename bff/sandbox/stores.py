"""Store ports over the bundled data. Each request has its own, so no other request sees its mutations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bff.sandbox.data import ACCOUNT, NOW, VERSION, SandboxData
from domain.catalog.licences import days_left
from domain.catalog.titles import Title
from domain.experiments.exposures import Exposure
from domain.experiments.model import ExperimentSet
from domain.filter_rules.compiler import Rule
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.layouts.resolution import NO_LAYOUTS, PublishedLayouts
from domain.page.model import Page
from domain.ports.stores import BrowseQuery, RecordResult, RuleMatches, SearchQuery
from domain.recommendations.lists import (
    DataVersion,
    Neighbour,
    Pick,
    PickSource,
    PopularKey,
    RankedList,
    RankedTitle,
    TopPicks,
    TrendKey,
)
from domain.snapshots.invariant_violations import RecordedViolation
from domain.snapshots.snapshot import PageSnapshot
from domain.viewers.activity import Activity, Changes, merge
from domain.viewers.events import Event
from domain.viewers.loved_titles import loved_titles
from domain.viewers.profiles import Account, Preferences, Profile

MAX_PICKS = 40
MADE_AT = VERSION.published_at


@dataclass(slots=True)
class BundledViewers:
    """Accounts, profiles and activities."""

    data: SandboxData
    changed: dict[ProfileId, Activity] = field(default_factory=dict)

    async def accounts(self, ids: Sequence[AccountId]) -> dict[AccountId, Account]:
        return {ACCOUNT.id: ACCOUNT} if ACCOUNT.id in ids else {}

    async def profiles(self, ids: Sequence[ProfileId]) -> dict[ProfileId, Profile]:
        known = (persona.profile for persona in self.data.personas.values())
        return {profile.id: profile for profile in known if profile.id in ids}

    async def profiles_by_account(self, ids: Sequence[AccountId]) -> dict[AccountId, tuple[Profile, ...]]:
        known = tuple(persona.profile for persona in self.data.personas.values())
        return {ACCOUNT.id: known} if ACCOUNT.id in ids else {}

    async def save_preferences(self, profile_id: ProfileId, preferences: Preferences) -> None:
        """The sandbox stores nothing."""

    async def activities(self, ids: Sequence[ProfileId]) -> dict[ProfileId, Activity]:
        known = {persona.activity.profile_id: persona.activity for persona in self.data.personas.values()}
        return {one: (known | self.changed)[one] for one in ids if one in known}

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> RecordResult:
        known = (await self.activities([profile_id])).get(profile_id, Activity(profile_id))
        self.changed[profile_id] = merge(known, changes)
        return RecordResult(self.changed[profile_id].revision, frozenset(), changes)

    async def merge_session(self, session: ProfileId, profile_id: ProfileId) -> RecordResult:
        """The sandbox has no sessions."""
        return await self.record(profile_id, (), Changes())


@dataclass(frozen=True, slots=True)
class BundledRecommendations:
    """The nightly run's data."""

    data: SandboxData

    async def live(self) -> DataVersion | None:
        return VERSION

    async def readable(self) -> Mapping[str, DataVersion]:
        return {VERSION.version: VERSION}

    async def top_picks(self, version: str, ids: Sequence[ProfileId]) -> dict[ProfileId, TopPicks]:
        top_picks = {}
        for persona in self.data.personas.values():
            picks = self._picks(persona.activity)
            if persona.profile.id in ids and picks:
                genres = tuple(
                    dict.fromkeys(g for pick in picks for g in self.data.titles[pick.title_id].genres)
                )
                top_picks[persona.profile.id] = TopPicks(picks, genres[:5], MADE_AT)
        return top_picks

    def _picks(self, activity: Activity) -> tuple[Pick, ...]:
        """Titles similar to loved ones, each with its best seed."""
        best: dict[TitleId, Pick] = {}
        for seed in list(loved_titles(activity))[:8]:
            for neighbour in self.data.similar.get(seed, ()):
                known = best.get(neighbour.title_id)
                if known is None or neighbour.score > known.score:
                    best[neighbour.title_id] = Pick(
                        neighbour.title_id, neighbour.score, PickSource.SIMILAR, seed
                    )
        ranked = sorted(best.values(), key=lambda pick: (-pick.score, pick.title_id))
        return tuple(ranked[:MAX_PICKS])

    async def similar(self, version: str, ids: Sequence[TitleId]) -> dict[TitleId, tuple[Neighbour, ...]]:
        return {one: self.data.similar[one] for one in ids if one in self.data.similar}

    async def popular(self, version: str, keys: Sequence[PopularKey]) -> dict[PopularKey, RankedList]:
        return {key: ranked for key in keys if (ranked := self._rank(key.genre, 0)).entries}

    async def trends(self, version: str, keys: Sequence[TrendKey]) -> dict[TrendKey, RankedList]:
        """Each window starts at another rank of the popular list, so that trends differ from it."""
        offsets = {"hour": 12, "day": 8, "week": 4}
        return {key: ranked for key in keys if (ranked := self._rank(key.genre, offsets[key.window])).entries}

    def _rank(self, genre: str | None, offset: int) -> RankedList:
        shows = [title for title in self.data.shows if genre is None or genre in title.genres]
        rotated = (*shows[offset:], *shows[:offset])
        entries = tuple(
            RankedTitle(title.id, round(1 / (1 + index / 10), 4)) for index, title in enumerate(rotated)
        )
        return RankedList(entries, MADE_AT)


@dataclass(frozen=True, slots=True)
class EmptyStores:
    """Layouts, snapshots, experiments, exposures and violations."""

    async def live_layouts(self) -> PublishedLayouts:
        return NO_LAYOUTS

    def cache(self, page: Page, profile_id: ProfileId) -> bool:
        return False

    async def save(self, snapshot_id: str) -> None:
        """The same request composes the same page."""

    async def snapshots(self, snapshot_ids: Sequence[str]) -> Mapping[str, PageSnapshot]:
        return {}

    async def all_snapshots(self) -> AsyncIterator[PageSnapshot]:
        no_snapshots: tuple[PageSnapshot, ...] = ()
        for snapshot in no_snapshots:
            yield snapshot

    async def live_experiments(self) -> ExperimentSet:
        return ExperimentSet()

    def is_new(self, exposure_id: str, variant: str) -> bool:
        return False

    def record(self, exposure: Exposure) -> bool:
        return False

    async def report(self, violations: Sequence[RecordedViolation]) -> None:
        """The sandbox stores no violations."""

    async def latest(self) -> Sequence[RecordedViolation]:
        return ()


@dataclass(frozen=True, slots=True)
class BundledCatalog:
    """Titles and episodes."""

    data: SandboxData

    async def titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        return {one: self.data.titles[one] for one in ids if one in self.data.titles}

    async def browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> dict[BrowseQuery, tuple[TitleId, ...]]:
        return {query: self._browse(query) for query in queries}

    def _browse(self, query: BrowseQuery) -> tuple[TitleId, ...]:
        shows = [
            title
            for title in self.data.shows
            if (query.genre is None or query.genre in title.genres)
            and (query.kind is None or title.kind == query.kind)
        ]
        if query.newest:
            shows = [title for title in shows if title.launched_at <= NOW]
            shows.sort(key=lambda title: (title.launched_at, title.id), reverse=True)
        if query.leaving_days is not None:
            ends = [(title.leaves_at(query.region, NOW), title.id) for title in shows]
            leaving = [
                (ends_at, title_id)
                for ends_at, title_id in ends
                if ends_at and days_left(ends_at, NOW, query.region) <= query.leaving_days
            ]
            return tuple(title_id for _, title_id in sorted(leaving))[: query.size]
        return tuple(title.id for title in shows)[: query.size]

    async def search(self, index: str, query: SearchQuery) -> tuple[TitleId, ...]:
        text = query.text.casefold()
        return tuple(
            title.id
            for title in self.data.shows
            if text in title.name.casefold() or any(text in name.casefold() for name in title.cast)
        )[: query.size]

    async def matching(self, index: str, rule: Rule, now: datetime, region: Region, size: int) -> RuleMatches:
        matches = [title.id for title in self.data.shows if rule.matches(title, now, region)]
        return RuleMatches(len(matches), tuple(matches[:size]))

    async def episodes(self, ids: Sequence[TitleId]) -> dict[TitleId, tuple[Title, ...]]:
        return {one: self.data.episodes[one] for one in ids if one in self.data.episodes}
