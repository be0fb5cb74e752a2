"""The page that is always there: popular titles per region and age step, kept in a file beside the service.

The night shift makes the value (`make`), a file carries it (`to_document`, `from_document`), and when no store
answers the service chooses rows from it (`shipped`). Titles pass `admit` for the actual audience and instant
when they are served, as everywhere: a file may be older than a licence.

A guest whose region is not known is shown what is licensed in every region there is.
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
from domain.catalog.titles import Title, TitleKind
from domain.errors import BadInput
from domain.ids import GLOBAL, Region, TitleId
from domain.layouts.model import RowPlacement, RowSource, RowSpec
from domain.recommendations.lists import PopularKey, RankedList
from domain.recommendations.reasons import MORE, Reason, ReasonKind
from domain.serialization import Document
from domain.timestamps import from_millis, to_millis
from domain.viewers.profiles import Audience

FORMAT = 1
STEPS = (0, 6, 10, 12, 16, 18)
"""Age limits that a pool is made for; an audience uses the highest one that is not above its own."""

EVERYWHERE = Region("")
"""The region of a guest whose region is not known, and of the pool licensed in all of them."""

POOL_SIZE = 240
ROW_SIZE = 20
MOST_ROWS = 6
FEWEST_ROWS = 3
FEWEST_CARDS = 2
BELOW = 100
"""Where shipped rows would like to stand: below whatever rows of its own a page has."""

LASTING = timedelta(days=7)
"""Titles licensed for less than this are taken only where others do not fill a pool."""


@dataclass(frozen=True, slots=True)
class StaticPages:
    """`pools` holds titles by region and age step, the most watched first; no episodes among them."""

    version: str
    made_at: datetime
    regions: tuple[Region, ...]
    pools: Mapping[tuple[Region, int], tuple[TitleId, ...]]
    titles: Mapping[TitleId, Title]


@dataclass(frozen=True, slots=True)
class Shipped:
    """Rows for one audience, and the titles in them, all of which it may see."""

    proposals: tuple[RowCandidates, ...]
    titles: Mapping[TitleId, Title]


NOTHING = Shipped((), {})


def make(
    version: str,
    made_at: datetime,
    lists: Mapping[PopularKey, RankedList],
    titles: Mapping[TitleId, Title],
) -> StaticPages:
    """From a version's popular lists, those of all genres together, and the titles they name."""
    regions = tuple(sorted({key.region for key in lists} - {GLOBAL}))
    wanted: list[tuple[Region, tuple[Region, ...], Region]] = [(one, (one,), one) for one in regions]
    if regions:
        wanted.append((EVERYWHERE, regions, GLOBAL))
    pools: dict[tuple[Region, int], tuple[TitleId, ...]] = {}
    for name, licensed, ranking in wanted:
        shows = [titles[one] for one in _ranked(lists, ranking) if one in titles]
        for step in STEPS:
            pools[name, step] = _pool(shows, [Audience(one, step, False, made_at) for one in licensed])
    kept = {one for pool in pools.values() for one in pool}
    return StaticPages(
        version, made_at, regions, pools, {one: title for one, title in titles.items() if one in kept}
    )


def _ranked(lists: Mapping[PopularKey, RankedList], region: Region) -> list[TitleId]:
    """Every title of a region's lists, the most watched first. Scores of one region share one scale."""
    scores: dict[TitleId, float] = {}
    for key, ranked in lists.items():
        if key.region == region:
            for entry in ranked.entries:
                scores[entry.title_id] = max(entry.score, scores.get(entry.title_id, 0.0))
    return sorted(scores, key=lambda one: (-scores[one], one))


def _pool(ranked: Sequence[Title], audiences: Sequence[Audience]) -> tuple[TitleId, ...]:
    """The best titles all these audiences may see, in the order given."""
    later = [replace(audience, now=audience.now + LASTING) for audience in audiences]
    open_now = [show for show in ranked if show.kind != TitleKind.EPISODE and _suits(show, audiences)]
    lasting = [show for show in open_now if _suits(show, later)]
    passing = [show for show in open_now if not _suits(show, later)]
    chosen = {show.id for show in (lasting + passing)[:POOL_SIZE]}
    return tuple(show.id for show in open_now if show.id in chosen)


def _suits(title: Title, audiences: Iterable[Audience]) -> bool:
    return all(refusal(title, audience) is None for audience in audiences)


def to_document(pages: StaticPages) -> Document:
    """JSON-like. `pools` are [region, step, ids]."""
    return {
        "format": FORMAT,
        "version": pages.version,
        "made_at": to_millis(pages.made_at),
        "regions": list(pages.regions),
        "pools": [[region, step, list(ids)] for (region, step), ids in pages.pools.items()],
        "titles": [title_to_document(title) for title in pages.titles.values()],
    }


def from_document(document: Mapping[str, Any]) -> StaticPages:
    """Raises BadInput for anything that `to_document` did not make."""
    try:
        if document["format"] != FORMAT:
            raise BadInput(f"format {document['format']!r} is not {FORMAT}")
        titles = [title_from_document(one) for one in document["titles"]]
        return StaticPages(
            version=document["version"],
            made_at=from_millis(document["made_at"]),
            regions=tuple(Region(region) for region in document["regions"]),
            pools={
                (Region(region), int(step)): tuple(TitleId(one) for one in ids)
                for region, step, ids in document["pools"]
            },
            titles={title.id: title for title in titles},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"it is not what the night shift writes ({error!r})") from error


def admitted(pages: StaticPages, audience: Audience) -> dict[TitleId, Title]:
    """What this audience may see of its pool, the most watched first."""
    step = max((step for step in STEPS if step <= audience.maturity_limit), default=None)
    if step is None or not pages.regions:
        return {}
    pool = pages.pools.get((audience.region, step)) or pages.pools.get((EVERYWHERE, step), ())
    kept = tuple(pages.titles[one] for one in pool if one in pages.titles)
    regions = (audience.region,) if audience.region != EVERYWHERE else pages.regions
    for region in regions:
        kept = filter_eligible(kept, replace(audience, region=region)).kept
    return {title.id: title for title in kept}


def shipped(pages: StaticPages | None, audience: Audience, avoided: Collection[TitleId] = ()) -> Shipped:
    """Rows without a title in two of them and without what the viewer avoids; at least three from six titles."""
    if pages is None:
        return NOTHING
    titles = {one: title for one, title in admitted(pages, audience).items() if one not in avoided}
    where = audience.region if audience.region != EVERYWHERE else GLOBAL
    rows = tuple(_proposal(reason, ids, pages.made_at) for reason, ids in _rows(titles, where))
    return Shipped(rows, titles)


def _rows(titles: Mapping[TitleId, Title], where: Region) -> Iterable[tuple[Reason, tuple[TitleId, ...]]]:
    """The most watched of all, then of the genre that has most titles left, and so on; then what no row took."""
    size = min(ROW_SIZE, max(FEWEST_CARDS, len(titles) // FEWEST_ROWS))
    left = dict(titles)
    count = 0
    for reason, ids in chain(
        [(Reason(ReasonKind.POPULAR, detail=where), tuple(left)[:size])], _genres(left, size)
    ):
        if len(ids) < FEWEST_CARDS or count == MOST_ROWS:
            break
        yield reason, ids
        count += 1
        for one in ids:
            del left[one]
    yield from _rest(tuple(left), where, size, count)


def _genres(left: Mapping[TitleId, Title], size: int) -> Iterator[tuple[Reason, tuple[TitleId, ...]]]:
    """Genre rows out of what is left at each step, the fullest genre first."""
    done: set[str] = set()
    while True:
        counts = Counter(genre for title in left.values() for genre in title.genres if genre not in done)
        genre, most = min(counts.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        if most < min(size, FEWEST_CARDS * 2):
            return
        done.add(genre)
        ids = islice((one for one, title in left.items() if genre in title.genres), size)
        yield Reason(ReasonKind.GENRE, detail=genre), tuple(ids)


def _rest(
    left: tuple[TitleId, ...], where: Region, size: int, rows: int
) -> Iterable[tuple[Reason, tuple[TitleId, ...]]]:
    """What no genre row took: one row more, or as many as a page lacks."""
    wanted = min(MOST_ROWS - rows, max(1, FEWEST_ROWS - rows))
    for number in range(wanted):
        ids = left[number * size : (number + 1) * size]
        if len(ids) >= FEWEST_CARDS:
            detail = f"{where}:{MORE}" if number == 0 else f"{where}:{MORE}-{number + 1}"
            yield Reason(ReasonKind.POPULAR, detail=detail), ids


def _proposal(reason: Reason, ids: tuple[TitleId, ...], made_at: datetime) -> RowCandidates:
    genre = reason.detail if reason.kind == ReasonKind.GENRE else ""
    name = genre_slug(genre) if genre else reason.detail.partition(":")[2] or "popular"
    source = RowSource.GENRE if genre else RowSource.TOP_PICKS
    return RowCandidates(
        spec=RowSpec(
            f"shipped-{name}",
            source,
            min_cards=FEWEST_CARDS,
            max_cards=ROW_SIZE,
            place=RowPlacement(earliest=BELOW),
        ),
        candidates=tuple(Candidate(one, "shipped") for one in ids),
        reason=reason,
        freshness=FreshnessSource.FALLBACK,
        computed_at=made_at,
        tier=Tier.STATIC,
    )
