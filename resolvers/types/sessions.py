"""Merging an anonymous session."""

from __future__ import annotations

import strawberry

from resolvers.home.serve import serve_home
from resolvers.request.context import ContextInfo
from resolvers.request.viewer import Viewer
from resolvers.types.arguments import Device
from resolvers.types.home import Home, home_node


@strawberry.input(description="A session to merge into a profile.")
class SessionMergeInput:
    profile_id: strawberry.ID = strawberry.field(description="Who has signed in.")
    session_token: str = strawberry.field(description="The token that POST /session gave.")


@strawberry.type(
    description="What was done in the session counts as done by the profile, and so does what another device still "
    "does in it. Again is the same. A session belongs to the first profile it was merged into."
)
class SessionMerged:
    viewer: strawberry.Private[Viewer]
    revision: int = strawberry.field(description="Grows with every change of the profile's activity.")

    @strawberry.field(description="The whole page as it is now.")
    async def home(self, info: ContextInfo, device: Device) -> Home:
        viewer, page = await serve_home(info.context, self.viewer.profile.id, device.to_domain())
        return home_node(page, viewer, device.drawable())
