"""The Relay Node interface."""

from __future__ import annotations

import strawberry


@strawberry.interface(description="Anything with an id that lasts; fetch it again by `node(id:)`.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque, never changes, the same for everybody.")
