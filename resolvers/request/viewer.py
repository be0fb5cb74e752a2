"""The viewer: a profile of the authenticated account."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from domain.candidates.watched_filter import WATCHED_FROM, shows_watched, watched_ids, watched_threshold
from domain.errors import NotFound, StoreUnavailable
from domain.ids import ProfileId, Region, TitleId
from domain.layouts.model import RowSpec
from domain.layouts.row_gates import is_little_known
from domain.recommendations.lists import PopularKey
from domain.viewers.activity import Activity
from domain.viewers.anonymous_sessions import is_session, session_account_and_profile
from domain.viewers.departures import ProfileDeparted
from domain.viewers.loved_titles import LovedTitle, finished_shows, loved_titles
from domain.viewers.profiles import Account, Audience, Profile, StickyAssignment, audience_for
from resolvers.request.context import Context

NO_SUCH_PROFILE = "There is no such profile."
CLAIM_LIFETIME = timedelta(days=1)
"""A token may name the region of before a change for so long."""
NOTHING = -1
"""An age limit below every title's age."""


@dataclass(frozen=True)
class Viewer:
    """`is_guest`: a placeholder while the profile cannot be read. `sticky`: assignments by experiment."""

    profile: Profile
    activity: Activity
    audience: Audience
    is_guest: bool = False
    plan: str = ""
    sticky: Mapping[str, StickyAssignment] = field(default_factory=dict)

    @property
    def region(self) -> Region:
        return self.audience.region

    def popular_key(self, genre: str | None = None, region: Region | None = None) -> PopularKey:
        """In the viewer's region, unless another is given."""
        return PopularKey(region or self.region, genre, self.audience.list_audience)

    @property
    def has_enough_history(self) -> bool:
        return not is_little_known(self.activity)

    @cached_property
    def loved_titles(self) -> dict[TitleId, LovedTitle]:
        """Most recent first."""
        return loved_titles(self.activity)

    @cached_property
    def finished_shows(self) -> Mapping[TitleId, datetime]:
        """When the profile last finished something of a show."""
        return finished_shows(self.activity)

    @cached_property
    def interacted_ids(self) -> frozenset[TitleId]:
        """Played, listed or rated; other titles have no user state."""
        activity = self.activity
        return frozenset().union(activity.watched, activity.household, activity.listed, activity.rated)

    @cached_property
    def avoided_ids(self) -> frozenset[TitleId]:
        """Watched or disliked titles. Rows use `excluded_ids`."""
        return watched_ids(self.activity) | self.activity.disliked_ids()

    def excluded_ids(self, spec: RowSpec) -> frozenset[TitleId]:
        """Disliked titles, and watched ones unless the row shows these."""
        if shows_watched(spec):
            return self.activity.disliked_ids()
        if WATCHED_FROM not in spec.options:
            return self.avoided_ids
        return watched_ids(self.activity, watched_threshold(spec)) | self.activity.disliked_ids()


async def load_viewer(context: Context, profile_id: ProfileId, any_account: bool = False) -> Viewer:
    """`any_account` is for staff reads only.

    Raises NotFound for another account's profile as for an unknown one, StoreUnavailable when it cannot tell.
    """
    account_id = context.principal.account_id
    if is_session(account_id):
        return await _load_session_viewer(context, profile_id)
    if any_account:
        known = await context.loaders.profile.load(profile_id)
        account_id = known.account_id if known else account_id
    loads = (
        context.loaders.profile.load(profile_id),
        context.loaders.account.load(account_id),
        context.loaders.activity.load(profile_id),
    )
    # Await all first, so that no load outlives the response.
    await asyncio.gather(context.hear_changes(), *loads, return_exceptions=True)
    profile, account, activity = loads[0].result(), loads[1].result(), loads[2].result()
    if profile is None or account is None or profile.account_id != account.id:
        raise await missing_profile(context, profile_id)
    audience = audience_for(profile, account, context.now)
    return Viewer(
        profile,
        activity or Activity(profile_id),
        audience,
        plan=account.plan,
        sticky=account.sticky_assignments_for(profile_id),
    )


async def missing_profile(context: Context, profile_id: ProfileId) -> NotFound:
    """Names the profile that it was merged into, to that one's account alone."""
    try:
        departure = await context.stores.departures.departure(profile_id)
        into = departure.into if departure else None
        successor = await context.loaders.profile.load(into) if into else None
    except StoreUnavailable:
        return NotFound(NO_SUCH_PROFILE)
    if successor is None or successor.account_id != context.principal.account_id:
        return NotFound(NO_SUCH_PROFILE)
    return ProfileDeparted(successor.id)


async def _load_session_viewer(context: Context, profile_id: ProfileId) -> Viewer:
    """The token holds everything but the activity."""
    if profile_id != ProfileId(context.principal.account_id):
        raise NotFound(NO_SUCH_PROFILE)
    account, profile = session_account_and_profile(
        profile_id, context.principal.region or Region(""), context.now
    )
    await context.hear_changes()
    activity = await context.loaders.activity.load(profile_id)
    return Viewer(profile, activity or Activity(profile_id), audience_for(profile, account, context.now))


async def load_viewer_or_guest(context: Context, profile_id: ProfileId) -> Viewer:
    """Raises NotFound."""
    try:
        return await load_viewer(context, profile_id)
    except StoreUnavailable:
        return guest_viewer(context, profile_id)


def guest_viewer(context: Context, profile_id: ProfileId) -> Viewer:
    """Sees only titles for all ages that no parent has blocked, which may be this profile's.

    The region is the token's claim. Sees nothing while the account's region, or what this profile's parent blocked,
    is another by now and cannot be read.
    """
    account_id, process = context.principal.account_id, context.process
    moved = context.stores.changes.has_account_changed(account_id, CLAIM_LIFETIME)
    blocked = None if moved else process.blocked_by_parents(profile_id)
    profile = Profile(
        id=profile_id,
        account_id=account_id,
        name="",
        kids=True,
        maturity_limit=NOTHING if blocked is None else 0,
        language="en",
        created_at=context.now,
        blocked=tuple(blocked or ()),
    )
    account = Account(
        id=account_id, region=context.principal.region or Region(""), plan="", created_at=context.now
    )
    return Viewer(profile, Activity(profile.id), audience_for(profile, account, context.now), is_guest=True)
