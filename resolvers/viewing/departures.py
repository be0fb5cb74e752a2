"""Erasing, merging and exporting a profile: for the account that owns it, and for operators."""

from __future__ import annotations

from domain.errors import BadInput, NotFound
from domain.ids import ProfileId
from domain.serialization import Document
from domain.viewers.anonymous_sessions import is_session
from domain.viewers.departures import Departure, OtherDeparture
from domain.viewers.profile_merge import check_merge
from domain.viewers.profiles import Profile, Role
from domain.viewers.removal import Removal
from resolvers.request.context import Context
from resolvers.request.viewer import NO_SUCH_PROFILE, missing_profile

OPERATORS = (Role.OPERATOR, Role.STAFF)


async def erase_profile(context: Context, profile_id: ProfileId, even_last: bool = False) -> Removal:
    """Raises NotFound, LastProfile, OtherDeparture, StoreUnavailable; the latter: call again."""
    profile = await _find(context, profile_id)
    if profile is None:
        removal = await _finish(context, profile_id, None)
    else:
        removal = await context.stores.departures.erase(profile, even_last)
    _forget(context, profile_id)
    return removal


async def merge_profiles(context: Context, profile_id: ProfileId, into: ProfileId) -> Removal:
    """Raises BadInput for profiles that cannot become one, and as `erase_profile`."""
    successor = await _find(context, into)
    if successor is None:
        raise NotFound(f"intoProfileId: {NO_SUCH_PROFILE.lower()}")
    profile = await _find(context, profile_id)
    if profile is None:
        removal = await _finish(context, profile_id, into)
    else:
        check_merge(profile, successor)
        if profile.account_id != successor.account_id and not _is_operator(context):
            raise NotFound(NO_SUCH_PROFILE)
        removal = await context.stores.departures.merge(profile, into)
    _forget(context, profile_id)
    return removal


async def export_profile(context: Context, profile_id: ProfileId) -> Document:
    profile = await _find(context, profile_id)
    if profile is None:
        raise await missing_profile(context, profile_id)
    return await context.stores.departures.export(profile)


async def _find(context: Context, profile_id: ProfileId) -> Profile | None:
    """None for a profile that is not there, or another account's: the two are never told apart."""
    account_id = context.principal.account_id
    if is_session(account_id):
        raise BadInput("A session is no profile: it is forgotten by itself within a day.")
    profile = await context.loaders.profile.load(profile_id)
    if profile is None or profile.account_id == account_id or _is_operator(context):
        return profile
    raise await missing_profile(context, profile_id)


async def _finish(context: Context, profile_id: ProfileId, into: ProfileId | None) -> Removal:
    """An interrupted removal of the caller's, else NotFound."""
    departure = await context.stores.departures.departure(profile_id)
    if departure is None or not _is_unfinished_own(context, departure):
        raise await missing_profile(context, profile_id)
    if departure.into != into:
        raise OtherDeparture
    return await context.stores.departures.finish(departure)


def _is_unfinished_own(context: Context, departure: Departure) -> bool:
    own = departure.account_id == context.principal.account_id
    return departure.profile_id is not None and (own or _is_operator(context))


def _is_operator(context: Context) -> bool:
    return context.principal.role in OPERATORS


def _forget(context: Context, profile_id: ProfileId) -> None:
    context.process.last_known.forget(profile_id)
    context.reset_loaders()
