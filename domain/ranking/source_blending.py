"""A row of several sources: their lists become one, duplicates add their evidence instead of one winning.

The places of a row are dealt so that at every depth each source has its share, give or take one (the chairman
assignment of Tijdeman, 1980: who lags most is next). A title that several sources propose stands where its
first turn comes and counts for each of them. What is left over follows by score, for refilling.

    score = 1 - product over its sources of (1 - weight x score relative to the source's best)

The noisy-or (Pearl, 1988): evidence that is taken as independent adds up, and never past 1. A source without
scores speaks by rank, 10 / (10 + rank), as domain/ranking/scoring.py does. The title's `source` is the one that spoke
loudest, its reason the loudest one that has a reason; the other sources are named in `also`.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.candidates.model import Candidate, QuotaFloor
from domain.ids import TitleId
from domain.layouts.model import Portion
from domain.ranking.scoring import FAINT, RANK_HALF, max_source_score

Part = tuple[Portion | None, Sequence[Candidate]]
"""A portion and what its source proposed; None: the row's own source, which has what the portions leave."""


def union(lists: Sequence[Part], places: int) -> list[Candidate]:
    """All candidates of all lists, each title once, in the order in which places are dealt."""
    if len(lists) == 1 and (lists[0][0] is None or lists[0][0].weight == 1.0):
        first: dict[TitleId, Candidate] = {}
        for candidate in lists[0][1]:
            first.setdefault(candidate.title_id, candidate)
        return list(first.values())
    said = _evidence(lists)
    merged = {title_id: _merged(voices) for title_id, voices in said.items()}
    dealt = _dealt(lists, places)
    rest = [candidate for title_id, candidate in merged.items() if title_id not in dealt]
    rest.sort(key=lambda candidate: -(candidate.score or 0.0))
    return [merged[title_id] for title_id in dealt] + rest


def shares_of(lists: Sequence[Part]) -> list[float]:
    """The share of each list, 0..1; together 1 unless the portions claim more, or the row has no own source."""
    own = max(0.0, 1.0 - sum(portion.share for portion, _ in lists if portion is not None))
    return [own if portion is None else portion.share for portion, _ in lists]


def floors_of(lists: Sequence[Part], places: int) -> list[QuotaFloor]:
    """What `diversity.diversify` needs to keep the shares whatever scores say: whole places of each portion."""
    return [
        QuotaFloor(frozenset(candidate.title_id for candidate in candidates), int(portion.share * places))
        for portion, candidates in lists
        if portion is not None and portion.share * places >= 1.0
    ]


def _evidence(lists: Sequence[Part]) -> dict[TitleId, list[tuple[float, Candidate]]]:
    """Title -> (what a source says for it, 0..1; its candidate), in the order of the lists."""
    said: dict[TitleId, list[tuple[float, Candidate]]] = {}
    for portion, candidates in lists:
        weight = 1.0 if portion is None else portion.weight
        top = max_source_score(candidates)
        here: set[TitleId] = set()
        for rank, candidate in enumerate(candidates):
            if candidate.title_id in here:
                continue
            here.add(candidate.title_id)
            ranked = candidate.score is None or top <= FAINT
            own = RANK_HALF / (RANK_HALF + rank) if ranked else (candidate.score or 0.0) / top
            said.setdefault(candidate.title_id, []).append((max(0.0, min(1.0, weight * own)), candidate))
    return said


def _merged(voices: Sequence[tuple[float, Candidate]]) -> Candidate:
    """One candidate out of several: the loudest, with a reason if any of them has one, naming all sources."""
    if len(voices) == 1:
        loudness, one = voices[0]
        return Candidate(one.title_id, one.source, one.reason, loudness, one.resume, one.also, one.propensity)
    loudest_first = sorted(voices, key=lambda voice: -voice[0])
    best = loudest_first[0][1]
    reasons = (candidate.reason for _, candidate in loudest_first)
    resumes = (candidate.resume for _, candidate in loudest_first)
    sources = [source for _, candidate in voices for source in (candidate.source, *candidate.also)]
    return Candidate(
        best.title_id,
        best.source,
        next((reason for reason in reasons if reason is not None), None),
        _noisy_or([voice for voice, _ in voices]),
        next((resume for resume in resumes if resume is not None), None),
        tuple(source for source in dict.fromkeys(sources) if source != best.source),
        best.propensity,
    )


def _noisy_or(voices: Sequence[float]) -> float:
    doubt = 1.0
    for voice in voices:
        doubt *= 1.0 - voice
    return 1.0 - doubt


def _dealt(lists: Sequence[Part], places: int) -> dict[TitleId, None]:
    """Titles in turn: next is always the list that lags most behind its share of the places dealt so far.

    A list without a share waits until the others are used up, and an empty one leaves its share to the rest.
    """
    shares = shares_of(lists)
    queues = [iter(candidates) for _, candidates in lists]
    holders: dict[TitleId, set[int]] = {}
    for index, (_, candidates) in enumerate(lists):
        for candidate in candidates:
            holders.setdefault(candidate.title_id, set()).add(index)
    dealt: dict[TitleId, None] = {}
    had = [0] * len(lists)
    waiting = [index for index, share in enumerate(shares) if share > 0.0]
    last = [index for index, share in enumerate(shares) if share <= 0.0]
    while (waiting or last) and len(dealt) < places:
        if not waiting:
            waiting.append(last.pop(0))
        place = len(dealt) + 1
        index = max(waiting, key=lambda one: shares[one] * place - had[one])
        title_id = next((one.title_id for one in queues[index] if one.title_id not in dealt), None)
        if title_id is None:
            waiting.remove(index)
            continue
        dealt[title_id] = None
        for holder in holders[title_id]:
            had[holder] += 1
    return dealt
