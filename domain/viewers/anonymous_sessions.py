"""Anonymous sessions: somebody looks around before signing in, and nothing they did is lost when they do.

A session is a profile that exists nowhere but in its token: it has a region, an age limit that suits most, and an
activity record of its own that is forgotten after a day. Signing in merges that record into a profile's. Records
are joins of greatest entries (domain/viewers/activity.py), so merging twice is merging once.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from domain.ids import AccountId, ProfileId, Region
from domain.signed_tokens import digest
from domain.viewers.activity import Activity, Changes
from domain.viewers.profiles import Account, Profile

LASTS = timedelta(days=1)
AGE = 12
"""The age limit of somebody of whom nothing is known."""

SESSION_ID = re.compile(r"^anon-[0-9a-f]{32}\Z")


def session_id(randomness: bytes) -> ProfileId:
    """The profile and account id of a new session out of 16 random bytes."""
    return ProfileId(f"anon-{randomness.hex()}")


def is_session(profile_id: str) -> bool:
    return SESSION_ID.fullmatch(profile_id) is not None


def session_people(profile_id: ProfileId, region: Region, now: datetime) -> tuple[Account, Profile]:
    """The account and the profile of a session: both have its id."""
    account_id = AccountId(profile_id)
    profile = Profile(profile_id, account_id, "", False, AGE, "en", now)
    return Account(account_id, region, "", now), profile


def adopted(session: Activity) -> Changes:
    """What a session did, as changes to the profile that adopts it."""
    return Changes(
        session.watched,
        session.listed,
        session.rated,
        session.shown,
        session.household,
        session.dismissed,
        session.disowned,
    )


def adopted_event_id(session: ProfileId, event_id: str) -> str:
    """The id of a session's event under the profile that adopts it: the same however often that is tried."""
    return digest("session", session, event_id)
