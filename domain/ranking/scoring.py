"""A card's score: one linear blend of what the source said and what is known this minute.

    score = base + taste + trending + newness + context - fatigue - dislike + boost

| part     | what it is, before its weight                                            | range  |
|----------|--------------------------------------------------------------------------|--------|
| base     | the source's score relative to its best; without one 10 / (10 + rank)     | 0..1   |
| taste    | s x affinity of its genres + (1 - s) x popularity, s = n / (n + 10)       | -1..1  |
| trending | its score among what trends, relative to the hottest                     | 0..1   |
| newness  | 1 on the day of its launch, down in a straight line to 0 after 30 days    | 0..1   |
| context  | what suits the hour and the device (domain/ranking/context_boosts.py)                   | -1..1  |
| fatigue  | seen and not played (domain/ranking/impression_fatigue.py)                                   | 0..1   |
| dislike  | like something disliked (domain/ranking/negative_feedback.py)                              | 0..1   |
| boost    | an editor's, with an end date (domain/ranking/editorial.py); has no weight        | -1..1  |

Weights stand in the layout (domain/layouts/model.py) and so may differ by arm. Linear and by hand, because it must be
explained term by term; a sum of few normalised scores with tuned weights is CombSUM (Fox and Shaw, 1994), and is
what the light rankers of gorse and of Twitter's home mixer do. s is the share of the personal: a profile without
history gets what everybody likes, and its own taste takes over as evidence grows, without a step.

Parts are whole multiples of 2^-20. Sums of those are exact in binary floating point, so parts add up to
the score to the last bit in any order, and equal pages are equal bytes on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter

from domain.candidates.model import Candidate
from domain.candidates.selection import Scored
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import MAX_CARDS, Weights
from domain.ranking.context_boosts import ContextBoost, context_boosts
from domain.ranking.genre_affinity import affinity, evidence_of, latest_shows, personal_share
from domain.ranking.impression_fatigue import fatigue_scores
from domain.recommendations.lists import TopPicks
from domain.viewers.activity import Activity

GRID = 2.0**20
FAINT = 1e-9
"""A best score of no more than this is none at all: the night shift's fillers have 0."""

RANK_HALF = 10.0
NEW_FOR = timedelta(days=30)
TRENDING = "trending"
NO_BOOSTS: Mapping[TitleId, float] = {}

_BY_RANK = tuple(RANK_HALF / (RANK_HALF + rank) for rank in range(4 * MAX_CARDS))
_SCORE = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a profile at one moment, gathered once for a page.

    `taste` is genre -> -1..1, `evidence` how many titles it rests on, `share` what follows from it.
    """

    now: datetime
    taste: Mapping[str, float]
    evidence: int
    share: float
    trending: Mapping[TitleId, float]
    fatigue: Mapping[TitleId, float]
    dislike: Mapping[TitleId, float]
    leaning: ContextBoost
    local: datetime
    device: str
    _known: dict[Weights, dict[TitleId, int]] = field(default_factory=dict, repr=False, compare=False)
    """What was worked out for a title already: it stands in several rows and its parts are the same in all."""


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """The terms of one score, weighted and signed: they add up to it exactly."""

    base: float
    taste: float
    trending: float
    newness: float
    context: float
    fatigue: float
    dislike: float
    boost: float

    @property
    def total(self) -> float:
        return (
            self.base
            + self.taste
            + self.trending
            + self.newness
            + self.context
            + self.fatigue
            + self.dislike
            + self.boost
        )


def signals_of(
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
    current: Title | None = None,
) -> Signals:
    """`titles` are those of the page, the shows of `affinity.latest_shows` among them.

    `local` is `now` on the clock of the profile's market; `trending` comes from `heat`, `dislike` from
    `dislikes.damped`; `current` is a title the viewer looks at, when the page is about one.
    """
    evidence = evidence_of(activity)
    there = local or now
    return Signals(
        now=now,
        taste=affinity(latest_shows(activity, now), titles, picks, favourites),
        evidence=evidence,
        share=personal_share(evidence),
        trending=trending or {},
        fatigue=fatigue_scores(activity, titles, now),
        dislike=dislike or {},
        leaning=context_boosts(there, device, current),
        local=there,
        device=device,
    )


def trending_scores(lists: Iterable[Sequence[Candidate]]) -> dict[TitleId, float]:
    """Title -> 0..1 of what trends, from the lists of the page's own trending rows: nothing more is loaded."""
    hot: dict[TitleId, float] = {}
    for candidates in lists:
        scored = [one for one in candidates if one.source.startswith(TRENDING) and one.score]
        hottest = max_source_score(scored)
        for candidate in scored:
            own = (candidate.score or 0.0) / hottest
            hot[candidate.title_id] = max(own, hot.get(candidate.title_id, 0.0))
    return hot


def max_source_score(candidates: Iterable[Candidate]) -> float:
    """The best score that a list's source gave; 0 when it gave none."""
    return max((candidate.score for candidate in candidates if candidate.score is not None), default=0.0)


def score(
    candidates: Sequence[Candidate],
    titles: Mapping[TitleId, Title],
    signals: Signals,
    weights: Weights,
    boosts: Mapping[TitleId, float] = NO_BOOSTS,
) -> list[Scored]:
    """All candidates with their scores, best first; equal ones keep the source's order.

    Those without a title (they may not be shown) keep the base alone, so that "why not" can find them.
    """
    known = signals._known.get(weights)
    if known is None:
        known = signals._known[weights] = _extras(titles, signals, weights)
    top = max_source_score(candidates)
    scale = weights.base * GRID / top if top > FAINT else 0.0
    by_rank = weights.base * GRID
    last = len(_BY_RANK) - 1
    ranked: list[Scored] = []
    for rank, candidate in enumerate(candidates):
        title_id = candidate.title_id
        extra = known.get(title_id)
        if extra is None:
            extra = _extra(titles.get(title_id), signals, weights)
        own = candidate.score
        if own is None or not scale:
            base = int(by_rank * _BY_RANK[rank if rank < last else last])
        else:
            base = int(scale * own)
        ranked.append(((base + extra) / GRID, rank, candidate))
    if boosts:
        ranked = [
            (points + _cells(boosts.get(candidate.title_id, 0.0)) / GRID, rank, candidate)
            for points, rank, candidate in ranked
        ]
    ranked.sort(key=_SCORE, reverse=True)
    return ranked


def parts_of(
    candidate: Candidate,
    rank: int,
    title: Title,
    signals: Signals,
    weights: Weights,
    top: float = 1.0,
    boost: float = 0.0,
) -> ScoreParts:
    """The terms of a score for `explain`. `top` is `top_of` its list, `rank` its place there from 0."""
    if candidate.score is None or top <= FAINT:
        base = int(weights.base * GRID * _BY_RANK[min(rank, len(_BY_RANK) - 1)])
    else:
        base = int(weights.base * GRID / top * candidate.score)
    taste, trending, newness, context, fatigue, dislike = _terms(title, signals, weights)
    return ScoreParts(
        base=base / GRID,
        taste=taste / GRID,
        trending=trending / GRID,
        newness=newness / GRID,
        context=context / GRID,
        fatigue=fatigue / GRID,
        dislike=dislike / GRID,
        boost=_cells(boost) / GRID,
    )


def _extra(title: Title | None, signals: Signals, weights: Weights) -> int:
    """Of a title that was not there when the page began: rows from lower rungs bring their own."""
    return 0 if title is None else sum(_terms(title, signals, weights))


def _extras(titles: Mapping[TitleId, Title], signals: Signals, weights: Weights) -> dict[TitleId, int]:
    """Of every title all parts but base and boost, which alone depend on the row: `_terms` added up, for all
    titles of a page at once. Most titles share their genres with others, are no news and tire nobody."""
    by_taste, by_trend, by_newness = weights.taste * GRID, weights.trending * GRID, weights.newness * GRID
    by_context, crowd = weights.context * GRID, 1.0 - signals.share
    trending, leaning, now = signals.trending, signals.leaning, signals.now
    oldest, leans = now - NEW_FOR, bool(leaning)
    against = _against(signals, weights)
    by_genres: dict[tuple[str, ...], tuple[float, float]] = {}
    extras: dict[TitleId, int] = {}
    for title_id, title in titles.items():
        genres = title.genres
        known = by_genres.get(genres)
        if known is None:
            known = signals.share * _mean(signals.taste, genres), leaning.of_genres(genres)
            by_genres[genres] = known
        extra = int(by_taste * (known[0] + crowd * title.popularity))
        if title_id in trending:
            extra += int(by_trend * trending[title_id])
        if title.launched_at > oldest:
            extra += int(by_newness * _newness(title, now))
        if leans:
            extra += int(by_context * leaning.with_length(known[1], title.runtime_seconds))
        if title_id in against:
            extra -= against[title_id]
        extras[title_id] = extra
    return extras


def _against(signals: Signals, weights: Weights) -> dict[TitleId, int]:
    """Fatigue and dislike together, of the titles that have either."""
    against = {key: int(weights.fatigue * GRID * value) for key, value in signals.fatigue.items()}
    for key, value in signals.dislike.items():
        against[key] = against.get(key, 0) + int(weights.dislike * GRID * value)
    return against


def _terms(title: Title, signals: Signals, weights: Weights) -> tuple[int, int, int, int, int, int]:
    """Taste, trending, newness, context, fatigue, dislike: weighted and signed, in cells of the grid."""
    title_id = title.id
    personal = signals.share * _mean(signals.taste, title.genres)
    newness = _newness(title, signals.now)
    return (
        int(weights.taste * GRID * (personal + (1.0 - signals.share) * title.popularity)),
        int(weights.trending * GRID * signals.trending.get(title_id, 0.0)),
        int(weights.newness * GRID * newness),
        int(weights.context * GRID * signals.leaning.of(title)) if signals.leaning else 0,
        -int(weights.fatigue * GRID * signals.fatigue.get(title_id, 0.0)),
        -int(weights.dislike * GRID * signals.dislike.get(title_id, 0.0)),
    )


def _mean(taste: Mapping[str, float], genres: Sequence[str]) -> float:
    return sum([taste.get(genre, 0.0) for genre in genres]) / len(genres) if genres else 0.0


def _newness(title: Title, now: datetime) -> float:
    return max(0.0, min(1.0, 1.0 - (now - title.launched_at) / NEW_FOR))


def _cells(value: float) -> int:
    return int(value * GRID)
