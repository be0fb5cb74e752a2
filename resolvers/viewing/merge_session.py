"""A session becomes part of a profile: what was done before signing in counts as done by it."""

from __future__ import annotations

from resolvers.request.context import Context
from resolvers.request.viewer import Viewer


async def adopt_session(context: Context, viewer: Viewer, session_token: str) -> int:
    """Merge a session into the viewer's profile, durably. Returns the revision of its activity afterwards.

    Merging the same session again changes nothing. Raises BadInput for a token that is no session's,
    StoreUnavailable when it could not be merged; then it is safe to try again.
    """
    session = await context.session_of(session_token)
    recorded = await context.stores.activities.adopt(session, viewer.profile.id)
    context.forget_profiles()
    return recorded.revision
