"""Cuts know nothing of what came after them."""

from __future__ import annotations

import numpy as np

from batch.evaluation.splits import BY_TIME, BY_TITLE, choose_split, cut_at, cut_last_title, time_cuts
from batch.evaluation.viewing_log import ViewingLog, sorted_log

DAY = 86_400_000
NO_ORDER = np.arange(5, dtype=np.int32)


def log_of(*rows: tuple[int, int, int, float], profiles: int = 4) -> ViewingLog:
    """(profile, title, day, strength)"""
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    owners, titles, days, strengths = columns
    return sorted_log(owners, titles, days * DAY, strengths, np.arange(profiles))


def test_a_time_cut_divides_known_and_targets() -> None:
    log = log_of(
        (0, 4, 1, 1.0), (0, 1, 2, -1.0), (0, 2, 12, 1.0), (0, 3, 13, -1.0),
        (1, 4, 3, 1.0), (1, 2, 4, 1.0),
        (2, 2, 11, 1.0), (2, 0, 30, 1.0), (3, 0, 11, 1.0), (3, 4, 1, 1.0),
    )  # fmt: skip
    cut = cut_at(log, 10 * DAY, 20 * DAY, NO_ORDER)
    assert cut is not None
    # Before: title 4 liked by three, 2 by one; the others by id.
    assert cut.old_numbers.tolist() == [4, 2, 0, 1, 3]
    assert cut.members.tolist() == [0, 1, 3]
    # Profile 2 knew nothing, profile 3 watched what nobody had liked, and a dislike is no target.
    assert cut.members[cut.viewers].tolist() == [0]
    assert cut.targets.titles.tolist() == [1]
    assert cut.excluded.titles.tolist() == [0, 3]
    assert cut.unknown_targets == 1
    assert cut.known.ages.tolist()[:2] == [9.0, 8.0]
    assert cut.known_lengths().tolist() == [2]


def test_what_comes_later_changes_no_number_of_a_cut() -> None:
    before = ((0, 4, 1, 1.0), (0, 1, 2, 1.0), (1, 2, 3, 1.0), (1, 4, 12, 1.0))
    later = tuple((profile, 3, 40, 1.0) for profile in (0, 1, 2, 3))
    one, other = (cut_at(log_of(*rows), 10 * DAY, 20 * DAY, NO_ORDER) for rows in (before, (*before, *later)))
    assert one is not None
    assert other is not None
    assert one.old_numbers.tolist() == other.old_numbers.tolist()
    assert one.known.titles.tolist() == other.known.titles.tolist()
    assert one.targets.titles.tolist() == other.targets.titles.tolist()


def test_cut_offs_roll_over_the_last_fifth() -> None:
    rows = [(profile, title, 10 * title + profile, 1.0) for title in range(5) for profile in range(4)]
    cuts = time_cuts(log_of(*rows), NO_ORDER)
    # 20 entries: from the 17th on, when nobody had liked title 4, then from the 19th.
    assert [cut.at // DAY for cut in cuts] == [42]
    assert cuts[0].targets.titles.tolist() == [4, 4]


def test_the_last_liked_title_is_cut_off_and_what_follows_is_forgotten() -> None:
    log = log_of(
        (0, 4, 1, 1.0), (0, 2, 2, 1.0), (0, 3, 3, -1.0), (1, 2, 1, 1.0), (1, 4, 5, 1.0), (2, 4, 1, 1.0)
    )  # fmt: skip
    cut = cut_last_title(log, NO_ORDER)
    assert cut is not None
    assert cut.members[cut.viewers].tolist() == [0, 1]
    assert cut.old_numbers[cut.targets.titles].tolist() == [2, 4]
    assert cut.old_numbers[cut.known.titles].tolist() == [4, 2]
    assert cut.at == 5 * DAY + 1


def test_few_viewers_are_cut_by_title_and_too_few_not_at_all() -> None:
    few = log_of(*[(p, (p + day) % 3, day, 1.0) for p in range(30) for day in (1, 2)], profiles=30)
    split = choose_split(few, NO_ORDER)
    assert (split.kind, len(split.cuts), len(split.cuts[0].viewers)) == (BY_TITLE, 1, 30)
    assert split.note.startswith("The last title of each profile, as cut-offs by time leave")
    too_few = choose_split(log_of((0, 1, 1, 1.0), (1, 1, 2, 1.0), (1, 2, 3, 1.0)), NO_ORDER)
    assert (too_few.kind, too_few.cuts) == ("", ())
    assert too_few.note == (
        "Too few profiles to say anything: 0 watched a known title after a cut; 25 are needed."
    )


def test_many_viewers_are_cut_by_time_and_thinned_by_hash() -> None:
    rows = [(p, (p + t) % 5, 10 * t + p % 7, 1.0) for p in range(250) for t in range(4)]
    split = choose_split(log_of(*rows, profiles=250), NO_ORDER)
    assert (split.kind, len(split.cuts)) == (BY_TIME, 2)
    cut = split.cuts[0]
    thin = cut.thinned(20)
    assert len(thin.viewers) == 20
    assert thin.viewers.tolist() == cut.thinned(20).viewers.tolist()
    assert thin.viewers.tolist() != list(range(20))
    place = int(np.flatnonzero(cut.viewers == thin.viewers[3])[0])
    assert (
        thin.targets.take(np.array([3])).titles.tolist()
        == cut.targets.take(np.array([place])).titles.tolist()
    )
    assert thin.thinned(50) is thin
