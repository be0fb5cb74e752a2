"""The fallback chain: what replaces a row whose source failed, was late or has too few titles.

    fresh -> last known -> similar titles -> popular in the region -> popular everywhere -> shipped page

Each tier is labelled truly: popular titles are called popular, never picks for you. A tier that needs a store is
read once for all rows of the page and skipped when it is late. So fallbacks cost a page at most two store calls:
one read of similar titles and one of popular lists.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from domain.candidates.eligibility import filter_eligible
from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.candidates.seeds import rounded_share
from domain.catalog.genres import genre_slug
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import GLOBAL, TitleId
from domain.layouts.model import RowSpec, RowStyle
from domain.layouts.row_kinds import ROW_KINDS, RowSource
from domain.page.fallback_page import fallback_page_rows
from domain.page.last_known_rows import remove_outdated_candidates
from domain.recommendations.lists import Neighbour, PopularKey, RankedList
from domain.recommendations.reasons import Reason, ReasonKind, list_detail
from domain.viewers.continue_watching import show_progress
from resolvers.request.viewer import Viewer
from resolvers.rows.genre import KIDS_STAPLES, STAPLES
from resolvers.rows.source import Sources
from resolvers.runtime.process import Process

SEEDS = 8
SIMILAR = 40
GENRES = 3
"""Genres whose popular titles may replace rows, so that several failed rows do not become the same row."""

TIER_TEXTS: Mapping[Tier, str] = {
    Tier.LAST_GOOD: "what the row held last",
    Tier.SIMILAR: "titles like those this profile loves",
    Tier.REGIONAL: "what is popular in the region",
    Tier.GLOBAL: "what is popular everywhere",
    Tier.STATIC: "the page that ships with the service",
}
"""How a page describes what replaces a row's own titles."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FallbackRows:
    """`last_known` are the rows as last served, `lower_tiers` replacements from the other tiers, best first.

    `filler_rows` are for a page with too few rows; after them the same rows may repeat titles, for a small catalogue.
    `titles` are those of shipped rows; this audience may see every one.
    """

    last_known: tuple[RowCandidates, ...]
    lower_tiers: tuple[RowCandidates, ...]
    filler_rows: tuple[RowCandidates, ...]
    titles: Mapping[TitleId, Title]


async def fallback_rows(
    specs: Sequence[RowSpec], viewer: Viewer, sources: Sources | None, process: Process
) -> FallbackRows:
    """Replacements for these rows. `sources` is None while no data version is known: no store is read then."""
    now = viewer.audience.now
    general = [spec for spec in specs if not ROW_KINDS[spec.source].own_titles_only]
    tiers: list[RowCandidates] = []
    if general and sources is not None:
        tiers = await _load_tiers(general, viewer, sources, process, now)
    page = fallback_page_rows(process.shipped_pages.pages(), viewer.audience, viewer.avoided_ids)
    stand_ins = [_shipped_row(spec, row) for spec in general for row in page.rows]
    repeating = (replace(row, repeats=True) for row in page.rows)
    return FallbackRows(
        last_known_rows(specs, viewer, process), (*tiers, *stand_ins), (*page.rows, *repeating), page.titles
    )


def last_known_rows(specs: Sequence[RowSpec], viewer: Viewer, process: Process) -> tuple[RowCandidates, ...]:
    """These rows as this process last served them, without what no longer holds.

    A guest gets none: it has not been shown that the profile is the caller's.
    """
    if viewer.is_guest:
        return ()
    known = process.last_known.rows(viewer.profile.id)
    repeating = (
        _last_known_row(one, spec, viewer) for spec in specs for one in known if one.spec.id == spec.id
    )
    return tuple(row for row in repeating if row.candidates)


def last_known_titles(
    ids: Iterable[TitleId], viewer: Viewer, process: Process, fallback: FallbackRows
) -> dict[TitleId, Title]:
    """Eligible titles while the catalogue is down: those served lately and those of the shipped page."""
    raw = process.last_known.titles(ids)
    return {
        **fallback.titles,
        **{title.id: title for title in filter_eligible(raw.values(), viewer.audience, raw).eligible},
    }


async def _load_tiers(
    specs: Sequence[RowSpec], viewer: Viewer, sources: Sources, process: Process, now: datetime
) -> list[RowCandidates]:
    """The tiers that need a store, best first."""
    genres = _fallback_genres(viewer, sources)
    keys = [viewer.popular_key(), *(viewer.popular_key(genre) for genre in genres)]
    own = {spec.id: viewer.popular_key(genre) for spec in specs if (genre := spec.text_option("genre", ""))}
    keys += [*own.values(), viewer.popular_key(region=GLOBAL)]
    seeds = list(viewer.loved_titles)[:SEEDS]
    similar = asyncio.create_task(_load_similar(seeds, sources))
    popular = asyncio.create_task(_load_popular(list(dict.fromkeys(keys)), sources))
    await asyncio.wait({similar, popular}, timeout=process.fallback_timeout_seconds)
    neighbours = _result_in_time(similar, {}, process)
    lists = _result_in_time(popular, {}, process)
    published = sources.loaders.version.published_at
    return [
        *_similar_rows(specs, neighbours, viewer, published),
        *(
            _popular_row(spec, key, lists[key], viewer)
            for spec in specs
            for key in (*([own[spec.id]] if spec.id in own else ()), *keys[: 1 + len(genres)])
            if key in lists
        ),
        *(_popular_row(spec, key, lists[key], viewer) for spec in specs for key in keys[-1:] if key in lists),
    ]


def _result_in_time(task: asyncio.Task[T], otherwise: T, process: Process) -> T:
    """The result of a tier, or `otherwise` when it is late; its read then goes on after the response."""
    if task.done():
        return task.result()
    process.background.finish_later(task, "a late fallback tier")
    return otherwise


async def _load_similar(seeds: Sequence[TitleId], sources: Sources) -> dict[TitleId, tuple[Neighbour, ...]]:
    if not seeds:
        return {}
    try:
        found = await sources.loaders.similar.load_many(list(seeds))
    except StoreUnavailable:
        return {}
    return {seed: neighbours for seed, neighbours in zip(seeds, found, strict=True) if neighbours}


async def _load_popular(keys: list[PopularKey], sources: Sources) -> dict[PopularKey, RankedList]:
    try:
        found = await sources.loaders.popular.load_many(keys)
    except StoreUnavailable:
        return {}
    return {key: ranked for key, ranked in zip(keys, found, strict=True) if ranked is not None}


def _fallback_genres(viewer: Viewer, sources: Sources) -> list[str]:
    """Genres that this profile named or watches, then the service's staples."""
    shown = sources.picks.genres if sources.picks else ()
    staples = KIDS_STAPLES if viewer.profile.kids else STAPLES
    return list(dict.fromkeys((*viewer.profile.favourite_genres, *shown, *staples)))[:GENRES]


def _last_known_row(row: RowCandidates, spec: RowSpec, viewer: Viewer) -> RowCandidates:
    """The row as last served, without what was watched, disliked, removed or disowned since."""
    progress = show_progress(viewer.activity, viewer.audience.now)
    resuming = spec.source == RowSource.CONTINUE_WATCHING
    hidden = viewer.activity.disliked_ids() if resuming else viewer.excluded_ids(spec)
    return remove_outdated_candidates(replace(row, spec=spec), progress, viewer.loved_titles, hidden)


def _similar_rows(
    specs: Sequence[RowSpec],
    neighbours: Mapping[TitleId, tuple[Neighbour, ...]],
    viewer: Viewer,
    published: datetime,
) -> list[RowCandidates]:
    """Titles similar to several that the viewer loves. Each seed adds to a score; the strongest is the reason."""
    scores: dict[TitleId, float] = {}
    strongest_seed: dict[TitleId, tuple[float, TitleId]] = {}
    for seed, found in neighbours.items():
        for neighbour in found:
            evidence = neighbour.score * viewer.loved_titles[seed].strength
            scores[neighbour.title_id] = scores.get(neighbour.title_id, 0.0) + evidence
            strongest_seed[neighbour.title_id] = max(
                strongest_seed.get(neighbour.title_id, (0.0, seed)), (evidence, seed)
            )
    best = sorted(
        (one for one in scores if one not in viewer.avoided_ids and one not in viewer.loved_titles),
        key=lambda one: (-scores[one], one),
    )[:SIMILAR]
    if not best:
        return []
    most = scores[best[0]]
    reasons = {one: _similar_reason(viewer, *strongest_seed[one], scores[one]) for one in best}
    candidates = tuple(
        Candidate(one, f"similar:{why.seed}", why, scores[one] / most) for one, why in reasons.items()
    )
    taste = Reason(ReasonKind.TASTE)
    return [
        _replacement_row(spec, RowSource.TOP_PICKS, candidates, taste, published, Tier.SIMILAR)
        for spec in specs
    ]


def _similar_reason(viewer: Viewer, evidence: float, seed: TitleId, total: float) -> Reason:
    return Reason(viewer.loved_titles[seed].kind, seed=seed, share=rounded_share(evidence, total))


def _popular_row(spec: RowSpec, key: PopularKey, ranked: RankedList, viewer: Viewer) -> RowCandidates:
    """The whole list: how many titles a strict age limit leaves is unknown before they are loaded."""
    region = ranked.region or key.region
    source = f"popular:{region}" + (f":{genre_slug(key.genre)}" if key.genre else "")
    candidates = tuple(
        Candidate(entry.title_id, source, score=entry.score)
        for entry in ranked.entries
        if entry.title_id not in viewer.avoided_ids
    )
    tier = Tier.GLOBAL if region == GLOBAL else Tier.REGIONAL
    if key.genre:
        reason = Reason(ReasonKind.GENRE, detail=key.genre)
        return _replacement_row(spec, RowSource.GENRE, candidates, reason, ranked.computed_at, tier)
    reason = Reason(ReasonKind.POPULAR, detail=list_detail(region, ranked))
    return _replacement_row(spec, RowSource.TOP_PICKS, candidates, reason, ranked.computed_at, tier)


def _shipped_row(spec: RowSpec, row: RowCandidates) -> RowCandidates:
    return _replacement_row(spec, row.kind, row.candidates, row.reason, row.computed_at, row.tier)


def _replacement_row(
    spec: RowSpec,
    kind: RowSource,
    candidates: tuple[Candidate, ...],
    reason: Reason,
    computed_at: datetime,
    tier: Tier,
) -> RowCandidates:
    """A replacement for the row of `spec`, drawn alike, without its title and never as a chart."""
    style = RowStyle.SHELF if spec.style == RowStyle.NUMBERED else spec.style
    return RowCandidates(
        replace(spec, title={}, style=style, repeats=False),
        candidates,
        reason,
        FreshnessSource.FALLBACK,
        computed_at,
        tier=tier,
        kind_override=None if kind == spec.source else kind,
    )
