"""What lists need to know of titles, as arrays by title number: who may watch them, and of which genres they
are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from batch.models.histories import Integers, Numbers
from batch.models.row_counts import starts_of
from domain.catalog.maturity_ratings import ADULT_AGE, KIDS_AGE
from domain.ids import GLOBAL

UNRATED = -1
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, order=True)
class ListAudienceKey:
    """Profiles whose lists may hold the same titles."""

    region: str
    kids: bool
    maturity_limit: int

    @property
    def has_kids_lists(self) -> bool:
        """As `account_counts.list_audience`."""
        return self.kids or self.maturity_limit <= KIDS_AGE


@dataclass(frozen=True, slots=True)
class NumberedTitles:
    """`ids[n]` is title n. `genres` has the genre numbers of title n from `genre_starts[n]` on; `genre_names` are
    sorted.

    `launched_at` is -1 where unknown.
    """

    ids: tuple[str, ...]
    maturity_ages: Numbers
    launched_at: Integers
    genre_names: tuple[str, ...]
    genre_starts: Integers
    genres: Numbers
    licensed: dict[str, Mask]
    _eligible: dict[ListAudienceKey, Mask] = field(default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, titles: pa.Table) -> NumberedTitles:
        """`titles` of `title_numbers.collect_titles`."""
        genre_lists = [list(dict.fromkeys(one or ())) for one in titles["genres"].to_pylist()]
        names = tuple(sorted({name for one in genre_lists for name in one}))
        numbers = {name: number for number, name in enumerate(names)}
        flat = [numbers[name] for one in genre_lists for name in one]
        return cls(
            tuple(titles["title_id"].to_pylist()),
            _integers(titles["maturity_age"]).astype(np.int32),
            _integers(titles["launched_at"]),
            names,
            starts_of(np.array([len(one) for one in genre_lists], np.int64)),
            np.array(flat, np.int32),
            _licensed(titles["regions"].to_pylist()),
        )

    def kids_titles(self) -> Mask:
        """As `account_counts.is_for_kids`."""
        ages: Mask = (self.maturity_ages != UNRATED) & (self.maturity_ages <= KIDS_AGE)
        return ages

    def eligible(self, audience: ListAudienceKey) -> Mask:
        """As `input_snapshot.is_eligible`."""
        found = self._eligible.get(audience)
        if found is None:
            found = self._suits(audience) & self._licensed_in(audience.region)
            self._eligible[audience] = found
        return found

    def _suits(self, audience: ListAudienceKey) -> Mask:
        unrated = self.maturity_ages == UNRATED
        takes_unrated = not audience.kids and audience.maturity_limit >= ADULT_AGE
        return np.where(unrated, takes_unrated, self.maturity_ages <= audience.maturity_limit).astype(
            np.bool_
        )

    def _licensed_in(self, region: str) -> Mask:
        """As `licensed_regions.is_licensed_in`."""
        if region == str(GLOBAL):
            return np.ones(len(self), np.bool_)
        found = np.zeros(len(self), np.bool_)
        for one in region_chain_of(region):
            found |= self.licensed.get(one, np.zeros(len(self), np.bool_))
        return found


def region_chain_of(region: str) -> tuple[str, ...]:
    """As `licensed_regions.counted_regions`: the region, the one it belongs to, and GLOBAL."""
    return tuple(dict.fromkeys((region, region.split("-")[0], str(GLOBAL))))


def _licensed(regions: Sequence[Sequence[str] | None]) -> dict[str, Mask]:
    places: dict[str, list[int]] = {}
    for number, codes in enumerate(regions):
        for code in codes or ():
            places.setdefault(code, []).append(number)
    masks = {}
    for code, numbers in places.items():
        masks[code] = np.zeros(len(regions), np.bool_)
        masks[code][numbers] = True
    return masks


def _integers(column: pa.ChunkedArray) -> Integers:
    return np.asarray(column.fill_null(UNRATED)).astype(np.int64)
