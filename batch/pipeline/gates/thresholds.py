"""The gates and their limits. docs/operating-batch.md has the same table; a test compares them."""

from __future__ import annotations

from collections.abc import Mapping

from batch.pipeline.gates.model import GateId, PublishGate
from domain.storage_names import POPULAR, SIMILAR, TRENDING

G = GateId
_gate = PublishGate

GATES: Mapping[GateId, PublishGate] = {
    gate.id: gate
    for gate in (
        _gate(G.ROW_COUNT, "rows of a dataset that are missing, against live", "a lost partition", "%", 20, 5),
        _gate(G.COVERAGE, "profiles without a list", "a join that loses profiles", "%", 1, blocks_first=True),
        _gate(G.EMPTY_LISTS, "lists without a title", "a filter that is too strict", "%", 0.1),
        _gate(G.MEDIAN_ITEMS, "titles of the median list, at least", "lists cut short", "titles", 20),
        _gate(G.FIRST_TITLE, "lists with the same first title", "a collapse to one title", "%", 10),
        _gate(G.CATALOGUE_SHARE, "fall of the titles in use, against live", "a collapse to hits", "%", 30),
        _gate(G.KIDS_MATURITY, "titles above the age limit in lists of kids", "adult titles for kids", "titles",
             0, waivable=False, blocks_first=True),
        _gate(G.UNAVAILABLE, "titles that are not licensed in the region", "an old catalogue", "%", 0.5),
        _gate(G.OVERLAP, "first ten titles in common with live, at least", "events of a wrong day", "%", 5, 20),
        _gate(G.EVALUATION, "NDCG@10 above that of popularity, at least", "training that failed", "points", 0, 0),
        _gate(G.INPUT_AGE, "age of the newest event", "events that do not arrive", "h", 36),
        _gate(G.INTEGRITY, "lists that are broken or hold a title twice", "half-written or foreign data", "lists",
             0, blocks_first=True),
        _gate(G.EVENT_VOLUME, "the day's events against four weeks", "a hole in the events", "deviations", 4, 3),
    )
}  # fmt: skip

ROWS_BLOCK: Mapping[str, float] = {TRENDING: 90}
"""Per cent, of datasets whose size follows the hour: at night few regions have a list of the last hour."""

FIRST_TITLE_SHARED: Mapping[str, float] = {SIMILAR: 25, POPULAR: 50, TRENDING: 50}
"""Per cent, where many viewers share a list: a hit leads the lists of all its genres, and of many regions."""

MEDIAN_OF_LIVE = 0.5
"""The shortest median of shared lists, as a part of the live one."""

MIN_BAD_LISTS = 5
"""Fewer bad lists never block: one profile that signed up during the run is 5 % of a service of twenty."""

MIN_PROFILES = 30
"""With fewer profiles to compare, or events of fewer profiles to evaluate on, shares say nothing."""

MIN_EVALUATED = 100
MIN_DAYS = 14
"""Of earlier days, for the volume of a day."""

CONFIDENCE_Z = 2.58
"""99 %: a share is bad when its Wilson interval lies above the limit."""

FIRST_TITLE_FACTOR = 1.5
"""The first title may be as common as this many times its share in the live version: hits are hits."""
