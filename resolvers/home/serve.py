"""The way in: a profile's page, read from the cache or composed, and what serving it sets off."""

from __future__ import annotations

from domain.ids import ProfileId
from domain.layouts.request_context import PageRequest
from domain.page.model import Page
from resolvers.home.after_serving import record_served_page, schedule_exposures, schedule_invariant_check
from resolvers.home.page_cache import read_or_compose_page
from resolvers.home.snapshots import store_snapshot
from resolvers.request.context import Context
from resolvers.request.signed_tracking import sign_cards
from resolvers.request.viewer import Viewer


async def serve_home(context: Context, profile_id: ProfileId, request: PageRequest) -> tuple[Viewer, Page]:
    """Raises NotFound as `load_viewer`, BadInput and Forbidden for forced arms; never StoreUnavailable.

    Statistics, the snapshot, the invariant check and exposures never delay the page or fail it: they run after the
    response.
    """
    process = context.process
    began = process.clock()
    result = await read_or_compose_page(context, profile_id, request)
    composed = result.composed
    process.observer.page_cache_read(result.cache_status)
    record_served_page(
        process, result.viewer, result.page, result.titles, began, composed is not None, context.mark
    )
    if composed is not None:
        sign_cards(composed.page, context.secret)
        store_snapshot(context, composed.viewer, composed.page)
        schedule_invariant_check(context, composed)
        schedule_exposures(context, composed)
    return result.viewer, result.page
