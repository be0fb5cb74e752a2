"""The lint codes: what each finds. docs/designing-layouts.md has the same table; a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LintRule:
    """`levels` as in the documents. `needs_pages`: only with sampled profiles."""

    levels: str
    about: str
    needs_pages: bool = False


CATALOGUE: Mapping[str, LintRule] = {
    "L100": LintRule("error", "an invalid layout"),
    "L101": LintRule("error", "a row that many profiles do not get", True),
    "L102": LintRule("warn", "a row with too few titles for TV", True),
    "L103": LintRule("warn", "two rows that show the same titles", True),
    "L104": LintRule("warn", "no layout for the time outside a schedule"),
    "L105": LintRule(
        "error", "layouts for the same viewers and with the same priority: only their names decide"
    ),
    "L106": LintRule("warn", "a row title that a device cuts"),
    "L107": LintRule("error", "a row for kids from a source with adult titles"),
    "L108": LintRule("warn", "Continue Watching below the second screen"),
    "L109": LintRule("error", "data older than 36 hours", True),
    "L110": LintRule("info", "more rows than viewers scroll"),
    "L111": LintRule("error", "pinned or listed titles that cannot be shown", True),
    "L112": LintRule("warn", "a variant that changes nothing for many profiles", True),
    "L113": LintRule("warn", "a day that some months do not have"),
    "L114": LintRule("error", "a pin, boost or schedule that ends before it starts"),
    "L115": LintRule("warn", "pages that take longer than their budget", True),
    "L116": LintRule("info", "a style that older clients do not know"),
    "L117": LintRule(
        "warn",
        "pins, boosts, quotas or exploration that conflict in a row; info: a pin or boost that has ended",
    ),
    "L118": LintRule(
        "error", "a pinned or listed title that the catalogue does not have; needs a store or the service"
    ),
    "L119": LintRule("error", "pages that could not be composed completely, and are not counted", True),
    "L120": LintRule("info", "a schedule that has ended"),
    "L121": LintRule("warn", "an arm of an experiment that changes nothing"),
}


def code_range() -> str:
    """ "L100 to L121"."""
    return f"{min(CATALOGUE)} to {max(CATALOGUE)}"
