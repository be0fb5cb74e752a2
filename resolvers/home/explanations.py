"""Why a title is on a page, or is not: composes the page with a trace and reads it for that title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.candidates.trace import Trace
from domain.errors import StoreUnavailable
from domain.ids import ProfileId, TitleId
from domain.layouts.request_context import PageRequest
from domain.page.completeness import missing_parts
from domain.page.explanation import Cause, TitleExplanation, TraceEvidence, explain_title
from domain.page.model import DegradationKind
from resolvers.home.compose import ComposedPage, compose_page
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader


async def explain(
    context: Context, profile_id: ProfileId, title_id: TitleId, request: PageRequest
) -> tuple[TitleExplanation, ComposedPage]:
    """The explanation of a title on this profile's page as it is now, and that page.

    An incomplete page is explained with what it lacks. Raises as `compose_page`, and StoreUnavailable when the
    catalogue or the profile cannot be read.
    """
    trace: Trace = []
    composed = await compose_page(context, profile_id, request, trace, any_account=True)
    if any(loss.what == DegradationKind.PROFILE_UNAVAILABLE for loss in composed.page.degradations):
        raise StoreUnavailable("mongo", "The profile could not be read, so its page cannot be explained now.")
    loader = TitleLoader(await context.version_loaders(), composed.viewer.audience)
    seen = await loader.load_with_refusals([title_id])
    exists = bool(seen.eligible or seen.refused)
    explanation = explain_title(
        title_id, exists, seen.refused.get(title_id), trace_evidence(composed, trace, title_id)
    )
    known = await (await context.version_loaders()).unfiltered_title.load(title_id)
    explanation = replace(explanation, title_name=known.name if known else "")
    return _with_missing_parts(explanation, missing_parts(composed.page)), composed


def _with_missing_parts(explanation: TitleExplanation, missing: Sequence[str]) -> TitleExplanation:
    """What is not on an incomplete page may be on the complete one."""
    if not missing or explanation.cause in (Cause.SHOWN, Cause.UNKNOWN, Cause.WITHHELD):
        return explanation
    lacks = f"The page is incomplete, so this may be wrong: {'; '.join(missing)}. Ask again."
    return replace(explanation, message=f"{explanation.message} {lacks}", is_certain=False)


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
