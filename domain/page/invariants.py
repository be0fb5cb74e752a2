"""What every served page must hold, checked on the finished page.

It finds what tests did not think of: a false reason, a bypassed filter, a broken promise. A page that breaks an
invariant is still served, because no page is worse; the violation is counted and the page recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.candidates.eligibility import filter_eligible
from domain.candidates.model import Candidate, RowCandidates
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Layout
from domain.layouts.row_kinds import ROW_KINDS
from domain.page.inputs import RowRefusals, no_refusals
from domain.page.model import Page, Row
from domain.ranking.editorial import PINNED, active_pins
from domain.resilience.degradation_levels import ServiceLevel
from domain.viewers.profiles import Audience


class Invariant(StrEnum):
    """The first three are promises of the layout, the others hold for every page."""

    MIN_ROWS = "min_rows"
    DISCOVERY_ROWS = "discovery_rows"
    GENRE_SHARE = "genre_share"
    PERMITTED = "permitted"
    NOT_REFUSED = "not_refused"
    NO_REPEATS = "no_repeats"
    ROWS_DIFFER = "rows_differ"
    ENOUGH_CARDS = "enough_cards"
    NOT_TOO_MANY_CARDS = "not_too_many_cards"
    PLACES = "places"
    TRUE_REASONS = "true_reasons"
    ROW_PINS = "row_pins"
    CARD_PINS = "card_pins"


LEVELS_WITH_CARD_PINS = frozenset({ServiceLevel.FULL, ServiceLevel.FEWER_ROWS})
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Violation:
    """`row` is a row's name, "" for the page as a whole."""

    invariant: Invariant
    message: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class InvariantContext:
    """`loved`: titles that a reason may name. `titles`: loaded for the page, with the series of its episodes; a
    pinned title that is missing there was unavailable."""

    layout: Layout
    audience: Audience
    loved: Container[TitleId] = frozenset()
    titles: Mapping[TitleId, Title] = field(default_factory=dict)
    refusals: RowRefusals = no_refusals


def check_invariants(page: Page, context: InvariantContext) -> list[Violation]:
    checks = (
        _check_promise(page, context),
        _check_eligibility(page, context),
        _check_row_refusals(page, context),
        _check_repeats(page),
        _check_sizes(page),
        _check_positions(page),
        _check_reasons(page, context),
        _check_row_pins(page),
        _check_card_pins(page, context),
    )
    return [violation for check in checks for violation in check]


def _check_promise(page: Page, context: InvariantContext) -> Iterator[Violation]:
    promise = context.layout.promise
    if len(page.rows) < promise.min_rows:
        yield Violation(Invariant.MIN_ROWS, f"{len(page.rows)} rows, and {promise.min_rows} are promised.")
    discovery = sum(not ROW_KINDS[row.candidates.kind].familiar for row in page.rows)
    if discovery < promise.discovery_rows:
        message = f"{discovery} rows of discovery, and {promise.discovery_rows} are promised."
        yield Violation(Invariant.DISCOVERY_ROWS, message)
    cards = [card for row in page.rows for card in row.cards]
    genres = Counter(genre for card in cards for genre in set(card.title.genres))
    for genre, count in genres.most_common(1):
        if count > promise.genre_share * len(cards) + ROUNDING:
            limit = f"{promise.genre_share:.0%} at most are promised"
            yield Violation(Invariant.GENRE_SHARE, f"{count} of {len(cards)} cards are {genre}, and {limit}.")


def _check_eligibility(page: Page, context: InvariantContext) -> Iterator[Violation]:
    """Of cards, and of the titles that reasons name."""
    named: dict[TitleId, Title] = {}
    for row in page.rows:
        for card in row.cards:
            named[card.title.id] = card.title
            if card.seed is not None:
                named[card.seed.id] = card.seed
        if row.seed is not None:
            named[row.seed.id] = row.seed
    refused = filter_eligible(named.values(), context.audience, context.titles).refused
    for row in page.rows if refused else ():
        for title_id in dict.fromkeys(_title_ids(row)):
            if title_id in refused:
                message = f"{title_id} may not be shown: {refused[title_id]}."
                yield Violation(Invariant.PERMITTED, message, row.candidates.name)


def _title_ids(row: Row) -> Iterator[TitleId]:
    for card in row.cards:
        yield card.title.id
        if card.seed is not None:
            yield card.seed.id
    if row.seed is not None:
        yield row.seed.id


def _check_row_refusals(page: Page, context: InvariantContext) -> Iterator[Violation]:
    for row in page.rows:
        shown = replace(row.candidates, candidates=tuple(card.candidate for card in row.cards))
        for title_id, why in context.refusals(shown).items():
            yield Violation(
                Invariant.NOT_REFUSED,
                f"{title_id} does not belong here ({why}) and is shown.",
                row.candidates.name,
            )


def _check_repeats(page: Page) -> Iterator[Violation]:
    """A show stands once in a row, and once on the page except in repeating rows."""
    row_of_show: dict[TitleId, str] = {}
    for row in page.rows:
        name = row.candidates.name
        shows: set[TitleId] = set()
        for card in row.cards:
            show = card.title.card_key
            if show in shows:
                yield Violation(Invariant.NO_REPEATS, f"{show} stands twice in this row.", name)
            elif not may_repeat(row) and row_of_show.setdefault(show, name) != name:
                yield Violation(Invariant.NO_REPEATS, f"{show} stands in {row_of_show[show]} too.", name)
            shows.add(show)
    for name, count in Counter(row.candidates.name for row in page.rows).items():
        if count > 1:
            yield Violation(Invariant.ROWS_DIFFER, f"{count} rows have this name.", name)


def may_repeat(row: Row) -> bool:
    return row.candidates.repeats or row.candidates.spec.repeats


def _check_sizes(page: Page) -> Iterator[Violation]:
    for row in page.rows:
        spec, count = row.candidates.spec, len(row.cards)
        if count < max(1, spec.min_cards):
            message = f"{count} cards, and its least is {spec.min_cards}."
            yield Violation(Invariant.ENOUGH_CARDS, message, row.candidates.name)
        if count > spec.max_cards:
            message = f"{count} cards, and its most is {spec.max_cards}."
            yield Violation(Invariant.NOT_TOO_MANY_CARDS, message, row.candidates.name)


def _check_positions(page: Page) -> Iterator[Violation]:
    """Impressions are counted by these numbers."""
    for index, row in enumerate(page.rows):
        columns = [card.column for card in row.cards]
        if row.position != index:
            message = f"stands at {index} and says {row.position}."
            yield Violation(Invariant.PLACES, message, row.candidates.name)
        if columns != list(range(len(columns))):
            yield Violation(Invariant.PLACES, f"its cards say they stand at {columns}.", row.candidates.name)


def _check_reasons(page: Page, context: InvariantContext) -> Iterator[Violation]:
    for row in page.rows:
        seed_id = row.candidates.reason.seed
        if seed_id != (row.seed.id if row.seed is not None else None):
            message = f"it is about {seed_id}, and {row.seed.id if row.seed else 'nothing'} is named."
            yield Violation(Invariant.TRUE_REASONS, message, row.candidates.name)
        elif seed_id is not None and seed_id not in context.loved:
            message = f"{seed_id} is named, and was neither finished nor liked."
            yield Violation(Invariant.TRUE_REASONS, message, row.candidates.name)
        for card in row.cards:
            if card.seed is None:
                continue
            reason = card.candidate.reason
            if reason is None or reason.seed != card.seed.id or card.seed.id not in context.loved:
                message = f"{card.title.id} is there because of {card.seed.id}, which is not true."
                yield Violation(Invariant.TRUE_REASONS, message, row.candidates.name)


def _check_row_pins(page: Page) -> Iterator[Violation]:
    """A pinned row stands at its pin, directly behind other rows pinned there, or at the end of a short page."""
    pins = [row.candidates.spec.place.pin for row in page.rows]
    for position, (row, pin) in enumerate(zip(page.rows, pins, strict=True), start=1):
        if pin is None or pin == position:
            continue
        between = pins[pin - 1 : position - 1] if pin < position else pins[position:]
        if any(other is None for other in between):
            message = f"it is pinned to place {pin} and stands at {position}."
            yield Violation(Invariant.ROW_PINS, message, row.candidates.name)


def _check_card_pins(page: Page, context: InvariantContext) -> Iterator[Violation]:
    """A pinned title stands in its slot, directly behind others pinned there, or at the end of a short row."""
    for row in page.rows if page.level in LEVELS_WITH_CARD_PINS else ():
        if not row.candidates.spec.pins:
            continue
        columns = {card.title.id: card.column for card in row.cards}
        other_rows = () if may_repeat(row) else [other for other in page.rows if other is not row]
        elsewhere = {card.title.card_key for other in other_rows for card in other.cards}
        pins = _effective_pins(row.candidates, context, elsewhere)
        others = len(row.cards) - sum(title_id in columns for title_id, _ in pins)
        place = 0
        for count, (title_id, slot) in enumerate(pins, start=1):
            place = min(max(slot, place + 1), others + count)
            if columns.get(title_id) != place - 1:
                message = f"{title_id} is pinned to slot {slot} and is not there."
                yield Violation(Invariant.CARD_PINS, message, row.candidates.name)


def _effective_pins(
    row: RowCandidates, context: InvariantContext, elsewhere: Container[TitleId]
) -> list[tuple[TitleId, int]]:
    """(title, slot) of pins whose title could be shown here."""
    slots = active_pins(row.spec.pins, context.audience.now)
    loaded = [title for title_id in slots if (title := context.titles.get(title_id)) is not None]
    available = {
        title.id
        for title in filter_eligible(loaded, context.audience, context.titles).eligible
        if title.card_key not in elsewhere
    }
    refused = context.refusals(replace(row, candidates=tuple(Candidate(one, PINNED) for one in slots)))
    available -= refused.keys()
    return [(title_id, slot) for title_id, slot in slots.items() if title_id in available][
        : row.spec.max_cards
    ]
