"""What every served page must hold, checked on the page itself, whoever composed it and from whatever.

Composing is tested; this is for what tests did not think of: a source that says more than is true, a filter that
was passed by, a layout whose promises its rows cannot keep. A page that broke one is served all the same, for a
viewer is worse off without it; the violation is counted and the page kept for whoever mends it.
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
from domain.layouts.model import FAMILIAR, Layout
from domain.page.inputs import Refuse, refuse_none
from domain.page.model import Page, Row
from domain.ranking.editorial import PINNED, active_pins
from domain.resilience.degradation_levels import ServiceLevel
from domain.viewers.profiles import Audience


class Invariant(StrEnum):
    """The first three are the layout's own promise, the others hold for every page."""

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


ARRANGED = frozenset({ServiceLevel.FULL, ServiceLevel.FEWER_ROWS})
"""Levels at which rows are more than what their sources proposed."""

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Violation:
    """`row` names the row it is about, "" for the page as a whole. `what` is a sentence with the figures."""

    invariant: Invariant
    what: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class InvariantContext:
    """What a page is judged by.

    `loved` are titles that a reason may name: finished or liked by this profile. `titles` are those that were
    loaded for the page, the series of its episodes among them; a pinned title that is not there could not be had.
    `refuse` says what a row may not show this profile: watched, disliked.
    """

    layout: Layout
    audience: Audience
    loved: Container[TitleId] = frozenset()
    titles: Mapping[TitleId, Title] = field(default_factory=dict)
    refuse: Refuse = refuse_none


def check_invariants(page: Page, grounds: InvariantContext) -> list[Violation]:
    """Everything that is wrong with this page; usually nothing. Cost grows with its cards."""
    checks = (
        _promise(page, grounds),
        _permitted(page, grounds),
        _refused(page, grounds),
        _repeats(page),
        _sizes(page),
        _places(page),
        _reasons(page, grounds),
        _row_pins(page),
        _card_pins(page, grounds),
    )
    return [violation for check in checks for violation in check]


def _promise(page: Page, grounds: InvariantContext) -> Iterator[Violation]:
    promise = grounds.layout.promise
    if len(page.rows) < promise.min_rows:
        yield Violation(Invariant.MIN_ROWS, f"{len(page.rows)} rows, and {promise.min_rows} are promised.")
    discovery = sum(row.proposal.kind not in FAMILIAR for row in page.rows)
    if discovery < promise.discovery_rows:
        what = f"{discovery} rows of discovery, and {promise.discovery_rows} are promised."
        yield Violation(Invariant.DISCOVERY_ROWS, what)
    cards = [card for row in page.rows for card in row.cards]
    genres = Counter(genre for card in cards for genre in set(card.title.genres))
    for genre, count in genres.most_common(1):
        if count > promise.genre_share * len(cards) + ROUNDING:
            what = f"{count} of {len(cards)} cards are {genre}, and {promise.genre_share:.0%} at most are promised."
            yield Violation(Invariant.GENRE_SHARE, what)


def _permitted(page: Page, grounds: InvariantContext) -> Iterator[Violation]:
    """The choke point once more: cards, and the titles that reasons name."""
    named: dict[TitleId, Title] = {}
    for row in page.rows:
        for card in row.cards:
            named[card.title.id] = card.title
            if card.seed is not None:
                named[card.seed.id] = card.seed
        if row.seed is not None:
            named[row.seed.id] = row.seed
    removed = filter_eligible(named.values(), grounds.audience, grounds.titles).removed
    for row in page.rows if removed else ():
        for title_id in dict.fromkeys(_titles_of(row)):
            if title_id in removed:
                what = f"{title_id} may not be shown: {removed[title_id]}."
                yield Violation(Invariant.PERMITTED, what, row.proposal.name)


def _titles_of(row: Row) -> Iterator[TitleId]:
    for card in row.cards:
        yield card.title.id
        if card.seed is not None:
            yield card.seed.id
    if row.seed is not None:
        yield row.seed.id


def _refused(page: Page, grounds: InvariantContext) -> Iterator[Violation]:
    """What this profile watched or disliked stands only in rows that are about it."""
    for row in page.rows:
        shown = replace(row.proposal, candidates=tuple(card.candidate for card in row.cards))
        for title_id, why in grounds.refuse(shown).items():
            yield Violation(
                Invariant.NOT_REFUSED,
                f"{title_id} does not belong here ({why}) and is shown.",
                row.proposal.name,
            )


def _repeats(page: Page) -> Iterator[Violation]:
    """A show stands once on the page, but for rows that may repeat what stands elsewhere; once in any row."""
    holders: dict[TitleId, str] = {}
    for row in page.rows:
        name = row.proposal.name
        here: set[TitleId] = set()
        for card in row.cards:
            show = card.title.show_id
            if show in here:
                yield Violation(Invariant.NO_REPEATS, f"{show} stands twice in this row.", name)
            elif not may_repeat(row) and holders.setdefault(show, name) != name:
                yield Violation(Invariant.NO_REPEATS, f"{show} stands in {holders[show]} too.", name)
            here.add(show)
    for name, count in Counter(row.proposal.name for row in page.rows).items():
        if count > 1:
            yield Violation(Invariant.ROWS_DIFFER, f"{count} rows have this name.", name)


def may_repeat(row: Row) -> bool:
    return row.proposal.repeats or row.proposal.spec.repeats


def _sizes(page: Page) -> Iterator[Violation]:
    for row in page.rows:
        spec, count = row.proposal.spec, len(row.cards)
        if count < max(1, spec.min_cards):
            what = f"{count} cards, and its least is {spec.min_cards}."
            yield Violation(Invariant.ENOUGH_CARDS, what, row.proposal.name)
        if count > spec.max_cards:
            what = f"{count} cards, and its most is {spec.max_cards}."
            yield Violation(Invariant.NOT_TOO_MANY_CARDS, what, row.proposal.name)


def _places(page: Page) -> Iterator[Violation]:
    """Impressions are counted by these numbers."""
    for index, row in enumerate(page.rows):
        columns = [card.column for card in row.cards]
        if row.position != index:
            what = f"stands at {index} and says {row.position}."
            yield Violation(Invariant.PLACES, what, row.proposal.name)
        if columns != list(range(len(columns))):
            yield Violation(Invariant.PLACES, f"its cards say they stand at {columns}.", row.proposal.name)


def _reasons(page: Page, grounds: InvariantContext) -> Iterator[Violation]:
    """A title that is given as the reason is the one that is named, and was finished or liked."""
    for row in page.rows:
        about = row.proposal.reason.seed
        if about != (row.seed.id if row.seed is not None else None):
            what = f"it is about {about}, and {row.seed.id if row.seed else 'nothing'} is named."
            yield Violation(Invariant.TRUE_REASONS, what, row.proposal.name)
        elif about is not None and about not in grounds.loved:
            what = f"{about} is named, and was neither finished nor liked."
            yield Violation(Invariant.TRUE_REASONS, what, row.proposal.name)
        for card in row.cards:
            if card.seed is None:
                continue
            reason = card.candidate.reason
            if reason is None or reason.seed != card.seed.id or card.seed.id not in grounds.loved:
                what = f"{card.title.id} is there because of {card.seed.id}, which is not true."
                yield Violation(Invariant.TRUE_REASONS, what, row.proposal.name)


def _row_pins(page: Page) -> Iterator[Violation]:
    """A pinned row stands where its pin says, behind others that are pinned there, or as far down as it goes."""
    pins = [row.proposal.spec.place.pin for row in page.rows]
    for position, (row, pin) in enumerate(zip(page.rows, pins, strict=True), start=1):
        if pin is None or pin == position:
            continue
        between = pins[pin - 1 : position - 1] if pin < position else pins[position:]
        if any(other is None for other in between):
            what = f"it is pinned to place {pin} and stands at {position}."
            yield Violation(Invariant.ROW_PINS, what, row.proposal.name)


def _card_pins(page: Page, grounds: InvariantContext) -> Iterator[Violation]:
    """A pinned title stands in its slot, behind others that are pinned there, or at the end of a short row.

    A page that was made in a hurry knows no pins.
    """
    for row in page.rows if page.level in ARRANGED else ():
        if not row.proposal.spec.pins:
            continue
        columns = {card.title.id: card.column for card in row.cards}
        elsewhere = {card.title.show_id for other in page.rows if other is not row for card in other.cards}
        holding = _holding(row.proposal, grounds, elsewhere)
        others = len(row.cards) - sum(title_id in columns for title_id, _ in holding)
        place = 0
        for count, (title_id, slot) in enumerate(holding, start=1):
            place = min(max(slot, place + 1), others + count)
            if columns.get(title_id) != place - 1:
                what = f"{title_id} is pinned to slot {slot} and is not there."
                yield Violation(Invariant.CARD_PINS, what, row.proposal.name)


def _holding(
    proposal: RowCandidates, grounds: InvariantContext, elsewhere: Container[TitleId]
) -> list[tuple[TitleId, int]]:
    """(title, slot) of the pins that hold now and whose title could be shown here, by slot."""
    slots = active_pins(proposal.spec.pins, grounds.audience.now)
    known = [title for title_id in slots if (title := grounds.titles.get(title_id)) is not None]
    free = {
        title.id
        for title in filter_eligible(known, grounds.audience, grounds.titles).kept
        if title.show_id not in elsewhere
    }
    refused = grounds.refuse(replace(proposal, candidates=tuple(Candidate(one, PINNED) for one in slots)))
    free -= refused.keys()
    holding = [(title_id, slot) for title_id, slot in slots.items() if title_id in free]
    return holding[: proposal.spec.max_cards]
