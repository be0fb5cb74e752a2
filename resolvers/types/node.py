"""The Relay Node interface."""

from __future__ import annotations

import strawberry

from resolvers.execution import pure


@strawberry.interface(description="Anything with an id that lasts; fetch it again by `node(id:)`.")
class Node:
    id: strawberry.ID = pure(render_once=True, description="Opaque, never changes, the same for everybody.")
