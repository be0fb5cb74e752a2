"""The cards of a row out of the candidates that are free: everything a row's spec asks of its cards, at once.

Pins and explored titles take their places first; the rest is chosen within caps and quotas, to which those
count already, and turned a little; then everything is put where it belongs. So a pin never costs a quota its
place and exploration never breaks a cap. A pin may: the editor knows better.

Rows whose order is what they are about (charts, what to resume) keep it; of all this they know only pins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.candidates.model import QuotaFloor, RowCandidates
from domain.candidates.selection import Scored
from domain.catalog.titles import Title
from domain.ids import ProfileId, TitleId
from domain.layouts.model import Caps, Layout, RowSpec
from domain.ranking.diversity import DiversityCaps, diversify, room_of
from domain.ranking.editorial import active_pins, floors_of, pinned
from domain.ranking.exploration import Chance, Trial, seated, winners
from domain.ranking.rotation import rotated
from domain.ranking.scoring import Signals


@dataclass(slots=True)
class CardSelector:
    """Made anew for every page: `page` counts what stands on it already. `trials` has what is known of titles
    that were explored before."""

    profile_id: ProfileId
    titles: Mapping[TitleId, Title]
    signals: Signals
    trials: Mapping[TitleId, Trial] = field(default_factory=dict)
    page: DiversityCaps | None = None

    def arrange(self, proposal: RowCandidates, free: Sequence[Scored]) -> Sequence[Scored]:
        """The cards of a row out of those that are free, best first."""
        spec = proposal.spec
        if not spec.pins and not spec.exploration and not proposal.ordered:
            return self._turned(proposal, self._chosen(proposal, free, spec.max_cards, ()))
        slots = active_pins(spec.pins, self.signals.now)
        held = {scored[2].title_id: scored for scored in free if scored[2].title_id in slots}
        pins = [(slot, held[title_id]) for title_id, slot in slots.items() if title_id in held][
            : spec.max_cards
        ]
        others = [scored for scored in free if scored[2].title_id not in held] if held else free
        places = spec.max_cards - len(pins)
        if proposal.ordered:
            return pinned(others[:places], pins)
        fixed = [scored for _, scored in pins]
        won = self._explored(spec, others, places, fixed)
        if won:
            lucky = {scored[2].title_id for scored in won}
            others = [scored for scored in others if scored[2].title_id not in lucky]
        row = self._turned(proposal, self._chosen(proposal, others, places - len(won), [*fixed, *won]))
        if spec.exploration is not None:
            row = seated(row, won, spec.exploration, places)
        return pinned(row, pins)

    def claims(self, proposal: RowCandidates) -> Sequence[TitleId]:
        """Titles that an editor pinned to this row and that this profile may see: no other row may have them."""
        if not proposal.spec.pins:
            return ()
        slots = active_pins(proposal.spec.pins, self.signals.now)
        return [title_id for title_id in slots if title_id in self.titles]

    def keep(self, proposal: RowCandidates, chosen: Sequence[Scored]) -> None:
        """This row stands: what it shows is gone from the page's room."""
        if self.page is not None:
            for _, _, candidate in chosen:
                self.page.take(self.titles[candidate.title_id])

    def _turned(self, proposal: RowCandidates, row: Sequence[Scored]) -> Sequence[Scored]:
        return rotated(row, proposal.spec.rotation, self.profile_id, proposal.name, self.signals.now)

    def _explored(
        self, spec: RowSpec, free: Sequence[Scored], places: int, fixed: Sequence[Scored]
    ) -> list[Scored]:
        chance = Chance(self.profile_id, self.signals.now, self.trials, self.signals.fatigue)
        rooms = self._rooms(spec, fixed)
        return winners(free, self.titles, spec.exploration, places, chance, rooms)

    def _chosen(
        self, proposal: RowCandidates, free: Sequence[Scored], want: int, there: Sequence[Scored]
    ) -> Sequence[Scored]:
        """Within caps and quotas, to which the titles that have their places already count."""
        spec = proposal.spec
        asked = list(proposal.floors)
        if spec.quotas:
            candidates = [candidate for _, _, candidate in (*free, *there)]
            asked += floors_of(spec.quotas, candidates, self.titles, self.signals.now, spec.max_cards)
        floors = [QuotaFloor(floor.titles, floor.need - _held(floor, there)) for floor in asked]
        caps = Caps(diversity=spec.caps.diversity)
        return diversify(free, self.titles, caps, want, floors, self._rooms(spec, there))

    def _rooms(self, spec: RowSpec, there: Sequence[Scored]) -> list[DiversityCaps]:
        """What is left in the row and on the page beside what has its place already."""
        row = room_of(spec.caps, spec.max_cards)
        rooms = [room for room in (row, self.page.copy() if self.page else None) if room is not None]
        for room in rooms:
            for scored in there:
                room.take(self.titles[scored[2].title_id])
        return rooms


def page_room(layout: Layout) -> DiversityCaps | None:
    """The room on a page of this layout that is full."""
    return room_of(layout.caps, sum(spec.max_cards for spec in layout.rows))


def _held(floor: QuotaFloor, there: Sequence[Scored]) -> int:
    return sum(scored[2].title_id in floor.titles for scored in there)
