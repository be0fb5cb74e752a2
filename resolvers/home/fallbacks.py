"""The fallback ladder of a row: what may stand in for a source that failed, was late or came up short.

    fresh -> last good -> similar on read -> popular in the region -> popular everywhere -> shipped

Every rung says what is true of it: popular titles are called popular and never picks for you. A rung that
needs a store is asked once for all rows of the page, and one that does not answer in time is passed over; so a
page that needs the ladder costs at most `CALLS` store calls more, however many rows do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from domain.candidates.eligibility import filter_eligible
from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.candidates.seeds import share_of
from domain.catalog.genres import genre_slug
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import GLOBAL, Region, TitleId
from domain.layouts.model import RowSource, RowSpec, RowStyle
from domain.page.fallback_page import shipped
from domain.page.last_known_rows import still_true
from domain.recommendations.lists import Neighbour, PopularKey, RankedList
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.continue_watching import latest_by_show
from resolvers.request.viewer import Viewer
from resolvers.rows.genre import KIDS_STAPLES, STAPLES
from resolvers.rows.source import Sources
from resolvers.runtime.process import Process

CALLS = 2
"""One read of similar titles and one of popular lists."""

SEEDS = 8
SIMILAR = 40
GENRES = 3
"""Genres whose popular titles may stand in, so that several rows that fail do not become one and the same."""

PERSONAL = frozenset(
    {
        RowSource.CONTINUE_WATCHING,
        RowSource.MY_LIST,
        RowSource.WATCH_AGAIN,
        RowSource.LEAVING_SOON,
        RowSource.EDITORIAL,
        RowSource.ONBOARDING,
    }
)
"""Rows that are about certain titles. Only what they held last may stand in for them: no other title can."""

INSTEAD: Mapping[Tier, str] = {
    Tier.LAST_GOOD: "what the row held last",
    Tier.SIMILAR: "titles like those this profile loves",
    Tier.REGIONAL: "what is popular in the region",
    Tier.GLOBAL: "what is popular everywhere",
    Tier.STATIC: "the page that ships with the service",
}
"""What a page says it has in the place of a row's own titles."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FallbackRows:
    """`last_good`: what the rows asked about held last. `proposals`: from lower rungs, the best first. `floor`:
    whole rows for a page with too few; behind them the same rows once more with leave to repeat titles, for a
    catalogue too small to do without.

    `titles` are those of shipped rows, of which this audience may see every one.
    """

    last_good: tuple[RowCandidates, ...]
    proposals: tuple[RowCandidates, ...]
    floor: tuple[RowCandidates, ...]
    titles: Mapping[TitleId, Title]


async def fallback_rows(
    specs: Sequence[RowSpec], viewer: Viewer, sources: Sources | None, process: Process
) -> FallbackRows:
    """What may stand in for these rows. `sources` None: no data version is known, so no store can be asked."""
    now = viewer.audience.now
    general = [spec for spec in specs if spec.source not in PERSONAL]
    asked: list[RowCandidates] = []
    if general and sources is not None:
        asked = await _asked(general, viewer, sources, process, now)
    page = shipped(process.shipped.pages(), viewer.audience, viewer.avoided)
    stand_ins = [_for_spec(spec, proposal) for spec in general for proposal in page.proposals]
    again = (replace(proposal, repeats=True) for proposal in page.proposals)
    return FallbackRows(
        last_good(specs, viewer, process), (*asked, *stand_ins), (*page.proposals, *again), page.titles
    )


def last_good(specs: Sequence[RowSpec], viewer: Viewer, process: Process) -> tuple[RowCandidates, ...]:
    """What these rows held when this process last served them, less what is no longer so.

    Nothing for a guest: whose profile it asked for cannot be told, so it must not see what that profile had.
    """
    if viewer.guest:
        return ()
    known = process.last_good.rows(viewer.profile.id)
    again = (_again(one, spec, viewer) for spec in specs for one in known if one.spec.id == spec.id)
    return tuple(proposal for proposal in again if proposal.candidates)


def titles_from_memory(
    ids: Iterable[TitleId], viewer: Viewer, process: Process, reserved: FallbackRows
) -> dict[TitleId, Title]:
    """Titles while the catalogue does not answer: those served lately and those of the shipped page, filtered."""
    raw = process.last_good.titles(ids, viewer.audience.now)
    return {
        **reserved.titles,
        **{title.id: title for title in filter_eligible(raw.values(), viewer.audience, raw).kept},
    }


async def _asked(
    specs: Sequence[RowSpec], viewer: Viewer, sources: Sources, process: Process, now: datetime
) -> list[RowCandidates]:
    """The rungs that need a store, in ladder order."""
    genres = _genres(viewer, sources)
    keys = [PopularKey(viewer.region), *(PopularKey(viewer.region, genre) for genre in genres)]
    own = {spec.id: PopularKey(viewer.region, genre) for spec in specs if (genre := spec.text("genre", ""))}
    keys += [*own.values(), PopularKey(GLOBAL)]
    seeds = list(viewer.loved)[:SEEDS]
    similar = asyncio.create_task(_similar(seeds, sources))
    popular = asyncio.create_task(_popular(list(dict.fromkeys(keys)), sources))
    await asyncio.wait({similar, popular}, timeout=process.rung_seconds)
    neighbours = _done(similar, {}, process)
    lists = _done(popular, {}, process)
    published = sources.loaders.version.published_at
    return [
        *_likenesses(specs, neighbours, viewer, published),
        *(
            _of_list(spec, key, lists[key], viewer)
            for spec in specs
            for key in (*([own[spec.id]] if spec.id in own else ()), *keys[: 1 + len(genres)])
            if key in lists
        ),
        *(_of_list(spec, key, lists[key], viewer) for spec in specs for key in keys[-1:] if key in lists),
    ]


def _done(task: asyncio.Task[T], otherwise: T, process: Process) -> T:
    """What a rung found in time; its read is left to end behind the answer otherwise."""
    if task.done():
        return task.result()
    process.background.keep(task, "a rung of the ladder")
    return otherwise


async def _similar(seeds: Sequence[TitleId], sources: Sources) -> dict[TitleId, tuple[Neighbour, ...]]:
    if not seeds:
        return {}
    try:
        found = await sources.loaders.similar.load_many(list(seeds))
    except StoreUnavailable:
        return {}
    return {seed: neighbours for seed, neighbours in zip(seeds, found, strict=True) if neighbours}


async def _popular(keys: list[PopularKey], sources: Sources) -> dict[PopularKey, RankedList]:
    try:
        found = await sources.loaders.popular.load_many(keys)
    except StoreUnavailable:
        return {}
    return {key: ranked for key, ranked in zip(keys, found, strict=True) if ranked is not None}


def _genres(viewer: Viewer, sources: Sources) -> list[str]:
    """What this profile says and shows it likes, then the service's staples."""
    shown = sources.picks.genres if sources.picks else ()
    staples = KIDS_STAPLES if viewer.profile.kids else STAPLES
    return list(dict.fromkeys((*viewer.profile.favourite_genres, *shown, *staples)))[:GENRES]


def _again(proposal: RowCandidates, spec: RowSpec, viewer: Viewer) -> RowCandidates:
    """What the row held last, without what was watched, disliked, removed or disowned since."""
    standings = latest_by_show(viewer.activity, viewer.audience.now)
    resuming = spec.source == RowSource.CONTINUE_WATCHING
    hidden = viewer.activity.disliked_ids() if resuming else viewer.hidden(spec)
    return still_true(replace(proposal, spec=spec), standings, viewer.loved, hidden)


def _likenesses(
    specs: Sequence[RowSpec],
    neighbours: Mapping[TitleId, tuple[Neighbour, ...]],
    viewer: Viewer,
    published: datetime,
) -> list[RowCandidates]:
    """Titles like several that the viewer loves: each scored by every seed that speaks for it, named by the
    one that speaks most."""
    scores: dict[TitleId, float] = {}
    spoke: dict[TitleId, tuple[float, TitleId]] = {}
    for seed, found in neighbours.items():
        for neighbour in found:
            said = neighbour.score * viewer.loved[seed].strength
            scores[neighbour.title_id] = scores.get(neighbour.title_id, 0.0) + said
            spoke[neighbour.title_id] = max(spoke.get(neighbour.title_id, (0.0, seed)), (said, seed))
    best = sorted(
        (one for one in scores if one not in viewer.avoided and one not in viewer.loved),
        key=lambda one: (-scores[one], one),
    )[:SIMILAR]
    if not best:
        return []
    most = scores[best[0]]
    reasons = {one: _reason(viewer, *spoke[one], scores[one]) for one in best}
    candidates = tuple(
        Candidate(one, f"similar:{why.seed}", why, scores[one] / most) for one, why in reasons.items()
    )
    taste = Reason(ReasonKind.TASTE)
    return [
        _stand_in(spec, RowSource.TOP_PICKS, candidates, taste, published, Tier.SIMILAR) for spec in specs
    ]


def _reason(viewer: Viewer, said: float, seed: TitleId, everything: float) -> Reason:
    return Reason(viewer.loved[seed].kind, seed=seed, share=share_of(said, everything))


def _of_list(spec: RowSpec, key: PopularKey, ranked: RankedList, viewer: Viewer) -> RowCandidates:
    """All of the list: how many of it survive a strict age limit cannot be known before titles are loaded."""
    source = f"popular:{key.region}" + (f":{genre_slug(key.genre)}" if key.genre else "")
    candidates = tuple(
        Candidate(entry.title_id, source, score=entry.score)
        for entry in ranked.entries
        if entry.title_id not in viewer.avoided
    )
    tier = Tier.GLOBAL if key.region == GLOBAL else Tier.REGIONAL
    if key.genre:
        reason = Reason(ReasonKind.GENRE, detail=key.genre)
        return _stand_in(spec, RowSource.GENRE, candidates, reason, ranked.computed_at, tier)
    reason = Reason(ReasonKind.POPULAR, detail=Region(key.region))
    return _stand_in(spec, RowSource.TOP_PICKS, candidates, reason, ranked.computed_at, tier)


def _for_spec(spec: RowSpec, shipped_row: RowCandidates) -> RowCandidates:
    own = shipped_row
    return _stand_in(spec, own.kind, own.candidates, own.reason, own.computed_at, own.tier)


def _stand_in(
    spec: RowSpec,
    kind: RowSource,
    candidates: tuple[Candidate, ...],
    reason: Reason,
    computed_at: datetime,
    tier: Tier,
) -> RowCandidates:
    """A row in the place of `spec`'s, drawn alike, that does not go by its name or claim to be a chart."""
    style = RowStyle.SHELF if spec.style == RowStyle.NUMBERED else spec.style
    return RowCandidates(
        replace(spec, title={}, style=style, repeats=False),
        candidates,
        reason,
        FreshnessSource.FALLBACK,
        computed_at,
        tier=tier,
        instead=None if kind == spec.source else kind,
    )
