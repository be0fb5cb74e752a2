"""Titles that resemble each other by what they are: neighbours for those that too few have watched yet.

    likeness(a, b) = 0.5 x Jaccard of genres + 0.3 if one franchise + 0.2 x shared cast / 3, at most 1

    score(seed, t) = w x co-watch score / best of the list + (1 - w) x likeness,  w = support / (support + 10)

The weight moves from likeness to co-watching as support grows, without a step. A title that co-watching does not
name has the likeness alone, times 1 - w of the best supported pair: once a seed is well known, those who watched
it know better than its genres. A new title has neighbours on its first day (gorse issue 613 asks for that).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.recommendations.lists import Neighbour

GENRES, FRANCHISE, CAST = 0.5, 0.3, 0.2
CAST_ENOUGH = 3
HALF_WAY = 10
"""Profiles who liked both, with whom co-watching and likeness count the same."""


def likeness(one: Title, two: Title) -> float:
    """0..1, the same both ways."""
    ours, theirs = set(one.genres), set(two.genres)
    either = len(ours | theirs)
    total = GENRES * len(ours & theirs) / either if either else 0.0
    if one.franchise is not None and one.franchise == two.franchise:
        total += FRANCHISE
    shared = len(set(one.cast) & set(two.cast))
    return total + CAST * min(CAST_ENOUGH, shared) / CAST_ENOUGH


def resembling(seed: Title, pool: Iterable[Title], want: int) -> list[Neighbour]:
    """The titles of the pool most like the seed, best first; equals by popularity, then id. Never its own show."""
    alike = [
        (likeness(seed, title), title)
        for title in pool
        if title.show_id != seed.show_id and title.id != seed.id
    ]
    alike.sort(key=lambda pair: (-pair[0], -pair[1].popularity, pair[1].id))
    return [Neighbour(title.id, score, 0) for score, title in alike[:want] if score > 0.0]


def weight_of(support: int) -> float:
    """How far co-watching counts against likeness, 0..1."""
    return support / (support + HALF_WAY)


def blended(watched: Sequence[Neighbour], alike: Sequence[Neighbour], want: int) -> list[Neighbour]:
    """One list out of co-watched neighbours and those that resemble the seed, best first, equals by id."""
    best = max((neighbour.score for neighbour in watched), default=0.0)
    known = weight_of(max((neighbour.support for neighbour in watched), default=0))
    looks: dict[TitleId, float] = {neighbour.title_id: neighbour.score for neighbour in alike}
    scores = {title_id: ((1.0 - known) * score, 0) for title_id, score in looks.items()}
    for neighbour in watched:
        weight = weight_of(neighbour.support)
        watching = neighbour.score / best if best > 0.0 else 0.0
        score = weight * watching + (1.0 - weight) * looks.get(neighbour.title_id, 0.0)
        scores[neighbour.title_id] = (score, neighbour.support)
    ordered = sorted(scores.items(), key=lambda item: (-item[1][0], item[0]))
    return [Neighbour(title_id, score, support) for title_id, (score, support) in ordered[:want]]
