"""Lint of pins, boosts, quotas and exploration that work against each other, in rows and in patched rows.

Validation refuses what one entry alone makes impossible, such as a slot that the row lacks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from domain.catalog.regions import MARKETS, time_zone
from domain.filter_rules.compiler import compile_rule
from domain.json_schema import Path
from domain.layouts.documents import layout_from_document
from domain.layouts.lint.model import LintFinding, LintInput, LintLevel
from domain.layouts.model import MAX_BOOST, ROUNDING, Boost, Pin, RowSpec
from domain.layouts.patches import apply_patch
from domain.layouts.resolution import LiveLayout
from domain.layouts.row_validation import UTC_ZONE, Node, all_patches


@dataclass(frozen=True, slots=True)
class _Conflict:
    """`path` is within the row."""

    path: Path
    message: str
    fix: str
    level: LintLevel = LintLevel.WARN


def editorial_conflicts(given: LintInput) -> Iterator[LintFinding]:
    """L117: an editor's entries that conflict or have ended."""
    for live in given.layouts.layouts:
        zone = _slowest_zone(live, given.now)
        for path, spec, unpatched in _rows_with_paths(live, zone):
            known = _row_conflicts(unpatched, given.now) if unpatched else []
            for conflict in _row_conflicts(spec, given.now):
                if conflict not in known:
                    yield LintFinding(
                        "L117",
                        conflict.level,
                        live.id,
                        conflict.message,
                        (*path, *conflict.path),
                        fix=conflict.fix,
                    )


def _slowest_zone(live: LiveLayout, now: datetime | None) -> ZoneInfo:
    """The target market's zone whose clock is last: what has ended there has ended in all of them."""
    if now is None:
        return UTC_ZONE
    zones = [time_zone(market) for market in live.markets or MARKETS]
    return min(zones, key=lambda zone: now.astimezone(zone).replace(tzinfo=None))


def _rows_with_paths(live: LiveLayout, zone: ZoneInfo) -> Iterator[tuple[Path, RowSpec, RowSpec | None]]:
    """Rows of the base, then rows as each patch alone changes them, with the row of the base."""
    document = live.version.document
    base = _row_specs(live, document, zone)
    for part in ("rows", "stand_ins"):
        yield from (((part, row_id), base[row_id], None) for row_id in document.get(part, {}))
    for path, patch in all_patches(document):
        patched = _row_specs(live, apply_patch(document, patch).document, zone)
        for part in ("add", "set"):
            for row_id in patch.get(part, {}):
                if row_id in patched:
                    yield (*path, part, row_id), patched[row_id], base.get(row_id)


def _row_specs(live: LiveLayout, document: Node, zone: ZoneInfo) -> dict[str, RowSpec]:
    layout = layout_from_document(document, live.version.number, live.version.published_at, zone)
    return {spec.id: spec for spec in (*layout.rows, *layout.stand_ins)}


def _row_conflicts(spec: RowSpec, now: datetime | None) -> list[_Conflict]:
    """Entries that have ended conflict with nothing."""
    pins = [(index, pin) for index, pin in enumerate(spec.pins) if now is None or now < pin.until]
    boosts = [(index, boost) for index, boost in enumerate(spec.boosts) if now is None or now < boost.until]
    return [
        *_pin_conflicts(pins),
        *_slot_conflicts(spec, {pin.slot for _, pin in pins}),
        *_boost_conflicts(boosts),
        *_expired_entries(spec, now),
    ]


def _pin_conflicts(pins: Sequence[tuple[int, Pin]]) -> Iterator[_Conflict]:
    for (_, one), (index, two) in combinations(pins, 2):
        if not _overlap(one, two):
            continue
        if one.title_id == two.title_id:
            slots = f"slots {one.slot} and {two.slot}"
            message = f"{one.title_id} is pinned twice at once, to {slots}: the lower slot counts."
            yield _Conflict(("pins", index), message, "Remove one, or let it end before the other begins.")
        elif one.slot == two.slot:
            message = f"{one.title_id} and {two.title_id} are both pinned to slot {one.slot}: the second follows it."
            yield _Conflict(
                ("pins", index), message, "Use another slot, or let one end before the other begins."
            )


def _overlap(one: Pin, two: Pin) -> bool:
    begins = [pin.since for pin in (one, two) if pin.since is not None]
    return not begins or max(begins) < min(one.until, two.until)


def _slot_conflicts(spec: RowSpec, pinned: Collection[int]) -> Iterator[_Conflict]:
    exploration = spec.exploration.slots(spec.max_cards) if spec.exploration else []
    by_quota = sum(quota.min_cards(spec.max_cards) for quota in spec.quotas)
    claimed = by_quota + len(exploration) + len(pinned)
    if claimed > spec.max_cards:
        yield _Conflict(
            (),
            f"Quotas ({by_quota}), exploration ({len(exploration)}) and pins ({len(pinned)}) claim {claimed} of "
            f"{spec.max_cards} slots.",
            "Raise max_cards, or ask for less.",
        )
    shared = sorted({*pinned} & {*exploration})
    if shared:
        slots = ", ".join(map(str, shared))
        yield _Conflict(
            ("exploration",),
            f"Exploration uses pinned slot {slots} too: the explored title moves down.",
            "Pin to another slot.",
        )


def _boost_conflicts(boosts: Sequence[tuple[int, Boost]]) -> Iterator[_Conflict]:
    for name, total in (
        ("Boosts", sum(boost.by for _, boost in boosts if boost.by > 0)),
        ("Buries", sum(boost.by for _, boost in boosts if boost.by < 0)),
    ):
        if abs(total) > MAX_BOOST + ROUNDING:
            message = f"{name} of this row add up to {total:+.2f}; a title gets {MAX_BOOST:.0f} at most."
            yield _Conflict(("boosts",), message, "Use smaller ones.")
    rules = [(index, boost, str(compile_rule(boost.match))) for index, boost in boosts]
    for (_, one, rule), (index, two, other_rule) in combinations(rules, 2):
        if rule == other_rule:
            what = "twice" if one.by * two.by > 0 else "both up and down"
            message = f"{two.match!r} is boosted {what}: {one.by:+.2f} and {two.by:+.2f}."
            yield _Conflict(("boosts", index), message, "Keep one of them.")


def _expired_entries(spec: RowSpec, now: datetime | None) -> Iterator[_Conflict]:
    timed: list[tuple[Path, str, datetime]] = [
        (("pins", index), f"The pin of {pin.title_id}", pin.until) for index, pin in enumerate(spec.pins)
    ]
    timed += [
        (("boosts", index), f"The boost of {boost.match!r}", boost.until)
        for index, boost in enumerate(spec.boosts)
    ]
    for path, label, until in timed:
        if now is not None and until <= now:
            yield _Conflict(path, f"{label} has ended.", "Remove it.", LintLevel.INFO)
