"""Counts what is wrong with lists, with an example of each kind."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from batch.pipeline.gates.facts import ListFacts, LiveComparison
from batch.pipeline.gates.stored_lists import StoredList

FIRST_TITLES = 10


@dataclass(slots=True)
class Tally:
    asked: int = 0
    kids_lists: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    firsts: Counter[str] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)
    lengths: list[int] = field(default_factory=list)

    def add(self, what: str, example: str) -> None:
        self.counts[what] += 1
        self.examples.setdefault(what, example)

    def add_list(self, one: StoredList) -> None:
        """A broken list that can be read counts as a list, too; one that cannot counts as empty as well."""
        if one.problem is not None:
            self.add("broken", one.problem)
        if not one.ids:
            self.add("empty", one.name)
        self.lengths.append(len(one.ids))
        self.used.update(one.ids)
        self.firsts.update(one.ids[:1])

    def facts(self) -> ListFacts:
        first, lists_with_it = self.firsts.most_common(1)[0] if self.firsts else ("", 0)
        return ListFacts(
            profiles=self.asked,
            missing=self.counts["missing"],
            empty=self.counts["empty"],
            broken=self.counts["broken"],
            median_items=float(statistics.median(self.lengths)) if self.lengths else 0.0,
            first_title=first,
            first_title_lists=lists_with_it,
            titles_used=len(self.used),
            items=sum(self.lengths),
            unavailable=self.counts["unavailable"],
            kids_lists=self.kids_lists,
            too_mature=self.counts["too_mature"],
            examples=self.examples,
        )


def compare(pairs: Iterable[tuple[StoredList, StoredList]]) -> LiveComparison:
    """(staged, live) lists of the same profile, title or key."""
    firsts = [(ours.ids[:FIRST_TITLES], theirs.ids[:FIRST_TITLES]) for ours, theirs in pairs if theirs.ids]
    shared = sum(len(set(ours) & set(theirs)) for ours, theirs in firsts)
    return LiveComparison(len(firsts), shared, sum(len(theirs) for _, theirs in firsts))
