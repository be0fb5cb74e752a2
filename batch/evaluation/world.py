"""What is evaluated on: viewing, titles and audiences; and how they looked at a cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from batch.evaluation.metrics import Targets
from batch.evaluation.rankings import Recommendable
from batch.evaluation.slices import ViewerFacts
from batch.evaluation.splits import PastCut
from batch.evaluation.viewing_log import ViewingLog
from batch.jobs.title_facts import ListAudienceKey, NumberedTitles
from batch.models.content import ContentIndex
from batch.models.counting import count_titles
from batch.models.histories import Integers, Numbers
from batch.models.rare_likeness import rare_likeness
from batch.models.sparse_rows import SparseRows


@dataclass(frozen=True, slots=True)
class ViewingWorld:
    """Title numbers are the log's. `index` is what content likeness is made of, `audience_of` each profile's place in
    `keys`.
    """

    log: ViewingLog
    facts: NumberedTitles
    index: ContentIndex
    keys: tuple[ListAudienceKey, ...]
    audience_of: Integers

    @property
    def id_ranks(self) -> Numbers:
        """The place of each title by id."""
        ranks = np.empty(len(self.facts), np.int32)
        ranks[np.argsort(np.array(self.facts.ids, np.str_), kind="stable")] = np.arange(len(self.facts))
        return ranks


@dataclass(frozen=True, slots=True)
class WorldAtCut:
    """`facts` and `content` have the title numbers of `cut`; `genres` is (titles, genres).

    `content` is likeness as it was then: what is rare depends on who had watched it.
    """

    cut: PastCut
    facts: NumberedTitles
    content: SparseRows
    keys: tuple[ListAudienceKey, ...]
    audience_of_members: Integers
    choice: Recommendable

    @property
    def genres(self) -> NDArray[np.bool_]:
        has = np.zeros((len(self.facts), max(1, len(self.facts.genre_names))), np.bool_)
        titles = np.repeat(np.arange(len(self.facts)), np.diff(self.facts.genre_starts))
        has[titles, self.facts.genres] = True
        return has

    def member_rows(self) -> pa.RecordBatch:
        """The audience of each member, as `recent_popularity` reads it."""
        keys = [self.keys[place] for place in self.audience_of_members.tolist()]
        return pa.record_batch(
            {
                "region": pa.array([key.region for key in keys], pa.string()),
                "kids": pa.array([key.kids for key in keys], pa.bool_()),
                "maturity_limit": pa.array([key.maturity_limit for key in keys], pa.int32()),
            }
        )

    def viewer_facts(self) -> ViewerFacts:
        known = self.cut.known.take(self.cut.viewers)
        oldest = np.zeros(len(known))
        has_any = known.lengths() > 0
        oldest[has_any] = known.ages[known.starts[:-1][has_any]]
        keys = [self.keys[place] for place in self.choice.audience.tolist()]
        return ViewerFacts(
            self.cut.known_lengths(),
            oldest,
            np.array([key.has_kids_lists for key in keys], np.bool_),
            np.array([key.region for key in keys], np.str_),
        )


def at_cut(world: ViewingWorld, cut: PastCut, max_viewers: int) -> WorldAtCut | None:
    """A title that launches after the cut cannot be recommended, and a target that its viewer may not see is none.

    None where no viewer is left.
    """
    facts = take_titles(world.facts, cut.old_numbers)
    audience_of = world.audience_of[cut.members]
    exists = (facts.launched_at <= cut.at) | (cut.likers > 0)
    eligible = np.stack([facts.eligible(key) & exists for key in world.keys])
    may_see = _allowed_targets(cut, eligible, audience_of)
    if may_see is None:
        return None
    kept = may_see.thinned(max_viewers)
    choice = Recommendable(eligible, audience_of[kept.viewers].astype(np.int32), kept.excluded)
    content = rare_likeness(world.index.take(cut.old_numbers), count_titles(cut.known, cut.title_count))
    return WorldAtCut(kept, facts, content, world.keys, audience_of, choice)


def _allowed_targets(cut: PastCut, eligible: NDArray[np.bool_], audience_of: Integers) -> PastCut | None:
    targets = cut.targets
    owners = np.repeat(np.arange(len(targets)), targets.counts())
    allowed = eligible[audience_of[cut.viewers[owners]], targets.titles]
    counts = np.bincount(owners[allowed], minlength=len(targets))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    chosen = np.flatnonzero(counts > 0)
    if not len(chosen):
        return None
    return replace(cut, targets=Targets(starts, targets.titles[allowed])).for_viewers(chosen)


def take_titles(facts: NumberedTitles, titles: Numbers) -> NumberedTitles:
    """These titles, in this order."""
    lengths = np.diff(facts.genre_starts)[titles]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    places = np.repeat(facts.genre_starts[:-1][titles] - starts[:-1], lengths) + np.arange(starts[-1])
    return NumberedTitles(
        tuple(facts.ids[title] for title in titles.tolist()),
        facts.maturity_ages[titles],
        facts.launched_at[titles],
        facts.genre_names,
        starts,
        facts.genres[places],
        {region: mask[titles] for region, mask in facts.licensed.items()},
    )


def cuts_in_world(world: ViewingWorld, cuts: tuple[PastCut, ...], max_viewers: int) -> Iterator[WorldAtCut]:
    for cut in cuts:
        found = at_cut(world, cut, max_viewers)
        if found is not None:
            yield found
