"""How a page is put together from what the row sources proposed. Pure: the same menu gives the same page.

    proposals -- rank --> -- select, in order of priority --> -- short rows --> -- place --> rows

Titles shown by a row of higher priority are passed over and the next candidate takes their place, so nothing
is shown twice and rows are full. A row that stays short is treated as its spec says (domain/page/short_rows.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from domain.candidates.model import RowCandidates, Tier
from domain.candidates.seeds import family
from domain.candidates.selection import Scored, available, trace_selection
from domain.candidates.trace import Trace, TraceEvent, TraceStage
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import FAMILIAR, ShortRule
from domain.page.inputs import CompositionInput, as_proposed, the_first
from domain.page.model import Card, Row
from domain.page.row_order import Placeable, order
from domain.page.short_rows import ShortRow, may_widen, stand_in_for


@dataclass(frozen=True, slots=True)
class Composition:
    """`lacking` are the rows that a lower rung could still help: absent, short, or too few in all."""

    rows: tuple[Row, ...]
    lacking: tuple[ShortRow, ...] = field(default_factory=tuple)


@dataclass(slots=True)
class _Filled:
    """A row under way."""

    proposal: RowCandidates
    chosen: Sequence[Scored]
    tier: Tier
    place: tuple[int, int]
    """Index of its spec in the layout, then of its proposal in the menu: the designer's order."""


def compose(menu: CompositionInput, trace: Trace | None = None) -> Composition:
    """The rows of a page, in order. With `trace`, every candidate's fate is appended to it."""
    making = _Making(menu, trace)
    stand_ins = {spec.id for spec in menu.layout.stand_ins}
    places = [index for index, proposal in enumerate(menu.proposals) if proposal.spec.id not in stand_ins]
    places.sort(key=lambda index: -menu.proposals[index].spec.priority)
    for index in places:
        making.fill(index, menu.proposals[index])
    for spec_id in menu.failed:
        if not any(filled.proposal.spec.id == spec_id for filled in making.filled):
            making.substitute(spec_id)
    making.reach_floor()
    rows = _placed(making.filled, menu)
    if trace is not None:
        trace.extend(
            TraceEvent(
                row.proposal.name, card.title.id, TraceStage.SHOWN, "", card.column + 1, score=card.score
            )
            for row in rows
            for card in row.cards
        )
    return Composition(rows, tuple(making.lacking))


class _Making:
    """A page under way: which shows are taken, which rows are filled."""

    def __init__(self, menu: CompositionInput, trace: Trace | None) -> None:
        self._menu = menu
        self._trace = trace
        self.filled: list[_Filled] = []
        self.lacking: list[ShortRow] = []
        self._shown: dict[TitleId, str] = {}
        self._claimed = _claimed(menu)
        self._made: Counter[str] = Counter()
        self._merged: dict[int, list[Scored]] = {}
        self._families: set[str] = set()
        self._designed = {spec.id: index for index, spec in enumerate(menu.layout.rows)}

    def fill(self, index: int, proposal: RowCandidates) -> None:
        """Make the row of this proposal, or whatever its spec says a short one becomes."""
        spec = proposal.spec
        if proposal.at_most is not None and self._made[spec.id] >= proposal.at_most:
            self._drop_row(proposal, "enough rows of its kind stand above")
            return
        if proposal.reason.seed is not None and proposal.reason.seed not in self._menu.titles:
            self._drop_row(proposal, "the title it is about may not be shown")
            return
        if self._family(proposal) in self._families:
            self._drop_row(proposal, "another row is about that title or its franchise")
            return
        ranked = [*self._merged.pop(index, ()), *self._ranked(proposal)]
        chosen = self._select(proposal, ranked)
        if len(chosen) >= spec.min_cards:
            self._keep(_Filled(proposal, chosen, proposal.tier, self._place(index, proposal)), ranked)
        else:
            self._fix_short_row(index, proposal, chosen)

    def substitute(self, spec_id: str) -> None:
        """A whole row from the ladder for a source that did not answer: the first rung that fills it."""
        for reserve in self._menu.reserves:
            if reserve.spec.id == spec_id and not self._says_the_same(reserve):
                chosen = self._select(reserve, self._ranked(reserve))
                if len(chosen) >= reserve.spec.min_cards:
                    self._keep(_Filled(reserve, chosen, reserve.tier, self._place(0, reserve)), ())
                    return
        self.lacking.append(ShortRow(spec_id, failed=True))

    def reach_floor(self) -> None:
        """Join whole rows until the page has as many as its layout promises, and as many for discovery."""
        for reserve in self._menu.floor:
            if self._is_promised():
                return
            chosen = self._select(reserve, self._ranked(reserve))
            if len(chosen) >= reserve.spec.min_cards and not self._says_the_same(reserve):
                self._keep(_Filled(reserve, chosen, reserve.tier, self._place(0, reserve)), ())
        if not self._is_promised():
            self.lacking.append(ShortRow(None, failed=False))

    def _is_promised(self) -> bool:
        promise = self._menu.layout.promise
        discovery = sum(filled.proposal.kind not in FAMILIAR for filled in self.filled)
        return len(self.filled) >= promise.min_rows and discovery >= promise.discovery_rows

    def _fix_short_row(self, index: int, proposal: RowCandidates, chosen: Sequence[Scored]) -> None:
        """Try the spec's rules for short rows, in its order."""
        for rule in proposal.spec.short:
            if rule == ShortRule.WIDEN and self._widen(index, proposal):
                return
            if rule == ShortRule.MERGE and self._merge(index, proposal, chosen):
                return
            if rule == ShortRule.REPLACE and self._replace(index, proposal):
                return
            if rule == ShortRule.DROP:
                break
        self._drop_row(proposal, f"{len(chosen)} of at least {proposal.spec.min_cards} titles")

    def _widen(self, index: int, proposal: RowCandidates) -> bool:
        """Fill up from lower rungs that say nothing untrue under this row's name."""
        if not may_widen(proposal):
            return False
        ranked = list(self._ranked(proposal))
        for reserve in self._menu.reserves:
            if reserve.spec.id != proposal.spec.id:
                continue
            ranked += self._ranked(reserve)
            chosen = self._select(proposal, ranked)
            if len(chosen) >= proposal.spec.min_cards:
                self._keep(_Filled(proposal, chosen, reserve.tier, self._place(index, proposal)), ranked)
                return True
        self.lacking.append(ShortRow(proposal.spec.id, failed=False))
        return False

    def _merge(self, index: int, proposal: RowCandidates, chosen: Sequence[Scored]) -> bool:
        """Hand its cards to the next row of the same source that is still to be filled."""
        done = {filled.place[1] for filled in self.filled}
        for later in range(index + 1, len(self._menu.proposals)):
            other = self._menu.proposals[later]
            if (
                other.spec.source == proposal.spec.source
                and other.reason == proposal.reason
                and later not in done
            ):
                self._merged.setdefault(later, []).extend(chosen)
                self._drop_row(proposal, f"its titles went to {other.name}")
                return True
        return False

    def _replace(self, index: int, proposal: RowCandidates) -> bool:
        """Give its place to the first proposal of its stand-in that fills."""
        for stand_in in stand_in_for(proposal.spec, self._menu.proposals):
            chosen = self._select(stand_in, self._ranked(stand_in))
            if len(chosen) >= stand_in.spec.min_cards:
                self._drop_row(proposal, f"{stand_in.name} stands in for it")
                self._keep(_Filled(stand_in, chosen, stand_in.tier, self._place(index, proposal)), ())
                return True
        return False

    def _place(self, index: int, proposal: RowCandidates) -> tuple[int, int]:
        return self._designed.get(proposal.spec.id, len(self._designed)), index

    def _ranked(self, proposal: RowCandidates) -> Sequence[Scored]:
        ranked = as_proposed(proposal) if proposal.ordered else self._menu.rank(proposal)
        refused = self._menu.refuse(proposal)
        if not refused:
            return ranked
        if self._trace is not None:
            self._trace.extend(
                TraceEvent(
                    proposal.name, candidate.title_id, TraceStage.RULE, refused[candidate.title_id], rank
                )
                for rank, (_, _, candidate) in enumerate(ranked, start=1)
                if candidate.title_id in refused
            )
        return [scored for scored in ranked if scored[2].title_id not in refused]

    def _select(self, proposal: RowCandidates, ranked: Sequence[Scored]) -> Sequence[Scored]:
        taken = self._taken_from(proposal)
        as_it_is = proposal.ordered and not proposal.spec.pins
        if as_it_is or self._menu.arrange is the_first:
            return available(ranked, self._menu.titles, taken, proposal.spec.max_cards)
        return self._menu.arrange(proposal, available(ranked, self._menu.titles, taken))

    def _taken_from(self, proposal: RowCandidates) -> Container[TitleId]:
        """Shows that this row may not have: those of the rows above, and those pinned to other rows."""
        if proposal.repeats or proposal.spec.repeats:
            return ()
        others = [show for show, name in self._claimed.items() if name != proposal.name]
        return {*self._shown, *others} if others else self._shown

    def _keep(self, filled: _Filled, ranked: Sequence[Scored]) -> None:
        name, titles = filled.proposal.name, self._menu.titles
        if self._trace is not None:
            most = filled.proposal.spec.max_cards
            trace_selection(self._trace, name, ranked, filled.chosen, titles, self._shown, most)
        self.filled.append(filled)
        self._made[filled.proposal.spec.id] += 1
        self._menu.kept(filled.proposal, filled.chosen)
        if about := self._family(filled.proposal):
            self._families.add(about)
        for _, _, candidate in filled.chosen:
            title = titles[candidate.title_id]
            self._shown.setdefault(title.series_id or title.id, name)

    def _drop_row(self, proposal: RowCandidates, why: str) -> None:
        if self._trace is not None:
            self._trace.extend(
                TraceEvent(proposal.name, candidate.title_id, TraceStage.ROW, why, rank)
                for rank, candidate in enumerate(proposal.candidates, start=1)
            )

    def _family(self, proposal: RowCandidates) -> str | None:
        """What no two rows may be about: the seed's series or franchise; None for a row about no title."""
        seed = self._menu.titles.get(proposal.reason.seed) if proposal.reason.seed else None
        return family(seed) if seed is not None else None

    def _says_the_same(self, reserve: RowCandidates) -> bool:
        """Two rows with one name would look like a mistake."""
        return any(
            (filled.proposal.reason, filled.proposal.kind) == (reserve.reason, reserve.kind)
            for filled in self.filled
        )


def _claimed(menu: CompositionInput) -> dict[TitleId, str]:
    """Show -> the row it is pinned to; of several rows the first."""
    claimed: dict[TitleId, str] = {}
    for proposal in menu.proposals:
        for title_id in menu.claims(proposal):
            claimed.setdefault(menu.titles[title_id].show_id, proposal.name)
    return claimed


def _placed(filled: Sequence[_Filled], menu: CompositionInput) -> tuple[Row, ...]:
    """Rows with their cards, each where it stands."""
    designed = sorted(filled, key=lambda row: row.place)
    placeable = [
        Placeable(
            row.proposal.spec.id,
            row.proposal.spec.source,
            row.proposal.spec.place,
            menu.value(place, row.proposal, row.chosen),
        )
        for place, row in enumerate(designed)
    ]
    rows = []
    for position, index in enumerate(order(placeable, menu.layout.personal_order)):
        row = designed[index]
        reason = row.proposal.reason
        seed = menu.titles.get(reason.seed) if reason.seed else None
        rows.append(Row(row.proposal, position, _cards(row.chosen, menu.titles), seed, row.tier))
    return tuple(rows)


def _cards(chosen: Sequence[Scored], titles: Mapping[TitleId, Title]) -> tuple[Card, ...]:
    cards = []
    for column, (score, _, candidate) in enumerate(chosen):
        reason = candidate.reason
        seed = titles.get(reason.seed) if reason is not None and reason.seed is not None else None
        cards.append(Card(titles[candidate.title_id], candidate, column, seed, score))
    return tuple(cards)
