"""Recent popularity of each audience, from packed histories: decayed counts of accounts, by region and for kids.

A liked title counts 2^(-age / half-life), the half-life learned (batch/models/blend.py); of an account whose n
profiles liked it, each counts 1 / n. Kids' lists count what kids' profiles watch, and OTHERS_WEIGHT of everybody
else's viewing, among titles for kids (account_counts.py). A region counts with PRIOR_ACCOUNTS that are distributed
like the whole service's, so that a small one is smooth.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from batch.jobs.account_counts import OTHERS_WEIGHT
from batch.jobs.title_facts import ListAudienceKey, NumberedTitles, region_chain_of
from batch.models.counting import SHARE_UNIT, account_shares
from batch.models.histories import Histories, Integers
from batch.models.popularity_prior import Shape, popularity_prior
from domain.catalog.maturity_ratings import ADULT_AGE
from domain.ids import GLOBAL

PRIOR_ACCOUNTS = 100.0
MILLIONTHS = 1_000_000.0
WORLD = str(GLOBAL)


class RegionCounter:
    """Sums in millionths, by (region, whether the profile's lists are those of kids) and title."""

    def __init__(self, title_count: int, half_life_days: float) -> None:
        self._title_count = title_count
        self._per_day = 0.0 if math.isinf(half_life_days) else -1.0 / half_life_days
        self._sums: dict[tuple[str, bool], Integers] = {}

    def add(self, histories: Histories, profiles: pa.RecordBatch) -> None:
        """A profile without an account has no region of its own: it counts for the world."""
        shares = account_shares(histories).astype(np.float64) / SHARE_UNIT
        faded = np.exp2(histories.ages.astype(np.float64) * self._per_day) * shares * shares
        fixed = np.floor(faded * MILLIONTHS + 0.5)
        keys, of_profile = audience_keys(profiles)
        lists = {key: (key.region, key.has_kids_lists) for key in keys}
        numbers = {one: number for number, one in enumerate(dict.fromkeys(lists.values()))}
        of_key = np.array([numbers[lists[key]] for key in keys], np.int64)
        of_entry = np.repeat(of_key[of_profile], histories.lengths())
        liked = shares > 0
        cells, places = np.unique(
            of_entry[liked] * self._title_count + histories.titles[liked], return_inverse=True
        )
        # Whole numbers below 2^53, which doubles add exactly.
        sums = np.bincount(places, fixed[liked], minlength=len(cells)).astype(np.int64)
        bounds = np.searchsorted(cells, np.arange(len(numbers) + 1) * self._title_count)
        for one, number in numbers.items():
            part = slice(bounds[number], bounds[number + 1])
            total = self._sums.setdefault(one, np.zeros(self._title_count, np.int64))
            total[cells[part] - number * self._title_count] += sums[part]

    def totals(self) -> Iterator[tuple[str, bool, Integers]]:
        for (region, kids), sums in sorted(self._sums.items()):
            yield region, kids, sums


def audience_keys(profiles: pa.RecordBatch | pa.Table) -> tuple[tuple[ListAudienceKey, ...], Integers]:
    """(different audiences, the place of each profile's). Profiles without an account are adults of the world."""
    rows = zip(
        profiles["region"].to_pylist(),
        profiles["kids"].to_pylist(),
        profiles["maturity_limit"].to_pylist(),
        strict=True,
    )
    places: dict[tuple[str | None, bool | None, int | None], int] = {}
    of_profile = np.fromiter(
        (places.setdefault(row, len(places)) for row in rows), np.int64, len(profiles["region"])
    )
    keys = tuple(
        ListAudienceKey(region or WORLD, bool(kids), ADULT_AGE if limit is None else limit)
        for region, kids, limit in places
    )
    return keys, of_profile


@dataclass(frozen=True, slots=True)
class RecentCounts:
    """Decayed accounts by list (region, whether of kids) and title; with those of what a region belongs to."""

    lists: dict[tuple[str, bool], NDArray[np.float64]]
    title_count: int
    _priors: dict[tuple[str, bool, Shape], NDArray[np.float32]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, rows: pa.Table, facts: NumberedTitles) -> RecentCounts:
        own: dict[tuple[str, bool], Integers] = {}
        regions = rows["region"].combine_chunks().dictionary_encode()
        kids = np.asarray(rows["kids"].combine_chunks().cast(pa.uint8())).astype(np.int64)
        groups = np.asarray(regions.indices).astype(np.int64) * 2 + kids
        order = np.argsort(groups, kind="stable")
        numbers, totals = np.asarray(rows["number"])[order], np.asarray(rows["total"])[order]
        names = regions.dictionary.to_pylist()
        bounds = np.searchsorted(groups[order], np.arange(len(names) * 2 + 1))
        for group in range(len(names) * 2):
            part = slice(bounds[group], bounds[group + 1])
            for one in region_chain_of(names[group // 2]):
                sums = own.setdefault((one, group % 2 == 1), np.zeros(len(facts), np.int64))
                sums[numbers[part]] += totals[part]
        return cls(_lists_of(own, facts), len(facts))

    def prior(self, audience: ListAudienceKey, shape: Shape) -> NDArray[np.float32]:
        """Of the first of the region, the one it belongs to and the world that has viewing."""
        kids = audience.has_kids_lists
        region = next((one for one in region_chain_of(audience.region) if (one, kids) in self.lists), WORLD)
        key = (region, kids, shape)
        if key not in self._priors:
            self._priors[key] = popularity_prior(self._smoothed(region, kids), shape)
        return self._priors[key]

    def _smoothed(self, region: str, kids: bool) -> NDArray[np.float64]:
        none = np.zeros(self.title_count)
        counts, world = self.lists.get((region, kids), none), self.lists.get((WORLD, kids), none)
        whole = world.sum()
        return counts if region == WORLD or whole <= 0 else counts + PRIOR_ACCOUNTS * world / whole


def _lists_of(
    own: dict[tuple[str, bool], Integers], facts: NumberedTitles
) -> dict[tuple[str, bool], NDArray[np.float64]]:
    none, for_kids = np.zeros(len(facts), np.int64), facts.kids_titles()
    lists = {}
    for region in {region for region, _ in own}:
        of_kids, of_others = own.get((region, True), none), own.get((region, False), none)
        everybody = (of_kids + of_others) / MILLIONTHS
        kids_list = np.where(for_kids, of_kids / MILLIONTHS + OTHERS_WEIGHT * of_others / MILLIONTHS, 0.0)
        for kids, counts in ((False, everybody), (True, kids_list)):
            if counts.any():
                lists[region, kids] = counts
    return lists
