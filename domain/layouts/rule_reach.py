"""How far a row's filter rule reaches: how many titles it matches, and how many of them the row's source proposed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class RuleReach:
    """`matched`: movies and series of the catalogue, as `filterRuleCheck` counts them. `reached`: those of them that
    the source proposed."""

    matched: int
    reached: int

    def __str__(self) -> str:
        """ "its rule matches 44 titles of the catalogue, 2 of them are in its source's list" """
        titles = "title" if self.matched == 1 else "titles"
        if self.matched == 0:
            return "its rule matches no title of the catalogue"
        are = "is" if self.reached == 1 else "are"
        return (
            f"its rule matches {self.matched:,} {titles} of the catalogue, {self.reached:,} of them {are} in its "
            "source's list"
        )


def median_reach(reaches: Iterable[RuleReach]) -> RuleReach | None:
    """Of several pages; None without any."""
    found = list(reaches)
    if not found:
        return None
    return RuleReach(
        int(median(reach.matched for reach in found)), int(median(reach.reached for reach in found))
    )
