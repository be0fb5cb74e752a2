"""How long served pages are kept: an hour so that people can scroll on, days so that support can look back."""

from __future__ import annotations

from dataclasses import dataclass

JITTER = 0.1
"""Share by which lives differ, so that what was written in one minute is not gone in one minute."""


@dataclass(frozen=True, slots=True)
class PageLives:
    """Both in seconds; the longer one decides how long a page lies in Redis."""

    paging: int = 3600
    replay: int = 0

    @property
    def renewal(self) -> int:
        """A page that is served again is renewed when so much of its life is over."""
        return self.paging // 4

    def seconds(self, snapshot_id: str) -> int:
        """How long to keep this page from now on: never less than promised, even if it is renewed late."""
        least = max(self.paging + self.renewal, self.replay)
        return least + round(least * JITTER * int(snapshot_id[-4:], 16) / 0xFFFF)


PAGING_ONLY = PageLives()
