"""Figures of one version's lists. Exposure is what stands in a list's first ten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log2
from statistics import fmean, median

from batch.reports.parts import Histogram, ListFigures, MarketCoverage
from batch.reports.sampled_lists import Lists, SampledProfile

FIRST = 10
BINS = 20
MAX_MARKETS = 30
MAX_TAIL = 500
DAY_SECONDS = 86_400.0


def list_figures(
    profiles: Sequence[SampledProfile],
    lists: Lists,
    live: Lists | None,
    catalogue_size: int | None,
    age_seconds: Mapping[str, float],
) -> ListFigures | None:
    """`age_seconds`: time since launch, by title. None without a list."""
    if not lists:
        return None
    counts = exposure(lists)
    shown = list(counts.values())
    ages = [
        age_seconds[pick.title_id] / DAY_SECONDS
        for picks in lists.values()
        for pick in picks[:FIRST]
        if pick.title_id in age_seconds
    ]
    front = Counter(picks[0].title_id for picks in lists.values() if picks)
    in_lists = {pick.title_id for picks in lists.values() for pick in picks}
    return ListFigures(
        profiles=len(profiles),
        coverage=len(lists) / max(1, len(profiles)),
        personal_share=fmean(any(pick.seed for pick in picks) for picks in lists.values()),
        items_per_profile=float(median(len(picks) for picks in lists.values())),
        catalogue_share=len(in_lists) / catalogue_size if catalogue_size else None,
        top_title_share=max(front.values(), default=0) / len(lists),
        gini=gini(shown),
        novelty=novelty(counts, len(lists)),
        mean_age_days=fmean(ages) if ages else None,
        markets=_markets(profiles, lists),
        scores=_histogram(lists, live),
        long_tail=tuple(sorted(shown, reverse=True)[:MAX_TAIL]),
    )


def exposure(lists: Lists) -> Counter[str]:
    """Title -> lists that have it in their first ten."""
    return Counter(pick.title_id for picks in lists.values() for pick in picks[:FIRST])


def novelty(counts: Mapping[str, int], lists: int) -> float:
    """Mean self-information in bits over all exposures (Zhou et al. 2010): rare titles count much."""
    total = sum(counts.values())
    return sum(-log2(count / lists) * count for count in counts.values()) / total if total else 0.0


def gini(counts: Sequence[int]) -> float:
    """Gini coefficient: 0 when all are equal. Of titles with exposure alone, so catalogue size changes nothing."""
    ordered, total = sorted(counts), sum(counts)
    if not total:
        return 0.0
    weighted = sum(place * count for place, count in enumerate(ordered, 1))
    return 2 * weighted / (len(ordered) * total) - (len(ordered) + 1) / len(ordered)


def _markets(profiles: Sequence[SampledProfile], lists: Lists) -> tuple[MarketCoverage, ...]:
    sizes = Counter(one.region for one in profiles)
    covered = Counter(one.region for one in profiles if one.id in lists)
    largest = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:MAX_MARKETS]
    return tuple(MarketCoverage(region, size, covered[region]) for region, size in largest)


def _histogram(lists: Lists, live: Lists | None) -> Histogram:
    scores, before = _scores(lists), _scores(live) if live else None
    both = [*scores, *(before or [])]
    low, high = min(both, default=0.0), max(both, default=1.0)
    width = (high - low) / BINS or 1.0 / BINS
    edges = tuple(low + width * place for place in range(BINS + 1))
    return Histogram(edges, _binned(scores, low, width), _binned(before, low, width) if before else None)


def _scores(lists: Lists) -> list[float]:
    return [pick.score for picks in lists.values() for pick in picks[:FIRST]]


def _binned(scores: Sequence[float], low: float, width: float) -> tuple[int, ...]:
    counts = Counter(min(BINS - 1, int((score - low) / width)) for score in scores)
    return tuple(counts[place] for place in range(BINS))
