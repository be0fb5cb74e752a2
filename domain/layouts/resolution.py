"""The layout book: every published layout, and which rows of which one a request gets.

Of the layouts whose targets and schedule fit, the highest priority wins, then the one that names markets, then the
one that names devices, then the one with a schedule, then the first by name: the same book and the same situation
always give the same layout. Its overrides are made in order, then the patches of the arms the profile is in; rows
whose condition or schedule does not hold drop out, each with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.catalog.regions import zone_of
from domain.ids import Region
from domain.layouts.conditions import Condition, holds, why_not
from domain.layouts.documents import condition_of, layout_of, schedule_of
from domain.layouts.model import DEFAULT_LAYOUT, Layout, RowSpec
from domain.layouts.patches import Document, Patch, apply
from domain.layouts.request_context import Situation
from domain.layouts.schedules import Schedule, is_active, overlap, why_inactive
from domain.layouts.validation import require_usable
from domain.layouts.versions import LayoutVersion

EVERYWHERE = "*"
REMEMBERED = 256
"""Ways of patching one layout that are kept ready."""

Rank = tuple[int, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class PatchStep:
    """A patch that may apply: for whom, and of which arm; `name` is how people are told about it."""

    name: str
    when: Condition
    patch: Patch
    arm: tuple[str, str] | None = None

    def applies(self, situation: Situation) -> bool:
        if self.arm is not None and situation.arms.get(self.arm[0]) != self.arm[1]:
            return False
        return holds(self.when, situation)


@dataclass(frozen=True, slots=True)
class ResolvedLayout:
    """A layout with certain steps made, its rows' conditions still open. `removed` maps row to the step's name."""

    layout: Layout
    conditions: Mapping[str, Condition]
    schedules: Mapping[str, Schedule]
    removed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LiveLayout:
    """A published layout, decoded. No `devices` or `markets`: for all of them."""

    edition: LayoutVersion
    devices: frozenset[str]
    markets: frozenset[str]
    schedule: Schedule | None
    priority: int
    steps: tuple[PatchStep, ...]
    experiments: Mapping[str, Mapping[str, float]]
    _made: dict[tuple[str, tuple[int, ...]], ResolvedLayout] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What `make` answered before: the same book serves many requests, and answers depend on nothing else."""

    @property
    def id(self) -> str:
        return self.edition.layout

    @property
    def rank(self) -> Rank:
        return (self.priority, bool(self.markets), bool(self.devices), self.schedule is not None)

    def make(self, steps: tuple[int, ...], market: Region) -> ResolvedLayout:
        """The layout with these steps made, its wall times read as those of the market."""
        key = (zone_of(market).key, steps)
        if key not in self._made:
            if len(self._made) >= REMEMBERED:
                self._made.clear()
            self._made[key] = _make(self, steps, market)
        return self._made[key]


@dataclass(frozen=True, slots=True)
class PublishedLayouts:
    layouts: tuple[LiveLayout, ...] = ()

    @property
    def experiments(self) -> dict[str, dict[str, float]]:
        """Experiment -> arm -> weight, of all layouts. Two layouts may run one experiment: the first says."""
        found: dict[str, dict[str, float]] = {}
        for live in self.layouts:
            for key, weights in live.experiments.items():
                found.setdefault(key, dict(weights))
        return found


EMPTY_BOOK = PublishedLayouts()


@dataclass(frozen=True, slots=True)
class HiddenRow:
    """A row that the layout has and this request does not get, and why."""

    row_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Resolved:
    layout: Layout
    hidden: tuple[HiddenRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two layouts of one rank that fit the same requests. `since`: the first such instant; None: always.

    The first one wins, only because its name sorts first.
    """

    first: str
    second: str
    devices: tuple[str, ...]
    markets: tuple[str, ...]
    since: datetime | None


def open_layout(edition: LayoutVersion) -> LiveLayout:
    """An edition, decoded. Raises BadLayout with everything that is wrong with it."""
    document = edition.document
    require_usable(document)
    targets = document.get("targets", {})
    schedule = document.get("schedule")
    variants = document.get("variants", {})
    return LiveLayout(
        edition=edition,
        devices=frozenset(targets.get("devices", ())),
        markets=frozenset(market for market in targets.get("markets", ()) if market != EVERYWHERE),
        schedule=schedule_of(schedule) if schedule else None,
        priority=int(document.get("priority", 0)),
        steps=tuple(_steps(document)),
        experiments={key: dict(variant["weights"]) for key, variant in variants.items()},
    )


def book_of(editions: Iterable[LayoutVersion]) -> PublishedLayouts:
    """Raises BadLayout as `open_layout`."""
    return PublishedLayouts(tuple(open_layout(edition) for edition in editions))


def resolve(book: PublishedLayouts, situation: Situation) -> Resolved:
    """The rows of this request, and those it does not get.

    A layout of which no row is left is passed over: a page is never empty because of how it was laid out.
    """
    hidden: list[HiddenRow] = []
    for live in choose(book, situation):
        resolved = _resolved(live, situation)
        hidden += resolved.hidden
        if resolved.layout.rows:
            return replace(resolved, hidden=tuple(hidden))
    return Resolved(DEFAULT_LAYOUT, tuple(hidden))


def choose(book: PublishedLayouts, situation: Situation) -> list[LiveLayout]:
    """The layouts that fit, the one to use first."""
    fitting = [live for live in book.layouts if _fits(live, situation)]
    by_name = sorted(fitting, key=lambda live: live.id)
    return sorted(by_name, key=lambda live: live.rank, reverse=True)


def conflicts(book: PublishedLayouts) -> tuple[Overlap, ...]:
    """Layouts that only their names decide between."""
    ordered = sorted(book.layouts, key=lambda live: live.id)
    pairs = [(one, other) for place, one in enumerate(ordered) for other in ordered[place + 1 :]]
    return tuple(
        found
        for one, other in pairs
        if one.rank == other.rank and (found := _overlap(one, other)) is not None
    )


def _fits(live: LiveLayout, situation: Situation) -> bool:
    return (
        (not live.devices or situation.device in live.devices)
        and (not live.markets or situation.market in live.markets)
        and (live.schedule is None or is_active(live.schedule, situation.now, situation.market))
    )


def _resolved(live: LiveLayout, situation: Situation) -> Resolved:
    steps = tuple(place for place, step in enumerate(live.steps) if step.applies(situation))
    made = live.make(steps, situation.market)
    hidden = [HiddenRow(row_id, f"taken away by {name}") for row_id, name in made.removed.items()]
    shown = list(_shown(made.layout.rows, made, situation, hidden))
    arms = {key: situation.arms[key] for key in live.experiments if key in situation.arms}
    layout = replace(
        made.layout,
        rows=tuple(shown),
        stand_ins=tuple(_shown(made.layout.stand_ins, made, situation, hidden)),
        arms=arms,
    )
    return Resolved(layout, tuple(hidden))


def _shown(
    rows: Sequence[RowSpec], made: ResolvedLayout, situation: Situation, hidden: list[HiddenRow]
) -> Iterator[RowSpec]:
    for row in rows:
        condition = made.conditions.get(row.id)
        why = None if condition is None else why_not(condition, situation)
        schedule = made.schedules.get(row.id)
        if why is None and schedule is not None:
            why = why_inactive(schedule, situation.now, situation.market)
        if why is None:
            yield row
        else:
            hidden.append(HiddenRow(row.id, why))


def _make(live: LiveLayout, steps: tuple[int, ...], market: Region) -> ResolvedLayout:
    document: Document = live.edition.document
    removed: dict[str, str] = {}
    for place in steps:
        step = live.steps[place]
        before, document = document, apply(document, step.patch).document
        removed |= {name: step.name for name in before["order"] if name not in document["rows"]}
    rows = {**document["rows"], **document.get("stand_ins", {})}
    edition = live.edition
    return ResolvedLayout(
        layout=layout_of(document, edition.version, edition.published_at, zone_of(market), {}),
        conditions={name: condition_of(row["when"]) for name, row in rows.items() if row.get("when")},
        schedules={name: schedule_of(row["schedule"]) for name, row in rows.items() if row.get("schedule")},
        removed={name: by for name, by in removed.items() if name not in rows},
    )


def _steps(document: Document) -> Iterator[PatchStep]:
    for place, patch in enumerate(document.get("overrides", []), start=1):
        yield PatchStep(f"override {place}", condition_of(patch["when"]), patch)
    for key, variant in document.get("variants", {}).items():
        for arm, patches in variant.items():
            if arm != "weights":
                for patch in patches:
                    when = condition_of(patch.get("when", {}))
                    yield PatchStep(f"arm {arm} of {key}", when, patch, (key, arm))


def _overlap(one: LiveLayout, other: LiveLayout) -> Overlap | None:
    devices = _common(one.devices, other.devices)
    markets = _common(one.markets, other.markets)
    if devices is None or markets is None:
        return None
    if one.schedule is None and other.schedule is None:
        return Overlap(one.id, other.id, devices, markets, None)
    meetings = [
        since
        for market in markets or (EVERYWHERE,)
        if (since := overlap(one.schedule, other.schedule, Region(market)))
    ]
    return Overlap(one.id, other.id, devices, markets, min(meetings)) if meetings else None


def _common(first: frozenset[str], second: frozenset[str]) -> tuple[str, ...] | None:
    """What both are for, sorted; (): everything; None: nothing."""
    if not first or not second:
        return tuple(sorted(first or second))
    return tuple(sorted(first & second)) or None
