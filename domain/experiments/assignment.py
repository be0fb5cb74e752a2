"""Assigns the units of a request to variants. Pure: equal experiments, units and time give equal assignments.

    holdout     one account in a hundred takes part in nothing, so that all experiments together can be measured
    layer       experiments of one layer never meet: each owns a range of the layer's segments
    variant     by a hash of experiment, phase and unit; a new phase assigns all units again
    sticky      a unit keeps its variant, even when weights, coverage or segments change

Arms forced by a designer override all of it, and their pages are never analysed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from domain.errors import BadInput
from domain.experiments.bucketing import bucket, is_within, range_index
from domain.experiments.model import Experiment, ExperimentSet, Unit, Variant
from domain.ids import AccountId, ProfileId, is_raw_id
from domain.json_schema import did_you_mean
from domain.layouts.conditions import holds
from domain.layouts.request_context import TargetingContext
from domain.viewers.profiles import StickyAssignment

MAX_FORCED_ARMS = 20


@dataclass(frozen=True, slots=True)
class UnitIds:
    profile: ProfileId
    account: AccountId

    def for_unit(self, unit: Unit) -> str:
        return self.account if unit == Unit.ACCOUNT else self.profile


@dataclass(frozen=True, slots=True)
class Assignment:
    experiment: Experiment
    variant: Variant
    unit_id: str
    is_forced: bool = False


@dataclass(frozen=True)
class Assignments:
    """Ordered by experiment."""

    all: tuple[Assignment, ...] = ()
    is_held_out: bool = False

    @cached_property
    def arms(self) -> dict[str, str]:
        """Experiment -> variant."""
        return {found.experiment.key: found.variant.key for found in self.all}

    @property
    def has_forced(self) -> bool:
        """Such a request is not analysed."""
        return any(found.is_forced for found in self.all)

    def with_variant(self, assignment: Assignment, variant: Variant) -> Assignments:
        assignments = (replace(one, variant=variant) if one is assignment else one for one in self.all)
        return Assignments(tuple(assignments), self.is_held_out)

    @property
    def data_version(self) -> str | None:
        """The version of the first variant that names one."""
        return next((found.variant.data_version for found in self.all if found.variant.data_version), None)


def assign_variants(
    experiments: ExperimentSet,
    unit_ids: UnitIds,
    targeting: TargetingContext,
    forced: Mapping[str, str] | None = None,
    sticky: Mapping[str, StickyAssignment] | None = None,
) -> Assignments:
    """Raises BadInput for an unknown forced arm. `forced`: experiment -> variant. `sticky`: experiment -> what was
    shown."""
    found = {
        key: _forced_assignment(experiments, key, variant, unit_ids)
        for key, variant in (forced or {}).items()
    }
    taken_layers = {assignment.experiment.layer_name for assignment in found.values()}
    is_held_out = bool(experiments) and experiments.holdout.contains(unit_ids.account)
    running = (
        [] if is_held_out else [one for one in experiments.by_key.values() if one.runs_at(targeting.now)]
    )
    shown_before = {
        one.key: shown for one in running if (shown := _shown_before(one, sticky or {})) is not None
    }
    # A unit with a sticky variant keeps the layer too, otherwise moved segments would put it into two experiments.
    for experiment in sorted(running, key=lambda one: one.key not in shown_before):
        if experiment.layer_name in taken_layers:
            continue
        if experiment.key in shown_before:
            taken_layers.add(experiment.layer_name)
            assignment = _sticky_assignment(experiment, shown_before[experiment.key], unit_ids)
        else:
            assignment = _hashed_assignment(experiment, unit_ids)
        if assignment is not None and holds(experiment.when, targeting):
            found[experiment.key] = assignment
            taken_layers.add(experiment.layer_name)
    return Assignments(tuple(found[key] for key in sorted(found)), is_held_out)


def parse_arms(text: str) -> dict[str, str]:
    """ "row-order=B, hero=A" as experiment -> variant; "" is none. Raises BadInput."""
    arms: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, equals, variant = (piece.strip() for piece in part.partition("="))
        if (
            not equals
            or not is_raw_id(key)
            or not is_raw_id(variant)
            or key in arms
            or len(arms) == MAX_FORCED_ARMS
        ):
            raise BadInput(
                f"Write arms like row-order=B, hero=A; at most {MAX_FORCED_ARMS}, each experiment once."
            )
        arms[key] = variant
    return arms


def _forced_assignment(
    experiments: ExperimentSet, key: str, variant_key: str, unit_ids: UnitIds
) -> Assignment:
    experiment = experiments.by_key.get(key)
    if experiment is None:
        raise BadInput(f"There is no experiment {key!r}.{did_you_mean(key, experiments.by_key)}")
    variant = experiment.variant(variant_key)
    if variant is None:
        keys = ", ".join(one.key for one in experiment.variants)
        raise BadInput(f"Experiment {key!r} has no variant {variant_key!r}; it has {keys}.")
    return Assignment(experiment, variant, unit_ids.for_unit(experiment.unit), is_forced=True)


def _shown_before(experiment: Experiment, sticky: Mapping[str, StickyAssignment]) -> StickyAssignment | None:
    """What this unit was shown in this phase; None when the variant or its bucket version is gone.

    An assignment below `min_bucket_version` is returned: the unit keeps its layer but gets no variant.
    """
    shown = sticky.get(experiment.key)
    if not experiment.sticky or shown is None or shown.phase != experiment.phase:
        return None
    if shown.bucket_version < experiment.min_bucket_version:
        return shown
    if shown.bucket_version != experiment.bucket_version or experiment.variant(shown.variant) is None:
        return None
    return shown


def _sticky_assignment(
    experiment: Experiment, shown: StickyAssignment, unit_ids: UnitIds
) -> Assignment | None:
    variant = experiment.variant(shown.variant)
    if variant is None or shown.bucket_version < experiment.min_bucket_version:
        return None
    return Assignment(experiment, variant, unit_ids.for_unit(experiment.unit))


def _hashed_assignment(experiment: Experiment, unit_ids: UnitIds) -> Assignment | None:
    unit_id = unit_ids.for_unit(experiment.unit)
    if experiment.layer and not is_within(
        bucket(f":layer:{experiment.layer}:", unit_id), experiment.segments
    ):
        return None
    index = range_index(bucket(experiment.seed, unit_id), experiment.ranges)
    return None if index is None else Assignment(experiment, experiment.variants[index], unit_id)
