"""Ranking alone, in this process: what scoring, variety and a whole ranked page cost, and how that grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import made
from compose import cpu_micros
from figures import Figure, median

from domain.candidates.model import RowCandidates
from domain.catalog.titles import Title
from domain.ids import ProfileId, TitleId
from domain.layouts.model import Caps, Exploration, Layout, Rotation, SourceShare, Weights
from domain.layouts.row_kinds import RowSource
from domain.page.composition import compose
from domain.page.inputs import CompositionInput
from domain.ranking.card_selection import CardSelector, page_diversity_caps, rotate_cards
from domain.ranking.diversity import diversify
from domain.ranking.exploration import ExplorationContext, draw_explored
from domain.ranking.page_ranking import Ranking
from domain.ranking.scoring import Signals, ranking_signals, score_candidates
from domain.ranking.source_blending import blend_sources
from domain.viewers.activity import Activity
from domain.viewers.impressions import add_impressions
from domain.viewers.watches import one_playback

ROWS, CARDS, POOL = 16, 20, 1000
"""Twice as many candidates as cards: 16 lists of 40."""

CAPS = Caps(franchise=3, genre_share=0.6, diversity=0.3)
MINA = ProfileId("bench")


@dataclass(frozen=True, slots=True)
class Evening:
    """What a page is ranked from: row candidates, their titles, and a profile with a long history."""

    proposals: list[RowCandidates]
    titles: dict[TitleId, Title]
    activity: Activity

    def signals(self) -> Signals:
        return ranking_signals(self.activity, self.titles, None, made.NOW, device="mobile")


def evening(rows: int, cards: int) -> Evening:
    """Scores fall down each list; the profile watched 40 titles and was shown 200 for days."""
    pool = made.titles(POOL)
    known = {title.id: title for title in pool}
    proposals = [
        replace(
            proposal,
            candidates=tuple(
                candidate._replace(score=1.0 - place / (3 * cards))
                for place, candidate in enumerate(proposal.candidates)
            ),
        )
        for proposal in made.proposals(pool, rows, cards)
    ]
    wanted = {candidate.title_id for proposal in proposals for candidate in proposal.candidates}
    memory: dict[int, dict[str, int]] = {}
    for age in range(1, 6):
        add_impressions(memory, list(wanted)[:200], made.NOW - timedelta(days=age))
    watched = {
        title.id: one_playback(made.NOW - timedelta(hours=place), 6000, 6000, finished=True)
        for place, title in enumerate(pool[-40:])
    }
    return Evening(
        proposals, {name: known[name] for name in wanted}, Activity(MINA, 1, watched, impressions=memory)
    )


def ranking(rounds: int, smoke: bool) -> Iterator[Figure]:
    """CPU of each step on 640 candidates, of a whole page with every dial turned on, and its growth."""
    repeats = 3 if smoke else 60 * rounds
    many = evening(ROWS, CARDS)
    count = sum(len(proposal.candidates) for proposal in many.proposals)
    for name, work in steps(many).items():
        micros = median(cpu_micros(work, repeats))
        yield Figure(
            "ranking", name, micros, "µs CPU", f"{micros / count:.2f} µs for each of {count} candidates"
        )
    few = evening(ROWS // 2, CARDS)
    fewer = sum(len(proposal.candidates) for proposal in few.proposals)
    for name, make in (("score", scoring), ("diversify", varying), ("page", composing)):
        less, more = (min(cpu_micros(make(size), repeats)) for size in (few, many))
        note = f"{fewer} -> {count} candidates; at most 2.1"
        yield Figure("ranking", f"growth of {name}, twice the candidates", more / less, "x", note)


def steps(given: Evening) -> dict[str, Callable[[], object]]:
    signals = given.signals()
    ranked = [score_candidates(one.candidates, given.titles, signals, Weights()) for one in given.proposals]
    chance = ExplorationContext(MINA, made.NOW, {})
    portion = SourceShare(RowSource.TRENDING, 0.3)
    pairs = list(zip(given.proposals[::2], given.proposals[1::2], strict=True))
    return {
        "gather signals": given.signals,
        "score": scoring(given),
        "diversify, caps and variety": varying(given),
        "diversify, nothing asked": lambda: [diversify(row, given.titles, Caps(), CARDS) for row in ranked],
        "explore a tenth": lambda: [
            draw_explored(row, given.titles, Exploration(0.1), CARDS, chance) for row in ranked
        ],
        "rotate": lambda: [rotate_cards(row[:CARDS], Rotation.HOUR, MINA, "row", made.NOW) for row in ranked],
        "mix in pairs": lambda: [
            blend_sources([(None, one.candidates), (portion, two.candidates)], CARDS) for one, two in pairs
        ],
        "page, nothing asked": composing(given, plain=True),
        "page, every dial turned": composing(given),
    }


def scoring(given: Evening) -> Callable[[], object]:
    """With nothing worked out before: signals keep what they know of a title."""

    def work() -> None:
        signals = given.signals()
        for proposal in given.proposals:
            score_candidates(proposal.candidates, given.titles, signals, Weights())

    return work


def varying(given: Evening) -> Callable[[], object]:
    signals = given.signals()
    ranked = [score_candidates(one.candidates, given.titles, signals, Weights()) for one in given.proposals]
    return lambda: [diversify(row, given.titles, CAPS, CARDS) for row in ranked]


def composing(given: Evening, plain: bool = False) -> Callable[[], object]:
    """The page from signals to rows; with `plain`, rows ask for nothing but a ranking."""
    proposals = given.proposals
    if not plain:
        proposals = [
            replace(
                one, spec=replace(one.spec, caps=CAPS, exploration=Exploration(0.1), rotation=Rotation.DAY)
            )
            for one in proposals
        ]
    caps = Caps() if plain else Caps(franchise=20)
    layout = Layout(
        "bench", 1, tuple(one.spec for one in proposals), made.NOW, personal_order=True, caps=caps
    )

    def work() -> None:
        signals = given.signals()
        ranked = Ranking(layout, given.titles, signals, given.activity)
        cards = CardSelector(MINA, given.titles, signals, page_caps=page_diversity_caps(layout))
        page_input = CompositionInput(layout, proposals, given.titles)
        compose(
            replace(
                page_input,
                rank=ranked.rank,
                row_value=ranked.value,
                select_cards=cards.select_cards,
                on_row_added=cards.count_towards_page_caps,
            )
        )

    return work
