"""Answers in gzip for whoever takes it, by Intel's ISA-L: a page in a seventh of the time that zlib takes.

docs/deploying.md has the figures. BREACH asks for three things in one compressed answer: a secret, text of the
attacker's own, and a victim's browser that asks again and again. Nobody's browser can be made to ask here (tokens
travel in a header that no other site can set), and no answer of /graphql holds a token that somebody signs in with.
"""

from __future__ import annotations

from functools import lru_cache

from isal import isal_zlib

LEAST_BYTES = 1024
"""Shorter answers fit a packet as they are."""

LEVEL = 1
GZIP_WINDOW = 31
"""zlib's way of saying a window of 32 kB in a gzip wrapper."""

LONGEST_HEADER = 256
"""Longer Accept-Encoding headers are no browser's; they get plain answers."""


def takes_gzip(accept_encoding: str) -> bool:
    """Whether gzip is wanted at least as much as the plain answer (RFC 9110, 12.5.3)."""
    return 0 < len(accept_encoding) <= LONGEST_HEADER and _takes_gzip(accept_encoding)


def gzipped(body: bytes) -> bytes:
    packer = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, GZIP_WINDOW)
    packed: bytes = packer.compress(body) + packer.flush()
    return packed


@lru_cache(maxsize=256)
def _takes_gzip(accept_encoding: str) -> bool:
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, *parameters = [piece.strip() for piece in part.split(";")]
        weights[name] = _weight(parameters)
    everything = weights.get("*", 0.0)
    gzip = weights.get("gzip", weights.get("x-gzip", everything))
    # Unless it is named, the plain answer is acceptable, and liked least of all.
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                weight = float(parameter[2:])
            except ValueError:
                return 0.0
            return weight if 0.0 <= weight <= 1.0 else 0.0
    return 1.0
