"""Blends the candidate lists of several sources into one row; duplicates combine their evidence.

At every depth each source has its share of slots, give or take one (the chairman assignment of Tijdeman, 1980). A
title of several sources stands at its first turn and counts for each. Remaining titles follow by score.

    score = 1 - product over its sources of (1 - weight x score relative to the source's best)

The noisy-or (Pearl, 1988) combines evidence as independent. Without scores a source scores by rank, 10 / (10 + rank).
`source` is the best-scored one, `reason` the best one given, `other_sources` the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.candidates.model import Candidate, QuotaFloor
from domain.ids import TitleId
from domain.layouts.model import SourceShare
from domain.ranking.scoring import MIN_TOP_SCORE, RANK_HALF, max_source_score

SourceList = tuple[SourceShare | None, Sequence[Candidate]]
"""None is the row's own source, which gets the remaining share."""


def blend_sources(lists: Sequence[SourceList], places: int) -> list[Candidate]:
    """All candidates, each title once, in slot order."""
    if len(lists) == 1 and (lists[0][0] is None or lists[0][0].weight == 1.0):
        first: dict[TitleId, Candidate] = {}
        for candidate in lists[0][1]:
            first.setdefault(candidate.title_id, candidate)
        return list(first.values())
    scores = _source_scores(lists)
    merged = {title_id: _merge_candidates(scored) for title_id, scored in scores.items()}
    interleaved = _interleave(lists, places)
    rest = [candidate for title_id, candidate in merged.items() if title_id not in interleaved]
    rest.sort(key=lambda candidate: -(candidate.score or 0.0))
    return [merged[title_id] for title_id in interleaved] + rest


def source_shares(lists: Sequence[SourceList]) -> list[float]:
    """They sum to 1 unless portions claim more or the row has no own source."""
    own = max(0.0, 1.0 - sum(portion.share for portion, _ in lists if portion is not None))
    return [own if portion is None else portion.share for portion, _ in lists]


def portion_floors(lists: Sequence[SourceList], places: int) -> list[QuotaFloor]:
    """Whole slots of each portion, for `diversity.diversify`."""
    return [
        QuotaFloor(frozenset(candidate.title_id for candidate in candidates), int(portion.share * places))
        for portion, candidates in lists
        if portion is not None and portion.share * places >= 1.0
    ]


def _source_scores(lists: Sequence[SourceList]) -> dict[TitleId, list[tuple[float, Candidate]]]:
    """Title -> (score 0..1, candidate) of each source."""
    scores: dict[TitleId, list[tuple[float, Candidate]]] = {}
    for portion, candidates in lists:
        weight = 1.0 if portion is None else portion.weight
        top = max_source_score(candidates)
        seen: set[TitleId] = set()
        for rank, candidate in enumerate(candidates):
            if candidate.title_id in seen:
                continue
            seen.add(candidate.title_id)
            by_rank = candidate.score is None or top <= MIN_TOP_SCORE
            own = RANK_HALF / (RANK_HALF + rank) if by_rank else (candidate.score or 0.0) / top
            scores.setdefault(candidate.title_id, []).append((max(0.0, min(1.0, weight * own)), candidate))
    return scores


def _merge_candidates(scored: Sequence[tuple[float, Candidate]]) -> Candidate:
    """The best-scored candidate with the best reason given and all sources named."""
    if len(scored) == 1:
        score, one = scored[0]
        return Candidate(
            one.title_id, one.source, one.reason, score, one.resume, one.other_sources, one.propensity
        )
    best_first = sorted(scored, key=lambda pair: -pair[0])
    best = best_first[0][1]
    reasons = (candidate.reason for _, candidate in best_first)
    resumes = (candidate.resume for _, candidate in best_first)
    sources = [source for _, candidate in scored for source in (candidate.source, *candidate.other_sources)]
    return Candidate(
        best.title_id,
        best.source,
        next((reason for reason in reasons if reason is not None), None),
        _noisy_or([score for score, _ in scored]),
        next((resume for resume in resumes if resume is not None), None),
        tuple(source for source in dict.fromkeys(sources) if source != best.source),
        best.propensity,
    )


def _noisy_or(scores: Sequence[float]) -> float:
    doubt = 1.0
    for score in scores:
        doubt *= 1.0 - score
    return 1.0 - doubt


def _interleave(lists: Sequence[SourceList], places: int) -> dict[TitleId, None]:
    """The next title comes from the list furthest behind its share of the slots.

    Lists without a share wait until the others are used up; an exhausted list leaves its share to the rest.
    """
    shares = source_shares(lists)
    queues = [iter(candidates) for _, candidates in lists]
    holders: dict[TitleId, set[int]] = {}
    for index, (_, candidates) in enumerate(lists):
        for candidate in candidates:
            holders.setdefault(candidate.title_id, set()).add(index)
    placed: dict[TitleId, None] = {}
    counts = [0] * len(lists)
    waiting = [index for index, share in enumerate(shares) if share > 0.0]
    last = [index for index, share in enumerate(shares) if share <= 0.0]
    while (waiting or last) and len(placed) < places:
        if not waiting:
            waiting.append(last.pop(0))
        place = len(placed) + 1
        index = max(waiting, key=lambda one: shares[one] * place - counts[one])
        title_id = next((one.title_id for one in queues[index] if one.title_id not in placed), None)
        if title_id is None:
            waiting.remove(index)
            continue
        placed[title_id] = None
        for holder in holders[title_id]:
            counts[holder] += 1
    return placed
