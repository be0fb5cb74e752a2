"""Who is watching: a profile of the account that the token speaks for, with its activity and audience."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from domain.candidates.row_gates import LITTLE_KNOWN
from domain.candidates.watched_filter import WATCHED_FROM, shows_watched, watched_from, watched_ids
from domain.errors import NotFound, StoreUnavailable
from domain.ids import AccountId, ProfileId, Region, TitleId, raw_id
from domain.layouts.model import RowSpec
from domain.viewers.activity import Activity
from domain.viewers.anonymous_sessions import is_session, session_people
from domain.viewers.loved_titles import LovedTitle, loved_titles
from domain.viewers.profiles import Account, Audience, Profile, StickyAssignment, audience_of
from resolvers.request.context import Context

NO_SUCH_PROFILE = "There is no such profile."


@dataclass(frozen=True)
class Viewer:
    """`guest` marks the stand-in used while the profile cannot be read; `sticky` is what experiments showed."""

    profile: Profile
    activity: Activity
    audience: Audience
    guest: bool = False
    plan: str = ""
    sticky: Mapping[str, StickyAssignment] = field(default_factory=dict)

    @property
    def region(self) -> Region:
        return self.audience.region

    @property
    def is_known(self) -> bool:
        """Enough was watched or rated to go by."""
        return len(self.activity.watched) + len(self.activity.rated) >= LITTLE_KNOWN

    @cached_property
    def loved(self) -> dict[TitleId, LovedTitle]:
        """What this profile liked or finished, most recent first."""
        return loved_titles(self.activity)

    @cached_property
    def touched(self) -> frozenset[TitleId]:
        """Everything this profile has played, listed or rated: of all other titles there is nothing to tell."""
        activity = self.activity
        return frozenset().union(activity.watched, activity.household, activity.listed, activity.rated)

    @cached_property
    def avoided(self) -> frozenset[TitleId]:
        """Watched or disliked: what an ordinary row does not recommend. Rows ask `hidden`."""
        return watched_ids(self.activity) | self.activity.disliked_ids()

    def hidden(self, spec: RowSpec) -> frozenset[TitleId]:
        """What this row may not propose: what was disliked, and what was watched, unless it is about that."""
        if shows_watched(spec):
            return self.activity.disliked_ids()
        if WATCHED_FROM not in spec.options:
            return self.avoided
        return watched_ids(self.activity, watched_from(spec)) | self.activity.disliked_ids()


async def viewer_of(context: Context, global_profile_id: str, any_account: bool = False) -> Viewer:
    """The viewer behind a profile id of the API. `any_account` is for staff who look, and never for writing.

    Raises NotFound for a profile of another account exactly as for one that does not exist, BadInput for
    something that is no profile id, StoreUnavailable when profiles cannot be read.
    """
    profile_id = ProfileId(raw_id("profile", global_profile_id))
    account_id = context.principal.account_id
    if is_session(account_id):
        return await _session_viewer(context, profile_id)
    if any_account:
        known = await context.loaders.profile.load(profile_id)
        account_id = known.account_id if known else account_id
    loads = (
        context.loaders.profile.load(profile_id),
        context.loaders.account.load(account_id),
        context.loaders.activity.load(profile_id),
    )
    # All are waited for before one may fail, so that nothing is left running behind the answer.
    await asyncio.gather(*loads, return_exceptions=True)
    profile, account, activity = loads[0].result(), loads[1].result(), loads[2].result()
    if profile is None or account is None or profile.account_id != account.id:
        raise NotFound(NO_SUCH_PROFILE)
    audience = audience_of(profile, account, context.now)
    return Viewer(
        profile,
        activity or Activity(profile_id),
        audience,
        plan=account.plan,
        sticky=account.sticky(profile_id),
    )


async def _session_viewer(context: Context, profile_id: ProfileId) -> Viewer:
    """Of somebody who has not signed in: the token says all there is but what they did."""
    if profile_id != ProfileId(context.principal.account_id):
        raise NotFound(NO_SUCH_PROFILE)
    account, profile = session_people(profile_id, context.principal.region or Region(""), context.now)
    activity = await context.loaders.activity.load(profile_id)
    return Viewer(profile, activity or Activity(profile_id), audience_of(profile, account, context.now))


async def viewer_or_guest(context: Context, global_profile_id: str) -> Viewer:
    """The viewer, or the stand-in while the profile cannot be read. Raises NotFound and BadInput."""
    try:
        return await viewer_of(context, global_profile_id)
    except StoreUnavailable:
        return guest_of(context, global_profile_id)


def guest_of(context: Context, global_profile_id: str) -> Viewer:
    """A stand-in for a profile that cannot be read: nothing personal, and only what suits everybody."""
    profile = Profile(
        id=ProfileId(raw_id("profile", global_profile_id)),
        account_id=context.principal.account_id,
        name="",
        kids=True,
        maturity_limit=0,
        language="en",
        created_at=context.now,
    )
    account = Account(
        id=AccountId(context.principal.account_id),
        region=context.principal.region or Region(""),
        plan="",
        created_at=context.now,
    )
    return Viewer(profile, Activity(profile.id), audience_of(profile, account, context.now), guest=True)
