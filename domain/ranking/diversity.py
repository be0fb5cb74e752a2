"""Diversity within a row: varied neighbours, caps per franchise and genre, and a metric.

    next card = max over the next 8 allowed of  (1 - d) x score - d x similarity to its neighbours

Greedy maximal marginal relevance (Carbonell and Goldstein, 1998). Similarity is the share of a title's facets
(genres, franchise or series, first cast member) found in the previous three cards; d is `Caps.diversity`. The small
windows keep the cost linear. A row stays short rather than break a cap. Floors (quotas, mix shares) reserve slots:
once they need all slots left, only titles that help a floor are selected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, islice
from math import inf
from typing import TypeAlias
from zlib import crc32

from domain.candidates.model import QuotaFloor
from domain.candidates.selection import ScoredCandidate
from domain.catalog.genres import GENRES
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Caps

LOOKAHEAD = 8
HASHED_FACETS = 104
ROUNDING = 1e-9
_GENRE_BITS = {genre: 1 << place for place, genre in enumerate(GENRES)}


@dataclass(slots=True)
class DiversityCaps:
    """Counts titles per franchise and genre. Mutable: make one per row and page."""

    franchise: int | None
    genre: int | None
    counts: dict[str, int] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)

    def copy(self) -> DiversityCaps:
        return DiversityCaps(self.franchise, self.genre, dict(self.counts), set(self.full))

    def allows(self, title: Title) -> bool:
        full = self.full
        if not full:
            return True
        family = title.franchise or title.series_id
        return full.isdisjoint(title.genres) and (family is None or _family_cap_key(family) not in full)

    def add(self, title: Title) -> None:
        if self.genre is not None:
            for genre in title.genres:
                self._count(genre, self.genre)
        family = title.franchise or title.series_id
        if family is not None and self.franchise is not None:
            self._count(_family_cap_key(family), self.franchise)

    def _count(self, key: str, cap: int) -> None:
        count = self.counts[key] = self.counts.get(key, 0) + 1
        if count >= cap:
            self.full.add(key)


def diversity_caps(caps: Caps, places: int) -> DiversityCaps | None:
    """None when nothing is capped. One title per genre is always allowed."""
    if caps.franchise is None and caps.genre_share is None:
        return None
    genre = None if caps.genre_share is None else max(1, int(caps.genre_share * places + ROUNDING))
    return DiversityCaps(caps.franchise, genre)


def diversify(
    ranked: Sequence[ScoredCandidate],
    titles: Mapping[TitleId, Title],
    caps: Caps,
    limit: int,
    floors: Sequence[QuotaFloor] = (),
    outer_caps: Sequence[DiversityCaps] = (),
) -> list[ScoredCandidate]:
    """At most `limit` of the ranked candidates, in display order.

    `outer_caps` apply besides the row's own. They are copied: the caller counts what it shows.
    """
    row_caps = diversity_caps(caps, limit)
    outer_caps = (
        [each.copy() for each in outer_caps]
        if row_caps is None
        else [row_caps, *(each.copy() for each in outer_caps)]
    )
    if floors or caps.diversity:
        return _select_greedily(_greedy_entries(ranked, titles, caps.diversity), outer_caps, limit, floors)
    if not outer_caps:
        return list(ranked[:limit])
    chosen: list[ScoredCandidate] = []
    for scored in ranked:
        if len(chosen) == limit:
            break
        if _add_if_allowed(titles[scored[2].title_id], outer_caps):
            chosen.append(scored)
    return chosen


GreedyEntry: TypeAlias = tuple[float, int, float, ScoredCandidate, Title]
"""Weighted score, facet mask, cost of each shared facet, candidate, title."""


def _greedy_entries(
    ranked: Sequence[ScoredCandidate], titles: Mapping[TitleId, Title], diversity: float
) -> Iterator[GreedyEntry]:
    score_share = 1.0 - diversity
    for scored in ranked:
        title = titles[scored[2].title_id]
        mask = _facet_mask(title) if diversity else 0
        yield score_share * scored[0], mask, diversity / mask.bit_count() if mask else 0.0, scored, title


def _select_greedily(
    entries: Iterator[GreedyEntry],
    all_caps: Sequence[DiversityCaps],
    limit: int,
    floors: Sequence[QuotaFloor],
) -> list[ScoredCandidate]:
    pending = list(entries) if floors else list(islice(entries, LOOKAHEAD))
    missing = [floor.min_cards for floor in floors]
    chosen: list[ScoredCandidate] = []
    first = second = third = 0
    while pending and len(chosen) < limit:
        index = _floor_index(pending, all_caps, floors, missing, limit - len(chosen)) if floors else None
        if index is None:
            index = _best_index(pending, first | second | third)
        _, mask, _, scored, title = pending.pop(index)
        pending += islice(entries, 1)
        if all_caps and not _add_if_allowed(title, all_caps):
            continue
        chosen.append(scored)
        first, second, third = second, third, mask
        if floors:
            missing = [need - (title.id in floor.titles) for floor, need in zip(floors, missing, strict=True)]
    return chosen


def _add_if_allowed(title: Title, all_caps: Sequence[DiversityCaps]) -> bool:
    for caps in all_caps:
        if not caps.allows(title):
            return False
    for caps in all_caps:
        caps.add(title)
    return True


def _best_index(pending: Sequence[GreedyEntry], neighbours: int) -> int:
    """Scores only fall, so the search stops where no later entry can win."""
    found, best = 0, -inf
    for index, (weighted_score, mask, cost, _, _) in enumerate(pending):
        if weighted_score <= best or index == LOOKAHEAD:
            break
        value = weighted_score - cost * (mask & neighbours).bit_count()
        if value > best:
            found, best = index, value
    return found


def _floor_index(
    pending: Sequence[GreedyEntry],
    all_caps: Sequence[DiversityCaps],
    floors: Sequence[QuotaFloor],
    missing: Sequence[int],
    places: int,
) -> int | None:
    """The best allowed candidate for the floors; None while they need fewer than all slots left."""
    unmet = [floor for floor, need in zip(floors, missing, strict=True) if need > 0]
    if not unmet or sum(need for need in missing if need > 0) < places:
        return None
    found, most = None, 0
    for index, entry in enumerate(pending):
        title = entry[4]
        helped = sum(title.id in floor.titles for floor in unmet)
        if helped > most and all(caps.allows(title) for caps in all_caps):
            found, most = index, helped
            if most == len(unmet):
                break
    return found


def intra_list_diversity(titles: Iterable[Title]) -> float:
    """Mean distance of all pairs, 0 (all the same) to 1: one minus the Jaccard similarity of their facets.

    The measure of Ziegler et al., "Improving Recommendation Lists Through Topic Diversification", 2005, inverted.
    Fewer than two titles give 1.
    """
    masks = [_facet_mask(title) for title in titles]
    distances = [
        1.0 - (one & two).bit_count() / (one | two).bit_count() if one | two else 0.0
        for one, two in combinations(masks, 2)
    ]
    return sum(distances) / len(distances) if distances else 1.0


def _family_cap_key(family: str) -> str:
    """Keeps a franchise apart from a genre of the same name."""
    return "~" + family


def _facet_mask(title: Title) -> int:
    cast = title.cast
    return _facet_bits(title.genres, title.franchise or title.series_id, cast[0] if cast else None)


@lru_cache(maxsize=16_384)
def _facet_bits(genres: tuple[str, ...], family: str | None, lead: str | None) -> int:
    """One bit per known genre; other facets are hashed to 104 bits."""
    mask = 0
    for genre in genres:
        mask |= _GENRE_BITS.get(genre) or _hashed_bit("genre", genre)
    if family is not None:
        mask |= _hashed_bit("family", family)
    return mask if lead is None else mask | _hashed_bit("lead", lead)


def _hashed_bit(kind: str, name: str) -> int:
    return 1 << len(_GENRE_BITS) + crc32(f"{kind}:{name}".encode()) % HASHED_FACETS
