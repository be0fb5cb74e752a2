"""The home page as a value, and how it is put together from what the row sources proposed.

    Proposal (a source's proposal: candidates by id)  -- assemble -->  Row (cards with titles)  -->  Page

`assemble` is pure: the same proposals, titles and audience give the same page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.candidates import Candidate, Proposal
from domain.ids import TitleId
from domain.selectors import select
from domain.titles import Title


class DegradationKind(StrEnum):
    """What a viewer has to do without, and why."""

    ROW_UNAVAILABLE = "row_unavailable"
    PROFILE_UNAVAILABLE = "profile_unavailable"
    RECOMMENDATIONS_UNAVAILABLE = "recommendations_unavailable"
    LAYOUT_UNAVAILABLE = "layout_unavailable"
    CATALOG_UNAVAILABLE = "catalog_unavailable"


@dataclass(frozen=True, slots=True)
class Degradation:
    what: DegradationKind
    served_instead: str
    row_id: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One title in one row. `column` counts from 0."""

    title: Title
    candidate: Candidate
    column: int
    seed: Title | None = None
    """The title its reason names, when this profile may see it."""


@dataclass(frozen=True, slots=True)
class Row:
    """`position` counts from 0, top to bottom."""

    proposal: Proposal
    position: int
    cards: tuple[Card, ...]
    seed: Title | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A composed home page. The same snapshot id means the same rows and cards in the same order."""

    snapshot_id: str
    layout_id: str
    layout_version: int
    data_version: str | None
    generated_at: datetime
    rows: tuple[Row, ...]
    degradations: tuple[Degradation, ...] = field(default_factory=tuple)


def wanted_titles(proposals: Sequence[Proposal]) -> list[TitleId]:
    """Every title the proposals mention, once, in page order: candidates, seeds and the series of episodes.

    With all of them in one catalogue call, nothing is left to look up while the page is put together.
    """
    wanted: dict[TitleId, None] = {}
    for proposal in proposals:
        if proposal.reason.seed:
            wanted.setdefault(proposal.reason.seed)
        for candidate in proposal.candidates:
            wanted.setdefault(candidate.title_id)
            if candidate.reason and candidate.reason.seed:
                wanted.setdefault(candidate.reason.seed)
            if candidate.resume and candidate.resume.series_id:
                wanted.setdefault(candidate.resume.series_id)
    return list(wanted)


def assemble(proposals: Sequence[Proposal], titles: Mapping[TitleId, Title]) -> tuple[Row, ...]:
    """Rows in layout order. `titles` holds only what this profile may see, so the rest cannot appear.

    Titles shown further up are passed over and the next candidate takes their place; a row left with fewer
    than its `min_cards` is dropped.
    """
    rows: list[Row] = []
    shown: set[TitleId] = set()
    made: Counter[str] = Counter()
    for proposal in proposals:
        if proposal.at_most is not None and made[proposal.spec.id] >= proposal.at_most:
            continue
        seed = titles.get(proposal.reason.seed) if proposal.reason.seed else None
        if proposal.reason.seed and seed is None:
            continue
        chosen = select(
            proposal.candidates, titles, frozenset() if proposal.repeats else frozenset(shown), proposal.spec
        )
        if len(chosen) < proposal.spec.min_cards:
            continue
        cards = tuple(_card(candidate, titles, column) for column, candidate in enumerate(chosen))
        shown.update(card.title.show_id for card in cards)
        rows.append(Row(proposal, len(rows), cards, seed))
        made[proposal.spec.id] += 1
    return tuple(rows)


def _card(candidate: Candidate, titles: Mapping[TitleId, Title], column: int) -> Card:
    seed_id = candidate.reason.seed if candidate.reason else None
    return Card(titles[candidate.title_id], candidate, column, titles.get(seed_id) if seed_id else None)
