"""How long page snapshots are stored: an hour for paging, days for replay."""

from __future__ import annotations

from dataclasses import dataclass

JITTER = 0.1
"""Share by which TTLs differ, so that pages of one minute do not expire together."""


@dataclass(frozen=True, slots=True)
class PageTtls:
    paging_seconds: int = 3600
    replay_seconds: int = 0

    @property
    def renewal_seconds(self) -> int:
        """Age at which a page served again is renewed."""
        return self.paging_seconds // 4

    def ttl_seconds(self, snapshot_id: str) -> int:
        """Never below the promised time, even if a renewal comes late."""
        minimum = max(self.paging_seconds + self.renewal_seconds, self.replay_seconds)
        return minimum + round(minimum * JITTER * int(snapshot_id[-4:], 16) / 0xFFFF)


PAGING_ONLY = PageTtls()
