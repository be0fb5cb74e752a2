"""What an experiment has to say on one page: what its other variants would have made of it.

Resolving a layout is pure and cheap, so each other variant's layout is simply made too and compared. Only what
comes out different is the experiment's doing: a patch for tablets says nothing on a television.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from domain.arm_patches import longest_rising
from domain.dealing import Assignment, Assignments
from domain.layout_book import LayoutBook, resolve
from domain.layouts import Layout
from domain.situations import Situation

ROWS = ("rows", "stand_ins")
NAMES = ("id", "version", "published_at", "arms")
"""Fields of a layout that change nothing on a page."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another variant's layout, and the data version it would have read (None: the live one)."""

    variant: str
    layout: Layout
    data_version: str | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """`others` would have asked for another page; `rows` are the specs of this one that the variant decided."""

    assignment: Assignment
    others: tuple[Alternative, ...]
    rows: frozenset[str]


def says_of(
    book: LayoutBook, situation: Situation, served: Layout, assignments: Assignments
) -> tuple[Say, ...]:
    """Of each experiment that could matter here. `situation.arms` and `served` are of these assignments.

    Variants of weight 0 do not count: nobody is ever shown one.
    """
    return tuple(
        say
        for assignment in assignments.all
        if (say := _say(book, situation, served, assignment, assignments)).others
    )


def decided(says: Iterable[Say]) -> dict[str, str]:
    """Row -> the arms that decided it: {"trending": "row-order:B"}."""
    rows: dict[str, list[str]] = {}
    for say in says:
        arm = f"{say.assignment.experiment.key}:{say.assignment.variant.key}"
        for row in sorted(say.rows):
            rows.setdefault(row, []).append(arm)
    return {row: " ".join(arms) for row, arms in rows.items()}


def changed_rows(served: Layout, other: Layout) -> frozenset[str]:
    """The rows of `served` that `other` has not, has differently, or has elsewhere; all when the page changes."""
    everything = frozenset(spec.id for part in (served.rows, served.stand_ins) for spec in part)
    page = [field.name for field in fields(Layout) if field.name not in (*ROWS, *NAMES)]
    if any(getattr(served, name) != getattr(other, name) for name in page):
        return everything
    theirs = {spec.id: spec for part in (other.rows, other.stand_ins) for spec in part}
    changed = {
        spec.id for part in (served.rows, served.stand_ins) for spec in part if theirs.get(spec.id) != spec
    }
    return frozenset(changed) | _moved([spec.id for spec in served.rows], [spec.id for spec in other.rows])


def same_page(served: Layout, other: Layout) -> bool:
    """Do two layouts ask for the same page? What they are called does not count, only what they say."""
    return all(
        getattr(served, field.name) == getattr(other, field.name)
        for field in fields(Layout)
        if field.name not in NAMES
    )


def _say(
    book: LayoutBook, situation: Situation, served: Layout, assignment: Assignment, assignments: Assignments
) -> Say:
    experiment, mine = assignment.experiment, assignment.variant
    others, rows = list[Alternative](), frozenset[str]()
    for variant in experiment.variants:
        if variant.key == mine.key or not variant.weight:
            continue
        arms = {**situation.arms, experiment.key: variant.key}
        layout = resolve(book, replace(situation, arms=arms)).layout
        read, would_read = assignments.data_version, assignments.swapped(assignment, variant).data_version
        if read == would_read and same_page(served, layout):
            continue
        others.append(Alternative(variant.key, layout, would_read))
        if read != would_read:
            rows |= {spec.id for part in (served.rows, served.stand_ins) for spec in part}
        rows |= changed_rows(served, layout)
    return Say(assignment, tuple(others), rows)


def _moved(order: Sequence[str], other: Sequence[str]) -> frozenset[str]:
    """As few of the rows that both have as explain the difference in order."""
    places: Mapping[str, int] = {name: place for place, name in enumerate(other)}
    both = [name for name in order if name in places]
    staying = longest_rising([places[name] for name in both])
    return frozenset(name for name in both if places[name] not in staying)
