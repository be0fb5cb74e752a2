"""A page that is made to be served: counted, kept for paging and replay, held against its contract, and
noted by the experiments that had a say in it."""

from __future__ import annotations

from domain.layouts.request_context import PageRequest
from domain.page.model import Page
from resolvers.home.exposures import expose_later
from resolvers.home.invariant_checks import check_later
from resolvers.home.page_cache import home_page
from resolvers.home.serve_stats import note_served
from resolvers.home.snapshots import keep
from resolvers.request.context import Context
from resolvers.request.signed_tracking import sign
from resolvers.request.viewer import Viewer


async def serve_home(context: Context, global_profile_id: str, request: PageRequest) -> tuple[Viewer, Page]:
    """The page of a profile, to be answered. Raises NotFound and BadInput as `viewer_of`; never StoreUnavailable.

    None of what follows the making takes time or can fail: it is begun here and done behind the answer.
    """
    process = context.process
    began = process.clock()
    served = await home_page(context, global_profile_id, request)
    made = served.made
    process.observer.warmed(served.warmth)
    note_served(process, served.viewer, served.page, served.titles, began, composed=made is not None)
    if made is not None:
        sign(made.page, context.secret)
        keep(context, made.viewer, made.page)
        check_later(context, made)
        expose_later(context, made)
    return served.viewer, served.page
