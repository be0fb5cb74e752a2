"""Anonymous sessions: activity before signing in, merged into a profile at sign-in.

A session is a profile that exists only in its token; its activity record expires after a day. Merging twice is
merging once (activity.py).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from domain.ids import AccountId, ProfileId, Region
from domain.signed_tokens import digest
from domain.viewers.activity import Activity, Changes
from domain.viewers.profiles import Account, Profile

SESSION_LIFETIME = timedelta(days=1)
DEFAULT_MATURITY_LIMIT = 12

SESSION_ID = re.compile(r"^anon-[0-9a-f]{32}\Z")


def session_id(randomness: bytes) -> ProfileId:
    """`randomness` is 16 bytes."""
    return ProfileId(f"anon-{randomness.hex()}")


def is_session(profile_id: str) -> bool:
    return SESSION_ID.fullmatch(profile_id) is not None


def session_account_and_profile(
    profile_id: ProfileId, region: Region, now: datetime
) -> tuple[Account, Profile]:
    """Both have the session's id."""
    account_id = AccountId(profile_id)
    profile = Profile(profile_id, account_id, "", False, DEFAULT_MATURITY_LIMIT, "en", now)
    return Account(account_id, region, "", now), profile


def session_changes(session: Activity) -> Changes:
    return Changes(
        session.watched,
        session.listed,
        session.rated,
        session.impressions,
        session.household,
        session.dismissed,
        session.disowned,
    )


def merged_event_id(session: ProfileId, event_id: str) -> str:
    """The same on every attempt."""
    return digest("session", session, event_id)
