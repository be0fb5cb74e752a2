"""An editor's hand: pins with an end, boosts and buries by rule, quotas; and what of it contradicts itself.

Rules are those of domain/filter_rules/compiler.py. An editor's list is reordered for each profile by scoring
it as any
other row (domain/ranking/scoring.py): the list's order is its base, so the editor's first choice stays near the top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import combinations
from math import ceil

from domain.candidates.model import Candidate, QuotaFloor
from domain.candidates.selection import Scored
from domain.catalog.titles import Title
from domain.filter_rules.compiler import compiled
from domain.ids import TitleId
from domain.layouts.model import Boost, Pin, Quota, RowSpec
from domain.ranking.exploration import slots_of

PINNED = "editorial:pin"
MOST_BONUS = 1.0
"""Boosts of one title add up to no more than this, nor less than its opposite."""

ROUNDING = 1e-9


def active_pins(pins: Sequence[Pin], now: datetime) -> dict[TitleId, int]:
    """Title -> slot of the pins that hold now, by slot; of two for one title the earlier slot counts."""
    slots: dict[TitleId, int] = {}
    for pin in sorted(pins, key=lambda pin: pin.slot):
        if (pin.since is None or pin.since <= now) and now < pin.until:
            slots.setdefault(pin.title_id, pin.slot)
    return slots


def with_pins(candidates: Sequence[Candidate], pins: Sequence[Pin], now: datetime) -> Sequence[Candidate]:
    """The candidates, and behind them the pinned titles that the source did not propose: from here on they go
    the way of every candidate, through the same filters, and stand nowhere twice."""
    proposed = {candidate.title_id for candidate in candidates}
    missing = [title_id for title_id in active_pins(pins, now) if title_id not in proposed]
    return [*candidates, *(Candidate(title_id, PINNED) for title_id in missing)] if missing else candidates


def pinned(row: Sequence[Scored], pins: Sequence[tuple[int, Scored]]) -> list[Scored]:
    """The row with its pins, (slot, card) by slot, put in. Of two for one slot the second stands behind the
    first; a row too short for a slot has the pin at its end."""
    cards = list(row)
    last = 0
    for slot, scored in pins:
        last = min(max(slot, last + 1), len(cards) + 1)
        cards.insert(last - 1, scored)
    return cards


def boosts_of(
    boosts: Sequence[Boost], candidates: Sequence[Candidate], titles: Mapping[TitleId, Title], now: datetime
) -> dict[TitleId, float]:
    """What editors add to each title's score now, buries below 0; together within -1..1."""
    rules = [(compiled(boost.match), boost.by) for boost in boosts if now < boost.until]
    added: dict[TitleId, float] = {}
    for candidate in candidates if rules else ():
        title = titles.get(candidate.title_id)
        if title is None:
            continue
        total = sum(by for rule, by in rules if rule.matches(title, now))
        if total:
            added[title.id] = max(-MOST_BONUS, min(MOST_BONUS, total))
    return added


def floors_of(
    quotas: Sequence[Quota],
    candidates: Sequence[Candidate],
    titles: Mapping[TitleId, Title],
    now: datetime,
    places: int,
) -> list[QuotaFloor]:
    """What `diversity.diversify` needs to keep the quotas of a row of so many places."""
    floors: list[QuotaFloor] = []
    for quota in quotas:
        rule = compiled(quota.match)
        matching = frozenset(
            candidate.title_id
            for candidate in candidates
            if (title := titles.get(candidate.title_id)) is not None and rule.matches(title, now)
        )
        floors.append(QuotaFloor(matching, ceil(quota.share * places - ROUNDING)))
    return floors


def conflicts(spec: RowSpec, now: datetime | None = None) -> list[str]:
    """What of a row's editing contradicts itself or cannot all be had, said so that an editor can mend it.

    With `now`, what has ended is named too.
    """
    return [*_pin_conflicts(spec), *_place_conflicts(spec), *_boost_conflicts(spec), *_ended(spec, now)]


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
                f"{one.title_id} is pinned twice at once, to slots {one.slot} and {two.slot}: the lower counts."
            )
        elif one.slot == two.slot:
            found.append(
                f"{one.title_id} and {two.title_id} are both pinned to slot {one.slot}: the second stands behind."
            )
    return found


def _overlap(one: Pin, two: Pin) -> bool:
    begins = [pin.since for pin in (one, two) if pin.since is not None]
    return not begins or max(begins) < min(one.until, two.until)


def _place_conflicts(spec: RowSpec) -> list[str]:
    """More places promised than there are."""
    found: list[str] = []
    mixed = sum(portion.share for portion in spec.mix)
    if mixed > 1.0 + ROUNDING:
        found.append(f"The portions of the mix claim {mixed:.0%} of the row.")
    quotas = sum(quota.share for quota in spec.quotas)
    exploring = slots_of(spec.exploration, spec.max_cards) if spec.exploration else []
    promised = ceil(quotas * spec.max_cards - ROUNDING) + len(exploring) + len(spec.pins)
    if promised > spec.max_cards:
        found.append(
            f"Quotas ({quotas:.0%}), {len(exploring)} explored and {len(spec.pins)} pinned cards want {promised} "
            f"places of {spec.max_cards}."
        )
    crowded = sorted({pin.slot for pin in spec.pins} & set(exploring))
    if crowded:
        slots = ", ".join(map(str, crowded))
        found.append(
            f"Exploration has slot {slots} too: the pin stands there and the explored title moves on."
        )
    return found


def _boost_conflicts(spec: RowSpec) -> list[str]:
    """The total bonus a title can come to, and rules that pull both ways."""
    found: list[str] = []
    for name, total in (
        ("Boosts", sum(boost.by for boost in spec.boosts if boost.by > 0)),
        ("Buries", sum(boost.by for boost in spec.boosts if boost.by < 0)),
    ):
        if abs(total) > MOST_BONUS + ROUNDING:
            found.append(
                f"{name} of this row come to {total:+.2f} together; a title gets {MOST_BONUS:.0f} at most."
            )
    for one, two in combinations(spec.boosts, 2):
        if str(compiled(one.match)) == str(compiled(two.match)):
            what = "twice" if one.by * two.by > 0 else "both up and down"
            found.append(f"{one.match!r} is boosted {what}: {one.by:+.2f} and {two.by:+.2f}.")
    return found


def _ended(spec: RowSpec, now: datetime | None) -> list[str]:
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
