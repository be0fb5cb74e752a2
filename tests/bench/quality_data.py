"""Viewing to compare recommenders on: two real data sets, and made ones of other shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from batch.evaluation.viewing_log import ViewingLog, sorted_log

DAY = 86_400_000
Rating = tuple[str, str, int]
"""(profile, title, instant in seconds)."""


def movietweetings(folder: Path) -> Iterable[Rating]:
    for line in (folder / "movietweetings" / "ratings.dat").read_text("utf-8").splitlines():
        profile, title, _, instant = line.split("::")
        yield profile, title, int(instant)


def movielens(folder: Path) -> Iterable[Rating]:
    for line in (folder / "ml-latest-small" / "ratings.csv").read_text("utf-8").splitlines()[1:]:
        profile, title, _, instant = line.split(",")
        yield profile, title, int(instant)


REAL: dict[str, Callable[[Path], Iterable[Rating]]] = {
    "MovieTweetings": movietweetings,
    "ml-latest-small": movielens,
}


def log_of_ratings(ratings: Iterable[Rating]) -> tuple[ViewingLog, int]:
    """(the log, how many titles): the first rating of each title by a profile."""
    first: dict[tuple[str, str], int] = {}
    for profile, title, instant in ratings:
        first[profile, title] = min(instant, first.get((profile, title), instant))
    profiles = {name: number for number, name in enumerate(sorted({profile for profile, _ in first}))}
    titles = {name: number for number, name in enumerate(sorted({title for _, title in first}))}
    log = sorted_log(
        np.array([profiles[profile] for profile, _ in first], np.int64),
        np.array([titles[title] for _, title in first], np.int32),
        np.array(list(first.values()), np.int64) * 1000,
        np.ones(len(first), np.float32),
        np.arange(len(profiles)),
    )
    return log, len(titles)


def made_log(seed: int, profiles: int, titles: int, length: int, basket: int) -> tuple[ViewingLog, int]:
    """Profiles of 20 tastes take mostly the titles that follow their last one, in baskets of one instant, over 120
    days in which what is new is popular for a while.
    """
    random = np.random.default_rng(seed)
    taste = random.integers(0, 20, titles)
    born = random.uniform(-60, 120, titles)
    steep = (random.permutation(titles) + 5.0) ** -0.9
    follows = np.array([random.choice(np.flatnonzero(taste == one), 8) for one in taste])
    rows = []
    for profile in range(profiles):
        own = random.integers(0, 20)
        day, last, seen = random.uniform(0, 100), -1, set()
        for _ in range(max(1, int(random.exponential(length / basket)))):
            chance = (
                steep * (born <= day) * np.exp2(-np.maximum(0, day - born) / 20) * (1 + 15 * (taste == own))
            )
            chosen = random.choice(titles, basket, p=chance / chance.sum())
            if last >= 0 and random.random() < 0.4:
                chosen[0] = random.choice(follows[last])
            for title in chosen.tolist():
                if title not in seen:
                    seen.add(title)
                    rows.append((profile, title, int(day * DAY)))
            last, day = int(chosen[0]), day + random.exponential(2.0)
    owners, numbers, instants = (np.array(column) for column in zip(*rows, strict=True))
    strengths = np.ones(len(rows), np.float32)
    return sorted_log(owners, numbers, instants, strengths, np.arange(profiles)), titles


MADE: dict[str, tuple[int, int, int, int]] = {
    "baskets": (3000, 1500, 40, 8),
    "long sessions": (600, 2000, 150, 1),
    "few titles": (4000, 120, 12, 1),
    "many titles": (3000, 9000, 25, 1),
}
"""(profiles, titles, length of a history, titles of an instant)."""
