"""A page that is made to be served: counted, kept for paging and replay, held against its contract, and
noted by the experiments that had a say in it."""

from __future__ import annotations

from domain.pages import Page
from domain.situations import PageRequest
from resolvers.checking import check_later
from resolvers.context import Context
from resolvers.exposing import expose_later
from resolvers.noting import note_served
from resolvers.served import keep
from resolvers.tracking import sign
from resolvers.viewer import Viewer
from resolvers.warming import home_page


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
