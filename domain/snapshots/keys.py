"""Redis keys of snapshots, cached pages and invariant violations."""

from __future__ import annotations

from domain.ids import PROFILE_DIGEST_CHARACTERS, ProfileId
from domain.signed_tokens import digest
from domain.storage_names import KEY_PREFIX


def page_key(snapshot_id: str) -> str:
    """Of a snapshot. The braces keep the pages of one profile on one cluster slot."""
    return f"{KEY_PREFIX}:{{page:{snapshot_id[:PROFILE_DIGEST_CHARACTERS]}}}:{snapshot_id}"


def page_key_prefix(profile_id: ProfileId) -> str:
    return f"{KEY_PREFIX}:{{page:{digest(profile_id)[:PROFILE_DIGEST_CHARACTERS]}}}:"


def page_cache_key(profile_id: ProfileId) -> str:
    """A hash, on the cluster slot of the profile's snapshots."""
    return f"{KEY_PREFIX}:warm:{{page:{digest(profile_id)[:PROFILE_DIGEST_CHARACTERS]}}}:{profile_id}"


def violation_key(invariant: str) -> str:
    """A list, latest first; all on one cluster slot."""
    return f"{KEY_PREFIX}:{{faults}}:{invariant}"
