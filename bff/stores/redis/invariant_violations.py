"""Samples of pages that broke an invariant: the latest few of each, for a week."""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Sequence

from bff.stores.redis.lists import RedisStore
from domain.ids import ProfileId
from domain.page.invariants import Invariant
from domain.snapshots.invariant_violations import (
    RecordedViolation,
    violation_from_document,
    violation_to_document,
)
from domain.snapshots.keys import departed_key, violation_key

MAX_PER_INVARIANT = 20
"""So that a frequent violation does not push out a rare one."""
TTL_SECONDS = 7 * 86_400

log = logging.getLogger("marquee.pages")


class ViolationLog:
    """The InvariantViolations port."""

    def __init__(self, redis: RedisStore) -> None:
        self._redis = redis

    async def report(self, violations: Sequence[RecordedViolation]) -> None:
        texts = {violation_key(violation.violation.invariant): _encode(violation) for violation in violations}
        if not texts:
            return
        await self._redis.push_to_lists("report_faults", texts, MAX_PER_INVARIANT, TTL_SECONDS)
        # The profile may have departed while its page was checked.
        departed = [departed_key(profile) for profile in {one.page.profile_id for one in violations}]
        if await self._redis.count_existing("faults", departed):
            for name, text in texts.items():
                await self._redis.remove_from_list("report_faults", name, [text])

    async def texts_of(self, invariant: Invariant, profile_id: ProfileId) -> list[bytes]:
        """The stored samples of one profile, and those that nobody can read."""
        texts = await self._redis.read_lists("faults", [violation_key(invariant)])
        return [text for text in texts if _is_of(text, profile_id)]

    async def latest(self) -> list[RecordedViolation]:
        """Logs and skips unreadable ones."""
        texts = await self._redis.read_lists("faults", [violation_key(invariant) for invariant in Invariant])
        samples = [violation for text in texts if (violation := _decode(text)) is not None]
        return sorted(samples, key=lambda violation: violation.page.generated_at, reverse=True)


def _is_of(text: bytes, profile_id: ProfileId) -> bool:
    sample = _decode(text)
    return sample is None or sample.page.profile_id == profile_id


def _encode(violation: RecordedViolation) -> bytes:
    return zlib.compress(json.dumps(violation_to_document(violation), separators=(",", ":")).encode())


def _decode(text: bytes) -> RecordedViolation | None:
    try:
        return violation_from_document(json.loads(zlib.decompress(text)))
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        log.error("an invariant violation is unreadable and is skipped: %r", error)
        return None
