"""Redis keys of served pages, cached pages and invariant violations."""

from __future__ import annotations

from domain.ids import PROFILE_CHARACTERS, ProfileId
from domain.signed_tokens import digest
from domain.storage_names import KEY_PREFIX


def page_key(snapshot_id: str) -> str:
    """Redis key of a page as it was served. The braces keep the pages of one profile on one cluster slot."""
    return f"{KEY_PREFIX}:{{page:{snapshot_id[:PROFILE_CHARACTERS]}}}:{snapshot_id}"


def page_keys(profile_id: ProfileId) -> str:
    """What the Redis keys of a profile's pages begin with: the snapshot id follows."""
    return f"{KEY_PREFIX}:{{page:{digest(profile_id)[:PROFILE_CHARACTERS]}}}:"


def warm_key(profile_id: ProfileId) -> str:
    """Redis hash of a profile's warm pages, on the cluster slot of the pages themselves."""
    return f"{KEY_PREFIX}:warm:{{page:{digest(profile_id)[:PROFILE_CHARACTERS]}}}:{profile_id}"


def fault_key(invariant: str) -> str:
    """Redis list of pages that broke this invariant, the latest first. All of them lie on one cluster slot."""
    return f"{KEY_PREFIX}:{{faults}}:{invariant}"
