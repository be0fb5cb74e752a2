"""Experiments: variants, audience and period. domain/experiments/assignment.py assigns the variants."""

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
    """What is assigned to a variant as a whole."""

    PROFILE = "profile"
    ACCOUNT = "account"


class ExperimentStatus(StrEnum):
    """A draft can be forced."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Variant:
    """`weight` is relative. Pages read `data_version`; None: the live one. Layouts have the changes, under
    `variants`."""

    key: str
    weight: float
    data_version: str | None = None


@dataclass(frozen=True)
class Experiment:
    """The first variant is the control. `coverage` (0..1): the share of each variant that takes part.

    `segments`: a range within 0..1 of `layer`; "" is a layer of its own. `phase` counts restarts. `when` must hold of
    each request, sticky or not. Units bucketed before `min_bucket_version` take no further part: they were shown
    something broken.
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
        """The name of an own layer cannot be written in a document."""
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
    """Accounts that take part in nothing. A larger share keeps the present ones; a new phase replaces them."""

    share: float = 0.01
    phase: int = 1

    def contains(self, account: AccountId) -> bool:
        return bucket(f":holdout:{self.phase}:", account) < self.share


@dataclass(frozen=True)
class ExperimentSet:
    by_key: Mapping[str, Experiment] = field(default_factory=dict)
    holdout: Holdout = Holdout()

    @classmethod
    def of(cls, experiments: Iterable[Experiment], holdout: Holdout = Holdout()) -> ExperimentSet:
        ordered = sorted(experiments, key=lambda experiment: experiment.key)
        return cls({experiment.key: experiment for experiment in ordered}, holdout)

    def __bool__(self) -> bool:
        return bool(self.by_key)

    @cached_property
    def data_versions(self) -> frozenset[str]:
        """Of running experiments."""
        running = (one for one in self.by_key.values() if one.status == ExperimentStatus.RUNNING)
        return frozenset(version for one in running for version in one.data_versions)

    def with_readable_data(self, readable_versions: Collection[str]) -> ExperimentSet:
        """Without experiments that name an unreadable version, control included: nothing is left to compare."""
        if self.data_versions <= set(readable_versions):
            return self
        readable = [one for one in self.by_key.values() if one.data_versions <= set(readable_versions)]
        return ExperimentSet.of(readable, self.holdout)

    def with_declared(self, declared: Mapping[str, Mapping[str, float]]) -> ExperimentSet:
        """With the experiments that live layouts declare: experiment -> variant -> weight. Documents take
        precedence."""
        further = [
            Experiment(key, tuple(Variant(name, weight) for name, weight in weights.items()))
            for key, weights in declared.items()
            if key not in self.by_key
        ]
        return ExperimentSet.of([*self.by_key.values(), *further], self.holdout) if further else self
