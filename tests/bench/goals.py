"""Figures that have a goal beside them: met or missed is said in the table, and nothing fails for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from figures import Figure, spelled
from load import gzipped


@dataclass(frozen=True, slots=True)
class Goal:
    """At least `value`, or with `most` at the most."""

    value: float
    most: bool = False

    def told(self, found: float) -> str:
        met = found <= self.value if self.most else found >= self.value
        return f"goal {'<=' if self.most else '>='} {spelled(self.value)}x: {'met' if met else 'missed'}"


def against(bench: str, name: str, found: float, goal: Goal) -> Figure:
    return Figure(bench, name, found, "x", goal.told(found))


def page_figures(bench: str, typical: Path, profiles: int, cards: int, checked: str = "") -> Iterator[Figure]:
    """How large the compared answer is."""
    body = typical.read_bytes()
    note = f"median of {profiles} profiles, {cards} cards{checked}"
    yield Figure(bench, "answer", len(body) / 1000, "kB", note)
    yield Figure(bench, "answer, gzip", gzipped(body) / 1000, "kB", "level 6; all servers send it plain")
