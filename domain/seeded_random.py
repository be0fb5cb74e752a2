"""Chance that can be repeated: a number drawn from the names of things, the same today on every machine.

Every draw hashes all that it is for. One seed for a whole page would tie its draws together (in Pocket's home
every title's Thompson sample came from one seed a user and day, so all of them were lucky on the same days).
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

_BYTES = 7
_SPAN = float(1 << 8 * _BYTES)


def draw(*names: object) -> float:
    """Uniform in 0 < u < 1, a function of the names alone; different names draw independently."""
    *prefix, last = map(str, names)
    return drawing(*prefix)(last)


def drawing(*names: object) -> Callable[[str], float]:
    """`draw` with all names but the last, for drawing many times."""
    prefix = "".join(f"{name}\x1f" for name in names)

    def one(name: str) -> float:
        drawn = int.from_bytes(blake2b((prefix + name).encode(), digest_size=_BYTES).digest(), "big")
        return (drawn + 0.5) / _SPAN

    return one
