"""Editorial pins, boosts, buries and quotas of a row, and their conflicts.

An editor's list is scored per profile like any row. Its order is the base score, so the first choice stays near
the top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import combinations
from math import ceil

from domain.candidates.model import Candidate, QuotaFloor
from domain.candidates.selection import ScoredCandidate
from domain.catalog.titles import Title
from domain.filter_rules.compiler import compile_rule
from domain.ids import TitleId
from domain.layouts.model import Boost, Pin, Quota, RowSpec
from domain.ranking.exploration import exploration_slots

PINNED = "editorial:pin"
MAX_BOOST = 1.0
"""Bounds the sum of one title's boosts, up and down."""

ROUNDING = 1e-9


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
        floors.append(QuotaFloor(matching, ceil(quota.share * places - ROUNDING)))
    return floors


def editorial_conflicts(spec: RowSpec, now: datetime | None = None) -> list[str]:
    """Sentences for editors; with `now` also about expired entries."""
    return [*_pin_conflicts(spec), *_slot_conflicts(spec), *_boost_conflicts(spec), *_expired(spec, now)]


def _pin_conflicts(spec: RowSpec) -> list[str]:
    found: list[str] = []
    for pin in spec.pins:
        if pin.since is not None and pin.since >= pin.until:
            found.append(f"The pin of {pin.title_id} ends before it begins.")
        if pin.slot > spec.max_cards:
            found.append(
                f"The pin of {pin.title_id} is for slot {pin.slot}, and the row shows {spec.max_cards} cards at most."
            )
    for one, two in combinations(spec.pins, 2):
        if not _overlap(one, two):
            continue
        if one.title_id == two.title_id:
            found.append(
                f"{one.title_id} is pinned twice at once, to slots {one.slot} and {two.slot}: the lower slot counts."
            )
        elif one.slot == two.slot:
            found.append(
                f"{one.title_id} and {two.title_id} are both pinned to slot {one.slot}: the second follows it."
            )
    return found


def _overlap(one: Pin, two: Pin) -> bool:
    begins = [pin.since for pin in (one, two) if pin.since is not None]
    return not begins or max(begins) < min(one.until, two.until)


def _slot_conflicts(spec: RowSpec) -> list[str]:
    found: list[str] = []
    mix_share = sum(portion.share for portion in spec.mix)
    if mix_share > 1.0 + ROUNDING:
        found.append(f"The portions of the mix claim {mix_share:.0%} of the row.")
    quota_share = sum(quota.share for quota in spec.quotas)
    exploration = exploration_slots(spec.exploration, spec.max_cards) if spec.exploration else []
    promised = ceil(quota_share * spec.max_cards - ROUNDING) + len(exploration) + len(spec.pins)
    if promised > spec.max_cards:
        found.append(
            f"Quotas ({quota_share:.0%}), {len(exploration)} explored and {len(spec.pins)} pinned cards need "
            f"{promised} of {spec.max_cards} slots."
        )
    shared = sorted({pin.slot for pin in spec.pins} & set(exploration))
    if shared:
        slots = ", ".join(map(str, shared))
        found.append(
            f"Exploration uses slot {slots} too: the pin takes it and the explored title moves down."
        )
    return found


def _boost_conflicts(spec: RowSpec) -> list[str]:
    found: list[str] = []
    for name, total in (
        ("Boosts", sum(boost.by for boost in spec.boosts if boost.by > 0)),
        ("Buries", sum(boost.by for boost in spec.boosts if boost.by < 0)),
    ):
        if abs(total) > MAX_BOOST + ROUNDING:
            found.append(f"{name} of this row add up to {total:+.2f}; a title gets {MAX_BOOST:.0f} at most.")
    for one, two in combinations(spec.boosts, 2):
        if str(compile_rule(one.match)) == str(compile_rule(two.match)):
            what = "twice" if one.by * two.by > 0 else "both up and down"
            found.append(f"{one.match!r} is boosted {what}: {one.by:+.2f} and {two.by:+.2f}.")
    return found


def _expired(spec: RowSpec, now: datetime | None) -> list[str]:
    if now is None:
        return []
    pins = [
        f"The pin of {pin.title_id} ended on {pin.until:%Y-%m-%d}." for pin in spec.pins if pin.until <= now
    ]
    boosts = [
        f"The boost of {boost.match!r} ended on {boost.until:%Y-%m-%d}."
        for boost in spec.boosts
        if boost.until <= now
    ]
    return pins + boosts
