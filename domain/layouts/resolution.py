"""Which published layout a request gets, and which of its rows.

Of the layouts that match, the highest priority wins, then one that names markets, then one that names devices, then
one with a schedule, then the first by name. Overrides are applied in order, then the patches of the profile's arms.
Rows whose condition or schedule does not hold are hidden, with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.catalog.regions import is_within, time_zone
from domain.ids import Region
from domain.layouts.conditions import Condition, first_failure, holds, span_start
from domain.layouts.documents import layout_from_document, parse_condition, parse_schedule
from domain.layouts.model import Layout, RowSpec
from domain.layouts.moves import apply_and_hold
from domain.layouts.patches import Patch, apply_patches
from domain.layouts.request_context import TargetingContext
from domain.layouts.schedules import Schedule, first_overlap, inactive_reason, is_active
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.layouts.validation import require_usable
from domain.layouts.versions import LayoutVersion
from domain.serialization import Document

EVERYWHERE = "*"
MAX_CACHED_LAYOUTS = 256
"""Per layout."""

Rank = tuple[int, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class PatchStep:
    """`arm` is (experiment, arm); `name` appears in reasons."""

    name: str
    condition: Condition
    patch: Patch
    arm: tuple[str, str] | None = None

    def applies_to(self, context: TargetingContext) -> bool:
        if self.arm is not None and context.arms.get(self.arm[0]) != self.arm[1]:
            return False
        return holds(self.condition, context)


@dataclass(frozen=True, slots=True)
class PatchedLayout:
    """A layout after some steps, before its conditions and schedules are evaluated.

    `removed` maps a row to the name of the step that removed it.
    """

    layout: Layout
    conditions: Mapping[str, Condition]
    schedules: Mapping[str, Schedule]
    removed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LiveLayout:
    """Empty `devices` or `markets`: all."""

    version: LayoutVersion
    devices: frozenset[str]
    markets: frozenset[str]
    schedule: Schedule | None
    priority: int
    steps: tuple[PatchStep, ...]
    experiments: Mapping[str, Mapping[str, float]]
    _patched_layouts: dict[tuple[str, tuple[int, ...]], PatchedLayout] = field(
        default_factory=dict, compare=False, repr=False
    )
    """Cached for all requests: results of `apply_steps` depend on the key alone."""

    @property
    def id(self) -> str:
        return self.version.layout

    @property
    def rank(self) -> Rank:
        return (self.priority, bool(self.markets), bool(self.devices), self.schedule is not None)

    def apply_steps(self, steps: tuple[int, ...], market: Region) -> PatchedLayout:
        """The layout after the steps at these indexes; wall times are the market's."""
        key = (time_zone(market).key, steps)
        if key not in self._patched_layouts:
            if len(self._patched_layouts) >= MAX_CACHED_LAYOUTS:
                self._patched_layouts.clear()
            self._patched_layouts[key] = _apply_steps(self, steps, market)
        return self._patched_layouts[key]


@dataclass(frozen=True, slots=True)
class PublishedLayouts:
    layouts: tuple[LiveLayout, ...] = ()

    @property
    def experiments(self) -> dict[str, dict[str, float]]:
        """Experiment -> arm -> weight. Of two layouts that run one experiment, the first counts."""
        experiments: dict[str, dict[str, float]] = {}
        for live in self.layouts:
            for key, weights in live.experiments.items():
                experiments.setdefault(key, dict(weights))
        return experiments


NO_LAYOUTS = PublishedLayouts()


@dataclass(frozen=True, slots=True)
class HiddenRow:
    row_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResolvedLayout:
    """With only the rows that hold for the request."""

    layout: Layout
    hidden: tuple[HiddenRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two layouts of one rank that match the same requests from `starts_at` on (None: always).

    `first` wins only because its name sorts first.
    """

    first: str
    second: str
    devices: tuple[str, ...]
    markets: tuple[str, ...]
    starts_at: datetime | None


def decode_layout(version: LayoutVersion) -> LiveLayout:
    """Raises BadLayout with every problem that keeps pages from being composed.

    A market that is no region matches nobody; it does not take a published layout away from the others.
    """
    document = version.document
    require_usable(document)
    targets = document.get("targets", {})
    schedule = document.get("schedule")
    variants = document.get("variants", {})
    return LiveLayout(
        version=version,
        devices=frozenset(targets.get("devices", ())),
        markets=frozenset(market for market in targets.get("markets", ()) if market != EVERYWHERE),
        schedule=parse_schedule(schedule) if schedule else None,
        priority=int(document.get("priority", 0)),
        steps=tuple(_decode_steps(document)),
        experiments={key: dict(variant["weights"]) for key, variant in variants.items()},
    )


def decode_layouts(versions: Iterable[LayoutVersion]) -> PublishedLayouts:
    """Raises BadLayout."""
    return PublishedLayouts(tuple(decode_layout(version) for version in versions))


def resolve(layouts: PublishedLayouts, context: TargetingContext) -> ResolvedLayout:
    """The visible and the hidden rows of this request.

    A layout without visible rows is skipped, so that no page is empty.
    """
    hidden: list[HiddenRow] = []
    for live in matching_layouts(layouts, context):
        resolved = _resolve_layout(live, context)
        hidden += resolved.hidden
        if resolved.layout.rows:
            return replace(resolved, hidden=tuple(hidden))
    return ResolvedLayout(SHIPPED_LAYOUT, tuple(hidden))


def matching_layouts(layouts: PublishedLayouts, context: TargetingContext) -> list[LiveLayout]:
    """Best first."""
    by_name = sorted((live for live in layouts.layouts if _matches(live, context)), key=lambda live: live.id)
    return sorted(by_name, key=lambda live: live.rank, reverse=True)


def overlapping_layouts(layouts: PublishedLayouts) -> tuple[Overlap, ...]:
    """Pairs that only names decide between."""
    ordered = sorted(layouts.layouts, key=lambda live: live.id)
    pairs = [(one, other) for index, one in enumerate(ordered) for other in ordered[index + 1 :]]
    return tuple(
        found
        for one, other in pairs
        if one.rank == other.rank and (found := _overlap(one, other)) is not None
    )


def _matches(live: LiveLayout, context: TargetingContext) -> bool:
    return (
        (not live.devices or context.device in live.devices)
        and is_within(context.market, live.markets)
        and (live.schedule is None or is_active(live.schedule, context.now, context.market))
    )


def _resolve_layout(live: LiveLayout, context: TargetingContext) -> ResolvedLayout:
    steps = tuple(index for index, step in enumerate(live.steps) if step.applies_to(context))
    patched = live.apply_steps(steps, context.market)
    hidden = [HiddenRow(row_id, f"removed by {name}") for row_id, name in patched.removed.items()]
    layout = replace(
        patched.layout,
        rows=tuple(_visible_rows(patched.layout.rows, patched, context, hidden)),
        stand_ins=tuple(_visible_rows(patched.layout.stand_ins, patched, context, hidden)),
    )
    return ResolvedLayout(layout, tuple(hidden))


def _visible_rows(
    rows: Sequence[RowSpec], patched: PatchedLayout, context: TargetingContext, hidden: list[HiddenRow]
) -> Iterator[RowSpec]:
    """Appends the other rows to `hidden`."""
    for row in rows:
        condition = patched.conditions.get(row.id)
        reason = None if condition is None else first_failure(condition, context)
        schedule = patched.schedules.get(row.id)
        if reason is None and schedule is not None:
            began = None if condition is None else span_start(condition, context.now, context.market)
            reason = inactive_reason(schedule, context.now, context.market, began)
        if reason is None:
            yield row
        else:
            hidden.append(HiddenRow(row.id, reason))


def _apply_steps(live: LiveLayout, steps: tuple[int, ...], market: Region) -> PatchedLayout:
    version, zone = live.version, time_zone(market)
    document: Document = version.document
    removed: dict[str, str] = {}
    patches = [live.steps[index].patch for index in steps]
    is_personal = bool(apply_patches(document, patches).document.get("personal_order"))
    held: dict[str, str] = {}
    for index in steps:
        step = live.steps[index]
        before, document = document, apply_and_hold(document, step.patch, held, is_personal)
        removed |= {name: step.name for name in before["order"] if name not in document["rows"]}
    rows = {**document["rows"], **document.get("stand_ins", {})}
    return PatchedLayout(
        layout=layout_from_document(document, version.number, version.published_at, zone),
        conditions={name: parse_condition(row["when"]) for name, row in rows.items() if row.get("when")},
        schedules={
            name: parse_schedule(row["schedule"]) for name, row in rows.items() if row.get("schedule")
        },
        removed={name: by for name, by in removed.items() if name not in rows},
    )


def _decode_steps(document: Document) -> Iterator[PatchStep]:
    for number, patch in enumerate(document.get("overrides", []), start=1):
        yield PatchStep(f"override {number}", parse_condition(patch["when"]), patch)
    for key, variants in document.get("variants", {}).items():
        for arm, patches in variants.items():
            if arm != "weights":
                for patch in patches:
                    condition = parse_condition(patch.get("when", {}))
                    yield PatchStep(f"arm {arm} of {key}", condition, patch, (key, arm))


def _overlap(one: LiveLayout, other: LiveLayout) -> Overlap | None:
    devices = _intersection(one.devices, other.devices)
    markets = _common_markets(one.markets, other.markets)
    if devices is None or markets is None:
        return None
    if one.schedule is None and other.schedule is None:
        return Overlap(one.id, other.id, devices, markets, None)
    starts = [
        start
        for market in markets or (EVERYWHERE,)
        if (start := first_overlap(one.schedule, other.schedule, Region(market)))
    ]
    return Overlap(one.id, other.id, devices, markets, min(starts)) if starts else None


def _intersection(first: frozenset[str], second: frozenset[str]) -> tuple[str, ...] | None:
    """Empty means everything; None: nothing in common."""
    if not first or not second:
        return tuple(sorted(first or second))
    return tuple(sorted(first & second)) or None


def _common_markets(first: frozenset[str], second: frozenset[str]) -> tuple[str, ...] | None:
    """As `_intersection`; of a region and its sub-region, the sub-region."""
    if not first or not second:
        return tuple(sorted(first or second))
    narrow = {one for one in first if is_within(Region(one), second)}
    narrow |= {one for one in second if is_within(Region(one), first)}
    return tuple(sorted(narrow)) or None
