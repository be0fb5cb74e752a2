"""Editorial pins, boosts, buries and quotas of a row. domain/layouts/lint/editorial_rules.py finds their conflicts.

An editor's list is scored per profile like any row. Its order is the base score, so the first choice stays near
the top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.candidates.model import Candidate, QuotaFloor
from domain.candidates.selection import ScoredCandidate
from domain.catalog.titles import Title
from domain.filter_rules.compiler import compile_rule
from domain.ids import TitleId
from domain.layouts.model import MAX_BOOST, Boost, Pin, Quota

PINNED = "editorial:pin"


def active_pins(pins: Sequence[Pin], now: datetime) -> dict[TitleId, int]:
    """Title -> slot, by slot. Of two pins of one title the earlier slot counts."""
    slots: dict[TitleId, int] = {}
    for pin in sorted(pins, key=lambda pin: pin.slot):
        if (pin.since is None or pin.since <= now) and now < pin.until:
            slots.setdefault(pin.title_id, pin.slot)
    return slots


def add_pinned_candidates(
    candidates: Sequence[Candidate], pins: Sequence[Pin], now: datetime
) -> Sequence[Candidate]:
    """Appends pinned titles that the source did not return; they pass the same filters."""
    candidate_ids = {candidate.title_id for candidate in candidates}
    missing = [title_id for title_id in active_pins(pins, now) if title_id not in candidate_ids]
    return [*candidates, *(Candidate(title_id, PINNED) for title_id in missing)] if missing else candidates


def insert_pins(
    cards: Sequence[ScoredCandidate], pins: Sequence[tuple[int, ScoredCandidate]]
) -> list[ScoredCandidate]:
    """`pins` are (slot, card). The second pin of a slot follows the first; in a short row a pin is last."""
    cards = list(cards)
    last = 0
    for slot, scored in pins:
        last = min(max(slot, last + 1), len(cards) + 1)
        cards.insert(last - 1, scored)
    return cards


def editorial_boosts(
    boosts: Sequence[Boost], candidates: Sequence[Candidate], titles: Mapping[TitleId, Title], now: datetime
) -> dict[TitleId, float]:
    """-1..1 per title, buries below 0."""
    rules = [(compile_rule(boost.match), boost.by) for boost in boosts if now < boost.until]
    totals: dict[TitleId, float] = {}
    for candidate in candidates if rules else ():
        title = titles.get(candidate.title_id)
        if title is None:
            continue
        total = sum(by for rule, by in rules if rule.matches(title, now))
        if total:
            totals[title.id] = max(-MAX_BOOST, min(MAX_BOOST, total))
    return totals


def quota_floors(
    quotas: Sequence[Quota],
    candidates: Sequence[Candidate],
    titles: Mapping[TitleId, Title],
    now: datetime,
    places: int,
) -> list[QuotaFloor]:
    floors: list[QuotaFloor] = []
    for quota in quotas:
        rule = compile_rule(quota.match)
        matching = frozenset(
            candidate.title_id
            for candidate in candidates
            if (title := titles.get(candidate.title_id)) is not None and rule.matches(title, now)
        )
        floors.append(QuotaFloor(matching, quota.min_cards(places)))
    return floors
