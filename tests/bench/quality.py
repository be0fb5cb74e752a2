"""How good the lists are beside other recommenders: python -m tests.bench.quality [SET ...]

Sets: MovieTweetings and ml-latest-small (in the folder that MARQUEE_REAL_DATA names), and made ones: "baskets", "long
sessions", "few titles", "many titles". Time cut-off at 80 % of the viewing, or the last title of each profile where
that leaves fewer than 200 viewers. All are tuned alike on a cut-off inside the known, and rank all titles. Prints
NDCG@10 with its interval and Recall@20 of each, and at the end one table of our ratios to the best peer of each set.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from batch.evaluation.intervals import Interval, intervals
from batch.evaluation.metrics import DEPTH, METRICS, Lists, Values, find_hits, score_hits
from batch.evaluation.rankings import Recommendable
from batch.evaluation.splits import ENOUGH_VIEWERS, PastCut, cut_at, cut_last_title
from batch.evaluation.viewing_log import ViewingLog
from batch.models.item_model import fit_item_model
from batch.models.learning import learn_blend
from batch.models.popularity_prior import decayed_counts, popularity_prior
from batch.models.scoring import audiences_of, score_histories
from batch.models.sparse_rows import no_rows
from domain.evaluation.table import NDCG
from tests.bench.quality_data import MADE, REAL, log_of_ratings, made_log
from tests.bench.quality_peers import peers_for, rank_all

SEED = 7
OURS = "marquee"
MAX_CELLS = 40_000_000


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours to that of the best peer of a set, which is chosen after the fact by NDCG@10."""

    name: str
    peer: str
    ndcg: float
    recall: float
    difference: Interval
    """Paired, of NDCG@10."""


def main(names: list[str]) -> None:
    rows = []
    for name in names or [*_real_sets(), *MADE]:
        log, titles = load(name)
        rows.append(compare(name, log, titles))
    _print_table(rows)


def _real_sets() -> list[str]:
    return list(REAL) if os.environ.get("MARQUEE_REAL_DATA") else []


def load(name: str) -> tuple[ViewingLog, int]:
    if name in MADE:
        return made_log(SEED, *MADE[name])
    folder = os.environ.get("MARQUEE_REAL_DATA")
    if name not in REAL or not folder:
        sys.exit(f"{name}: there are {', '.join([*REAL, *MADE])}; real ones need MARQUEE_REAL_DATA")
    return log_of_ratings(REAL[name](Path(folder)))


def outer_cut(log: ViewingLog, titles: int) -> tuple[PastCut, bool]:
    """(cut, whether by time)."""
    ids, last = np.arange(titles, dtype=np.int32), int(log.instants.max()) + 1
    by_time = cut_at(log, int(np.quantile(log.instants, 0.8)), last, ids)
    if by_time is not None and len(by_time.viewers) >= ENOUGH_VIEWERS:
        return by_time, True
    by_title = cut_last_title(log, ids)
    if by_title is None:
        sys.exit("no viewer has two titles")
    return by_title, False


def inner_cut(log: ViewingLog, titles: int, cut: PastCut, by_time: bool) -> PastCut:
    """Made the same way, of what was known."""
    ids = np.arange(titles, dtype=np.int32)
    if by_time:
        known = log.where(log.instants < cut.at)
        found = cut_at(known, int(np.quantile(known.instants, 0.8)), cut.at, ids)
    else:
        last = np.append(log.profiles[1:] != log.profiles[:-1], True)
        found = cut_last_title(log.where(~last), ids)
    if found is None:
        sys.exit("no viewer is left for tuning")
    return found


def compare(name: str, log: ViewingLog, titles: int) -> Ratio:
    cut, by_time = outer_cut(log, titles)
    inner = inner_cut(log, titles, cut, by_time)
    how = "by time" if by_time else "last title"
    print(
        f"\n{name}: {len(log):,} entries, {titles:,} titles, {len(cut.viewers):,} viewers, {how}", flush=True
    )
    choice, earlier = choice_of(cut), choice_of(inner)
    found: dict[str, Values] = {}
    for peer, fit, settings in peers_for(titles):
        began = time.perf_counter()
        tuned = [
            values_of(rank_all(fit(inner, **one), inner, earlier), inner)[:, 0].mean() for one in settings
        ]
        best = settings[int(np.argmax(tuned))]
        found[peer] = values_of(rank_all(fit(cut, **best), cut, choice), cut)
        _print(peer, found[peer], f"{best} {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    own = values_of(own_lists(cut), cut)
    _print(OURS, own, f"{time.perf_counter() - began:.0f} s")
    best_peer = max(found, key=lambda peer: float(found[peer][:, 0].mean()))
    ratios = own.mean(axis=0) / np.maximum(found[best_peer].mean(axis=0), 1e-9)
    difference = intervals((own - found[best_peer])[:, :1])[0]
    return Ratio(name, best_peer, float(ratios[0]), float(ratios[1]), difference)


def choice_of(cut: PastCut) -> Recommendable:
    """Titles that somebody had liked."""
    audience = np.zeros(len(cut.viewers), np.int32)
    return Recommendable((cut.likers > 0)[None, :], audience, cut.excluded)


def own_lists(cut: PastCut) -> Lists:
    weights = learn_blend(cut.known, cut.title_count).weights
    blocks = max(1, -(-cut.title_count * cut.title_count // MAX_CELLS))
    model = fit_item_model(cut.known, cut.title_count, weights.item_parameters(), blocks)
    known = cut.known
    counts = decayed_counts(known.titles, known.ages, weights.half_life, cut.title_count)
    prior = popularity_prior(counts, weights.shape)[None, :]
    choice = choice_of(cut)
    picks = score_histories(
        known.take(cut.viewers),
        choice.audience,
        cut.excluded.starts,
        cut.excluded.titles,
        model,
        no_rows(cut.title_count),
        audiences_of(prior, choice.eligible),
        weights,
        DEPTH,
    )
    return picks.titles


def values_of(lists: Lists, cut: PastCut) -> Values:
    return score_hits(find_hits(lists, cut.targets), cut.targets.counts())


def _print(name: str, values: Values, note: str) -> None:
    ndcg = intervals(values[:, :1])[0]
    recall = values[:, 1].mean()
    print(
        f"  {name:<18} {ndcg.value:.4f} [{ndcg.low:.4f}, {ndcg.high:.4f}]  {recall:.4f}  {note}", flush=True
    )


def _print_table(ratios: Sequence[Ratio]) -> None:
    print(f"\n{'ratio to the best':<21} {'best peer':<18} {NDCG:>8} {METRICS[1]:>10}  difference of {NDCG}")
    for one in ratios:
        between = f"[{one.difference.low:+.4f}, {one.difference.high:+.4f}]"
        print(
            f"{one.name:<21} {one.peer:<18} {one.ndcg:>7.2f}x {one.recall:>9.2f}x  "
            f"{one.difference.value:+.4f} {between}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
