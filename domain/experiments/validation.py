"""What is wrong between experiments, or between experiments and layouts, while each alone could be used.

None of it breaks a page: `assign` gives one experiment a layer whatever the documents say. It breaks what is
learned from them, so it is said before they run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from domain.experiments.bucketing import STEPS
from domain.experiments.model import Experiment, ExperimentBook, ExperimentStatus
from domain.layouts.conditions import Condition
from domain.layouts.resolution import PublishedLayouts


@dataclass(frozen=True, slots=True)
class ExperimentFinding:
    """`serious`: what the experiment is meant to learn cannot be learned. `other`: the one it quarrels with."""

    experiment: str
    message: str
    serious: bool = True
    other: str = ""

    def concerns(self, key: str) -> bool:
        return key in (self.experiment, self.other)


def findings(book: ExperimentBook, layouts: PublishedLayouts) -> tuple[ExperimentFinding, ...]:
    """Everything to be said about the experiments that are not over, by experiment."""
    current = [one for one in book.experiments.values() if one.status != ExperimentStatus.STOPPED]
    found = [*_between(current), *_unpatched(current, layouts), *_undeclared(book, layouts), *_thin(current)]
    return tuple(sorted(found, key=lambda finding: finding.experiment))


def meet(one: Experiment, other: Experiment) -> bool:
    """Could one unit be dealt to both, because their segments overlap while both run?"""
    if not one.layer or one.layer != other.layer:
        return False
    (low, high), (low_other, high_other) = one.segments, other.segments
    if max(low, low_other) >= min(high, high_other):
        return False
    before = one.ends_at and other.starts_at and one.ends_at <= other.starts_at
    after = other.ends_at and one.starts_at and other.ends_at <= one.starts_at
    return not before and not after


def _between(current: Sequence[Experiment]) -> Iterator[ExperimentFinding]:
    for one, other in combinations(current, 2):
        if one.layer and one.layer == other.layer and one.unit != other.unit:
            yield ExperimentFinding(
                one.key,
                f"deals by {one.unit}, {other.key!r} of the same layer by {other.unit}: a profile can be in both. "
                "Use one unit in a layer.",
                other=other.key,
            )
        if meet(one, other):
            yield ExperimentFinding(
                one.key,
                f"its segments of layer {one.layer!r} overlap those of {other.key!r}: whoever is in both is "
                f"only ever in {min(one.key, other.key)!r}. Move one of them.",
                other=other.key,
            )
        together = one.layer_name != other.layer_name and one.data_versions and other.data_versions
        if together and not _apart(one.when, other.when):
            yield ExperimentFinding(
                one.key,
                f"names a data version, and so does {other.key!r}: a page can read only one. "
                "Put both into one layer.",
                other=other.key,
            )


def _unpatched(current: Sequence[Experiment], layouts: PublishedLayouts) -> Iterator[ExperimentFinding]:
    """A variant that changes nothing is a second control."""
    patched = {(step.arm[0], step.arm[1]) for live in layouts.layouts for step in live.steps if step.arm}
    asked = {
        (key, arm)
        for live in layouts.layouts
        for step in live.steps
        for key, arms in step.when.arms.items()
        for arm in arms
    }
    for experiment in current:
        for variant in experiment.variants[1:]:
            changes = (experiment.key, variant.key) in patched | asked or variant.data_version
            if variant.weight > 0 and not changes:
                yield ExperimentFinding(
                    experiment.key,
                    f"variant {variant.key!r} changes nothing: no live layout has a patch for it under "
                    f"`variants: {experiment.key}:`, and it names no data version.",
                )


def _undeclared(book: ExperimentBook, layouts: PublishedLayouts) -> Iterator[ExperimentFinding]:
    """Arms of a layout that nobody is dealt to."""
    for key, weights in layouts.experiments.items():
        experiment = book.experiments.get(key)
        if experiment is None:
            continue
        known = [variant.key for variant in experiment.variants]
        for arm in weights:
            if arm not in known:
                yield ExperimentFinding(
                    key,
                    f"the layout has a variant {arm!r} that the experiment does not know: nobody gets it.",
                )


def _thin(current: Sequence[Experiment]) -> Iterator[ExperimentFinding]:
    """Shares below what the hash can tell apart."""
    for experiment in current:
        for variant, (start, end) in zip(experiment.variants, experiment.ranges, strict=True):
            if 0 < (end - start) * STEPS < 1:
                yield ExperimentFinding(
                    experiment.key,
                    f"variant {variant.key!r} gets {end - start:.4%} of viewers, below the smallest share of 0.01%.",
                    serious=False,
                )


def _apart(one: Condition, other: Condition) -> bool:
    """Do the two never hold of one request? Only what is plain to see counts."""
    pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]] = (
        (one.devices, other.devices),
        (one.markets, other.markets),
        (one.plans, other.plans),
    )
    if any(first and second and not set(first) & set(second) for first, second in pairs):
        return True
    return one.kids is not None and other.kids is not None and one.kids != other.kids


def shares(experiment: Experiment) -> Mapping[str, float]:
    """Variant -> the share of all viewers that it gets, outside the holdout."""
    low, high = experiment.segments
    width = high - low if experiment.layer else 1.0
    return {
        variant.key: (end - start) * width
        for variant, (start, end) in zip(experiment.variants, experiment.ranges, strict=True)
    }
