"""Numbers as operators type them: 200M, 50k, 1.5G."""

from __future__ import annotations

import re
from math import isfinite

from domain.errors import BadInput

_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)([kKMGTB]?)\Z")
_FACTORS = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}
GREATEST = 10**15


def parse_amount(text: str) -> float:
    """Raises BadInput with what to write instead."""
    found = _AMOUNT.match(text.strip().replace("_", "").replace(",", ""))
    if found is None:
        raise BadInput(f"{text!r} is no amount: write 200000000 or 200M, 50k, 1.5G.")
    amount = float(found.group(1)) * _FACTORS[found.group(2)]
    if not isfinite(amount) or amount > GREATEST:
        raise BadInput(f"{text!r} is more than anything that exists: at most 1000T.")
    return amount


def parse_count(text: str) -> int:
    """A whole number of at least 1. Raises BadInput."""
    amount = parse_amount(text)
    if amount < 1 or amount != int(amount):
        raise BadInput(f"{text!r} must be a whole number of at least 1.")
    return int(amount)
