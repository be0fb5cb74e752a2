"""Experiments: who gets which variant. Pure: the same experiments, person and instant give the same answer.

    held out?   one account in a hundred takes part in nothing, so that all experiments together can be judged
    layer       experiments of one layer never meet: each owns a range of the layer's segments
    variant     by a hash of experiment, phase and unit; a new phase deals everybody anew
    sticky      who has once been shown a variant keeps it, whatever happens to weights, coverage and range

Forced arms come from a designer and win over all of it; what they show is never analysed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property

from domain.buckets import Range, bucket, choose, ranges, within
from domain.conditions import ALWAYS, Condition, holds
from domain.errors import BadInput
from domain.ids import AccountId, ProfileId
from domain.situations import Situation


class Unit(StrEnum):
    """What is dealt to a variant as a whole."""

    PROFILE = "profile"
    ACCOUNT = "account"


class Status(StrEnum):
    """A draft can be forced, to look at it; a stopped experiment is history."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Variant:
    """`weight` counts in proportion to the other variants'. `data_version`: pages of this variant read that
    version instead of the live one. What it changes in a layout stands in the layout's `variants`."""

    key: str
    weight: float
    data_version: str | None = None


@dataclass(frozen=True)
class Experiment:
    """`variants`: the first is the control. `coverage` (0..1) is the share of each variant that takes part.

    `layer` with `segments` (a range within 0..1): "" is a layer of its own. `phase` counts restarts. `when`
    must hold of each request, also for whoever was shown a variant before. Who was bucketed before
    `min_bucket_version` takes no further part: they saw something broken.
    """

    key: str
    variants: tuple[Variant, ...]
    status: Status = Status.RUNNING
    phase: int = 1
    unit: Unit = Unit.PROFILE
    layout: str = "home"
    layer: str = ""
    segments: Range = (0.0, 1.0)
    coverage: float = 1.0
    when: Condition = ALWAYS
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    sticky: bool = True
    bucket_version: int = 0
    min_bucket_version: int = 0
    hypothesis: str = ""

    @property
    def layer_name(self) -> str:
        """A layer of its own has a name that no experiment can give."""
        return self.layer or f"{self.key}:own"

    @property
    def seed(self) -> str:
        return f"{self.key}:{self.phase}:"

    @cached_property
    def ranges(self) -> tuple[Range, ...]:
        return ranges([variant.weight for variant in self.variants], self.coverage)

    def variant(self, key: str) -> Variant | None:
        return next((variant for variant in self.variants if variant.key == key), None)

    def runs_at(self, now: datetime) -> bool:
        return (
            self.status == Status.RUNNING
            and (self.starts_at is None or self.starts_at <= now)
            and (self.ends_at is None or now < self.ends_at)
        )


@dataclass(frozen=True, slots=True)
class Holdout:
    """The accounts that take part in nothing. A larger share keeps those that were in; a phase deals anew."""

    share: float = 0.01
    phase: int = 1

    def holds(self, account: AccountId) -> bool:
        return bucket(f":holdout:{self.phase}:", account) < self.share


@dataclass(frozen=True, slots=True)
class Units:
    """The ids of one request that chance may look at."""

    profile: ProfileId
    account: AccountId

    def id_of(self, unit: Unit) -> str:
        return self.account if unit == Unit.ACCOUNT else self.profile


@dataclass(frozen=True, slots=True)
class Sticky:
    """The variant that a unit has been shown, in which phase and under which bucket version."""

    variant: str
    phase: int
    bucket_version: int = 0


@dataclass(frozen=True, slots=True)
class Assignment:
    experiment: Experiment
    variant: Variant
    unit_id: str
    forced: bool = False
    sticky: bool = False


@dataclass(frozen=True)
class Assignments:
    """What one request takes part in, ordered by experiment."""

    all: tuple[Assignment, ...] = ()
    held_out: bool = False

    @cached_property
    def arms(self) -> dict[str, str]:
        """Experiment -> variant, as a Situation wants it."""
        return {found.experiment.key: found.variant.key for found in self.all}

    @property
    def forced(self) -> bool:
        """Somebody chose an arm by hand: nothing of this request is to be analysed."""
        return any(found.forced for found in self.all)

    @property
    def data_version(self) -> str | None:
        """The version that a variant asks for; of several the first experiment's, in order of their keys."""
        return next((found.variant.data_version for found in self.all if found.variant.data_version), None)


@dataclass(frozen=True)
class ExperimentBook:
    """Every experiment there is, and the holdout; as read at one moment."""

    experiments: Mapping[str, Experiment] = field(default_factory=dict)
    holdout: Holdout = Holdout()

    @classmethod
    def of(cls, experiments: Iterable[Experiment], holdout: Holdout = Holdout()) -> ExperimentBook:
        ordered = sorted(experiments, key=lambda experiment: experiment.key)
        return cls({experiment.key: experiment for experiment in ordered}, holdout)

    def __bool__(self) -> bool:
        return bool(self.experiments)

    def joined(self, declared: Mapping[str, Mapping[str, float]]) -> ExperimentBook:
        """With the experiments that layouts declare by weights alone: experiment -> variant -> weight.

        They run as long as the layout is live. One that has a document too is run as the document says.
        """
        further = [
            Experiment(key, tuple(Variant(name, weight) for name, weight in weights.items()))
            for key, weights in declared.items()
            if key not in self.experiments
        ]
        return ExperimentBook.of([*self.experiments.values(), *further], self.holdout) if further else self


def assign(
    book: ExperimentBook,
    units: Units,
    situation: Situation,
    forced: Mapping[str, str] | None = None,
    sticky: Mapping[str, Sticky] | None = None,
) -> Assignments:
    """The variants of one request. Raises BadInput for a forced arm that does not exist.

    `forced` maps experiment to variant. `sticky` is what the units were shown before, by experiment.
    """
    found = {key: _forced(book, key, variant, units) for key, variant in (forced or {}).items()}
    taken = {assignment.experiment.layer_name for assignment in found.values()}
    held_out = bool(book) and book.holdout.holds(units.account)
    running = [] if held_out else [one for one in book.experiments.values() if one.runs_at(situation.now)]
    known = {one.key: shown for one in running if (shown := _known(one, sticky or {})) is not None}
    # Whoever keeps a variant of old keeps the layer too, else a moved range would put them into two at once.
    for experiment in sorted(running, key=lambda one: one.key not in known):
        if experiment.layer_name in taken:
            continue
        if experiment.key in known:
            taken.add(experiment.layer_name)
            dealt = _kept(experiment, known[experiment.key], units)
        else:
            dealt = _dealt(experiment, units)
        if dealt is not None and holds(experiment.when, situation):
            found[experiment.key] = dealt
            taken.add(experiment.layer_name)
    return Assignments(tuple(found[key] for key in sorted(found)), held_out)


def _forced(book: ExperimentBook, key: str, variant_key: str, units: Units) -> Assignment:
    experiment = book.experiments.get(key)
    if experiment is None:
        raise BadInput(f"There is no experiment {key!r}.{_did_you_mean(key, book.experiments)}")
    variant = experiment.variant(variant_key)
    if variant is None:
        keys = ", ".join(one.key for one in experiment.variants)
        raise BadInput(f"Experiment {key!r} has no variant {variant_key!r}; it has {keys}.")
    return Assignment(experiment, variant, units.id_of(experiment.unit), forced=True)


def _did_you_mean(key: str, known: Iterable[str]) -> str:
    close = get_close_matches(key, list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def _known(experiment: Experiment, sticky: Mapping[str, Sticky]) -> Sticky | None:
    """What was shown before, if it counts in this phase. Of a variant that is gone nothing is left to keep."""
    shown = sticky.get(experiment.key)
    if not experiment.sticky or shown is None or shown.phase != experiment.phase:
        return None
    if shown.bucket_version < experiment.min_bucket_version:
        return shown
    if shown.bucket_version != experiment.bucket_version or experiment.variant(shown.variant) is None:
        return None
    return shown


def _kept(experiment: Experiment, known: Sticky, units: Units) -> Assignment | None:
    variant = experiment.variant(known.variant)
    if variant is None or known.bucket_version < experiment.min_bucket_version:
        return None
    return Assignment(experiment, variant, units.id_of(experiment.unit), sticky=True)


def _dealt(experiment: Experiment, units: Units) -> Assignment | None:
    unit_id = units.id_of(experiment.unit)
    if experiment.layer and not within(bucket(f":layer:{experiment.layer}:", unit_id), experiment.segments):
        return None
    place = choose(bucket(experiment.seed, unit_id), experiment.ranges)
    return None if place is None else Assignment(experiment, experiment.variants[place], unit_id)
