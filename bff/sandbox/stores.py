"""Every port over the bundled world. Made for one request: what a mutation changes, that request alone sees."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bff.sandbox.world import HOME, NOW, VERSION, World
from domain.catalog.titles import Title
from domain.experiments.exposures import Exposure
from domain.experiments.model import ExperimentBook
from domain.filter_rules.compiler import Rule
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.layouts.resolution import EMPTY_BOOK, PublishedLayouts
from domain.page.model import Page
from domain.ports.stores import BrowseQuery, Recorded, RuleMatches, SearchQuery
from domain.recommendations.lists import (
    DataVersion,
    Neighbour,
    Pick,
    PickSource,
    PopularKey,
    Ranked,
    RankedList,
    TopPicks,
    TrendKey,
)
from domain.snapshots.invariant_violations import RecordedViolation
from domain.snapshots.snapshot import PageSnapshot
from domain.viewers.activity import Activity, Changes, merge
from domain.viewers.events import Event
from domain.viewers.loved_titles import loved_titles
from domain.viewers.profiles import Account, Preferences, Profile

PICKS = 40
MADE_AT = VERSION.published_at


@dataclass(slots=True)
class BundledPeople:
    """Accounts, Profiles and Activities."""

    world: World
    changed: dict[ProfileId, Activity] = field(default_factory=dict)

    async def accounts(self, ids: Sequence[AccountId]) -> dict[AccountId, Account]:
        return {HOME.id: HOME} if HOME.id in ids else {}

    async def profiles(self, ids: Sequence[ProfileId]) -> dict[ProfileId, Profile]:
        known = (persona.profile for persona in self.world.personas.values())
        return {profile.id: profile for profile in known if profile.id in ids}

    async def profiles_of(self, ids: Sequence[AccountId]) -> dict[AccountId, tuple[Profile, ...]]:
        known = tuple(persona.profile for persona in self.world.personas.values())
        return {HOME.id: known} if HOME.id in ids else {}

    async def prefer(self, profile_id: ProfileId, preferences: Preferences) -> None:
        """Nothing is kept in the sandbox."""

    async def activities(self, ids: Sequence[ProfileId]) -> dict[ProfileId, Activity]:
        known = {persona.activity.profile_id: persona.activity for persona in self.world.personas.values()}
        return {one: (known | self.changed)[one] for one in ids if one in known}

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> Recorded:
        known = (await self.activities([profile_id])).get(profile_id, Activity(profile_id))
        self.changed[profile_id] = merge(known, changes)
        return Recorded(self.changed[profile_id].revision, frozenset(), changes)

    async def adopt(self, session: ProfileId, profile_id: ProfileId) -> Recorded:
        """There are no sessions in the sandbox."""
        return await self.record(profile_id, (), Changes())


@dataclass(frozen=True, slots=True)
class BundledLists:
    """LiveData, Recommendations and Trends: what the night shift would have made."""

    world: World

    async def live(self) -> DataVersion | None:
        return VERSION

    async def versions(self) -> Mapping[str, DataVersion]:
        return {VERSION.version: VERSION}

    async def top_picks(self, version: str, ids: Sequence[ProfileId]) -> dict[ProfileId, TopPicks]:
        found = {}
        for persona in self.world.personas.values():
            picks = self._picks(persona.activity)
            if persona.profile.id in ids and picks:
                genres = tuple(
                    dict.fromkeys(g for pick in picks for g in self.world.titles[pick.title_id].genres)
                )
                found[persona.profile.id] = TopPicks(persona.profile.id, picks, genres[:5], MADE_AT)
        return found

    def _picks(self, activity: Activity) -> tuple[Pick, ...]:
        """Neighbours of what the persona liked or finished, each with the seed that spoke most for it."""
        best: dict[TitleId, Pick] = {}
        for seed in list(loved_titles(activity))[:8]:
            for neighbour in self.world.similar.get(seed, ()):
                known = best.get(neighbour.title_id)
                if known is None or neighbour.score > known.score:
                    best[neighbour.title_id] = Pick(
                        neighbour.title_id, neighbour.score, PickSource.SIMILAR, seed
                    )
        ranked = sorted(best.values(), key=lambda pick: (-pick.score, pick.title_id))
        return tuple(ranked[:PICKS])

    async def similar(self, version: str, ids: Sequence[TitleId]) -> dict[TitleId, tuple[Neighbour, ...]]:
        return {one: self.world.similar[one] for one in ids if one in self.world.similar}

    async def popular(self, version: str, keys: Sequence[PopularKey]) -> dict[PopularKey, RankedList]:
        return {key: found for key in keys if (found := self._ranked(key.genre, 0)).entries}

    async def trends(self, version: str, keys: Sequence[TrendKey]) -> dict[TrendKey, RankedList]:
        """Each window begins further down the list of what is popular, so that trends are not just that."""
        offsets = {"hour": 12, "day": 8, "week": 4}
        return {key: found for key in keys if (found := self._ranked(key.genre, offsets[key.window])).entries}

    def _ranked(self, genre: str | None, offset: int) -> RankedList:
        shows = [title for title in self.world.shows if genre is None or genre in title.genres]
        turned = (*shows[offset:], *shows[:offset])
        entries = tuple(
            Ranked(title.id, round(1 / (1 + place / 10), 4), 1000 // (1 + place))
            for place, title in enumerate(turned)
        )
        return RankedList(entries, MADE_AT)


@dataclass(frozen=True, slots=True)
class NothingKept:
    """Layouts, Pages, Experiments, Exposures and Faults of a service that publishes and keeps nothing."""

    async def live_layouts(self) -> PublishedLayouts:
        return EMPTY_BOOK

    def remember(self, page: Page, profile_id: ProfileId) -> bool:
        return False

    async def save(self, snapshot_id: str) -> None:
        """Every page is made again from the same bytes."""

    async def pages(self, snapshot_ids: Sequence[str]) -> Mapping[str, PageSnapshot]:
        return {}

    async def every(self) -> AsyncIterator[PageSnapshot]:
        nothing: tuple[PageSnapshot, ...] = ()
        for page in nothing:
            yield page

    async def book(self) -> ExperimentBook:
        return ExperimentBook()

    def wants(self, exposure_id: str, variant: str) -> bool:
        return False

    def note(self, exposure: Exposure) -> bool:
        return False

    async def report(self, faults: Sequence[RecordedViolation]) -> None:
        """Nobody looks."""

    async def faults(self) -> Sequence[RecordedViolation]:
        return ()


@dataclass(frozen=True, slots=True)
class BundledCatalog:
    """Catalog and Episodes."""

    world: World

    async def titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        return {one: self.world.titles[one] for one in ids if one in self.world.titles}

    async def browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> dict[BrowseQuery, tuple[TitleId, ...]]:
        return {query: self._browsed(query) for query in queries}

    def _browsed(self, query: BrowseQuery) -> tuple[TitleId, ...]:
        shows = [
            title
            for title in self.world.shows
            if (query.genre is None or query.genre in title.genres)
            and (query.kind is None or title.kind == query.kind)
        ]
        if query.newest:
            shows.sort(key=lambda title: (title.launched_at, title.id), reverse=True)
        if query.leaving_days is not None:
            ending = [
                (window.ends_at, title) for title in shows if (window := title.window(query.region, NOW))
            ]
            last = NOW + timedelta(days=query.leaving_days)
            leaving = [(ends_at, title.id) for ends_at, title in ending if ends_at and ends_at <= last]
            return tuple(title_id for _, title_id in sorted(leaving))[: query.size]
        return tuple(title.id for title in shows)[: query.size]

    async def search(self, index: str, query: SearchQuery) -> tuple[TitleId, ...]:
        wanted = query.text.casefold()
        return tuple(
            title.id
            for title in self.world.shows
            if wanted in title.name.casefold() or any(wanted in name.casefold() for name in title.cast)
        )[: query.size]

    async def matching(self, index: str, rule: Rule, now: datetime, region: Region, size: int) -> RuleMatches:
        found = [title.id for title in self.world.shows if rule.matches(title, now, region)]
        return RuleMatches(len(found), tuple(found[:size]))

    async def episodes(self, ids: Sequence[TitleId]) -> dict[TitleId, tuple[Title, ...]]:
        return {one: self.world.episodes[one] for one in ids if one in self.world.episodes}
