"""Exposures: which unit was served a page that an experiment could have changed, and whether it did.

Two questions, answered alike for every variant, so that all leave out the same pages (triggered analysis with
counterfactuals: Kohavi, Tang and Xu, "Trustworthy Online Controlled Experiments", 2020, chapter 20):

    another layout?   another variant would have asked for another page (counterfactuals.py); else no exposure
    differs?          another variant would have shown other titles; recorded with the exposure
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.experiments.assignment import Assignment
from domain.experiments.model import Unit
from domain.ids import AccountId, ProfileId
from domain.page.model import Page, Row
from domain.storage_names import EXPOSURE_TTL_DAYS
from domain.timestamps import to_millis
from domain.viewers.profiles import StickyAssignment
from domain.viewers.sticky_documents import sticky_to_document


@dataclass(frozen=True, slots=True)
class Exposure:
    """`differs_from`: variants that would have shown another page. `rows` and `degraded`: of the page it records."""

    experiment: str
    phase: int
    unit: Unit
    unit_id: str
    variant: str
    bucket_version: int
    sticky: bool
    profile_id: ProfileId
    account_id: AccountId
    page_id: str
    layout_version: int
    data_version: str | None
    at: datetime
    differs_from: tuple[str, ...] = ()
    rows: int = 0
    degraded: bool = False

    @property
    def id(self) -> str:
        """One per unit, experiment and phase."""
        return exposure_id(self.experiment, self.phase, self.unit, self.unit_id)

    @property
    def differs(self) -> bool:
        return bool(self.differs_from)


def exposure_id(experiment: str, phase: int, unit: Unit, unit_id: str) -> str:
    return f"{experiment}:{phase}:{unit}:{unit_id}"


def assignment_exposure_id(assignment: Assignment) -> str:
    experiment = assignment.experiment
    return exposure_id(experiment.key, experiment.phase, experiment.unit, assignment.unit_id)


def build_exposure(
    assignment: Assignment,
    page: Page,
    profile_id: ProfileId,
    account_id: AccountId,
    differs_from: Sequence[str],
) -> Exposure:
    experiment = assignment.experiment
    return Exposure(
        experiment=experiment.key,
        phase=experiment.phase,
        unit=experiment.unit,
        unit_id=assignment.unit_id,
        variant=assignment.variant.key,
        bucket_version=experiment.bucket_version,
        sticky=experiment.sticky,
        profile_id=profile_id,
        account_id=account_id,
        page_id=page.snapshot_id,
        layout_version=page.layout_version,
        data_version=page.data_version,
        at=page.generated_at,
        differs_from=tuple(differs_from),
        rows=len(page.rows),
        degraded=bool(page.degradations),
    )


def pages_differ(served: Sequence[Row], other: Sequence[Row]) -> bool:
    """Scores and sources do not count: viewers do not see them."""
    return [_visible_content(row) for row in served] != [_visible_content(row) for row in other]


def _visible_content(row: Row) -> tuple[object, ...]:
    candidates, spec = row.candidates, row.candidates.spec
    cards = [(card.title.id, card.candidate.reason) for card in row.cards]
    return candidates.name, candidates.reason, spec.style, spec.card_shape, dict(spec.title), cards


def exposure_changes(exposure: Exposure) -> dict[str, dict[str, Any]]:
    """For an upsert: the first exposure stays, later ones add to it.

    A unit with several `variants` in a phase cannot be analysed. `differs_at`: the first time that another variant
    would have shown another page. `served`: by variant, the recorded pages, their rows and how many were degraded; a
    data canary is judged by it.
    """
    at, served = to_millis(exposure.at), f"served.{exposure.variant}"
    changes: dict[str, dict[str, Any]] = {
        "$setOnInsert": {
            "experiment": exposure.experiment,
            "phase": exposure.phase,
            "unit": exposure.unit.value,
            "unit_id": exposure.unit_id,
            "variant": exposure.variant,
            "bucket_version": exposure.bucket_version,
            "profile_id": exposure.profile_id,
            "account_id": exposure.account_id,
            "page_id": exposure.page_id,
            "layout_version": exposure.layout_version,
            "data_version": exposure.data_version,
            "at": at,
            "expires_at": exposure.at + timedelta(days=EXPOSURE_TTL_DAYS),
        },
        "$addToSet": {
            "variants": exposure.variant,
            "differs_from": {"$each": list(exposure.differs_from)},
        },
        "$max": {"differs": exposure.differs},
        "$inc": {
            f"{served}.pages": 1,
            f"{served}.rows": exposure.rows,
            f"{served}.degraded": int(exposure.degraded),
        },
    }
    if exposure.differs:
        changes["$min"] = {"differs_at": at}
    return changes


def sticky_changes(exposure: Exposure) -> Mapping[str, Any]:
    """Path and value for a `$set` on the account."""
    sticky = StickyAssignment(exposure.variant, exposure.phase, exposure.bucket_version)
    return {f"arms.{exposure.experiment}.{exposure.unit_id}": sticky_to_document(sticky)}
