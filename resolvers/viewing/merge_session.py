"""Merging an anonymous session into a profile."""

from __future__ import annotations

from resolvers.request.context import Context
from resolvers.request.viewer import Viewer


async def merge_session(context: Context, viewer: Viewer, session_token: str) -> int:
    """Durable and idempotent; returns the activity's revision. Raises BadInput for other tokens, StoreUnavailable."""
    session = await context.resolve_session(session_token)
    recorded = await context.stores.activities.merge_session(session, viewer.profile.id)
    context.reset_loaders()
    return recorded.revision
