"""Findings about valid experiments that conflict with each other or with the live layouts.

A conflict breaks no page, because `assign_variants` gives each layer one experiment. It breaks the analysis.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from domain.catalog.regions import is_within
from domain.experiments.bucketing import BUCKET_COUNT
from domain.experiments.model import Experiment, ExperimentSet, ExperimentStatus
from domain.layouts.conditions import Condition
from domain.layouts.resolution import PublishedLayouts


@dataclass(frozen=True, slots=True)
class ExperimentFinding:
    """`serious`: the experiment cannot be analysed. `other`: the one it conflicts with."""

    experiment: str
    message: str
    serious: bool = True
    other: str = ""

    def concerns(self, key: str) -> bool:
        return key in (self.experiment, self.other)


def check_experiments(experiments: ExperimentSet, layouts: PublishedLayouts) -> tuple[ExperimentFinding, ...]:
    """Of experiments that are not stopped, ordered by experiment."""
    current = [one for one in experiments.by_key.values() if one.status != ExperimentStatus.STOPPED]
    found = [
        *_conflicts(current),
        *_unchanged_variants(current, layouts),
        *_unknown_variants(experiments, layouts),
        *_tiny_shares(current),
    ]
    return tuple(sorted(found, key=lambda finding: finding.experiment))


def can_overlap(one: Experiment, other: Experiment) -> bool:
    if not one.layer or one.layer != other.layer:
        return False
    (low, high), (low_other, high_other) = one.segments, other.segments
    if max(low, low_other) >= min(high, high_other):
        return False
    before = one.ends_at and other.starts_at and one.ends_at <= other.starts_at
    after = other.ends_at and one.starts_at and other.ends_at <= one.starts_at
    return not before and not after


def _conflicts(current: Sequence[Experiment]) -> Iterator[ExperimentFinding]:
    for one, other in combinations(current, 2):
        if one.layer and one.layer == other.layer and one.unit != other.unit:
            yield ExperimentFinding(
                one.key,
                f"assigns by {one.unit}, {other.key!r} of the same layer by {other.unit}: a profile can be in both. "
                "Use one unit in a layer.",
                other=other.key,
            )
        if can_overlap(one, other):
            yield ExperimentFinding(
                one.key,
                f"its segments of layer {one.layer!r} overlap those of {other.key!r}: a unit in both is "
                f"only ever in {min(one.key, other.key)!r}. Move one of them.",
                other=other.key,
            )
        together = one.layer_name != other.layer_name and one.data_versions and other.data_versions
        if together and not _are_exclusive(one.when, other.when):
            yield ExperimentFinding(
                one.key,
                f"names a data version, and so does {other.key!r}: a page can read only one. "
                "Put both into one layer.",
                other=other.key,
            )


def _unchanged_variants(
    current: Sequence[Experiment], layouts: PublishedLayouts
) -> Iterator[ExperimentFinding]:
    """Such a variant is a second control."""
    patched = {(step.arm[0], step.arm[1]) for live in layouts.layouts for step in live.steps if step.arm}
    conditional = {
        (key, arm)
        for live in layouts.layouts
        for step in live.steps
        for key, arms in step.condition.arms.items()
        for arm in arms
    }
    for experiment in current:
        for variant in experiment.variants[1:]:
            changes = (experiment.key, variant.key) in patched | conditional or variant.data_version
            if variant.weight > 0 and not changes:
                yield ExperimentFinding(
                    experiment.key,
                    f"variant {variant.key!r} changes nothing: no live layout has a patch for it under "
                    f"`variants: {experiment.key}:`, and it names no data version.",
                )


def _unknown_variants(experiments: ExperimentSet, layouts: PublishedLayouts) -> Iterator[ExperimentFinding]:
    """Variants of a layout that the experiment lacks."""
    for key, weights in layouts.experiments.items():
        experiment = experiments.by_key.get(key)
        if experiment is None:
            continue
        known = [variant.key for variant in experiment.variants]
        for arm in weights:
            if arm not in known:
                yield ExperimentFinding(
                    key,
                    f"the layout has a variant {arm!r} that the experiment does not know: no unit gets it.",
                )


def _tiny_shares(current: Sequence[Experiment]) -> Iterator[ExperimentFinding]:
    """Shares below one bucket."""
    for experiment in current:
        for variant, (start, end) in zip(experiment.variants, experiment.ranges, strict=True):
            if 0 < (end - start) * BUCKET_COUNT < 1:
                yield ExperimentFinding(
                    experiment.key,
                    f"variant {variant.key!r} gets {end - start:.4%} of viewers, below the smallest share of 0.01%.",
                    serious=False,
                )


def _are_exclusive(one: Condition, other: Condition) -> bool:
    """The two visibly never hold of one request."""
    pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]] = (
        (one.devices, other.devices),
        (one.plans, other.plans),
    )
    if any(first and second and not set(first) & set(second) for first, second in pairs):
        return True
    if one.markets and other.markets and not _share_a_market(one.markets, other.markets):
        return True
    return one.kids is not None and other.kids is not None and one.kids != other.kids


def _share_a_market(first: Sequence[str], second: Sequence[str]) -> bool:
    """A sub-region is in its region's market, too."""
    return any(is_within(one, second) for one in first) or any(is_within(one, first) for one in second)


def variant_shares(experiment: Experiment) -> Mapping[str, float]:
    """Variant -> its share of viewers outside the holdout."""
    low, high = experiment.segments
    width = high - low if experiment.layer else 1.0
    return {
        variant.key: (end - start) * width
        for variant, (start, end) in zip(experiment.variants, experiment.ranges, strict=True)
    }
