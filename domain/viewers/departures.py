"""Ids of profiles and sessions that are gone: erased, or merged into another profile.

A departure is named by a digest of the id, so that a late writer or a later import is recognised and the id itself is
not kept. `profile_id` stays until everything in the stores has been removed, so that an interrupted removal can be
finished.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.errors import Conflict, NotFound
from domain.ids import AccountId, ProfileId, global_id
from domain.serialization import Document
from domain.timestamps import from_millis, to_millis

DEPARTURE_LIFETIME = timedelta(days=730)
"""Renewed by every import that brings the id again."""

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Departure:
    """`into` is None for an erased profile.

    `profile_id` and `account_id` are None once its data is gone from the stores; `files_at` is when it was gone from
    the files.
    """

    key: str
    at: datetime
    into: ProfileId | None = None
    profile_id: ProfileId | None = None
    account_id: AccountId | None = None
    files_at: datetime | None = None
    is_session: bool = False
    """Its events become the profile's before they are final in the archive, so files need nothing."""


class ProfileDeparted(NotFound):
    """The profile is gone. `into` is the profile that it was merged into, None for an erased one."""

    def __init__(self, into: ProfileId | None = None) -> None:
        super().__init__(
            "There is no such profile."
            if into is None
            else f"There is no such profile any more: it was merged into {global_id('profile', into)}."
        )
        self.into = into


class LastProfile(Conflict):
    """An account keeps a profile: else nobody could use it, and nobody could ask for anything."""

    def __init__(self) -> None:
        super().__init__(
            "This is the account's last profile. Make another one first; to close the account, ask an operator for "
            "`marquee profile erase --last`."
        )


class OtherDeparture(Conflict):
    """The profile is already on its way, elsewhere."""

    def __init__(self) -> None:
        super().__init__(
            "This profile is being erased, or merged into another one. Nothing else can be done."
        )


def departure_key(profile_id: str) -> str:
    """Who knows an id can ask for it; the id cannot be read from the key."""
    return hashlib.blake2b(profile_id.encode(), digest_size=DIGEST_BYTES, person=b"departed").hexdigest()


def departure_to_document(departure: Departure, lifetime: timedelta = DEPARTURE_LIFETIME) -> Document:
    document: Document = {
        "_id": departure.key,
        "at": to_millis(departure.at),
        "into": departure.into,
        "profile_id": departure.profile_id,
        "account_id": departure.account_id,
        "files_at": None if departure.files_at is None else to_millis(departure.files_at),
        "session": departure.is_session or None,
        # MongoDB expires by a date.
        "expires_at": departure.at + lifetime,
    }
    return {key: value for key, value in document.items() if value is not None}


def departure_from_document(document: Mapping[str, Any]) -> Departure:
    get = document.get
    return Departure(
        key=document["_id"],
        at=from_millis(document["at"]),
        into=ProfileId(document["into"]) if "into" in document else None,
        profile_id=ProfileId(document["profile_id"]) if get("profile_id") else None,
        account_id=AccountId(document["account_id"]) if get("account_id") else None,
        files_at=from_millis(document["files_at"]) if get("files_at") else None,
        is_session=bool(get("session")),
    )
