"""Strategies for ranking: few titles, many lists, weights and signals, all of them small."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from domain.candidates.model import Candidate
from domain.candidates.selection import ScoredCandidate
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Weights
from domain.ranking.context_boosts import ContextBoost
from domain.ranking.scoring import Signals
from domain.recommendations.reasons import Reason, ReasonKind
from tests.domain.made import DAY, NOW, a_title

GENRES = ("Comedy", "Crime", "Drama", "Horror", "Thriller")
FRANCHISES = (None, None, "Harbours", "Orchards")
TITLES: dict[TitleId, Title] = {
    TitleId(f"t{n}"): a_title(
        f"t{n}",
        genres=tuple(GENRES[(n + step) % 5] for step in range(n % 3 + 1)) if n % 11 else (),
        franchise=FRANCHISES[n % 4],
        series_id=None,
        cast=(f"Player {n % 5}",) if n % 4 else (),
        launched_at=NOW - (n * 7 % 90) * DAY,
        popularity=(n * 37 % 100) / 100,
        runtime_seconds=(n % 6) * 1800 or None,
    )
    for n in range(40)
}
CHANCE = random.Random(7)
SOURCES = ("popular", "similar:t1", "trending:day", "top_picks:similar")
REASONS = (None, Reason(ReasonKind.TASTE), Reason(ReasonKind.POPULAR))


def _candidate(title_id: TitleId, kind: int) -> Candidate:
    """Kind 0: a source without scores; 1: one with few different ones; 2: any."""
    own = (None, CHANCE.randrange(4) / 3, CHANCE.random())[kind]
    return Candidate(title_id, CHANCE.choice(SOURCES), CHANCE.choice(REASONS), own)


def _list() -> list[Candidate]:
    kind = CHANCE.randrange(4)
    ids = CHANCE.sample(list(TITLES), CHANCE.randrange(26))
    return [_candidate(title_id, CHANCE.randrange(3) if kind == 3 else kind) for title_id in ids]


def _by_title() -> dict[TitleId, float]:
    return {title_id: CHANCE.random() for title_id in CHANCE.sample(list(TITLES), CHANCE.randrange(9))}


def _by_genre() -> dict[str, float]:
    return {genre: CHANCE.uniform(-1, 1) for genre in CHANCE.sample(GENRES, CHANCE.randrange(6))}


def _signals() -> Signals:
    short = ((CHANCE.randrange(9000), CHANCE.uniform(-1, 1)),) * CHANCE.randrange(2)
    return Signals(
        now=NOW,
        genre_affinity=_by_genre(),
        personal_share=CHANCE.choice([0.0, CHANCE.random(), 1.0]),
        trending=_by_title(),
        fatigue=_by_title(),
        dislike=_by_title(),
        context_boost=ContextBoost(_by_genre(), short),
        local_time=NOW,
    )


def _weights() -> Weights:
    return Weights(*(CHANCE.choice([0.0, CHANCE.random(), 1.0]) for _ in range(7)))


lists = st.sampled_from([_list() for _ in range(500)])
signals = st.sampled_from([_signals() for _ in range(300)])
weights = st.sampled_from([_weights() for _ in range(300)])
by_title = st.sampled_from([_by_title() for _ in range(100)])
"""One draw each: many examples in little time."""


def _ranking() -> list[ScoredCandidate]:
    """Titles with falling scores, some equal, as scoring leaves them."""
    ids = CHANCE.sample(list(TITLES), CHANCE.randrange(31))
    points = sorted((round(CHANCE.uniform(-1, 2), CHANCE.choice([1, 6])) for _ in ids), reverse=True)
    return [
        (score, rank, Candidate(name, "popular"))
        for rank, (score, name) in enumerate(zip(points, ids, strict=True))
    ]


rankings = st.sampled_from([_ranking() for _ in range(500)])


def ranking(*names: str, step: float = 0.1) -> list[ScoredCandidate]:
    """Titles by name with scores 1, 1 - step, ..."""
    return [(1 - step * rank, rank, Candidate(TitleId(name), "popular")) for rank, name in enumerate(names)]


def names(row: list[ScoredCandidate]) -> str:
    return " ".join(candidate.title_id for _, _, candidate in row)
