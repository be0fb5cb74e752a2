"""Content similarity: neighbours for titles with little co-watching.

    similarity(a, b) = 0.5 x Jaccard of genres + 0.3 if one franchise + 0.2 x shared cast / 3, at most 1

    score(seed, t) = w x co-watch score / best of the list + (1 - w) x similarity,  w = support / (support + 10)

A title without co-watching scores its similarity times 1 - w of the best supported pair: for a well-known seed,
co-watching beats genres. A new title has neighbours on its first day (gorse issue 613).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.recommendations.lists import Neighbour

GENRES, FRANCHISE, CAST = 0.5, 0.3, 0.2
FULL_CAST_MATCH = 3
HALF_WEIGHT_SUPPORT = 10
"""Profiles who liked both at which co-watching and similarity count the same."""


def content_similarity(one: Title, two: Title) -> float:
    """0..1, symmetric."""
    ours, theirs = set(one.genres), set(two.genres)
    either = len(ours | theirs)
    total = GENRES * len(ours & theirs) / either if either else 0.0
    if one.franchise is not None and one.franchise == two.franchise:
        total += FRANCHISE
    shared = len(set(one.cast) & set(two.cast))
    return total + CAST * min(FULL_CAST_MATCH, shared) / FULL_CAST_MATCH


def most_similar(seed: Title, pool: Iterable[Title], limit: int) -> list[Neighbour]:
    """Best first; ties by popularity, then id. The seed's own show is left out."""
    similar = [
        (content_similarity(seed, title), title)
        for title in pool
        if title.show_id != seed.show_id and title.id != seed.id
    ]
    similar.sort(key=lambda pair: (-pair[0], -pair[1].popularity, pair[1].id))
    return [Neighbour(title.id, score, 0) for score, title in similar[:limit] if score > 0.0]


def co_watch_weight(support: int) -> float:
    return support / (support + HALF_WEIGHT_SUPPORT)


def blend_neighbours(
    co_watched: Sequence[Neighbour], similar: Sequence[Neighbour], limit: int
) -> list[Neighbour]:
    """Co-watched and similar titles in one list, best first, ties by id.

    A co-watched one without support is what the night found by content: its score counts as similarity.
    """
    by_content = [*similar, *(neighbour for neighbour in co_watched if neighbour.support == 0)]
    co_watched = [neighbour for neighbour in co_watched if neighbour.support > 0]
    content_scores: dict[TitleId, float] = {}
    for neighbour in by_content:
        content_scores[neighbour.title_id] = max(neighbour.score, content_scores.get(neighbour.title_id, 0.0))
    best = max((neighbour.score for neighbour in co_watched), default=0.0)
    best_weight = co_watch_weight(max((neighbour.support for neighbour in co_watched), default=0))
    scores = {title_id: ((1.0 - best_weight) * score, 0) for title_id, score in content_scores.items()}
    for neighbour in co_watched:
        weight = co_watch_weight(neighbour.support)
        co_watch_score = neighbour.score / best if best > 0.0 else 0.0
        score = weight * co_watch_score + (1.0 - weight) * content_scores.get(neighbour.title_id, 0.0)
        scores[neighbour.title_id] = (score, neighbour.support)
    ordered = sorted(scores.items(), key=lambda item: (-item[1][0], item[0]))
    return [Neighbour(title_id, score, support) for title_id, (score, support) in ordered[:limit]]
