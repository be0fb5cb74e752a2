"""Samples of pages that broke their contract, in Redis: the latest few of each invariant, for a week."""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Sequence

from bff.stores.redis.lists import RedisStore
from domain.page.invariants import Invariant
from domain.snapshots.invariant_violations import RecordedViolation, fault_from_document, fault_to_document
from domain.snapshots.keys import fault_key

MOST = 20
"""Of each invariant, so that what goes wrong on every page does not push out what goes wrong once."""
LIFE_SECONDS = 7 * 86_400

log = logging.getLogger("marquee.pages")


class ViolationLog:
    """The Faults port."""

    def __init__(self, redis: RedisStore) -> None:
        self._redis = redis

    async def report(self, faults: Sequence[RecordedViolation]) -> None:
        texts = {fault_key(fault.violation.invariant): _encoded(fault) for fault in faults}
        if texts:
            await self._redis.push("report_faults", texts, MOST, LIFE_SECONDS)

    async def faults(self) -> list[RecordedViolation]:
        """See ports.Faults. What cannot be read is logged and skipped."""
        texts = await self._redis.pushed("faults", [fault_key(invariant) for invariant in Invariant])
        found = [fault for text in texts if (fault := _decoded(text)) is not None]
        return sorted(found, key=lambda fault: fault.page.generated_at, reverse=True)


def _encoded(fault: RecordedViolation) -> bytes:
    return zlib.compress(json.dumps(fault_to_document(fault), separators=(",", ":")).encode())


def _decoded(text: bytes) -> RecordedViolation | None:
    try:
        return fault_from_document(json.loads(zlib.decompress(text)))
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        log.error("a sample of a faulty page cannot be read and is skipped: %r", error)
        return None
