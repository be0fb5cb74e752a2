"""Made values for the benches that need no store: titles and row candidates of a page, the same for the same seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.catalog.genres import GENRES
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import Region, TitleId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.profiles import Audience

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
REGIONS = tuple(Region(name) for name in ("US", "GB", "DE", "FR", "ES", "BR", "IN", "JP"))
AUDIENCE = Audience(Region("DE"), maturity_limit=16, kids=False, now=NOW)
OVERFETCH = 2
"""Candidates per card shown, as the page's composer asks its sources for."""


def titles(count: int, seed: int = 7) -> list[Title]:
    """Titles of the usual size; about one in eight may not be shown to AUDIENCE."""
    random_ = random.Random(seed)
    return [_title(number, random_) for number in range(count)]


def _title(number: int, random_: random.Random) -> Title:
    launched = NOW - timedelta(days=random_.randrange(2000))
    return Title(
        id=TitleId(f"bench-{number}"),
        kind=random_.choice((TitleKind.MOVIE, TitleKind.MOVIE, TitleKind.SERIES)),
        name=f"The {number}th Harbour",
        year=launched.year,
        synopsis="A keeper of lights finds a letter that was never meant for her. " * 3,
        genres=tuple(random_.sample(GENRES, 2)),
        cast=tuple(f"Player {random_.randrange(500)}" for _ in range(6)),
        language="en",
        runtime_seconds=random_.randrange(2400, 9000),
        maturity_age=random_.choice((0, 6, 12, 12, 13, 16, 16, 18)),
        windows=(
            LicenceWindow(REGIONS, launched),
            LicenceWindow(REGIONS[:3], launched, NOW + timedelta(days=30)),
        ),
        launched_at=launched,
        palette=("#080f1a", "#1f4e79", "#a9d3f5"),
        franchise="Harbours" if number % 20 == 0 else None,
        season_count=2,
        popularity=random_.random(),
    )


def proposals(pool: list[Title], rows: int, cards: int, seed: int = 7) -> list[RowCandidates]:
    """The row candidates of a page: `rows` lists of twice `cards`, popular titles in several of them."""
    random_ = random.Random(seed)
    weights = [1 / (place + 10) for place in range(len(pool))]
    return [_proposal(number, pool, weights, cards, random_) for number in range(rows)]


def _proposal(
    number: int, pool: list[Title], weights: list[float], cards: int, random_: random.Random
) -> RowCandidates:
    drawn = random_.choices(pool, weights, k=cards * OVERFETCH * 3)
    ids = list(dict.fromkeys(title.id for title in drawn))[: cards * OVERFETCH]
    candidates = tuple(
        Candidate(title_id, "similar:bench-1", Reason(ReasonKind.TASTE, seed=TitleId("bench-1")), 0.5)
        for title_id in ids
    )
    spec = RowSpec(f"row-{number}", RowSource.TOP_PICKS, max_cards=cards)
    return RowCandidates(spec, candidates, Reason(ReasonKind.TASTE), FreshnessSource.BATCH, NOW)
