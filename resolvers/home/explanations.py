"""Why a title is on a page, or is not: composes the page with a trace and reads it for that title."""

from __future__ import annotations

from dataclasses import replace

from domain.candidates.trace import Trace
from domain.ids import ProfileId, TitleId
from domain.layouts.request_context import PageRequest
from domain.page.explanation import TitleExplanation, TraceEvidence, explain_title
from resolvers.home.compose import ComposedPage, compose_page
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader


async def explain(
    context: Context, profile_id: ProfileId, title_id: TitleId, request: PageRequest
) -> tuple[TitleExplanation, ComposedPage]:
    """The explanation of a title on this profile's page as it is now, and that page.

    Raises as `compose_page`, and StoreUnavailable when the catalogue cannot be read.
    """
    trace: Trace = []
    composed = await compose_page(context, profile_id, request, trace, any_account=True)
    loader = TitleLoader(await context.version_loaders(), composed.viewer.audience)
    seen = await loader.load_with_refusals([title_id])
    exists = bool(seen.eligible or seen.refused)
    explanation = explain_title(
        title_id, exists, seen.refused.get(title_id), trace_evidence(composed, trace, title_id)
    )
    return explanation, composed


async def explain_card(
    context: Context, profile_id: ProfileId, title_id: TitleId, row: str, request: PageRequest
) -> tuple[TitleExplanation, ComposedPage]:
    """As `explain`, with this row first."""
    explanation, composed = await explain(context, profile_id, title_id, request)
    return replace(
        explanation, rows=tuple(sorted(explanation.rows, key=lambda each: each.row != row))
    ), composed


def trace_evidence(composed: ComposedPage, trace: Trace, title_id: TitleId) -> TraceEvidence:
    disliked = title_id in composed.viewer.activity.disliked_ids()
    avoided = "disliked" if disliked else "watched" if title_id in composed.viewer.avoided_ids else None
    return TraceEvidence(
        rows=composed.source_results.row_candidates,
        trace=trace,
        hidden_rows={
            **{row.row_id: row.reason for row in composed.arms.resolved.hidden},
            **{spec.id: "its gate is closed for this profile" for spec in composed.closed_rows},
        },
        failed_specs={
            spec_id: failure.value for spec_id, failure in composed.source_results.failures.items()
        },
        excluded_because=avoided,
        score_parts=composed.ranking.score_parts if composed.ranking else None,
    )
