"""What may stand in a list, by the rules of the jobs (batch/jobs/input_snapshot.py): the title's own age, and its
licences.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.ids import Region
from domain.visibility.facts import TitleFacts


def is_licensed(facts: TitleFacts, region: Region, instants: Iterable[datetime]) -> bool:
    """At one of the instants."""
    return any(window.covers(region, instant) for window in facts.windows for instant in instants)


def is_above_age(facts: TitleFacts, age_limit: int) -> bool:
    """An unrated title is above every limit."""
    return facts.maturity_age is None or facts.maturity_age > age_limit
