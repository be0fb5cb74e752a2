"""A good page breaks no invariant, and each fault breaks exactly its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from domain.layouts.model import Layout, Pin, Promise, RowPlacement, RowSpec
from domain.layouts.row_kinds import RowSource
from domain.page.invariants import Invariant, InvariantContext, Violation, check_invariants
from domain.page.model import Card, Page, Row
from domain.recommendations.reasons import Reason, ReasonKind
from domain.resilience.degradation_levels import ServiceLevel
from domain.viewers.profiles import Audience
from tests.domain.made import DAY, DE, NOW, US, a_title, an_episode, only

SERIES = a_title("s1", kind=TitleKind.SERIES, genres=("Drama",))
TITLES: dict[TitleId, Title] = {
    title.id: title
    for title in (
        *(a_title(f"m{number}", genres=(("Drama", "Comedy", "Crime")[number % 3],)) for number in range(30)),
        SERIES,
        an_episode("s1", 1, 1, genres=("Drama",)),
    )
}
AUDIENCE = Audience(DE, 18, False, NOW)
LAYOUT = Layout("home", 1, (), NOW, promise=Promise(min_rows=3, discovery_rows=1, genre_share=0.5))


def refuse(candidate_row: RowCandidates) -> dict[TitleId, str]:
    """m28 was disliked."""
    return {one.title_id: "disliked" for one in candidate_row.candidates if one.title_id == "m28"}


CONTEXT = InvariantContext(LAYOUT, AUDIENCE, loved={TitleId("m29")}, titles=TITLES, refusals=refuse)


def a_row(position: int, source: RowSource, *ids: str, **changes: Any) -> Row:
    """A valid row of these titles."""
    spec = RowSpec(f"row{position}", source, min_cards=2, max_cards=5, **changes.pop("spec", {}))
    reason = changes.pop("reason", Reason(ReasonKind.TASTE))
    candidates = tuple(Candidate(TitleId(title_id), "test") for title_id in ids)
    candidate_row = RowCandidates(spec, candidates, reason, FreshnessSource.BATCH, NOW, **changes)
    cards = tuple(Card(TITLES[one.title_id], one, column) for column, one in enumerate(candidates))
    return Row(candidate_row, position, cards, TITLES[reason.seed] if reason.seed else None)


def a_page(*rows: Row) -> Page:
    return Page("", "home", 1, "v1", NOW, rows)


BECAUSE = Reason(ReasonKind.BECAUSE_YOU_WATCHED, seed=TitleId("m29"))
CONTINUE = a_row(0, RowSource.CONTINUE_WATCHING, "m0", "s1-1-1")
PICKS = a_row(1, RowSource.TOP_PICKS, "m1", "m2", "m4", spec={"pins": (Pin(TitleId("m2"), 2, NOW + DAY),)})
ABOUT = a_row(
    2, RowSource.BECAUSE_YOU_WATCHED, "m7", "m8", "m10", reason=BECAUSE, spec={"place": RowPlacement(pin=3)}
)
GOOD = a_page(CONTINUE, PICKS, ABOUT)


def with_row(row: Row) -> Page:
    return replace(GOOD, rows=tuple(row if row.position == old.position else old for old in GOOD.rows))


def with_card(row: Row, place: int, **changes: Any) -> Page:
    cards = list(row.cards)
    cards[place] = cards[place]._replace(**changes)
    return with_row(replace(row, cards=tuple(cards)))


def showing(row: Row, column: int, title: Title) -> Page:
    candidate = Candidate(title.id, "test")
    return with_card(row, column, title=title, candidate=candidate)


def seeded(row: Row, seed: str, named: str) -> Page:
    candidate = row.cards[0].candidate._replace(reason=Reason(ReasonKind.BECAUSE_YOU_LIKED, TitleId(seed)))
    return with_card(row, 0, candidate=candidate, seed=TITLES[TitleId(named)])


def respecified(row: Row, **changes: Any) -> Row:
    return replace(row, candidates=replace(row.candidates, spec=replace(row.candidates.spec, **changes)))


def test_a_good_page_breaks_no_invariant() -> None:
    assert check_invariants(GOOD, CONTEXT) == []


BROKEN: dict[str, tuple[Page, Violation]] = {
    "a row too few": (
        a_page(CONTINUE, PICKS),
        Violation(Invariant.MIN_ROWS, "2 rows, and 3 are promised."),
    ),
    "nothing to discover": (
        a_page(
            CONTINUE, a_row(1, RowSource.MY_LIST, "m1", "m2"), a_row(2, RowSource.WATCH_AGAIN, "m4", "m5")
        ),
        Violation(Invariant.DISCOVERY_ROWS, "0 rows of discovery, and 1 are promised."),
    ),
    "one genre everywhere": (
        with_row(a_row(1, RowSource.GENRE, "m3", "m6", "m9", "m12")),
        Violation(Invariant.GENRE_SHARE, "6 of 9 cards are Drama, and 50% at most are promised."),
    ),
    "a title of another region": (
        showing(PICKS, 0, a_title("m1", genres=("Comedy",), **only(US))),
        Violation(Invariant.PERMITTED, "m1 may not be shown: not_in_region.", "row1"),
    ),
    "a title whose licence has ended": (
        showing(PICKS, 0, a_title("m1", genres=("Comedy",), **only(DE, end=NOW))),
        Violation(Invariant.PERMITTED, "m1 may not be shown: licence_over.", "row1"),
    ),
    "an episode of a series that may not be shown": (
        showing(CONTINUE, 1, an_episode("s9", 1, 1)),
        Violation(Invariant.PERMITTED, "s9-1-1 may not be shown: series_withheld.", "row0"),
    ),
    "a title that was disliked": (
        showing(PICKS, 0, TITLES[TitleId("m28")]),
        Violation(Invariant.NOT_REFUSED, "m28 does not belong here (disliked) and is shown.", "row1"),
    ),
    "a show in two rows": (
        showing(PICKS, 0, SERIES),
        Violation(Invariant.NO_REPEATS, "s1 stands in row0 too.", "row1"),
    ),
    "a show twice in a row": (
        showing(PICKS, 2, TITLES[TitleId("m1")]),
        Violation(Invariant.NO_REPEATS, "m1 stands twice in this row.", "row1"),
    ),
    "two rows of one name": (
        with_row(respecified(ABOUT, id="row1")),
        Violation(Invariant.ROWS_DIFFER, "2 rows have this name.", "row1"),
    ),
    "a row too short": (
        with_row(respecified(CONTINUE, min_cards=3)),
        Violation(Invariant.ENOUGH_CARDS, "2 cards, and its least is 3.", "row0"),
    ),
    "a row too long": (
        with_row(respecified(PICKS, max_cards=2)),
        Violation(Invariant.NOT_TOO_MANY_CARDS, "3 cards, and its most is 2.", "row1"),
    ),
    "a row that says it stands elsewhere": (
        replace(GOOD, rows=(*GOOD.rows[:2], replace(ABOUT, position=3))),
        Violation(Invariant.PLACES, "stands at 2 and says 3.", "row2"),
    ),
    "a gap between cards": (
        with_card(PICKS, 2, column=3),
        Violation(Invariant.PLACES, "its cards say they stand at [0, 1, 3].", "row1"),
    ),
    "a row about what is not named": (
        with_row(replace(ABOUT, seed=None)),
        Violation(Invariant.TRUE_REASONS, "it is about m29, and nothing is named.", "row2"),
    ),
    "a row about what was not watched": (
        with_row(
            replace(
                ABOUT,
                seed=TITLES[TitleId("m28")],
                candidates=replace(ABOUT.candidates, reason=replace(BECAUSE, seed=TitleId("m28"))),
            )
        ),
        Violation(Invariant.TRUE_REASONS, "m28 is named, and was neither finished nor liked.", "row2"),
    ),
    "a card because of what was not watched": (
        seeded(PICKS, "m28", "m28"),
        Violation(Invariant.TRUE_REASONS, "m1 is there because of m28, which is not true.", "row1"),
    ),
    "a card that names another title than its reason": (
        seeded(PICKS, "m28", "m29"),
        Violation(Invariant.TRUE_REASONS, "m1 is there because of m29, which is not true.", "row1"),
    ),
    "a pinned row elsewhere": (
        with_row(respecified(ABOUT, place=RowPlacement(pin=1))),
        Violation(Invariant.ROW_PINS, "it is pinned to place 1 and stands at 3.", "row2"),
    ),
    "a row pinned further down than it stands": (
        with_row(respecified(CONTINUE, place=RowPlacement(pin=2))),
        Violation(Invariant.ROW_PINS, "it is pinned to place 2 and stands at 1.", "row0"),
    ),
    "a pinned title in another slot": (
        with_row(respecified(PICKS, pins=(Pin(TitleId("m2"), 1, NOW + DAY),))),
        Violation(Invariant.CARD_PINS, "m2 is pinned to slot 1 and is not there.", "row1"),
    ),
    "a pinned title left out": (
        with_row(respecified(PICKS, pins=(Pin(TitleId("m20"), 1, NOW + DAY),))),
        Violation(Invariant.CARD_PINS, "m20 is pinned to slot 1 and is not there.", "row1"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_fault_breaks_exactly_its_own_invariant(name: str) -> None:
    page, expected = BROKEN[name]
    assert check_invariants(page, CONTEXT) == [expected]


def test_every_invariant_is_broken_by_a_case_above() -> None:
    assert {violation.invariant for _, violation in BROKEN.values()} == set(Invariant)


ALLOWED: dict[str, Page] = {
    "a chart repeats what stands elsewhere": with_row(
        a_row(1, RowSource.TRENDING, "m0", "s1", "m1", repeats=True)
    ),
    "the layout lets a row repeat": with_row(a_row(1, RowSource.MY_LIST, "m0", "m7", spec={"repeats": True})),
    "two rows pinned to one place stand behind each other": a_page(
        CONTINUE,
        respecified(PICKS, place=RowPlacement(pin=2)),
        respecified(ABOUT, place=RowPlacement(pin=2)),
    ),
    "a row pinned below the last place stands last": with_row(respecified(ABOUT, place=RowPlacement(pin=9))),
    "a pin that is over": with_row(respecified(PICKS, pins=(Pin(TitleId("m20"), 1, NOW),))),
    "a pin that has not begun": with_row(
        respecified(PICKS, pins=(Pin(TitleId("m20"), 1, NOW + 2 * DAY, since=NOW + DAY),))
    ),
    "a pinned title that is not to be had": with_row(
        respecified(PICKS, pins=(Pin(TitleId("nowhere"), 1, NOW + DAY),))
    ),
    "a pinned title that another row has": with_row(
        respecified(PICKS, pins=(Pin(TitleId("m7"), 1, NOW + DAY),))
    ),
    "a pinned title that was disliked": with_row(
        respecified(PICKS, pins=(Pin(TitleId("m28"), 1, NOW + DAY),))
    ),
    "a page in a hurry knows no pins": replace(
        with_row(respecified(PICKS, pins=(Pin(TitleId("m20"), 1, NOW + DAY),))), level=ServiceLevel.NO_RERANK
    ),
    "a pin behind the end of the row": with_row(respecified(PICKS, pins=(Pin(TitleId("m4"), 5, NOW + DAY),))),
    "the pins of a row that may repeat, one of which another row has": with_row(
        a_row(
            1,
            RowSource.MY_LIST,
            "m1",
            "m20",
            "m7",
            spec={
                "repeats": True,
                "pins": (Pin(TitleId("m20"), 5, NOW + DAY), Pin(TitleId("m7"), 8, NOW + DAY)),
            },
        )
    ),
    "two pins for one slot": with_row(
        respecified(PICKS, pins=(Pin(TitleId("m1"), 1, NOW + DAY), Pin(TitleId("m2"), 1, NOW + DAY)))
    ),
    "a reason whose title may not be named is not named": with_card(
        PICKS,
        0,
        candidate=Candidate(TitleId("m1"), "test", Reason(ReasonKind.BECAUSE_YOU_LIKED, TitleId("m28"))),
    ),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed_pages_break_no_invariant(name: str) -> None:
    assert check_invariants(ALLOWED[name], CONTEXT) == []
