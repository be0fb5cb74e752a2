"""The training part of a public data set as files to import, moved in time so that it ends now, and what followed."""

from __future__ import annotations

import csv
import json
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from domain.catalog.genres import GENRES
from tests.bench.quality_data import Rating, movielens, movietweetings

LEAST_TITLES = 5
TRAINING_SHARE = 0.8
MARGIN_SECONDS = 120

DATA_SETS = {"MovieTweetings": movietweetings, "ml-latest-small": movielens}
BY_TIME = frozenset({"MovieTweetings"})
"""The other has too few viewers on both sides of any instant: there each profile's last title is held out."""


@dataclass(frozen=True, slots=True)
class Split:
    """`plays`: profile -> titles that it played after the training part, the next first; `accounts`: by profile."""

    plays: Mapping[str, Sequence[str]]
    accounts: Mapping[str, str]


def _tweeted_genres(data: Path) -> dict[str, list[str]]:
    lines = (data / "movietweetings" / "movies.dat").read_text("utf-8", errors="replace").splitlines()
    parts = [line.split("::") for line in lines]
    return {part[0]: part[2].split("|") for part in parts if len(part) == 3}


def _movielens_genres(data: Path) -> dict[str, list[str]]:
    with (data / "ml-latest-small" / "movies.csv").open(encoding="utf-8", newline="") as file:
        return {row["movieId"]: row["genres"].split("|") for row in csv.DictReader(file)}


GENRES_OF = {"MovieTweetings": _tweeted_genres, "ml-latest-small": _movielens_genres}


def split_ratings(ratings: Sequence[Rating], by_time: bool) -> tuple[list[Rating], dict[str, list[str]]]:
    """(training, profile -> what follows). Of profiles with `LEAST_TITLES` in training and titles known there."""
    ordered = sorted(ratings, key=lambda one: (one[2], one[0], one[1]))
    if by_time:
        cut = ordered[int(TRAINING_SHARE * len(ordered))][2]
        training = [one for one in ordered if one[2] < cut]
        after = [one for one in ordered if one[2] >= cut]
    else:
        last = {profile: place for place, (profile, _, _) in enumerate(ordered)}
        training = [one for place, one in enumerate(ordered) if last[one[0]] != place]
        after = [ordered[place] for place in sorted(last.values())]
    known = {title for _, title, _ in training}
    counts = Counter(profile for profile, _, _ in training)
    plays: defaultdict[str, list[str]] = defaultdict(list)
    for profile, title, _ in after:
        if title in known and counts[profile] >= LEAST_TITLES:
            plays[f"u{profile}"].append(f"t{title}")
    return training, dict(plays)


def write_split(name: str, data: Path, folder: Path) -> Split:
    """Writes catalog.jsonl, profiles.jsonl and events.jsonl."""
    genres = GENRES_OF[name](data)
    training, plays = split_ratings(list(DATA_SETS[name](data)), name in BY_TIME)
    shift = int(time.time()) - MARGIN_SECONDS - max(instant for _, _, instant in training)
    first: dict[str, int] = {}
    for _, title, instant in training:
        first[title] = min(instant, first.get(title, instant))
    profiles = sorted({profile for profile, _, _ in training})
    window = {"regions": ["US"], "starts_at": "1990-01-01T00:00:00Z"}
    titles = [
        {
            "id": f"t{title}",
            "kind": "movie",
            "name": f"Title {title}",
            "maturity_age": 0,
            "runtime_seconds": 6000,
            "launched_at": _instant(instant + shift - 3600),
            "windows": [window],
            "genres": [one for one in genres.get(title, ()) if one in GENRES],
        }
        for title, instant in first.items()
    ]
    viewers = [
        {"id": f"u{one}", "account_id": f"a{one}", "region": "US", "name": f"U {one}"} for one in profiles
    ]
    events = [
        {
            "profile_id": f"u{one}",
            "title_id": f"t{title}",
            "type": "complete",
            "occurred_at": _instant(at + shift),
        }
        for one, title, at in training
    ]
    for kind, rows in (("catalog", titles), ("profiles", viewers), ("events", events)):
        (folder / f"{kind}.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in rows), "utf-8")
    return Split(plays, {f"u{one}": f"a{one}" for one in profiles})


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
