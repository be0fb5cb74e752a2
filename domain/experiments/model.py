"""Experiments: what is compared, among whom, and for how long. domain/experiments/assignment.py says who gets
which variant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from domain.experiments.bucketing import Range, bucket, ranges
from domain.ids import AccountId
from domain.layouts.conditions import ALWAYS, Condition


class Unit(StrEnum):
    """What is dealt to a variant as a whole."""

    PROFILE = "profile"
    ACCOUNT = "account"


class ExperimentStatus(StrEnum):
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
    status: ExperimentStatus = ExperimentStatus.RUNNING
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

    @property
    def data_versions(self) -> frozenset[str]:
        return frozenset(one.data_version for one in self.variants if one.data_version)

    def variant(self, key: str) -> Variant | None:
        return next((variant for variant in self.variants if variant.key == key), None)

    def runs_at(self, now: datetime) -> bool:
        return (
            self.status == ExperimentStatus.RUNNING
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

    @cached_property
    def data_versions(self) -> frozenset[str]:
        """Every version that a variant of a running experiment names."""
        running = (one for one in self.experiments.values() if one.status == ExperimentStatus.RUNNING)
        return frozenset(version for one in running for version in one.data_versions)

    def reading(self, held: Collection[str]) -> ExperimentBook:
        """Without the experiments that name a version which is not held any more.

        All of their variants rest, the control too: what is left would be compared with nothing.
        """
        if self.data_versions <= set(held):
            return self
        readable = [one for one in self.experiments.values() if one.data_versions <= set(held)]
        return ExperimentBook.of(readable, self.holdout)

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
