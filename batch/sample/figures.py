"""Skew of viewing, compared with two real data sets."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from batch.sample.builder import SampleBatch

FIGURE_LABELS = {
    "top_1_percent": "share of viewing on the top 1 % of titles",
    "top_10_percent": "share of viewing on the top 10 % of titles",
    "gini": "Gini coefficient over titles",
    "median": "titles per profile: median",
    "mean": "titles per profile: mean",
    "p90": "titles per profile: ninth decile",
    "p90_to_median": "ninth decile over median",
    "heaviest_tenth": "share of viewing by the heaviest tenth",
}

REFERENCE_FIGURES: dict[str, dict[str, float]] = {
    "MovieLens small": {
        "top_1_percent": 0.157,
        "top_10_percent": 0.600,
        "gini": 0.716,
        "median": 70,
        "mean": 165.3,
        "p90": 400,
        "p90_to_median": 5.7,
        "heaviest_tenth": 0.477,
    },
    "MovieTweetings 2013": {
        "top_1_percent": 0.424,
        "top_10_percent": 0.761,
        "gini": 0.813,
        "median": 2,
        "mean": 6.7,
        "p90": 16,
        "p90_to_median": 8.0,
        "heaviest_tenth": 0.570,
    },
}
"""By `skew_figures` on ml-latest-small and the MovieTweetings snapshot of November 2013."""


def measure_skew(batches: Iterable[SampleBatch]) -> dict[str, float]:
    """A series counts once per profile, like a movie."""
    by_title: Counter[str] = Counter()
    by_profile: list[int] = []
    for batch in batches:
        watched: dict[str, set[str]] = {profile["_id"]: set() for profile in batch.profiles}
        for lines in batch.event_lines.values():
            for line in lines:
                event = json.loads(line)
                if event["type"] in ("progress", "complete"):
                    watched[event["profile_id"]].add(event.get("series_id") or event["title_id"])
        for titles in watched.values():
            by_title.update(titles)
            by_profile.append(len(titles))
    return skew_figures(list(by_title.values()), [count for count in by_profile if count])


def skew_figures(by_title: list[int], by_profile: list[int]) -> dict[str, float]:
    """Counts have no zeros, as real sets have none."""
    if not by_title:
        return dict.fromkeys(FIGURE_LABELS, 0.0)
    titles, profiles = sorted(by_title), sorted(by_profile)
    total, number = sum(titles), len(titles)
    ranked = sum(rank * count for rank, count in enumerate(titles, start=1))
    median, p90 = profiles[(len(profiles) - 1) // 2], profiles[int(0.9 * (len(profiles) - 1))]
    heaviest = profiles[-max(1, len(profiles) // 10) :]
    return {
        "top_1_percent": round(sum(titles[-max(1, round(number * 0.01)) :]) / total, 3),
        "top_10_percent": round(sum(titles[-max(1, round(number * 0.1)) :]) / total, 3),
        "gini": round(2 * ranked / (number * total) - (number + 1) / number, 3),
        "median": median,
        "mean": round(sum(profiles) / len(profiles), 1),
        "p90": p90,
        "p90_to_median": round(p90 / median, 1),
        "heaviest_tenth": round(sum(heaviest) / sum(profiles), 3),
    }


def format_table(columns: Mapping[str, Mapping[str, float]]) -> str:
    width = max(len(label) for label in FIGURE_LABELS.values())
    lines = [" " * width + "".join(f"  {name:>20}" for name in columns)]
    for key, label in FIGURE_LABELS.items():
        lines.append(label.ljust(width) + "".join(f"  {figures[key]:>20}" for figures in columns.values()))
    return "\n".join(lines)
