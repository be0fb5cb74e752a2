"""The fallback page: popular titles by region and age limit, from a file that needs no store.

The nightly run writes the pools; the service makes rows from them. The file may be older than a licence, so titles
pass the eligibility check again whenever they are served.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from domain.candidates.eligibility import filter_eligible, refusal
from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.catalog.documents import title_from_document, title_to_document
from domain.catalog.genres import genre_slug
from domain.catalog.regions import global_chain
from domain.catalog.titles import Title, TitleKind
from domain.errors import BadInput
from domain.ids import GLOBAL, Region, TitleId
from domain.layouts.model import RowPlacement, RowSpec
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import ListAudience, PopularKey, RankedList
from domain.recommendations.reasons import MORE_POPULAR, Reason, ReasonKind
from domain.serialization import Document
from domain.timestamps import from_millis, to_millis
from domain.viewers.profiles import Audience

FORMAT = 1
AGE_STEPS = (0, 6, 10, 12, 16, 18)
"""Age limits of the pools. An audience uses the highest that is not above its own."""

EVERYWHERE = Region("")
"""The region of a guest with an unknown region, and of the pool licensed in every region that has a pool.

The pool of GLOBAL is licensed in every region there is.
"""

POOL_SIZE = 240
ROW_SIZE = 20
MAX_ROWS = 6
MIN_ROWS = 3
MIN_CARDS = 2
EARLIEST_POSITION = 100
"""Below every row of the layout."""

MIN_LICENCE = timedelta(days=7)
"""Titles with a shorter licence only fill up a pool."""


@dataclass(frozen=True, slots=True)
class FallbackPages:
    """`pools`: region and age limit -> titles, most watched first, without episodes. `blocked`: by any profile."""

    version: str
    made_at: datetime
    regions: tuple[Region, ...]
    pools: Mapping[tuple[Region, int], tuple[TitleId, ...]]
    titles: Mapping[TitleId, Title]
    blocked: frozenset[TitleId] = frozenset()


@dataclass(frozen=True, slots=True)
class FallbackPageRows:
    rows: tuple[RowCandidates, ...]
    titles: Mapping[TitleId, Title]


NO_ROWS = FallbackPageRows((), {})


def build_fallback_pages(
    version: str,
    made_at: datetime,
    lists: Mapping[PopularKey, RankedList],
    titles: Mapping[TitleId, Title],
) -> FallbackPages:
    regions = tuple(sorted({key.region for key in lists} - {GLOBAL}))
    sources: list[tuple[Region, tuple[Region, ...], Region]] = [(one, (one,), one) for one in regions]
    if regions:
        sources.append((EVERYWHERE, regions, GLOBAL))
    sources.append((GLOBAL, (GLOBAL,), GLOBAL))
    pools: dict[tuple[Region, int], tuple[TitleId, ...]] = {}
    for pool_region, licensed, list_region in sources:
        shows = {
            audience: [titles[one] for one in _most_watched(lists, list_region, audience) if one in titles]
            for audience in ListAudience
        }
        for age in AGE_STEPS:
            audiences = [Audience(one, age, False, made_at) for one in licensed]
            pools[pool_region, age] = _pool(shows[audiences[0].list_audience], audiences)
    pooled = {one for pool in pools.values() for one in pool}
    return FallbackPages(
        version, made_at, regions, pools, {one: title for one, title in titles.items() if one in pooled}
    )


def _most_watched(
    lists: Mapping[PopularKey, RankedList], region: Region, audience: ListAudience
) -> list[TitleId]:
    """What the audience watches, then what all watch; the scores of a region and audience share one scale."""
    best: dict[TitleId, tuple[bool, float]] = {}
    for key, ranked in lists.items():
        if key.region == region and key.audience in (audience, ListAudience.ALL):
            for entry in ranked.entries:
                place = (key.audience == audience, entry.score)
                best[entry.title_id] = max(place, best.get(entry.title_id, (False, 0.0)))
    return sorted(best, key=lambda one: (*(-part for part in best[one]), one))


def _pool(ranked: Sequence[Title], audiences: Sequence[Audience]) -> tuple[TitleId, ...]:
    later = [replace(audience, now=audience.now + MIN_LICENCE) for audience in audiences]
    open_now = [show for show in ranked if show.kind != TitleKind.EPISODE and _is_eligible(show, audiences)]
    long_licence = [show for show in open_now if _is_eligible(show, later)]
    short_licence = [show for show in open_now if not _is_eligible(show, later)]
    chosen = {show.id for show in (long_licence + short_licence)[:POOL_SIZE]}
    return tuple(show.id for show in open_now if show.id in chosen)


def _is_eligible(title: Title, audiences: Iterable[Audience]) -> bool:
    return all(refusal(title, audience) is None for audience in audiences)


def with_titles_changed(
    pages: FallbackPages, changed: Mapping[TitleId, Title], withdrawn: Collection[TitleId]
) -> FallbackPages:
    """After an import: new facts of titles that keep their popularity, without the withdrawn ones."""
    gone = set(withdrawn)
    titles = {
        one: replace(changed[one], popularity=title.popularity) if one in changed else title
        for one, title in pages.titles.items()
        if one not in gone
    }
    pools = {key: tuple(one for one in ids if one not in gone) for key, ids in pages.pools.items()}
    return replace(pages, titles=titles, pools=pools)


def pages_to_document(pages: FallbackPages) -> Document:
    """JSON-like. `pools` are [region, age limit, ids]."""
    return {
        "format": FORMAT,
        "version": pages.version,
        "made_at": to_millis(pages.made_at),
        "regions": list(pages.regions),
        "pools": [[region, age, list(ids)] for (region, age), ids in pages.pools.items()],
        "titles": [title_to_document(title) for title in pages.titles.values()],
        "blocked": sorted(pages.blocked),
    }


def pages_from_document(document: Mapping[str, Any]) -> FallbackPages:
    """Raises BadInput for any other document."""
    try:
        if document["format"] != FORMAT:
            raise BadInput(f"format {document['format']!r} is not {FORMAT}")
        titles = [title_from_document(one) for one in document["titles"]]
        return FallbackPages(
            version=document["version"],
            made_at=from_millis(document["made_at"]),
            regions=tuple(Region(region) for region in document["regions"]),
            pools={
                (Region(region), int(age)): tuple(TitleId(one) for one in ids)
                for region, age, ids in document["pools"]
            },
            titles={title.id: title for title in titles},
            blocked=frozenset(TitleId(one) for one in document.get("blocked", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"it is no fallback page file ({error!r})") from error


def eligible_pool_titles(pages: FallbackPages, audience: Audience) -> dict[TitleId, Title]:
    """Most watched first."""
    age = max((age for age in AGE_STEPS if age <= audience.maturity_limit), default=None)
    if age is None:
        return {}
    pool = dict.fromkeys(
        one for region in _pool_regions(audience.region) for one in pages.pools.get((region, age), ())
    )
    eligible = tuple(pages.titles[one] for one in pool if one in pages.titles)
    regions = (audience.region,) if audience.region != EVERYWHERE else pages.regions or (GLOBAL,)
    for region in regions:
        eligible = filter_eligible(eligible, replace(audience, region=region)).eligible
    return {title.id: title for title in eligible}


def _pool_regions(region: Region) -> tuple[Region, ...]:
    """Own titles first, then those of what the region belongs to, then those licensed in every region."""
    return (*(one for one in global_chain(region) if one != GLOBAL), EVERYWHERE, GLOBAL)


def fallback_page_rows(
    pages: FallbackPages | None, audience: Audience, avoided: Collection[TitleId] = ()
) -> FallbackPageRows:
    """No title twice, none of `avoided`; at least three rows from six titles."""
    if pages is None:
        return NO_ROWS
    eligible = eligible_pool_titles(pages, audience)
    titles = {one: title for one, title in eligible.items() if one not in avoided}
    region = next((one for one in global_chain(audience.region) if one in pages.regions), GLOBAL)
    rows = tuple(_row_candidates(reason, ids, pages.made_at) for reason, ids in _rows(titles, region))
    return FallbackPageRows(rows, titles)


def _rows(titles: Mapping[TitleId, Title], region: Region) -> Iterable[tuple[Reason, tuple[TitleId, ...]]]:
    """The most watched titles, then genre rows, then the remaining titles."""
    size = min(ROW_SIZE, max(MIN_CARDS, len(titles) // MIN_ROWS))
    left = dict(titles)
    count = 0
    for reason, ids in chain(
        [(Reason(ReasonKind.POPULAR, detail=region), tuple(left)[:size])], _genre_rows(left, size)
    ):
        if len(ids) < MIN_CARDS or count == MAX_ROWS:
            break
        yield reason, ids
        count += 1
        for one in ids:
            del left[one]
    yield from _remaining_rows(tuple(left), region, size, count)


def _genre_rows(left: Mapping[TitleId, Title], size: int) -> Iterator[tuple[Reason, tuple[TitleId, ...]]]:
    """The genre with most titles left, again and again. The caller removes each row's titles from `left`."""
    done: set[str] = set()
    while True:
        counts = Counter(genre for title in left.values() for genre in title.genres if genre not in done)
        genre, most = min(counts.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        if most < min(size, MIN_CARDS * 2):
            return
        done.add(genre)
        ids = islice((one for one, title in left.items() if genre in title.genres), size)
        yield Reason(ReasonKind.GENRE, detail=genre), tuple(ids)


def _remaining_rows(
    left: tuple[TitleId, ...], region: Region, size: int, rows: int
) -> Iterable[tuple[Reason, tuple[TitleId, ...]]]:
    missing = min(MAX_ROWS - rows, max(1, MIN_ROWS - rows))
    for number in range(missing):
        ids = left[number * size : (number + 1) * size]
        if len(ids) >= MIN_CARDS:
            detail = f"{region}:{MORE_POPULAR}" if number == 0 else f"{region}:{MORE_POPULAR}-{number + 1}"
            yield Reason(ReasonKind.POPULAR, detail=detail), ids


def _row_candidates(reason: Reason, ids: tuple[TitleId, ...], made_at: datetime) -> RowCandidates:
    genre = reason.detail if reason.kind == ReasonKind.GENRE else ""
    name = genre_slug(genre) if genre else reason.detail.partition(":")[2] or "popular"
    source = RowSource.GENRE if genre else RowSource.TOP_PICKS
    return RowCandidates(
        spec=RowSpec(
            f"shipped-{name}",
            source,
            min_cards=MIN_CARDS,
            max_cards=ROW_SIZE,
            place=RowPlacement(earliest=EARLIEST_POSITION),
        ),
        candidates=tuple(Candidate(one, "shipped") for one in ids),
        reason=reason,
        freshness=FreshnessSource.FALLBACK,
        computed_at=made_at,
        tier=Tier.STATIC,
    )
