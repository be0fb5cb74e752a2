"""Experiments for designers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry

from domain.errors import BadInput
from domain.experiments.model import Experiment as DomainExperiment
from domain.experiments.model import ExperimentStatus, Unit
from domain.experiments.validation import ExperimentFinding as DomainFinding
from domain.experiments.validation import variant_shares
from domain.timestamps import from_iso
from resolvers.publishing.experiment_lifecycle import ExperimentRequest
from resolvers.types.enums import publish_enum
from resolvers.types.events import TryLater
from resolvers.types.scalars import LayoutDocument

publish_enum(
    ExperimentStatus, "ExperimentStatus", "Only a running experiment is dealt; a draft can be looked at."
)
publish_enum(Unit, "ExperimentUnit", "What is dealt to a variant as a whole.")


@strawberry.type(description="One of the pages an experiment compares.")
class ExperimentVariant:
    key: str = strawberry.field(description="Its name in the experiment.")
    weight: float = strawberry.field(description="Its share in proportion to the other variants'.")
    share: float = strawberry.field(description="Its share of all viewers outside the holdout, 0 to 1.")
    data_version: str | None = strawberry.field(description="The data its pages read; null: the live data.")


@strawberry.type(description="Something that was done with an experiment.")
class ExperimentNote:
    at: datetime = strawberry.field(description="When.")
    by: str = strawberry.field(description="Who; may be empty.")
    what: str = strawberry.field(description="What.")
    why: str = strawberry.field(description="Why; may be empty.")


@strawberry.type(description="Something to be said of an experiment before it teaches anything wrong.")
class ExperimentFinding:
    message: str = strawberry.field(description="What is wrong and what to do.")
    serious: bool = strawberry.field(description="What it is meant to teach cannot be learned.")


@strawberry.type(description="Viewers dealt to variants by chance, to learn which page serves them better.")
class Experiment:
    key: str = strawberry.field(description="Its name.")
    status: ExperimentStatus = strawberry.field(description="Whether it is dealt.")
    phase: int = strawberry.field(description="Counts restarts; each deals everybody anew.")
    unit: Unit = strawberry.field(description="What is dealt as a whole.")
    layer: str = strawberry.field(
        description="Experiments of one layer never meet; empty: a layer of its own."
    )
    coverage: float = strawberry.field(description="The share of each variant that takes part, 0 to 1.")
    layout: str = strawberry.field(description="The layout that says what its variants change.")
    hypothesis: str = strawberry.field(description="What is expected; may be empty.")
    variants: list[ExperimentVariant] = strawberry.field(description="The control first.")
    notes: list[ExperimentNote] = strawberry.field(description="What was done with it, oldest first.")
    findings: list[ExperimentFinding] = strawberry.field(description="What would spoil what it is to teach.")


@strawberry.type(description="Viewers are dealt to it.")
class ExperimentStarted:
    experiment: Experiment = strawberry.field(description="As it runs now.")
    patch: LayoutDocument | None = strawberry.field(
        description="What the draft changes, as it stands in the layout; null without one."
    )
    layout_version: int | None = strawberry.field(
        description="The live version of the layout that has it; null when the layout was left alone."
    )


@strawberry.type(description="Nobody is dealt to it any more.")
class ExperimentStopped:
    layout_version: int | None = strawberry.field(
        description="The live version with what the variant changed; null when nothing was shipped."
    )


@strawberry.type(description="It cannot be done; nobody is dealt to anything new.")
class ExperimentRefused:
    message: str = strawberry.field(description="Why, and what to do.")
    code: str = strawberry.field(description="BAD_USER_INPUT, NOT_FOUND or CONFLICT.")


ExperimentStartResult = Annotated[
    ExperimentStarted | ExperimentRefused | TryLater,
    strawberry.union("ExperimentStartResult", description="What became of a start."),
]
ExperimentStopResult = Annotated[
    ExperimentStopped | ExperimentRefused | TryLater,
    strawberry.union("ExperimentStopResult", description="What became of a stop."),
]


@strawberry.input(description="An experiment to start. What is left out stays as it was in its last phase.")
class ExperimentStartInput:
    key: strawberry.ID = strawberry.field(description="Its name: 1 to 64 letters, digits, '-' or '_'.")
    draft_id: strawberry.ID | None = strawberry.field(
        default=None, description="The layout draft that becomes a variant."
    )
    variant: str = strawberry.field(default="B", description="The variant that the draft or the data become.")
    share: float = strawberry.field(default=0.5, description="The variant's share of viewers, 0 to 1.")
    data_version: str | None = strawberry.field(
        default=None, description="The data that the variant reads, instead of a draft."
    )
    layer: str | None = strawberry.field(default=None, description="Its layer.")
    segments_from: float | None = strawberry.field(
        default=None, description="Where its part of the layer begins, 0 to 1."
    )
    segments_to: float | None = strawberry.field(
        default=None, description="Where its part of the layer ends."
    )
    coverage: float | None = strawberry.field(
        default=None, description="The share of each variant that takes part, 0 to 1."
    )
    unit: Unit | None = strawberry.field(default=None, description="What is dealt as a whole.")
    hypothesis: str | None = strawberry.field(default=None, description="What is expected.")
    reason: str = strawberry.field(default="", description="Why now; kept with it.")

    def to_domain(self) -> ExperimentRequest:
        """Raises BadInput for a bad share, or a draft beside data."""
        if not 0 <= self.share <= 1:
            raise BadInput(f"share: from 0 to 1, not {self.share:g}.")
        if self.draft_id and self.data_version:
            raise BadInput(
                "draftId, dataVersion: a variant is one of the two; start two variants, one after the other."
            )
        settings: dict[str, Any] = {
            name: value
            for name in ("layer", "coverage", "hypothesis")
            if (value := getattr(self, name)) is not None
        }
        if self.unit is not None:
            settings["unit"] = self.unit.value
        if self.segments_from is not None or self.segments_to is not None:
            settings["segments"] = {
                "from": 0.0 if self.segments_from is None else self.segments_from,
                "to": 1.0 if self.segments_to is None else self.segments_to,
            }
        if self.data_version:
            settings["variants"] = {
                "A": {"weight": 1 - self.share},
                self.variant: {"weight": self.share, "data_version": self.data_version},
            }
        return ExperimentRequest(self.key, self.draft_id, self.variant, self.share, settings)


@strawberry.input(description="An experiment to stop.")
class ExperimentStopInput:
    key: strawberry.ID = strawberry.field(description="Its name.")
    ship: str | None = strawberry.field(
        default=None, description="Make what this variant changes the layout of everybody."
    )
    reason: str = strawberry.field(default="", description="Why; kept with it.")


def experiment_node(
    experiment: DomainExperiment, notes: Sequence[Mapping[str, Any]], findings: Sequence[DomainFinding]
) -> Experiment:
    share_of = variant_shares(experiment)
    return Experiment(
        key=experiment.key,
        status=experiment.status,
        phase=experiment.phase,
        unit=experiment.unit,
        layer=experiment.layer,
        coverage=experiment.coverage,
        layout=experiment.layout,
        hypothesis=experiment.hypothesis,
        variants=[
            ExperimentVariant(
                key=one.key, weight=one.weight, share=share_of[one.key], data_version=one.data_version
            )
            for one in experiment.variants
        ],
        notes=[
            ExperimentNote(
                at=from_iso(note["at"]), by=note.get("by", ""), what=note["what"], why=note.get("why", "")
            )
            for note in notes
        ],
        findings=[
            ExperimentFinding(message=finding.message, serious=finding.serious)
            for finding in findings
            if finding.concerns(experiment.key)
        ],
    )
