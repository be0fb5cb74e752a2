"""Who watched what, and when first: what an evaluation cuts at an instant."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from batch.models.counting import LIKED_STRENGTH
from batch.models.histories import Integers, Numbers


@dataclass(frozen=True, slots=True)
class ViewingLog:
    """One entry per (profile, title), sorted by profile, instant and title.

    `instants` (epoch ms) are of the first interaction: a series that is watched on after a cut is no discovery.
    `accounts` has one number a profile; profiles of one account stand side by side.
    """

    profiles: Integers
    titles: Numbers
    instants: Integers
    strengths: NDArray[np.float32]
    accounts: Integers

    def __len__(self) -> int:
        return len(self.titles)

    @property
    def liked(self) -> NDArray[np.bool_]:
        return self.strengths >= LIKED_STRENGTH

    def where(self, kept: NDArray[np.bool_]) -> ViewingLog:
        """All profiles, with the marked entries."""
        return replace(
            self,
            profiles=self.profiles[kept],
            titles=self.titles[kept],
            instants=self.instants[kept],
            strengths=self.strengths[kept],
        )

    def renumbered(self, numbers: Numbers) -> ViewingLog:
        """With title n called `numbers[n]`."""
        titles = numbers[self.titles]
        order = np.lexsort((titles, self.instants, self.profiles))
        return replace(
            self,
            profiles=self.profiles[order],
            titles=titles[order].astype(np.int32),
            instants=self.instants[order],
            strengths=self.strengths[order],
        )


def sorted_log(
    profiles: Integers,
    titles: Numbers,
    instants: Integers,
    strengths: NDArray[np.float32],
    accounts: Integers,
) -> ViewingLog:
    """Of entries in any order."""
    order = np.lexsort((titles, instants, profiles))
    return ViewingLog(
        profiles[order].astype(np.int64),
        titles[order].astype(np.int32),
        instants[order].astype(np.int64),
        strengths[order].astype(np.float32),
        accounts.astype(np.int64),
    )
