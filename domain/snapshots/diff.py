"""What became of a page: rows and cards that are new, gone or elsewhere, said so that support can read it out.

What merely gave way is not said to have moved: of things that still stand in the same order, only those are
named that changed their place among the others (all but a longest common order).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.ids import TitleId
from domain.snapshots.snapshot import PageSnapshot, RowSnapshot


class ChangeKind(StrEnum):
    PAGE = "page"
    """What it is made from: layout, data, experiments."""
    ROW_ADDED = "row_added"
    ROW_REMOVED = "row_removed"
    ROW_MOVED = "row_moved"
    ROW_SOURCE = "row_source"
    """The same row from another rung of the fallback ladder."""
    CARD_ADDED = "card_added"
    CARD_REMOVED = "card_removed"
    CARD_MOVED = "card_moved"


@dataclass(frozen=True, slots=True)
class Change:
    """`row` and `title_id` say what it is about. `text` is a sentence, places in it count from 1."""

    kind: ChangeKind
    text: str
    row: str = ""
    title_id: TitleId | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """How to call things: row name -> its title on screen, title id -> name. What is not there goes by its id.

    `withheld` are titles that this profile may not see by now, with the rule.
    """

    rows: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[TitleId, str] = field(default_factory=dict)
    withheld: Mapping[TitleId, str] = field(default_factory=dict)

    def row(self, name: str) -> str:
        return f"“{self.rows[name]}”" if name in self.rows else name

    def title(self, title_id: TitleId) -> str:
        return self.titles.get(title_id, title_id)


def diff(before: PageSnapshot, after: PageSnapshot, labels: Labels) -> list[Change]:
    """Changes of the page, then of rows from top to bottom, then of the cards in each. Empty: nothing changed."""
    changes = [*_made_from(before, after), *_rows(before, after, labels)]
    olds = {row.proposal.name: row for row in before.rows}
    moves = _between_rows(before, after)
    for row in after.rows:
        if row.proposal.name in olds:
            changes += _cards(olds[row.proposal.name], row, moves, labels)
    return changes


def _made_from(before: PageSnapshot, after: PageSnapshot) -> Iterator[Change]:
    pairs = [
        ("The layout", _edition(before), _edition(after)),
        ("The data version", before.data_version or "none", after.data_version or "none"),
    ]
    pairs += [
        (f"Experiment {name}", before.arms.get(name, "none"), after.arms.get(name, "none"))
        for name in sorted({*before.arms, *after.arms})
    ]
    for what, was, now in pairs:
        if was != now:
            yield Change(ChangeKind.PAGE, f"{what} was {was} and is {now}.")


def _edition(page: PageSnapshot) -> str:
    return f"{page.layout_id} {page.layout_version}"


def _rows(before: PageSnapshot, after: PageSnapshot, labels: Labels) -> Iterator[Change]:
    olds = {row.proposal.name: row for row in before.rows}
    news = {row.proposal.name: row for row in after.rows}
    moved = _out_of_order(list(olds), list(news))
    for name, row in news.items():
        label, place = labels.row(name), row.position + 1
        old = olds.get(name)
        if old is None:
            text = f"Row {label} is new, in place {place} with {_count(row)}."
            yield Change(ChangeKind.ROW_ADDED, text, name)
            continue
        if name in moved:
            text = f"Row {label} moved {_from_to(old.position, row.position)}."
            yield Change(ChangeKind.ROW_MOVED, text, name)
        if old.tier != row.tier:
            text = f"Row {label} was served from {old.tier} and is from {row.tier}."
            yield Change(ChangeKind.ROW_SOURCE, text, name)
    for name, row in olds.items():
        if name not in news:
            text = f"Row {labels.row(name)} is gone; it stood in place {row.position + 1} with {_count(row)}."
            yield Change(ChangeKind.ROW_REMOVED, text, name)


def _from_to(was: int, now: int) -> str:
    """A thing can move among the others and have the same number as before, when as many left above it."""
    if was == now:
        return f"among its neighbours and still has place {now + 1}"
    return f"from place {was + 1} to {now + 1}"


def _count(row: RowSnapshot) -> str:
    count = len(row.columns)
    return f"{count} title{'' if count == 1 else 's'}"


def _cards(
    old: RowSnapshot, new: RowSnapshot, moves: Mapping[TitleId, str], labels: Labels
) -> Iterator[Change]:
    name, label = new.proposal.name, labels.row(new.proposal.name)
    was, now = _columns(old), _columns(new)
    moved = _out_of_order(list(was), list(now))
    for title_id, column in now.items():
        title = labels.title(title_id)
        if title_id not in was and title_id in moves:
            text = f"{title} moved from {labels.row(moves[title_id])} to {label}, place {column + 1}."
            yield Change(ChangeKind.CARD_MOVED, text, name, title_id)
        elif title_id not in was:
            text = f"{title} is new in {label}, place {column + 1}."
            yield Change(ChangeKind.CARD_ADDED, text, name, title_id)
        elif title_id in moved:
            text = f"{title} moved in {label} {_from_to(was[title_id], column)}."
            yield Change(ChangeKind.CARD_MOVED, text, name, title_id)
    for title_id, column in was.items():
        if title_id not in now and moves.get(title_id) != name:
            why = (
                f" It may no longer be seen: {labels.withheld[title_id]}."
                if title_id in labels.withheld
                else ""
            )
            text = f"{labels.title(title_id)} is gone from {label}; it stood in place {column + 1}.{why}"
            yield Change(ChangeKind.CARD_REMOVED, text, name, title_id)


def _columns(row: RowSnapshot) -> dict[TitleId, int]:
    ids = (candidate.title_id for candidate in row.proposal.candidates)
    return dict(zip(ids, row.columns, strict=True))


def _between_rows(before: PageSnapshot, after: PageSnapshot) -> dict[TitleId, str]:
    """Title -> the row it left, for titles that went from one row to one other and both rows are still there."""
    old, new = _holders(before), _holders(after)
    names = {row.proposal.name for row in before.rows} & {row.proposal.name for row in after.rows}
    moves: dict[TitleId, str] = {}
    for title_id, rows in old.items():
        left, come = rows - new.get(title_id, set()), new.get(title_id, set()) - rows
        if len(left) == len(come) == 1 and left | come <= names:
            moves[title_id] = next(iter(left))
    return moves


def _holders(page: PageSnapshot) -> dict[TitleId, set[str]]:
    holders: dict[TitleId, set[str]] = {}
    for row in page.rows:
        for candidate in row.proposal.candidates:
            holders.setdefault(candidate.title_id, set()).add(row.proposal.name)
    return holders


def _out_of_order(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The fewest of the things in both lists that must have moved: all but a longest order that both share."""
    places = {name: place for place, name in enumerate(before)}
    common = [name for name in after if name in places]
    stayed = _longest_rising([places[name] for name in common])
    return {name for index, name in enumerate(common) if index not in stayed}


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Indexes of a longest rising subsequence (patience sorting; Fredman, 1975)."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for index, number in enumerate(numbers):
        pile = bisect_left(tails, number)
        tails[pile : pile + 1] = [number]
        ends[pile : pile + 1] = [index]
        previous.append(ends[pile - 1] if pile else -1)
    chosen: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        chosen.add(index)
        index = previous[index]
    return chosen
