"""The score of a card: a linear blend of the source's score and request-time signals.

    score = base + taste + trending + newness + context - fatigue - dislike + boost

| part     | before its weight                                                            | range |
|----------|------------------------------------------------------------------------------|-------|
| base     | the source's score relative to its best; without scores 10 / (10 + rank);    | 0..1  |
|          | beside a nightly list (below) half of it, or 1/2 + 1/2 of the list's score   |       |
| taste    | s x affinity of its genres + (1 - s) x popularity, s = n / (n + 10)          | -1..1 |
| trending | its trending score relative to the highest                                   | 0..1  |
| newness  | 1 at launch, linear to 0 after 30 days                                       | 0..1  |
| context  | hour and device (context_boosts.py)                                          | -1..1 |
| fatigue  | seen and not played (impression_fatigue.py)                                  | 0..1  |
| dislike  | similar to a disliked title (negative_feedback.py)                           | 0..1  |
| boost    | an editor's boost, without a weight (editorial.py)                           | -1..1 |

Layouts hold the weights, so they may differ by variant. The blend is linear because it must be explained term by
term: CombSUM (Fox and Shaw, 1994), like the light rankers of gorse and Twitter's home mixer. s is the share of
personal evidence: without history popularity decides, and the profile's taste takes over smoothly.

Rows other than Top Picks and genres show first what the profile's nightly list holds, in the order of its scores.
They are learned from what viewers watch next: of titles like one that was watched, those that this viewer may watch.

Parts are multiples of 2^-20. Their binary sums are exact in any order, so equal pages are equal bytes anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter

from domain.candidates.model import Candidate
from domain.candidates.selection import ScoredCandidate
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import MAX_CARDS, Weights
from domain.ranking.context_boosts import ContextBoost, context_boosts
from domain.ranking.genre_affinity import evidence_count, genre_affinity, personal_share, recent_show_weights
from domain.ranking.impression_fatigue import fatigue_scores
from domain.recommendations.lists import TopPicks
from domain.viewers.activity import Activity

GRID = 2.0**20
MIN_TOP_SCORE = 1e-9
"""Up to this, a list has no scores: the batch run gives fillers 0."""

RANK_HALF = 10.0
NEW_PERIOD = timedelta(days=30)
NO_TIME = timedelta(0)
TRENDING = "trending"
NO_BOOSTS: Mapping[TitleId, float] = {}
NO_PICKS: Mapping[TitleId, float] = {}

_RANK_SCORES = tuple(RANK_HALF / (RANK_HALF + rank) for rank in range(4 * MAX_CARDS))
_SCORE = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Signals:
    """`genre_affinity` is genre -> -1..1."""

    now: datetime
    genre_affinity: Mapping[str, float]
    personal_share: float
    trending: Mapping[TitleId, float]
    fatigue: Mapping[TitleId, float]
    dislike: Mapping[TitleId, float]
    context_boost: ContextBoost
    local_time: datetime
    picks: Mapping[TitleId, float] = field(default_factory=dict)
    """Of the profile's nightly list: the score relative to the best, 0..1."""
    _term_sums: dict[Weights, dict[TitleId, int]] = field(default_factory=dict, repr=False, compare=False)
    """A title's terms other than base and boost are equal in all rows."""


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """Weighted and signed; they add up to the score exactly."""

    base: float
    taste: float
    trending: float
    newness: float
    context: float
    fatigue: float
    dislike: float
    boost: float


def ranking_signals(
    activity: Activity,
    titles: Mapping[TitleId, Title],
    picks: TopPicks | None,
    now: datetime,
    *,
    local: datetime | None = None,
    device: str = "",
    favourites: Sequence[str] = (),
    trending: Mapping[TitleId, float] | None = None,
    dislike: Mapping[TitleId, float] | None = None,
) -> Signals:
    """`titles` includes the shows of `recent_show_weights`. `local` is `now` in the region's zone."""
    local_time = local or now
    return Signals(
        now=now,
        genre_affinity=genre_affinity(recent_show_weights(activity, now), titles, picks, favourites),
        personal_share=personal_share(evidence_count(activity)),
        trending=trending or {},
        fatigue=fatigue_scores(activity, titles, now),
        dislike=dislike or {},
        context_boost=context_boosts(local_time, device),
        local_time=local_time,
        picks=pick_scores(picks),
    )


def pick_scores(picks: TopPicks | None) -> dict[TitleId, float]:
    """Title -> 0..1, relative to the best of the profile's nightly list."""
    found = picks.picks if picks else ()
    top = max((pick.score for pick in found), default=0.0)
    if top <= MIN_TOP_SCORE:
        return {}
    return {pick.title_id: max(0.0, pick.score / top) for pick in found}


def trending_scores(lists: Iterable[Sequence[Candidate]]) -> dict[TitleId, float]:
    """Title -> 0..1, from the page's own trending rows, so nothing more is loaded."""
    scores: dict[TitleId, float] = {}
    for candidates in lists:
        scored = [one for one in candidates if one.source.startswith(TRENDING) and one.score]
        top = max_source_score(scored)
        for candidate in scored:
            own = (candidate.score or 0.0) / top
            scores[candidate.title_id] = max(own, scores.get(candidate.title_id, 0.0))
    return scores


def max_source_score(candidates: Iterable[Candidate]) -> float:
    """0 when no candidate has a score."""
    return max((candidate.score for candidate in candidates if candidate.score is not None), default=0.0)


def score_candidates(
    candidates: Sequence[Candidate],
    titles: Mapping[TitleId, Title],
    signals: Signals,
    weights: Weights,
    boosts: Mapping[TitleId, float] = NO_BOOSTS,
    picks: Mapping[TitleId, float] = NO_PICKS,
) -> list[ScoredCandidate]:
    """All candidates, best first; ties keep the source's order. `picks`: those of the signals, but for Top Picks.

    Candidates without a title keep their base score, so that explanations can find them.
    """
    term_sums = signals._term_sums.get(weights)
    if term_sums is None:
        term_sums = signals._term_sums[weights] = _all_term_sums(titles, signals, weights)
    top = max_source_score(candidates)
    scale = weights.base * GRID / top if top > MIN_TOP_SCORE else 0.0
    by_rank = weights.base * GRID
    last = len(_RANK_SCORES) - 1
    ranked: list[ScoredCandidate] = []
    for rank, candidate in enumerate(candidates):
        title_id = candidate.title_id
        term_sum = term_sums.get(title_id)
        if term_sum is None:
            term_sum = _term_sum(titles.get(title_id), signals, weights)
        own = candidate.score
        if own is None or not scale:
            base = int(by_rank * _RANK_SCORES[rank if rank < last else last])
        else:
            base = int(scale * own)
        if picks:
            base = _base_beside_list(base, picks.get(title_id), by_rank)
        ranked.append(((base + term_sum) / GRID, rank, candidate))
    if boosts:
        ranked = [
            (points + _grid_cells(boosts.get(candidate.title_id, 0.0)) / GRID, rank, candidate)
            for points, rank, candidate in ranked
        ]
    ranked.sort(key=_SCORE, reverse=True)
    return ranked


def score_parts(
    candidate: Candidate,
    rank: int,
    title: Title,
    signals: Signals,
    weights: Weights,
    top: float = 1.0,
    boost: float = 0.0,
    picks: Mapping[TitleId, float] = NO_PICKS,
) -> ScoreParts:
    """`picks` as for `score_candidates`. `top` is the list's `max_source_score`; `rank` counts from 0."""
    if candidate.score is None or top <= MIN_TOP_SCORE:
        base = int(weights.base * GRID * _RANK_SCORES[min(rank, len(_RANK_SCORES) - 1)])
    else:
        base = int(weights.base * GRID / top * candidate.score)
    if picks:
        base = _base_beside_list(base, picks.get(candidate.title_id), weights.base * GRID)
    taste, trending, newness, context, fatigue, dislike = _terms(title, signals, weights)
    return ScoreParts(
        base=base / GRID,
        taste=taste / GRID,
        trending=trending / GRID,
        newness=newness / GRID,
        context=context / GRID,
        fatigue=fatigue / GRID,
        dislike=dislike / GRID,
        boost=_grid_cells(boost) / GRID,
    )


def _base_beside_list(base: int, pick: float | None, full: float) -> int:
    """`full` is the base of the best title."""
    return base // 2 if pick is None else int(full * (0.5 + 0.5 * pick))


def _term_sum(title: Title | None, signals: Signals, weights: Weights) -> int:
    """For titles that fallback rows add later."""
    return 0 if title is None else sum(_terms(title, signals, weights))


def _all_term_sums(titles: Mapping[TitleId, Title], signals: Signals, weights: Weights) -> dict[TitleId, int]:
    """The sums of `_terms` for a page; shares work between equal genres and skips terms that are mostly 0."""
    by_taste, by_trend, by_newness = weights.taste * GRID, weights.trending * GRID, weights.newness * GRID
    by_context, popularity_share = weights.context * GRID, 1.0 - signals.personal_share
    trending, boost, now = signals.trending, signals.context_boost, signals.now
    oldest, has_boost = now - NEW_PERIOD, bool(boost)
    penalties = _penalties(signals, weights)
    by_genres: dict[tuple[str, ...], tuple[float, float]] = {}
    term_sums: dict[TitleId, int] = {}
    for title_id, title in titles.items():
        genres = title.genres
        known = by_genres.get(genres)
        if known is None:
            known = (
                signals.personal_share * _mean_affinity(signals.genre_affinity, genres),
                boost.for_genres(genres),
            )
            by_genres[genres] = known
        term_sum = int(by_taste * (known[0] + popularity_share * title.popularity))
        if title_id in trending:
            term_sum += int(by_trend * trending[title_id])
        if title.launched_at > oldest:
            term_sum += int(by_newness * _newness(title, now))
        if has_boost:
            term_sum += int(by_context * boost.add_length(known[1], title.runtime_seconds))
        if title_id in penalties:
            term_sum -= penalties[title_id]
        term_sums[title_id] = term_sum
    return term_sums


def _penalties(signals: Signals, weights: Weights) -> dict[TitleId, int]:
    """Fatigue plus dislike."""
    penalties = {key: int(weights.fatigue * GRID * value) for key, value in signals.fatigue.items()}
    for key, value in signals.dislike.items():
        penalties[key] = penalties.get(key, 0) + int(weights.dislike * GRID * value)
    return penalties


def _terms(title: Title, signals: Signals, weights: Weights) -> tuple[int, int, int, int, int, int]:
    """Taste, trending, newness, context, fatigue, dislike in grid cells."""
    title_id = title.id
    personal = signals.personal_share * _mean_affinity(signals.genre_affinity, title.genres)
    newness = _newness(title, signals.now)
    return (
        int(weights.taste * GRID * (personal + (1.0 - signals.personal_share) * title.popularity)),
        int(weights.trending * GRID * signals.trending.get(title_id, 0.0)),
        int(weights.newness * GRID * newness),
        int(weights.context * GRID * signals.context_boost.for_title(title)) if signals.context_boost else 0,
        -int(weights.fatigue * GRID * signals.fatigue.get(title_id, 0.0)),
        -int(weights.dislike * GRID * signals.dislike.get(title_id, 0.0)),
    )


def _mean_affinity(affinity: Mapping[str, float], genres: Sequence[str]) -> float:
    return sum([affinity.get(genre, 0.0) for genre in genres]) / len(genres) if genres else 0.0


def _newness(title: Title, now: datetime) -> float:
    """1 at the launch, 0 after NEW_PERIOD and before the launch."""
    age = now - title.launched_at
    return max(0.0, 1.0 - age / NEW_PERIOD) if age >= NO_TIME else 0.0


def _grid_cells(value: float) -> int:
    return int(value * GRID)
