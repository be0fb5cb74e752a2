"""Signing in after looking around."""

from __future__ import annotations

import strawberry

from domain.ids import global_id
from resolvers.home.serve import serve_home
from resolvers.request.context import ContextInfo
from resolvers.request.viewer import Viewer
from resolvers.types.arguments import Device
from resolvers.types.device import page_request, styles_of
from resolvers.types.home import Home, home_node


@strawberry.input(description="A session to merge into a profile.")
class SessionMergeInput:
    profile_id: strawberry.ID = strawberry.field(description="Who has signed in.")
    session_token: str = strawberry.field(description="The token that POST /session gave.")


@strawberry.type(description="What was done in the session counts as done by the profile. Again is the same.")
class SessionMerged:
    viewer: strawberry.Private[Viewer]
    revision: int = strawberry.field(description="Grows with every change of the profile's activity.")

    @strawberry.field(description="The whole page as it is now.")
    async def home(self, info: ContextInfo, device: Device) -> Home:
        viewer, page = await serve_home(
            info.context, global_id("profile", self.viewer.profile.id), page_request(device)
        )
        return home_node(page, viewer, styles_of(device))
