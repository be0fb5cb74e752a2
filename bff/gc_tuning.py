"""How the process collects garbage: seldom, and not what it was born with.

A page is made of thousands of small objects that are all freed by counting. The collector, which looks for circles,
was set to look after every 700 of them; it found none and cost a twentieth of a page.
"""

from __future__ import annotations

import gc

THRESHOLDS = 20_000, 20, 20
"""New containers until the youngest are looked through; how many such looks until the next older ones are."""


def settle() -> None:
    """Once everything is loaded: it stays for good, so it is not looked through any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
