"""Exposures: who was served a page on which an experiment had a say, and whether it changed anything.

A viewer counts only from the first page on that the experiment could have changed. Two questions decide, both
answered alike for every variant, so that what is left out is left out of all of them (triggered analysis with
counterfactuals: Kohavi, Tang and Xu, "Trustworthy Online Controlled Experiments", 2020, chapter 20):

    another layout?   another variant would have asked for another page
    (domain/experiments/counterfactuals.py); else no exposure
    differs?          what another variant would have shown is not what was shown; kept with the exposure
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
    """One unit met one experiment on one page. `differs_from`: variants that would have shown something else."""

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

    @property
    def id(self) -> str:
        """One per unit, experiment and phase, whatever was served how often."""
        return exposure_id(self.experiment, self.phase, self.unit, self.unit_id)

    @property
    def differs(self) -> bool:
        return bool(self.differs_from)


def exposure_id(experiment: str, phase: int, unit: Unit, unit_id: str) -> str:
    return f"{experiment}:{phase}:{unit}:{unit_id}"


def id_of(assignment: Assignment) -> str:
    """The id of the exposure that serving this assignment would be."""
    experiment = assignment.experiment
    return exposure_id(experiment.key, experiment.phase, experiment.unit, assignment.unit_id)


def exposure(
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
    )


def differs(served: Sequence[Row], other: Sequence[Row]) -> bool:
    """Would a viewer see two different pages? Scores and the lists titles came from cannot be seen."""
    return [_seen(row) for row in served] != [_seen(row) for row in other]


def _seen(row: Row) -> tuple[object, ...]:
    proposal, spec = row.proposal, row.proposal.spec
    cards = [(card.title.id, card.candidate.reason) for card in row.cards]
    return proposal.name, proposal.reason, spec.style, spec.card_shape, dict(spec.title), cards


def exposure_changes(exposure: Exposure) -> dict[str, dict[str, Any]]:
    """What an exposure does to its document, ready for an upsert: the first one stays, later ones add to it.

    `variants` holds more than one when the unit was moved while the phase ran: such units cannot be analysed.
    `differs_at` is when another variant would first have shown something else.
    """
    at = to_millis(exposure.at)
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
    }
    if exposure.differs:
        changes["$min"] = {"differs_at": at}
    return changes


def sticky_changes(exposure: Exposure) -> Mapping[str, Any]:
    """What its account remembers of an exposure, as a path and a value for `$set`."""
    sticky = StickyAssignment(exposure.variant, exposure.phase, exposure.bucket_version)
    return {f"arms.{exposure.experiment}.{exposure.unit_id}": sticky_to_document(sticky)}
