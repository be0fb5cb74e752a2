"""Dealing: who gets which variant. Pure: the same experiments, person and instant give the same answer.

    held out?   one account in a hundred takes part in nothing, so that all experiments together can be judged
    layer       experiments of one layer never meet: each owns a range of the layer's segments
    variant     by a hash of experiment, phase and unit; a new phase deals everybody anew
    sticky      who has once been shown a variant keeps it, whatever happens to weights, coverage and range

Forced arms come from a designer and win over all of it; what they show is never analysed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from domain.errors import BadInput
from domain.experiments.bucketing import bucket, choose, within
from domain.experiments.model import Experiment, ExperimentBook, Unit, Variant
from domain.ids import AccountId, ProfileId, is_raw_id
from domain.json_schema import did_you_mean
from domain.layouts.conditions import holds
from domain.layouts.request_context import Situation
from domain.viewers.profiles import StickyAssignment

MOST_ARMS = 20
"""Arms that one request may choose by hand."""


@dataclass(frozen=True, slots=True)
class Units:
    """The ids of one request that chance may look at."""

    profile: ProfileId
    account: AccountId

    def id_of(self, unit: Unit) -> str:
        return self.account if unit == Unit.ACCOUNT else self.profile


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

    def swapped(self, assignment: Assignment, variant: Variant) -> Assignments:
        """The same with another variant of one experiment."""
        swapped = (replace(one, variant=variant) if one is assignment else one for one in self.all)
        return Assignments(tuple(swapped), self.held_out)

    @property
    def data_version(self) -> str | None:
        """The version that a variant asks for; of several the first experiment's, in order of their keys."""
        return next((found.variant.data_version for found in self.all if found.variant.data_version), None)


def assign_variants(
    book: ExperimentBook,
    units: Units,
    situation: Situation,
    forced: Mapping[str, str] | None = None,
    sticky: Mapping[str, StickyAssignment] | None = None,
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


def parse_arms(text: str) -> dict[str, str]:
    """ "row-order=B, hero=A" as experiment -> variant. Raises BadInput for anything else; "" is none."""
    arms: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, equals, variant = (piece.strip() for piece in part.partition("="))
        if (
            not equals
            or not is_raw_id(key)
            or not is_raw_id(variant)
            or key in arms
            or len(arms) == MOST_ARMS
        ):
            raise BadInput(f"Write arms like row-order=B, hero=A; at most {MOST_ARMS}, each experiment once.")
        arms[key] = variant
    return arms


def _forced(book: ExperimentBook, key: str, variant_key: str, units: Units) -> Assignment:
    experiment = book.experiments.get(key)
    if experiment is None:
        raise BadInput(f"There is no experiment {key!r}.{did_you_mean(key, book.experiments)}")
    variant = experiment.variant(variant_key)
    if variant is None:
        keys = ", ".join(one.key for one in experiment.variants)
        raise BadInput(f"Experiment {key!r} has no variant {variant_key!r}; it has {keys}.")
    return Assignment(experiment, variant, units.id_of(experiment.unit), forced=True)


def _known(experiment: Experiment, sticky: Mapping[str, StickyAssignment]) -> StickyAssignment | None:
    """What was shown before, if it counts in this phase. Of a variant that is gone nothing is left to keep."""
    shown = sticky.get(experiment.key)
    if not experiment.sticky or shown is None or shown.phase != experiment.phase:
        return None
    if shown.bucket_version < experiment.min_bucket_version:
        return shown
    if shown.bucket_version != experiment.bucket_version or experiment.variant(shown.variant) is None:
        return None
    return shown


def _kept(experiment: Experiment, known: StickyAssignment, units: Units) -> Assignment | None:
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
