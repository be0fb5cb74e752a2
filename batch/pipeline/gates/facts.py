"""What is measured of a version, for the gates. All counts are of the same sampled profiles for both versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.storage_names import TOP_PICKS


@dataclass(frozen=True, slots=True)
class Evaluation:
    """NDCG@10 of the version's lists on later viewings; `low`: lower end of its 95 % interval. All 0 to 1."""

    ndcg10: float
    low: float
    popularity: float
    profiles: int


@dataclass(frozen=True, slots=True)
class ListFacts:
    """Of one dataset's sampled lists. Texts in `examples` name a case, by the name of the count.

    `profiles` were asked for: those of Top Picks, or the lists themselves where many viewers share one.
    """

    profiles: int = 0
    missing: int = 0
    empty: int = 0
    broken: int = 0
    median_items: float = 0.0
    first_title: str = ""
    first_title_lists: int = 0
    titles_used: int = 0
    items: int = 0
    unavailable: int = 0
    kids_lists: int = 0
    too_mature: int = 0
    examples: Mapping[str, str] = field(default_factory=dict)

    @property
    def lists(self) -> int:
        return self.profiles - self.missing


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """`rows` by dataset, counted in the stores. `input_age_hours`: of the newest event when it was published.

    `lists` are Top Picks; `shared`: similar, popular and trending lists, by dataset. `judged_fresh`: the run judged
    its inputs for its logical date and this deployment's rhythm (input_freshness.py). `evaluation_failed`: it was
    tried, and there is no measure.
    """

    version: str
    rows: Mapping[str, int]
    lists: ListFacts
    newest_event: int | None = None
    input_age_hours: float | None = None
    event_days: tuple[int, ...] = ()
    evaluation: Evaluation | None = None
    problems: tuple[str, ...] = ()
    judged_fresh: bool = False
    evaluation_failed: bool = False
    shared: Mapping[str, ListFacts] = field(default_factory=dict)

    def all_lists(self) -> dict[str, ListFacts]:
        """By dataset, Top Picks first."""
        return {TOP_PICKS: self.lists, **self.shared}


@dataclass(frozen=True, slots=True)
class LiveComparison:
    """With the live version, over lists that are in both (of Top Picks: profiles). `shared` titles of `possible`
    among the first ten.
    """

    profiles: int = 0
    shared: int = 0
    possible: int = 0


@dataclass(frozen=True, slots=True)
class World:
    """What the lists are about, as it stands now."""

    profiles: int
    titles: int


@dataclass(frozen=True, slots=True)
class GateInput:
    staged: VersionFacts
    live: VersionFacts | None
    comparison: LiveComparison
    world: World
    shared_comparisons: Mapping[str, LiveComparison] = field(default_factory=dict)
    """By dataset, of those whose lists last longer than an hour."""
    unchanged: frozenset[str] = frozenset()
    """Datasets that are the live version's own: one job's output goes live beside them."""

    def changed_lists(self) -> dict[str, ListFacts]:
        return {name: one for name, one in self.staged.all_lists().items() if name not in self.unchanged}

    def all_comparisons(self) -> dict[str, LiveComparison]:
        return {TOP_PICKS: self.comparison, **self.shared_comparisons}
