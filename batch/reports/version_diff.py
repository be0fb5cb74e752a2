"""What differs between two versions, by the lists of the same sampled profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from batch.reports.list_figures import FIRST, exposure
from batch.reports.parts import DatasetSize, Mover, VersionDiff
from batch.reports.sampled_lists import Lists
from domain.recommendations.lists import Pick

FIRST_SCREEN = 6
"""Cards of a row that a TV shows without scrolling."""

MAX_MOVERS = 12

Ids = Sequence[str]


def diff_versions(
    before: str,
    after: str,
    old: Lists,
    new: Lists,
    names: Mapping[str, str],
    sizes: Sequence[DatasetSize] = (),
) -> VersionDiff:
    """`names` of titles; a title without one is named by its id."""
    pairs = [(_ids(old[one]), _ids(new[one])) for one in sorted(old.keys() & new.keys())]
    overlaps = [overlap for a, b in pairs if (overlap := overlap_at(a, b)) is not None]
    taus = [tau for a, b in pairs if (tau := kendall_tau(a, b)) is not None]
    shown_before = exposure(old)
    shown_after = exposure(new)
    movers = _movers(shown_before, len(old), shown_after, len(new), names)
    return VersionDiff(
        before=before,
        after=after,
        profiles=len(pairs),
        overlap_at_10=fmean(overlaps) if overlaps else None,
        kendall=fmean(taus) if taus else None,
        share_changed_first_screen=(
            fmean(a[:FIRST_SCREEN] != b[:FIRST_SCREEN] for a, b in pairs) if pairs else None
        ),
        only_before=len(old.keys() - new.keys()),
        only_after=len(new.keys() - old.keys()),
        new_titles=len(shown_after.keys() - shown_before.keys()),
        lost_titles=len(shown_before.keys() - shown_after.keys()),
        gained=tuple(one for one in movers if one.after > one.before)[:MAX_MOVERS],
        lost=tuple(one for one in movers if one.after < one.before)[:MAX_MOVERS],
        sizes=tuple(sizes),
    )


def overlap_at(a: Ids, b: Ids, count: int = FIRST) -> float | None:
    """Share of the first `count` that both have, of the shorter one's length. None when one is empty."""
    shorter = min(count, len(a), len(b))
    return len(set(a[:count]) & set(b[:count])) / shorter if shorter else None


def kendall_tau(a: Ids, b: Ids) -> float | None:
    """Kendall (1938) over the titles in both: (pairs in order - pairs not in order) / pairs. None below two."""
    place = {one: number for number, one in enumerate(b)}
    ranks = [place[one] for one in a if one in place]
    pairs = len(ranks) * (len(ranks) - 1) // 2
    if not pairs:
        return None
    inverted = sum(later < earlier for number, earlier in enumerate(ranks) for later in ranks[number + 1 :])
    return 1 - 2 * inverted / pairs


def _ids(picks: Sequence[Pick]) -> tuple[str, ...]:
    return tuple(pick.title_id for pick in picks)


def _movers(
    old: Mapping[str, int], old_lists: int, new: Mapping[str, int], new_lists: int, names: Mapping[str, str]
) -> list[Mover]:
    """Biggest change first; ties by id."""
    movers = [
        Mover(
            title_id,
            names.get(title_id, title_id),
            old.get(title_id, 0) / max(1, old_lists),
            new.get(title_id, 0) / max(1, new_lists),
        )
        for title_id in sorted(old.keys() | new.keys())
    ]
    return sorted(movers, key=lambda one: -abs(one.after - one.before))
