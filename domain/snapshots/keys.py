"""Redis keys of snapshots, cached pages and invariant violations."""

from __future__ import annotations

from domain.ids import PROFILE_DIGEST_CHARACTERS, ProfileId
from domain.signed_tokens import digest
from domain.storage_names import KEY_PREFIX

WRITE_MARK_FIELD = "s"
"""In a profile's hash of cached pages: changed by every write, so that pages composed before are not stored."""
PAGE_CACHE_TTL_SECONDS = 600
"""Of that hash. Longer than a cached page is fresh, and than any composition."""


def page_key(snapshot_id: str) -> str:
    """Of a snapshot. The braces keep the pages of one profile on one cluster slot."""
    return f"{KEY_PREFIX}:{{page:{snapshot_id[:PROFILE_DIGEST_CHARACTERS]}}}:{snapshot_id}"


def page_key_prefix(profile_id: ProfileId) -> str:
    return f"{KEY_PREFIX}:{{page:{digest(profile_id)[:PROFILE_DIGEST_CHARACTERS]}}}:"


def page_cache_key(profile_id: ProfileId) -> str:
    """A hash, on the cluster slot of the profile's snapshots.

    A request for the page of an erased profile makes one, so a digest names it.
    """
    name = digest(profile_id)
    return f"{KEY_PREFIX}:warm:{{page:{name[:PROFILE_DIGEST_CHARACTERS]}}}:{name}"


def departed_key(profile_id: ProfileId) -> str:
    """While it exists, no snapshot of the profile is stored; on their cluster slot."""
    name = digest(profile_id)
    return f"{KEY_PREFIX}:departed:{{page:{name[:PROFILE_DIGEST_CHARACTERS]}}}:{name}"


def violation_key(invariant: str) -> str:
    """A list, latest first; all on one cluster slot."""
    return f"{KEY_PREFIX}:{{faults}}:{invariant}"
