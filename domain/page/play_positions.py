"""Where on a page the next play is, and what the page is like: the figures of a page-level evaluation.

Cards are read row by row from the top left. A show that stands twice counts where it stands first. The discount by
steps is 1 / (1 + rows down + cards across): the presses of a remote control from the top left card, the reciprocal
rank of a page (cf. Felicioni et al., "A methodology for the offline evaluation of recommender systems in a user
interface with multiple carousels", 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from domain.catalog.titles import Title
from domain.ranking.diversity import intra_list_diversity

PageTitles = Sequence[Sequence[Title]]
"""The titles of each row, top to bottom."""

FIRST_CARDS = (10, 20, 40)
SCREEN_ROWS, SCREEN_COLUMNS = 3, 6
SCREEN = f"next play in first {SCREEN_ROWS} x {SCREEN_COLUMNS}"
NEXT_PLAYS = 5

METRICS = (
    *(f"next play in first {count} cards" for count in FIRST_CARDS),
    SCREEN,
    f"next {NEXT_PLAYS} plays in first {SCREEN_ROWS} x {SCREEN_COLUMNS}",
    "next play by steps",
    "rows",
    "repeats",
    "diversity",
)


def page_figures(page: PageTitles, plays: Sequence[str]) -> tuple[float, ...]:
    """Values of METRICS, in their order. `plays` are card keys of shows, the next first; needs at least one.

    "repeats" is the share of cards whose show stands further up, "diversity" that of the first screen.
    """
    reading = list(dict.fromkeys(title.card_key for title in chain.from_iterable(page)))
    cards = sum(map(len, page))
    screen = first_screen(page)
    seen = {title.card_key for title in screen}
    soon = plays[:NEXT_PLAYS]
    return (
        *(float(plays[0] in reading[:count]) for count in FIRST_CARDS),
        float(plays[0] in seen),
        sum(show in seen for show in soon) / len(soon),
        _by_steps(page, plays[0]),
        float(len(page)),
        (cards - len(reading)) / cards if cards else 0.0,
        intra_list_diversity({title.card_key: title for title in screen}.values()),
    )


def first_screen(page: PageTitles) -> list[Title]:
    return [title for row in page[:SCREEN_ROWS] for title in row[:SCREEN_COLUMNS]]


def as_rows(titles: Sequence[Title]) -> list[Sequence[Title]]:
    """One flat list on the same screen: rows of as many cards as are seen at once."""
    return [titles[start : start + SCREEN_COLUMNS] for start in range(0, len(titles), SCREEN_COLUMNS)]


def _by_steps(page: PageTitles, show: str) -> float:
    steps = [
        down + across
        for down, row in enumerate(page)
        for across, title in enumerate(row)
        if title.card_key == show
    ]
    return 1.0 / (1 + min(steps)) if steps else 0.0
