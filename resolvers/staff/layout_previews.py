"""Layouts before anybody sees them, through the API: lint, and the page somebody would get. For designers and staff.

Pages are composed as ever, with the draft in the place of its namesake; none is kept, and no experiment notes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import strawberry

from domain.errors import BadInput
from domain.ids import ProfileId, Region, raw_id
from domain.layouts.lint.draft_lint import broken, draft_findings, with_draft
from domain.layouts.lint.lint import LintFinding, in_order
from domain.layouts.lint.sampled_rules import findings_of
from domain.layouts.validation import BadLayout
from domain.viewers.profiles import Role
from resolvers.publishing.layout_previews import LayoutPreviewer, samples_of
from resolvers.request.authorization import require
from resolvers.request.context import Context, ContextInfo
from resolvers.types.arguments import AnyProfileKey, Device, MaybeDevice
from resolvers.types.device import page_request, styles_of
from resolvers.types.home import home_node
from resolvers.types.layout_trials import (
    LayoutFinding,
    LayoutPreviewResult,
    finding_node,
    preview_node,
)
from resolvers.types.layouts import LayoutInvalid, problem_nodes
from resolvers.types.scalars import LayoutDocument

MOST_PROFILES = 20
FAR = timedelta(days=731)

Draft = Annotated[LayoutDocument, strawberry.argument(description="The layout, finished or not.")]
Sampled = Annotated[
    list[strawberry.ID],
    strawberry.argument(
        description="Profiles of any account whose pages are composed, 20 at most. With none, the layout is looked "
        "at by itself; `marquee layout lint --profiles` samples more."
    ),
]
At = Annotated[
    datetime | None, strawberry.argument(description="When, two years from now at most; left out, now.")
]
InMarket = Annotated[
    str | None,
    strawberry.argument(description="As if the profile lived there: ISO 3166, two capitals."),
]


@strawberry.type(description="What designers can try out.")
class LayoutTrialQueries:
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
        require(info.context, Role.DESIGNER)
        if len(profile_ids) > MOST_PROFILES:
            raise BadInput(f"profileIds: {MOST_PROFILES} at most, not {len(profile_ids)}.")
        ids = list(dict.fromkeys(ProfileId(raw_id("profile", one)) for one in profile_ids))
        draft, form = _object(document), page_request(device).device if device else "tv"
        return [finding_node(one) for one in await _findings(info.context, draft, ids, form)]

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
        require(info.context, Role.DESIGNER)
        context, draft = info.context, _object(document)
        profile, now, place = ProfileId(raw_id("profile", profile_id)), _moment(context, at), _market(market)
        live = await context.stores.layouts.live_layouts()
        try:
            studio = LayoutPreviewer(context, with_draft(live, draft, context.now))
        except BadLayout as error:
            return LayoutInvalid(problems=problem_nodes(error.problems))
        made = await studio.page(profile, page_request(device), now, place, context.asked_arms)
        used = made.page.layout_id == draft["layout"]
        return preview_node(made, home_node(made.page, made.viewer, styles_of(device)), used)


async def _findings(
    context: Context, draft: Mapping[str, object], ids: Sequence[ProfileId], device: str
) -> list[LintFinding]:
    found = broken(draft)
    if found:
        return list(found)
    live = await context.stores.layouts.live_layouts()
    # Many schedules take a while to compare: not in the way of other requests.
    told = list(await asyncio.to_thread(draft_findings, draft, live, context.now))
    if ids:
        studio = LayoutPreviewer(context, with_draft(live, draft, context.now))
        samples = await samples_of(studio, ids, device, context.now)
        told += [
            one for sample in samples if sample.layout_id == draft["layout"] for one in findings_of(sample)
        ]
    return list(in_order(told))


def _object(document: object) -> Mapping[str, object]:
    if not isinstance(document, Mapping):
        raise BadInput("document: a layout is an object, such as {layout: ..., order: [], rows: {}}.")
    return document


def _moment(context: Context, at: datetime | None) -> datetime:
    if at is None:
        return context.now
    moment = at if at.tzinfo else at.replace(tzinfo=UTC)
    if abs(moment - context.now) > FAR:
        raise BadInput("at: two years from now at most.")
    return moment.astimezone(UTC)


def _market(market: str | None) -> Region | None:
    if market is not None and not (len(market) == 2 and market.isascii() and market.isupper()):
        raise BadInput("market: expected two capitals, such as DE.")
    return Region(market) if market else None
