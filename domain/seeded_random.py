"""Reproducible random numbers from names, the same on every machine.

One seed per page would correlate its draws: Pocket's home seeded all Thompson samples of a user and day alike, so
that all titles were lucky on the same days.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

_BYTES = 7


def draw_with_prefix(*names: object, separator: str = "\x1f", size: int = _BYTES) -> Callable[[str], float]:
    """Draws by name, uniform in 0 < u < 1 and independent for different names. `size`: digest bytes."""
    prefix = "".join(f"{name}{separator}" for name in names)
    span = float(1 << 8 * size)

    def draw_last(name: str) -> float:
        bits = int.from_bytes(blake2b((prefix + name).encode(), digest_size=size).digest(), "big")
        return (bits + 0.5) / span

    return draw_last
