"""Made interactions, viewers and titles for the scale bench, as Parquet files of the jobs' schemas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SIZES = {1_000_000: (10_000, 16_000), 5_000_000: (20_000, 80_000), 20_000_000: (50_000, 320_000)}
"""interactions -> (titles, profiles); others take those of the next smaller, or a share of the smallest."""

TASTES = 40
DAY = 86_400_000
AS_OF = 20_400 * DAY
FILES = 8


def sizes(interactions: int) -> tuple[int, int]:
    known = [size for size in sorted(SIZES) if size <= interactions]
    if known:
        return SIZES[known[-1]]
    titles, profiles = SIZES[min(SIZES)]
    share = interactions / min(SIZES)
    return max(50, int(titles * share)), max(100, int(profiles * share))


def make_interactions(folder: Path, interactions: int, seed: int = 7) -> None:
    """Profiles of different activity who choose titles of their tastes, popular ones more often."""
    titles, profiles = sizes(interactions)
    random = np.random.default_rng(seed)
    of_taste = np.array_split(random.permutation(titles), TASTES)
    activity = random.lognormal(0, 0.9, profiles)
    lengths = np.maximum(1, activity / activity.sum() * interactions * 1.12).astype(np.int64)
    for part, chosen in enumerate(np.array_split(np.arange(profiles), FILES)):
        rows = [_profile_rows(random, int(one), int(lengths[one]), titles, of_taste) for one in chosen]
        owners, numbers, instants = (np.concatenate(column) for column in zip(*rows, strict=True))
        strengths = random.choice([-0.5, 0.4, 0.7, 1.0, 1.0, 1.0, 2.0], len(owners))
        _write(
            folder / "interactions" / f"part-{part}.parquet",
            {
                "profile_id": pa.array([f"p{one:07d}" for one in owners.tolist()]),
                "title_id": pa.array([f"t{one:06d}" for one in numbers.tolist()]),
                "strength": pa.array(strengths),
                "weight": pa.array(strengths),
                "last_at": pa.array(instants),
                "seen": pa.array(np.ones(len(owners), bool)),
            },
        )
    _write_viewers(folder, profiles)
    _write_titles(folder, titles)


def _profile_rows(
    random: np.random.Generator, profile: int, length: int, titles: int, of_taste: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    tastes = random.integers(0, TASTES, 2)
    own = np.concatenate([of_taste[taste] for taste in tastes])
    from_own = own[(random.random(length) ** 2.2 * len(own)).astype(np.int64)]
    from_all = (random.random(length) ** 3.0 * titles).astype(np.int64)
    chosen = np.unique(np.where(random.random(length) < 0.75, from_own, from_all))
    random.shuffle(chosen)
    instants = AS_OF - np.sort(random.integers(0, 300 * DAY // 1000, len(chosen)))[::-1] * 1000
    return np.full(len(chosen), profile), chosen, instants


def _write_viewers(folder: Path, profiles: int) -> None:
    ids = [f"p{one:07d}" for one in range(profiles)]
    columns = {
        "profile_id": pa.array(ids),
        "account_id": pa.array([f"a{one // 2:07d}" for one in range(profiles)]),
        "region": pa.array([("US", "DE", "FR", "JP")[one % 4] for one in range(profiles)]),
        "kids": pa.array([one % 11 == 0 for one in range(profiles)]),
        "maturity_limit": pa.array([6 if one % 11 == 0 else 18 for one in range(profiles)], pa.int32()),
        "favourite_genres": pa.array([[]] * profiles, pa.list_(pa.string())),
    }
    _write(folder / "viewers" / "part-0.parquet", columns)


def _write_titles(folder: Path, titles: int) -> None:
    columns = {
        "title_id": pa.array([f"t{one:06d}" for one in range(titles)]),
        "kind": pa.array(["movie"] * titles),
        "genres": pa.array([[f"g{one % 17}", f"h{one % 5}"] for one in range(titles)]),
        "maturity_age": pa.array([(0, 6, 12, 16)[one % 4] for one in range(titles)], pa.int32()),
        "franchise": pa.array([None] * titles, pa.string()),
        "launched_at": pa.array([0] * titles, pa.int64()),
        "regions": pa.array([["GLOBAL"]] * titles),
        "works": pa.array([[]] * titles, pa.list_(pa.string())),
    }
    _write(folder / "titles" / "part-0.parquet", columns)


def _write(path: Path, columns: dict[str, pa.Array]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
