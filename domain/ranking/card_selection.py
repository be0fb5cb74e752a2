"""Selects and orders the cards of one row: pins, exploration, caps, quotas, rotation.

Pins and explored titles are placed first; the rest is chosen within caps and quotas that already count them, then
rotated. So a pin never costs a quota its slot. Exploration never breaks a cap; a pin may, because the editor
decides. Ordered rows (charts, Continue Watching) only take pins.

Rotation shuffles cards of nearly equal score per profile, row and UTC day or hour, so every device shows the same
order (Recombee: rotation rate and time).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.candidates.model import QuotaFloor, RowCandidates
from domain.candidates.selection import ScoredCandidate
from domain.catalog.titles import Title
from domain.ids import ProfileId, TitleId
from domain.layouts.model import Caps, Layout, Rotation, RowSpec
from domain.ranking.diversity import DiversityCaps, diversify, diversity_caps
from domain.ranking.editorial import active_pins, insert_pins, quota_floors
from domain.ranking.exploration import ExplorationContext, TrialCounts, draw_explored, insert_explored
from domain.ranking.scoring import Signals
from domain.seeded_random import draw_with_prefix

MAX_BAND_SPREAD = 0.05
MAX_BAND_CARDS = 5

_PERIOD_FORMATS = {Rotation.DAY: "%Y-%m-%d", Rotation.HOUR: "%Y-%m-%dT%H"}


@dataclass(slots=True)
class CardSelector:
    """Serves one page: `page_caps` counts its cards. `trials` holds earlier exploration."""

    profile_id: ProfileId
    titles: Mapping[TitleId, Title]
    signals: Signals
    trials: Mapping[TitleId, TrialCounts] = field(default_factory=dict)
    page_caps: DiversityCaps | None = None

    def select_cards(
        self, row: RowCandidates, available: Sequence[ScoredCandidate]
    ) -> Sequence[ScoredCandidate]:
        """The cards of a row, best first."""
        spec = row.spec
        if not spec.pins and not spec.exploration and not row.ordered:
            return self._rotate(row, self._diversify(row, available, spec.max_cards, ()))
        slots = active_pins(spec.pins, self.signals.now)
        pinned_by_id = {scored[2].title_id: scored for scored in available if scored[2].title_id in slots}
        pins = [
            (slot, pinned_by_id[title_id]) for title_id, slot in slots.items() if title_id in pinned_by_id
        ][: spec.max_cards]
        others = (
            [scored for scored in available if scored[2].title_id not in pinned_by_id]
            if pinned_by_id
            else available
        )
        slots_left = spec.max_cards - len(pins)
        if row.ordered:
            return insert_pins(others[:slots_left], pins)
        pinned = [scored for _, scored in pins]
        explored = self._draw_explored(spec, others, slots_left, pinned)
        if explored:
            explored_ids = {scored[2].title_id for scored in explored}
            others = [scored for scored in others if scored[2].title_id not in explored_ids]
        cards = self._rotate(
            row,
            self._diversify(row, others, slots_left - len(explored), [*pinned, *explored]),
        )
        if spec.exploration is not None:
            cards = insert_explored(cards, explored, spec.exploration, slots_left)
        return insert_pins(cards, pins)

    def pinned_titles(self, row: RowCandidates) -> Sequence[TitleId]:
        """Visible pinned titles. No other row may show them."""
        if not row.spec.pins:
            return ()
        slots = active_pins(row.spec.pins, self.signals.now)
        return [title_id for title_id in slots if title_id in self.titles]

    def count_towards_page_caps(self, row: RowCandidates, chosen: Sequence[ScoredCandidate]) -> None:
        if self.page_caps is not None:
            for _, _, candidate in chosen:
                self.page_caps.add(self.titles[candidate.title_id])

    def _rotate(self, row: RowCandidates, cards: Sequence[ScoredCandidate]) -> Sequence[ScoredCandidate]:
        return rotate_cards(cards, row.spec.rotation, self.profile_id, row.name, self.signals.now)

    def _draw_explored(
        self,
        spec: RowSpec,
        available: Sequence[ScoredCandidate],
        places: int,
        pinned: Sequence[ScoredCandidate],
    ) -> list[ScoredCandidate]:
        context = ExplorationContext(self.profile_id, self.signals.now, self.trials, self.signals.fatigue)
        caps = self._caps_after(spec, pinned)
        return draw_explored(available, self.titles, spec.exploration, places, context, caps)

    def _diversify(
        self,
        row: RowCandidates,
        available: Sequence[ScoredCandidate],
        limit: int,
        placed: Sequence[ScoredCandidate],
    ) -> Sequence[ScoredCandidate]:
        """The caps and quotas already count `placed`."""
        spec = row.spec
        quotas = list(row.floors)
        if spec.quotas:
            candidates = [candidate for _, _, candidate in (*available, *placed)]
            quotas += quota_floors(spec.quotas, candidates, self.titles, self.signals.now, spec.max_cards)
        floors = [
            QuotaFloor(floor.titles, floor.min_cards - _count_in_floor(floor, placed)) for floor in quotas
        ]
        caps = Caps(diversity=spec.caps.diversity)
        return diversify(available, self.titles, caps, limit, floors, self._caps_after(spec, placed))

    def _caps_after(self, spec: RowSpec, placed: Sequence[ScoredCandidate]) -> list[DiversityCaps]:
        """Caps of the row and the page that already count `placed`."""
        row_caps = diversity_caps(spec.caps, spec.max_cards)
        all_caps = [
            caps for caps in (row_caps, self.page_caps.copy() if self.page_caps else None) if caps is not None
        ]
        for caps in all_caps:
            for scored in placed:
                caps.add(self.titles[scored[2].title_id])
        return all_caps


def page_diversity_caps(layout: Layout) -> DiversityCaps | None:
    """Of a page whose rows are all full."""
    return diversity_caps(layout.caps, sum(spec.max_cards for spec in layout.rows))


def _count_in_floor(floor: QuotaFloor, placed: Sequence[ScoredCandidate]) -> int:
    return sum(scored[2].title_id in floor.titles for scored in placed)


def rotate_cards(
    ranked: Sequence[ScoredCandidate], rotation: Rotation, profile_id: ProfileId, row: str, now: datetime
) -> Sequence[ScoredCandidate]:
    """Moves each card by fewer than MAX_BAND_CARDS slots."""
    if rotation == Rotation.NONE:
        return ranked
    draw = draw_with_prefix("rotation", profile_id, row, now.strftime(_PERIOD_FORMATS[rotation]))
    cards: list[ScoredCandidate] = []
    band: list[ScoredCandidate] = []
    for scored in ranked:
        if band and (len(band) == MAX_BAND_CARDS or band[0][0] - scored[0] > MAX_BAND_SPREAD):
            cards += _shuffle_band(band, draw)
            band = []
        band.append(scored)
    return cards + _shuffle_band(band, draw)


def _shuffle_band(band: list[ScoredCandidate], draw: Callable[[str], float]) -> list[ScoredCandidate]:
    return sorted(band, key=lambda one: draw(one[2].title_id)) if len(band) > 1 else band
