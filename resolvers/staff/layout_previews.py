"""Root fields that lint and preview a draft. They save no page and record no exposure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import strawberry

from domain.catalog.regions import time_zone
from domain.errors import BadInput
from domain.ids import ProfileId, Region
from domain.layouts.lint.lint import invalid_draft_findings, with_draft
from domain.layouts.lint.model import LintFinding, sort_findings
from domain.layouts.row_validation import UTC_ZONE
from domain.layouts.schedules import parse_instant
from domain.layouts.validation import BadLayout
from domain.viewers.profiles import Role
from resolvers.publishing.layout_notes import layout_notes
from resolvers.publishing.layout_previews import LayoutPreviewer
from resolvers.publishing.layout_samples import sample_layouts
from resolvers.request.authorization import require_role
from resolvers.request.context import Context, ContextInfo
from resolvers.types.arguments import AnyProfileKey, Device, MaybeDevice, parse_region
from resolvers.types.home import home_node
from resolvers.types.ids import parse_profile_id
from resolvers.types.layout_findings import LayoutFinding, finding_node
from resolvers.types.layout_previews import (
    LayoutMatrixResult,
    LayoutPreviewResult,
    matrix_node,
    preview_node,
)
from resolvers.types.layouts import LayoutInvalid, parse_document, problem_nodes
from resolvers.types.scalars import LayoutDocument

MAX_PROFILES = 100
MAX_MATRIX_PROFILES = 20
MAX_DISTANCE = timedelta(days=731)

Draft = Annotated[LayoutDocument, strawberry.argument(description="The layout, finished or not.")]
Sampled = Annotated[
    list[strawberry.ID],
    strawberry.argument(
        description="Profiles of any account whose pages are composed, 100 at most. With none, the layout is looked "
        "at by itself; `marquee layout lint --profiles` samples more."
    ),
]
MatrixProfiles = Annotated[
    list[strawberry.ID], strawberry.argument(description="Profiles of any account: 1 to 20.")
]
At = Annotated[
    datetime | None,
    strawberry.argument(
        description="When, two years from now at most; left out, now. Without an offset it is the local time of "
        "`market`, or UTC without a market."
    ),
]
InMarket = Annotated[
    str | None,
    strawberry.argument(description="As if the profile lived there: ISO 3166, two capitals."),
]


@strawberry.type(description="What designers can try out.")
class LayoutPreviewQueries:
    @strawberry.field(
        description="What to know about a layout before it is published, errors first: about itself, about live "
        "layouts because of it, and about the pages it would give. For designers and staff."
    )
    async def layout_lint(
        self,
        info: ContextInfo,
        document: Draft,
        profile_ids: Sampled = (),  # type: ignore[assignment]  # nothing may change a default
        device: MaybeDevice = None,
    ) -> list[LayoutFinding]:
        require_role(info.context, Role.DESIGNER)
        if len(profile_ids) > MAX_PROFILES:
            raise BadInput(f"profileIds: {MAX_PROFILES} at most, not {len(profile_ids)}.")
        ids = list(dict.fromkeys(parse_profile_id(one) for one in profile_ids))
        draft, form = parse_document(document, "layout"), device.to_domain().device if device else "tv"
        return [finding_node(one) for one in await _lint_findings(info.context, draft, ids, form)]

    @strawberry.field(
        description="The page that a layout would give a profile of any account. Nobody is served it: no page is "
        "kept and no exposure noted. For designers and staff."
    )
    async def layout_preview(
        self,
        info: ContextInfo,
        document: Draft,
        profile_id: AnyProfileKey,
        device: Device,
        at: At = None,
        market: InMarket = None,
    ) -> LayoutPreviewResult | None:
        require_role(info.context, Role.DESIGNER)
        context, draft = info.context, parse_document(document, "layout")
        region = parse_region("market", market) if market is not None else None
        profile, now = parse_profile_id(profile_id), _parse_moment(context, at, region)
        live = await context.stores.layouts.live_layouts()
        try:
            previewer = LayoutPreviewer(context, with_draft(live, draft, context.now))
        except BadLayout as error:
            return LayoutInvalid(problems=problem_nodes(error.problems))
        composed = await previewer.compose(profile, device.to_domain(), now, region, context.requested_arms)
        used = composed.page.layout_id == draft["layout"]
        return preview_node(composed, home_node(composed.page, composed.viewer, device.drawable()), used)

    @strawberry.field(
        description="The rows of a layout by profiles: how many titles each page shows in each row, and what is the "
        "matter. Nobody is served these pages. For designers and staff."
    )
    async def layout_matrix(
        self,
        info: ContextInfo,
        document: Draft,
        profile_ids: MatrixProfiles,
        device: Device,
        at: At = None,
        market: InMarket = None,
    ) -> LayoutMatrixResult | None:
        require_role(info.context, Role.DESIGNER)
        if not 1 <= len(profile_ids) <= MAX_MATRIX_PROFILES:
            raise BadInput(f"profileIds: 1 to {MAX_MATRIX_PROFILES}, not {len(profile_ids)}.")
        context, draft = info.context, parse_document(document, "layout")
        region = parse_region("market", market) if market is not None else None
        profiles, now = [parse_profile_id(one) for one in profile_ids], _parse_moment(context, at, region)
        live = await context.stores.layouts.live_layouts()
        try:
            previewer = LayoutPreviewer(context, with_draft(live, draft, context.now))
        except BadLayout as error:
            return LayoutInvalid(problems=problem_nodes(error.problems))
        request = device.to_domain()
        composed = [await previewer.compose(one, request, now, region) for one in profiles]
        return matrix_node(composed, request.device)


async def _lint_findings(
    context: Context, draft: Mapping[str, object], ids: Sequence[ProfileId], device: str
) -> list[LintFinding]:
    invalid = invalid_draft_findings(draft)
    if invalid:
        return list(invalid)
    live = await context.stores.layouts.live_layouts()
    findings = await layout_notes(context, draft, live) or []
    if ids:
        previewer = LayoutPreviewer(context, with_draft(live, draft, context.now))
        sampled = await sample_layouts(previewer, ids, device, context.now)
        findings += sampled.findings(str(draft["layout"]))
    return list(sort_findings(findings))


def _parse_moment(context: Context, at: datetime | None, market: Region | None) -> datetime:
    """Without an offset: the market's local time, or UTC without a market."""
    if at is None:
        return context.now
    moment = parse_instant(at.isoformat(), time_zone(market) if market else UTC_ZONE)
    if abs(moment - context.now) > MAX_DISTANCE:
        raise BadInput("at: two years from now at most.")
    return moment
