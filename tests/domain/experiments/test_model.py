"""The holdout, and experiments that layouts declare."""

from __future__ import annotations

from domain.experiments.assignment import UnitIds, assign_variants
from domain.experiments.model import Experiment, ExperimentSet, Holdout, Variant
from domain.ids import AccountId, ProfileId
from domain.layouts.request_context import TargetingContext
from tests.domain.made import DE, NOW

HALVES = (Variant("A", 50), Variant("B", 50))
A_REQUEST = TargetingContext("tv", DE, False, 18, "standard", 30, 12, NOW)


def test_a_larger_holdout_keeps_its_accounts_and_another_phase_replaces_them() -> None:
    accounts = [AccountId(f"a{number}") for number in range(20_000)]
    small, large, again = (
        {account for account in accounts if holdout.contains(account)}
        for holdout in (Holdout(0.01), Holdout(0.05), Holdout(0.01, phase=2))
    )
    assert small < large
    assert len(small & again) < 10


def test_layouts_declare_experiments_by_weights_and_documents_take_precedence() -> None:
    experiment = Experiment("row-order", HALVES, coverage=0.5)
    documented = ExperimentSet.of([experiment])
    joined = documented.with_declared({"row-order": {"A": 1, "B": 99}, "hero": {"off": 1, "on": 0}})
    assert joined.by_key["row-order"] == experiment
    assert joined.by_key["hero"] == Experiment("hero", (Variant("off", 1), Variant("on", 0)))
    unit_ids = UnitIds(ProfileId("ade"), AccountId("ade"))
    assert assign_variants(joined, unit_ids, A_REQUEST).arms["hero"] == "off"
    assert documented.with_declared({"row-order": {"A": 1}}) == documented
