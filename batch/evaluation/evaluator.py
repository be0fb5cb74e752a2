"""Evaluates the night's model: at cuts in the past, and the last version's lists on what happened since.

The blend is learned once, from what was known before the first cut, so that no cut knows its future. The item model,
popularity and baselines are fitted at each cut. All come from a bounded sample of profiles: the work does not grow
with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from batch.evaluation import baselines
from batch.evaluation.candidate import candidate_lists
from batch.evaluation.metrics import DEPTH, NO_TITLE, Lists
from batch.evaluation.rankings import rank_alike
from batch.evaluation.scoring import PastContest, rows_of
from batch.evaluation.splits import (
    BY_TIME,
    BY_TITLE,
    FEWEST_VIEWERS,
    MAX_VIEWERS,
    PastCut,
    PastSplit,
    choose_split,
    cut_at,
)
from batch.evaluation.world import ViewingWorld, WorldAtCut, at_cut
from batch.models.blend import BlendWeights
from batch.models.learning import Learned, learn_blend
from batch.models.rare_likeness import CatalogueContent
from domain.evaluation.table import (
    CANDIDATE,
    EVERYBODY,
    ITEM_KNN,
    LAST_VERSION,
    POPULARITY,
    RECENT_POPULARITY,
    Difference,
    EvaluationTable,
    Score,
)

IsOver = Callable[[], bool]
"""Whether the run window has ended."""


@dataclass(frozen=True, slots=True)
class LastVersion:
    """Its lists by profile, as title numbers of the log, best first; NO_TITLE where they are short. It knew all until
    `as_of` (epoch ms).
    """

    version: str
    as_of: int
    lists: Lists


def evaluate(
    world: ViewingWorld, last: LastVersion | None, is_over: IsOver = lambda: False
) -> EvaluationTable:
    """Never raises for small data: the table says what is too few."""
    split = choose_split(world.log, world.id_ranks)
    forward = _forward_cut(world, last)
    cuts = [*split.cuts, *([forward] if forward is not None else [])]
    if not cuts:
        return EvaluationTable("", " ".join([split.note, *_forward_note(last, None)]))
    learned = _learn(world, min(cuts, key=lambda cut: cut.at))
    table = EvaluationTable(split.kind, f"{split.note} {_blend_note(learned)}")
    contests = []
    for cut in split.cuts:
        found = _contest(world, cut, learned.weights, split, is_over)
        if found is not None:
            contests.append(found)
    if is_over() and len(contests) < len(split.cuts):
        return EvaluationTable("", f"{table.note} The run window ended before all cuts were evaluated.")
    if contests:
        table = table.with_rows(*rows_of(contests), note=_left_out_note(contests))
    scores, differences = _forward_rows(world, forward, last, learned.weights, is_over)
    return table.with_rows(scores, differences, " ".join(_forward_note(last, scores)))


def _learn(world: ViewingWorld, cut: PastCut) -> Learned:
    index = world.index.take(cut.old_numbers)
    content = CatalogueContent.at(cut.at, index, world.facts.launched_at[cut.old_numbers])
    return learn_blend(cut.known, cut.title_count, content)


def _contest(
    world: ViewingWorld, cut: PastCut, weights: BlendWeights, split: PastSplit, is_over: IsOver
) -> PastContest | None:
    """None where no viewer is left, or the window has ended."""
    found = None if is_over() else at_cut(world, cut, MAX_VIEWERS)
    if found is None:
        return None
    candidate = candidate_lists(found, weights, DEPTH)
    return PastContest(found, {CANDIDATE: candidate, **baseline_lists(found, split.kind != BY_TITLE)})


def baseline_lists(world: WorldAtCut, by_time: bool) -> dict[str, Lists]:
    cut, choice = world.cut, world.choice
    known, titles = cut.known, cut.title_count
    half_life = baselines.choose_half_life(known, titles, by_time)
    neighbours = baselines.cosine_neighbours(baselines.liked_matrix(known, titles), cut.likers)
    return {
        POPULARITY: rank_alike(baselines.popularity(known, titles), choice),
        RECENT_POPULARITY: rank_alike(baselines.decayed_likers(known, half_life, titles), choice),
        ITEM_KNN: baselines.rank_by_neighbours(known.take(cut.viewers), neighbours, choice, DEPTH),
    }


def _forward_cut(world: ViewingWorld, last: LastVersion | None) -> PastCut | None:
    """What happened since the last version was made; None with too few viewers."""
    if last is None or not len(world.log):
        return None
    cut = cut_at(world.log, last.as_of + 1, int(world.log.instants.max()) + 1, world.id_ranks)
    return cut if cut is not None and len(cut.viewers) >= FEWEST_VIEWERS else None


def _forward_rows(
    world: ViewingWorld, cut: PastCut | None, last: LastVersion | None, weights: BlendWeights, is_over: IsOver
) -> tuple[list[Score], list[Difference]]:
    """The slice is "since VERSION"."""
    if cut is None or last is None:
        return [], []
    contest = _contest(world, cut, weights, PastSplit(BY_TIME, (cut,), ""), is_over)
    if contest is None:
        return [], []
    lists = _lists_at(last.lists, contest.world)
    scores, differences = rows_of([replace(contest, lists={**contest.lists, LAST_VERSION: lists})])
    name = f"since {last.version}"
    return (
        [replace(one, slice=name) for one in scores if one.slice == EVERYBODY],
        [replace(one, slice=name) for one in differences if one.slice == EVERYBODY],
    )


def _lists_at(lists: Lists, world: WorldAtCut) -> Lists:
    """With the title numbers of the cut."""
    numbers = np.empty(world.cut.title_count + 1, np.int32)
    numbers[world.cut.old_numbers] = np.arange(world.cut.title_count)
    numbers[NO_TITLE] = NO_TITLE
    own: Lists = numbers[lists[world.cut.members[world.cut.viewers]][:, :DEPTH]]
    return own


def _forward_note(last: LastVersion | None, scores: list[Score] | None) -> list[str]:
    if last is None:
        return ["No earlier version to compare with."]
    if not scores:
        return [f"Too few viewers watched a known title since version {last.version} to judge its lists."]
    return [f"Lists of version {last.version} are judged by what was watched after it was made."]


def _blend_note(learned: Learned) -> str:
    return f"The blend was learned before the first of them ({learned.how})."


def _left_out_note(contests: list[PastContest]) -> str:
    new = sum(one.world.cut.unknown_targets for one in contests)
    return f"{new:,} viewings of titles that nobody had liked before are not counted." if new else ""
