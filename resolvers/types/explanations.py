"""Explanations of pages, for staff."""

from __future__ import annotations

from dataclasses import asdict

import strawberry

from domain.candidates.trace import TraceStage
from domain.ids import global_id
from domain.page.explanation import Cause, TitleExplanation
from domain.page.explanation import RowExplanation as DomainRowExplanation
from resolvers.home.compose import ComposedPage
from resolvers.types.enums import publish_enum
from resolvers.types.home import ExperimentExposure, LayoutRef, exposure_nodes

publish_enum(
    Cause, "ExplanationCause", "The first thing that kept a title off a page; SHOWN when nothing did."
)
publish_enum(TraceStage, "ExplanationStage", "Where a title's way in one row ended.")


@strawberry.type(description="The terms of a score, weighted and signed: they add up to it.")
class ScoreTerms:
    base: float = strawberry.field(description="What the row's source said.")
    taste: float = strawberry.field(description="Its genres, for this profile.")
    trending: float = strawberry.field(description="That it trends.")
    newness: float = strawberry.field(description="That it is new.")
    context: float = strawberry.field(description="The hour and the device.")
    fatigue: float = strawberry.field(description="Seen and not played.")
    dislike: float = strawberry.field(description="Like something disliked.")
    boost: float = strawberry.field(description="An editor's.")


@strawberry.type(description="A title's way in one row.")
class RowExplanation:
    row: str = strawberry.field(description="The row, as the layout calls it.")
    sources: list[str] = strawberry.field(description="The lists that had the title.")
    stage: TraceStage = strawberry.field(description="Where its way ended.")
    detail: str = strawberry.field(description="What the stage needs: the rule, the other row; may be empty.")
    rank: int | None = strawberry.field(description="Its place in the row's ranking, counted from 1.")
    cut: int | None = strawberry.field(description="How many places there were.")
    score: float | None = strawberry.field(description="The blended score that ranked it.")
    parts: ScoreTerms | None = strawberry.field(description="The terms of the score; null if not ranked.")
    margin: float | None = strawberry.field(
        description="Its score less that of the last card shown; below 0 it fell short by so much."
    )


@strawberry.type(description="Why a title is on a profile's page, or why it is not.")
class Explanation:
    title_id: strawberry.ID = strawberry.field(description="The title.")
    cause: Cause = strawberry.field(description="The first cause.")
    told: str = strawberry.field(description="The same in a sentence.")
    rows: list[RowExplanation] = strawberry.field(
        description="Every row that had it as a candidate, the one that `cause` is about first."
    )
    snapshot_id: strawberry.ID = strawberry.field(description="The page it is about: the profile's, now.")
    is_certain: bool = strawberry.field(
        description="False: a store did not answer, the page is incomplete, and the answer may be wrong."
    )
    title_name: str = strawberry.field(description="The title's name; its id when there is no such title.")
    profile_name: str = strawberry.field(description="Whose page it is, such as Mina.")
    layout: LayoutRef = strawberry.field(description="The layout of the page.")
    layout_version: int = strawberry.field(description="Version of the layout.")
    data_version: str | None = strawberry.field(description="Version of the nightly run's data.")
    experiments: list[ExperimentExposure] = strawberry.field(description="Experiments that had a say in it.")


def explanation_node(explanation: TitleExplanation, composed: ComposedPage) -> Explanation:
    return Explanation(
        title_id=strawberry.ID(global_id("title", explanation.title_id)),
        cause=explanation.cause,
        told=explanation.message,
        rows=[_row(row) for row in explanation.rows],
        snapshot_id=strawberry.ID(composed.page.snapshot_id),
        is_certain=explanation.is_certain,
        title_name=explanation.title_name or explanation.title_id,
        profile_name=composed.viewer.profile.name,
        layout=LayoutRef(id=strawberry.ID(composed.page.layout_id), version=composed.page.layout_version),
        layout_version=composed.page.layout_version,
        data_version=composed.page.data_version,
        experiments=exposure_nodes(composed.page),
    )


def _row(explanation: DomainRowExplanation) -> RowExplanation:
    event = explanation.event
    return RowExplanation(
        row=explanation.row,
        sources=list(explanation.sources),
        stage=event.stage,
        detail=event.detail,
        rank=event.rank,
        cut=event.cut,
        score=event.score,
        parts=ScoreTerms(**asdict(explanation.score_parts)) if explanation.score_parts else None,
        margin=explanation.margin,
    )
