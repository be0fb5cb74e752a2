"""Onboarding: the titles a new profile rates first, and its favourite genres.

Titles are picked one by one, each with the least covered genres, since a third crime film tells little, weighted by
popularity, since people only judge what they know. This greedy rule for coverage with diminishing returns is within
1 - 1/e of the best choice (Nemhauser, Wolsey and Fisher, 1978).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from domain.catalog.genres import GENRES
from domain.catalog.titles import Title, TitleKind
from domain.errors import BadInput

MAX_FAVOURITE_GENRES = 5

MAX_LIKED_TITLES = 20
FAMILIARITY_HALF_RANK = 20.0
"""Rank at which a title counts half as well known as the first."""


def onboarding_titles(popular: Sequence[Title], limit: int) -> list[Title]:
    """At most `limit`, most informative first. `popular` comes best known first; episodes are skipped."""
    pending = [
        (FAMILIARITY_HALF_RANK / (FAMILIARITY_HALF_RANK + rank), title)
        for rank, title in enumerate(popular)
        if title.kind != TitleKind.EPISODE and title.genres
    ]
    covered: Counter[str] = Counter()
    chosen: list[Title] = []
    franchises: set[str] = set()
    while pending and len(chosen) < limit:
        best = max(range(len(pending)), key=lambda index: (_gain(*pending[index], covered), -index))
        _, title = pending.pop(best)
        if title.franchise is not None and title.franchise in franchises:
            continue
        franchises.add(title.franchise or "")
        covered.update(title.genres)
        chosen.append(title)
    return chosen


def _gain(familiarity: float, title: Title, covered: Counter[str]) -> float:
    """A mean, so that many genres are no advantage."""
    return familiarity * sum(1 / (1 + covered[genre]) for genre in title.genres) / len(title.genres)


def genres_by_frequency(titles: Sequence[Title]) -> list[str]:
    counted = Counter(genre for title in titles for genre in title.genres)
    return [genre for genre, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def validate_genres(given: Sequence[str]) -> tuple[str, ...]:
    """Raises BadInput."""
    for genre in given:
        if genre not in GENRES:
            raise BadInput(f"genres: there is no genre {genre!r}; offer those that `onboarding` returned.")
    genres = tuple(dict.fromkeys(given))
    if len(genres) > MAX_FAVOURITE_GENRES:
        raise BadInput(f"genres: choose at most {MAX_FAVOURITE_GENRES}, not {len(genres)}.")
    return genres
