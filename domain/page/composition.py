"""Composes a page from the candidates of its rows. Pure: equal inputs give an equal page.

    row candidates -- rank --> -- select, by priority --> -- fix short rows --> -- order --> rows

A row skips the shows of rows with a higher priority and takes its next candidates instead: no show repeats and rows
stay full. A row that is still short gets the short-row rules of its spec.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from domain.candidates.model import FreshnessSource, RowCandidates
from domain.candidates.seeds import family_key
from domain.candidates.selection import ScoredCandidate, available_candidates, trace_selection
from domain.candidates.trace import Trace, TraceEvent, TraceStage
from domain.ids import TitleId
from domain.layouts.model import ShortRule
from domain.layouts.row_kinds import ROW_KINDS
from domain.page.filled_rows import FilledRow, order_filled_rows
from domain.page.first_screen import ScreenPlace, first_screen, may_repeat
from domain.page.inputs import CompositionInput, first_cards, rank_once, source_order
from domain.page.model import Row
from domain.page.reservations import Reservations
from domain.recommendations.reasons import ReasonKind

WIDENABLE_REASONS = frozenset({ReasonKind.TASTE, ReasonKind.POPULAR})
"""Reasons that stay true when popular titles join the row. "Because you watched", a genre, a list or a chart is a
claim about each title."""


POPULAR = ":popular"
"""The family of rows of what is popular; no title id has a colon."""


@dataclass(frozen=True, slots=True)
class ShortRow:
    """A row (None: the page) that is too short with the fallback rows given; more of them could fill it."""

    spec_id: str | None


@dataclass(frozen=True, slots=True)
class Composition:
    """`cut_rows` are the specs of rows whose source has more: rows that are short, and rows that are not full and
    have a filter rule or are a list of the viewer's own."""

    rows: tuple[Row, ...]
    short_rows: tuple[ShortRow, ...] = field(default_factory=tuple)
    cut_rows: frozenset[str] = frozenset()


def compose(inputs: CompositionInput, trace: Trace | None = None) -> Composition:
    """Appends an event for every candidate to `trace`."""
    inputs = replace(inputs, rank=rank_once(inputs.rank))
    builder = _PageBuilder(inputs, trace, first_screen(inputs) if inputs.plans_screen else {})
    builder.fill_rows()
    for spec_id in inputs.failed_specs:
        if not any(filled.row.spec.id == spec_id for filled in builder.filled):
            builder.substitute(spec_id)
    builder.add_filler_rows()
    rows = order_filled_rows(builder.filled, inputs)
    if trace is not None:
        trace.extend(
            TraceEvent(
                row.candidates.name, card.title.id, TraceStage.SHOWN, "", card.column + 1, score=card.score
            )
            for row in rows
            for card in row.cards
        )
    return Composition(rows, tuple(builder.short_rows), frozenset(builder.cut_rows))


class _PageBuilder:
    def __init__(
        self, inputs: CompositionInput, trace: Trace | None, screen: Mapping[TitleId, ScreenPlace]
    ) -> None:
        self._inputs = inputs
        self._trace = trace
        self.filled: list[FilledRow] = []
        self.short_rows: list[ShortRow] = []
        self.cut_rows: set[str] = set()
        self._row_of_show: dict[TitleId, str] = {}
        self._repeating_row_of_show: dict[TitleId, str] = {}
        self._reservations = Reservations(inputs, screen)
        self._spec_counts: Counter[str] = Counter()
        self._merged_cards: dict[int, list[ScoredCandidate]] = {}
        self._families: set[str] = set()
        self._layout_index = {spec.id: index for index, spec in enumerate(inputs.layout.rows)}

    def fill_rows(self) -> None:
        """All rows but stand-ins, by priority."""
        stand_ins = {spec.id for spec in self._inputs.layout.stand_ins}
        rows = [(index, row) for index, row in enumerate(self._inputs.rows) if row.spec.id not in stand_ins]
        for index, row in sorted(rows, key=lambda one: -one[1].spec.priority):
            self._fill(index, row)

    def _fill(self, index: int, row: RowCandidates) -> None:
        spec = row.spec
        if (why := self._superfluous(row)) is not None:
            self._drop_row(row, why)
            return
        ranked = [*self._merged_cards.pop(index, ()), *self._rank(row)]
        chosen = self._select_cards(row, ranked)
        is_to_be_full = spec.filter or row.freshness == FreshnessSource.LIVE
        if row.more and len(chosen) < (spec.max_cards if is_to_be_full else spec.min_cards):
            self.cut_rows.add(spec.id)
        if len(chosen) >= spec.min_cards:
            self._add_row(FilledRow(row, chosen, row.tier, self._layout_place(index, row)), ranked)
        else:
            self._fix_short_row(index, row, chosen)

    def _superfluous(self, row: RowCandidates) -> str | None:
        """Why the page cannot have the row, whatever its cards."""
        if any(filled.row.name == row.name for filled in self.filled):
            return "it is on the page already"
        if row.max_rows is not None and self._spec_counts[row.spec.id] >= row.max_rows:
            return "enough rows of its kind stand above"
        if row.reason.seed is not None and row.reason.seed not in self._inputs.titles:
            return "the title it is about may not be shown"
        if self._is_new(row):
            return None
        about = "what is popular" if self._family(row) == POPULAR else "that title or its franchise"
        return f"another row is about {about}"

    def substitute(self, spec_id: str) -> None:
        """Add the first fallback row that fills, for a failed source."""
        for fallback in self._inputs.fallback_rows:
            is_free = not self._is_duplicate(fallback) and self._superfluous(fallback) is None
            if fallback.spec.id == spec_id and is_free:
                chosen = self._select_cards(fallback, self._rank(fallback))
                if len(chosen) >= fallback.spec.min_cards:
                    self._add_row(
                        FilledRow(fallback, chosen, fallback.tier, self._layout_place(0, fallback)), ()
                    )
                    return
        self.short_rows.append(ShortRow(spec_id))

    def add_filler_rows(self) -> None:
        """Add rows until the layout's promise is met: a second row of what is popular after the others, and rows that
        repeat titles last."""
        for repeats, is_second in product((False, True), repeat=2):
            for filler in self._inputs.filler_rows:
                if self._meets_promise():
                    return
                if filler.repeats == repeats and self._is_new(filler) != is_second:
                    self._add_filler_row(filler)
        if not self._meets_promise():
            self.short_rows.append(ShortRow(None))

    def _add_filler_row(self, filler: RowCandidates) -> None:
        chosen = self._select_cards(filler, self._rank(filler))
        if len(chosen) >= filler.spec.min_cards and not self._is_duplicate(filler):
            self._add_row(FilledRow(filler, chosen, filler.tier, self._layout_place(0, filler)), ())

    def _meets_promise(self) -> bool:
        promise = self._inputs.layout.promise
        discovery = sum(not ROW_KINDS[filled.row.kind].familiar for filled in self.filled)
        return len(self.filled) >= promise.min_rows and discovery >= promise.discovery_rows

    def _fix_short_row(self, index: int, row: RowCandidates, chosen: Sequence[ScoredCandidate]) -> None:
        for rule in row.spec.short:
            if rule == ShortRule.WIDEN and self._widen(index, row):
                return
            if rule == ShortRule.MERGE and self._merge(index, row, chosen):
                return
            if rule == ShortRule.REPLACE and self._replace(index, row):
                return
            if rule == ShortRule.DROP:
                break
        self._drop_row(row, f"{len(chosen)} of at least {row.spec.min_cards} titles")

    def _widen(self, index: int, row: RowCandidates) -> bool:
        """Fill up from lower fallback tiers, where the row's title stays true."""
        if row.ordered or row.reason.kind not in WIDENABLE_REASONS:
            return False
        ranked = list(self._rank(row))
        for fallback in self._inputs.fallback_rows:
            if fallback.spec.id != row.spec.id:
                continue
            ranked += self._rank(fallback)
            chosen = self._select_cards(row, ranked)
            if len(chosen) >= row.spec.min_cards:
                self._add_row(FilledRow(row, chosen, fallback.tier, self._layout_place(index, row)), ranked)
                return True
        self.short_rows.append(ShortRow(row.spec.id))
        return False

    def _merge(self, index: int, row: RowCandidates, chosen: Sequence[ScoredCandidate]) -> bool:
        """Give its cards to the next open row with the same source and reason."""
        done = {filled.layout_place[1] for filled in self.filled}
        for later in range(index + 1, len(self._inputs.rows)):
            other = self._inputs.rows[later]
            if other.spec.source == row.spec.source and other.reason == row.reason and later not in done:
                self._merged_cards.setdefault(later, []).extend(chosen)
                self._drop_row(row, f"its titles went to {other.name}")
                return True
        return False

    def _replace(self, index: int, row: RowCandidates) -> bool:
        """Give its place to the first stand-in that fills."""
        for stand_in in self._inputs.rows:
            if stand_in.spec.id != row.spec.stand_in or self._superfluous(stand_in) is not None:
                continue
            chosen = self._select_cards(stand_in, self._rank(stand_in))
            if len(chosen) >= stand_in.spec.min_cards:
                self._drop_row(row, f"{stand_in.name} stands in for it")
                self._add_row(FilledRow(stand_in, chosen, stand_in.tier, self._layout_place(index, row)), ())
                return True
        return False

    def _layout_place(self, index: int, row: RowCandidates) -> tuple[int, int]:
        return self._layout_index.get(row.spec.id, len(self._layout_index)), index

    def _rank(self, row: RowCandidates) -> Sequence[ScoredCandidate]:
        ranked = source_order(row) if row.ordered else self._inputs.rank(row)
        refused = self._inputs.refusals(row)
        if not refused:
            return ranked
        if self._trace is not None:
            self._trace.extend(
                TraceEvent(row.name, candidate.title_id, TraceStage.RULE, refused[candidate.title_id], rank)
                for rank, (_, _, candidate) in enumerate(ranked, start=1)
                if candidate.title_id in refused
            )
        return [scored for scored in ranked if scored[2].title_id not in refused]

    def _select_cards(
        self, row: RowCandidates, ranked: Sequence[ScoredCandidate]
    ) -> Sequence[ScoredCandidate]:
        taken = self._taken_shows(row)
        keeps_order = row.ordered and not row.spec.pins
        if keeps_order or self._inputs.select_cards is first_cards:
            return available_candidates(ranked, self._inputs.titles, taken, row.spec.max_cards)
        return self._inputs.select_cards(row, available_candidates(ranked, self._inputs.titles, taken))

    def _taken_shows(self, row: RowCandidates) -> Mapping[TitleId, str]:
        """Show -> the row that has it: a row above, one it is pinned to, or one that shows it on the first screen."""
        if may_repeat(row):
            return {}
        # What the row was to show on the first screen is its own, though a row that repeats titles shows it, too.
        own = self._reservations.of(row)
        repeated = {show: name for show, name in self._repeating_row_of_show.items() if show not in own}
        return repeated | self._reservations.of_others(row) | self._row_of_show

    def _add_row(self, filled: FilledRow, ranked: Sequence[ScoredCandidate]) -> None:
        row, titles = filled.row, self._inputs.titles
        if self._trace is not None:
            trace_selection(
                self._trace,
                row.name,
                ranked,
                filled.chosen,
                titles,
                self._taken_shows(row),
                row.spec.max_cards,
            )
        self.filled.append(filled)
        self._reservations.release(row)
        self._spec_counts[row.spec.id] += 1
        self._inputs.on_row_added(row, filled.chosen)
        if family := self._family(row):
            self._families.add(family)
        rows = self._repeating_row_of_show if may_repeat(row) else self._row_of_show
        for _, _, candidate in filled.chosen:
            rows.setdefault(titles[candidate.title_id].card_key, row.name)

    def _drop_row(self, row: RowCandidates, why: str) -> None:
        self._reservations.release(row)
        if self._trace is not None:
            self._trace.extend(
                TraceEvent(row.name, candidate.title_id, TraceStage.ROW, why, rank)
                for rank, candidate in enumerate(row.candidates, start=1)
            )

    def _family(self, row: RowCandidates) -> str | None:
        """What only one row may be about: the seed's series or franchise, or what is popular."""
        if row.reason.kind == ReasonKind.POPULAR:
            return POPULAR
        seed = self._inputs.titles.get(row.reason.seed) if row.reason.seed else None
        return family_key(seed) if seed is not None else None

    def _is_new(self, row: RowCandidates) -> bool:
        family = self._family(row)
        return family is None or family not in self._families

    def _is_duplicate(self, row: RowCandidates) -> bool:
        """A row on the page has the same title."""
        return any((filled.row.reason, filled.row.kind) == (row.reason, row.kind) for filled in self.filled)
