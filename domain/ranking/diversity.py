"""Variety: rows whose cards differ, within caps per franchise and genre, and the figure that reports it.

    next card = greatest of  (1 - d) x score - d x likeness to its neighbours   among the next 8 that may stand

Greedy maximal marginal relevance (Carbonell and Goldstein, 1998). Likeness is the share of a title's facets
(genres, franchise or series, first of the cast) that one of the three cards before it has too; d is
`Caps.diversity`. Looking at eight candidates and three neighbours makes the cost linear in the candidates.
Caps are absolute: a row stays short rather than break one. Floors (quotas, shares of a mixture) are kept by
holding back places: once as many are left as floors still want, only titles that help a floor may stand.
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
from domain.candidates.selection import Scored
from domain.catalog.genres import GENRES
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Caps

LOOKAHEAD = 8
OTHER_FACETS = 104
ROUNDING = 1e-9
_GENRE_BITS = {genre: 1 << place for place, genre in enumerate(GENRES)}


@dataclass(slots=True)
class DiversityCaps:
    """How many titles of each franchise and genre may still come: of one row, or of a whole page.

    It counts while a page is put together, so it is made anew for each page and row and never kept.
    """

    franchise: int | None
    genre: int | None
    taken: dict[str, int] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)

    def copy(self) -> DiversityCaps:
        return DiversityCaps(self.franchise, self.genre, dict(self.taken), set(self.full))

    def admits(self, title: Title) -> bool:
        full = self.full
        if not full:
            return True
        family = title.franchise or title.series_id
        return full.isdisjoint(title.genres) and (family is None or _family_key(family) not in full)

    def take(self, title: Title) -> None:
        if self.genre is not None:
            for genre in title.genres:
                self._count(genre, self.genre)
        family = title.franchise or title.series_id
        if family is not None and self.franchise is not None:
            self._count(_family_key(family), self.franchise)

    def _count(self, key: str, most: int) -> None:
        count = self.taken[key] = self.taken.get(key, 0) + 1
        if count >= most:
            self.full.add(key)


def room_of(caps: Caps, places: int) -> DiversityCaps | None:
    """The room in `places` cards; None when nothing is capped. One title of a genre may always stand."""
    if caps.franchise is None and caps.genre_share is None:
        return None
    genre = None if caps.genre_share is None else max(1, int(caps.genre_share * places + ROUNDING))
    return DiversityCaps(caps.franchise, genre)


def diversify(
    ranked: Sequence[Scored],
    titles: Mapping[TitleId, Title],
    caps: Caps,
    want: int,
    floors: Sequence[QuotaFloor] = (),
    rooms: Sequence[DiversityCaps] = (),
) -> list[Scored]:
    """At most `want` of the ranked (best first, all with titles), in the order in which they should stand.

    `rooms` are those that hold besides the row's own: what is left on the page, say. What is chosen is taken
    from copies of them; whoever keeps the row takes it from the page.
    """
    own = room_of(caps, want)
    rooms = [room.copy() for room in rooms] if own is None else [own, *(room.copy() for room in rooms)]
    if floors or caps.diversity:
        return _greedy(_entries(ranked, titles, caps.diversity), rooms, want, floors)
    if not rooms:
        return list(ranked[:want])
    chosen: list[Scored] = []
    for scored in ranked:
        if len(chosen) == want:
            break
        if _admitted(titles[scored[2].title_id], rooms):
            chosen.append(scored)
    return chosen


Entry: TypeAlias = tuple[float, int, float, Scored, Title]
"""What a card is worth by itself, its facets, what each of them costs when a neighbour has it too."""


def _entries(ranked: Sequence[Scored], titles: Mapping[TitleId, Title], diversity: float) -> Iterator[Entry]:
    own = 1.0 - diversity
    for scored in ranked:
        title = titles[scored[2].title_id]
        mask = _facets(title) if diversity else 0
        yield own * scored[0], mask, diversity / mask.bit_count() if mask else 0.0, scored, title


def _greedy(
    entries: Iterator[Entry], rooms: Sequence[DiversityCaps], want: int, floors: Sequence[QuotaFloor]
) -> list[Scored]:
    waiting = list(entries) if floors else list(islice(entries, LOOKAHEAD))
    needs = [floor.need for floor in floors]
    chosen: list[Scored] = []
    first = second = third = 0
    while waiting and len(chosen) < want:
        index = _helper(waiting, rooms, floors, needs, want - len(chosen)) if floors else None
        if index is None:
            index = _best(waiting, first | second | third)
        _, mask, _, scored, title = waiting.pop(index)
        waiting += islice(entries, 1)
        if rooms and not _admitted(title, rooms):
            continue
        chosen.append(scored)
        first, second, third = second, third, mask
        if floors:
            needs = [need - (title.id in floor.titles) for floor, need in zip(floors, needs, strict=True)]
    return chosen


def _admitted(title: Title, rooms: Sequence[DiversityCaps]) -> bool:
    """Is there room for it? Then it is taken."""
    for room in rooms:
        if not room.admits(title):
            return False
    for room in rooms:
        room.take(title)
    return True


def _best(waiting: Sequence[Entry], neighbours: int) -> int:
    """Index of the next card. Entries fall in worth, so the search ends where none can do better."""
    found, best = 0, -inf
    for index, (own, mask, cost, _, _) in enumerate(waiting):
        if own <= best or index == LOOKAHEAD:
            break
        value = own - cost * (mask & neighbours).bit_count()
        if value > best:
            found, best = index, value
    return found


def _helper(
    waiting: Sequence[Entry],
    rooms: Sequence[DiversityCaps],
    floors: Sequence[QuotaFloor],
    needs: Sequence[int],
    places: int,
) -> int | None:
    """Index of the candidate with room that helps the most floors, the better ranked of equals; None while
    there are more places left than floors want, or when nothing helps."""
    wanting = [floor for floor, need in zip(floors, needs, strict=True) if need > 0]
    if not wanting or sum(need for need in needs if need > 0) < places:
        return None
    found, most = None, 0
    for index, entry in enumerate(waiting):
        title = entry[4]
        helped = sum(title.id in floor.titles for floor in wanting)
        if helped > most and all(room.admits(title) for room in rooms):
            found, most = index, helped
            if most == len(wanting):
                break
    return found


def intra_list_diversity(titles: Iterable[Title]) -> float:
    """Mean unlikeness of all pairs, 0 (all the same) to 1: one minus the Jaccard likeness of their facets.

    The intra-list measure of Ziegler et al., "Improving Recommendation Lists Through Topic Diversification",
    2005, turned so that more is more diverse. Fewer than two titles are as diverse as can be.
    """
    masks = [_facets(title) for title in titles]
    unlike = [
        1.0 - (one & two).bit_count() / (one | two).bit_count() if one | two else 0.0
        for one, two in combinations(masks, 2)
    ]
    return sum(unlike) / len(unlike) if unlike else 1.0


def _family_key(family: str) -> str:
    """A franchise may be called like a genre."""
    return "~" + family


def _facets(title: Title) -> int:
    cast = title.cast
    return _mask(title.genres, title.franchise or title.series_id, cast[0] if cast else None)


@lru_cache(maxsize=16_384)
def _mask(genres: tuple[str, ...], family: str | None, lead: str | None) -> int:
    """Facets as bits: one for each genre of the vocabulary; the rest share 104, which seldom meet."""
    mask = 0
    for genre in genres:
        mask |= _GENRE_BITS.get(genre) or _other("genre", genre)
    if family is not None:
        mask |= _other("family", family)
    return mask if lead is None else mask | _other("lead", lead)


def _other(kind: str, name: str) -> int:
    return 1 << len(_GENRE_BITS) + crc32(f"{kind}:{name}".encode()) % OTHER_FACETS
