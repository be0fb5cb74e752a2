"""The first questions to a new profile: few titles, chosen so that liking one or not tells most about its taste.

Whether a title splits taste is judged by its genres: what is liked by everybody of every taste tells nothing,
and the third crime film tells little more than the second. So titles are taken one by one, each time the one
whose genres are least told of by those taken already, popular ones first among equals: a person can only
answer about what they know. It is the greedy rule for covering with diminishing returns, which is within
1 - 1/e of the best choice (Nemhauser, Wolsey and Fisher, 1978).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from domain.catalog.genres import GENRES
from domain.catalog.titles import Title, TitleKind
from domain.errors import BadInput

MOST_GENRES = 5
"""Favourite genres a profile keeps."""

MOST_LIKED = 20
FAMILIAR_HALF = 20.0
"""Rank at which a title counts as half as well known as the first."""


def questions(popular: Sequence[Title], want: int) -> list[Title]:
    """At most `want` of these titles, most telling first. `popular` comes best known first; no episodes."""
    waiting = [
        (FAMILIAR_HALF / (FAMILIAR_HALF + rank), title)
        for rank, title in enumerate(popular)
        if title.kind != TitleKind.EPISODE and title.genres
    ]
    told: Counter[str] = Counter()
    chosen: list[Title] = []
    franchises: set[str] = set()
    while waiting and len(chosen) < want:
        best = max(range(len(waiting)), key=lambda index: (_gain(*waiting[index], told), -index))
        _, title = waiting.pop(best)
        if title.franchise is not None and title.franchise in franchises:
            continue
        franchises.add(title.franchise or "")
        told.update(title.genres)
        chosen.append(title)
    return chosen


def _gain(familiar: float, title: Title, told: Counter[str]) -> float:
    """What a title would tell that is not told yet: the mean over its genres, so that many do not win."""
    return familiar * sum(1 / (1 + told[genre]) for genre in title.genres) / len(title.genres)


def genres_of(titles: Sequence[Title]) -> list[str]:
    """The genres to offer: those that these titles have, most frequent first."""
    counted = Counter(genre for title in titles for genre in title.genres)
    return [genre for genre, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def checked_genres(given: Sequence[str]) -> tuple[str, ...]:
    """Favourite genres as they are kept: known ones, each once. Raises BadInput naming the one that is not."""
    for genre in given:
        if genre not in GENRES:
            raise BadInput(f"genres: there is no genre {genre!r}; offer those that `onboarding` returned.")
    kept = tuple(dict.fromkeys(given))
    if len(kept) > MOST_GENRES:
        raise BadInput(f"genres: choose at most {MOST_GENRES}, not {len(kept)}.")
    return kept
