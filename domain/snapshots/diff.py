"""Differences between two snapshots, in sentences for support. Rows and cards of a longest common order have not
moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.ids import TitleId
from domain.snapshots.snapshot import PageSnapshot, RowSnapshot


class ChangeKind(StrEnum):
    PAGE = "page"
    """Layout, data version or experiments."""
    ROW_ADDED = "row_added"
    ROW_REMOVED = "row_removed"
    ROW_MOVED = "row_moved"
    ROW_SOURCE = "row_source"
    """The same row from another fallback tier."""
    CARD_ADDED = "card_added"
    CARD_REMOVED = "card_removed"
    CARD_MOVED = "card_moved"


@dataclass(frozen=True, slots=True)
class Change:
    """Places in `text` count from 1."""

    kind: ChangeKind
    text: str
    row: str = ""
    title_id: TitleId | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """Row name -> its title on screen, title id -> name or refusal. Ids stand in for missing names."""

    rows: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[TitleId, str] = field(default_factory=dict)
    refusals: Mapping[TitleId, str] = field(default_factory=dict)

    def row(self, name: str) -> str:
        return f"“{self.rows[name]}”" if name in self.rows else name

    def title(self, title_id: TitleId) -> str:
        return self.titles.get(title_id, title_id)


def diff_snapshots(before: PageSnapshot, after: PageSnapshot, labels: Labels) -> list[Change]:
    """Changes of the page, then of rows and cards from top to bottom."""
    changes = [*_page_changes(before, after), *_row_changes(before, after, labels)]
    old_rows = {row.candidates.name: row for row in before.rows}
    moves = _moves_between_rows(before, after)
    for row in after.rows:
        if row.candidates.name in old_rows:
            changes += _card_changes(old_rows[row.candidates.name], row, moves, labels)
    return changes


def _page_changes(before: PageSnapshot, after: PageSnapshot) -> Iterator[Change]:
    pairs = [
        ("The layout", _layout_version(before), _layout_version(after)),
        ("The data version", before.data_version or "none", after.data_version or "none"),
    ]
    pairs += [
        (f"Experiment {name}", before.arms.get(name, "none"), after.arms.get(name, "none"))
        for name in sorted({*before.arms, *after.arms})
    ]
    for what, was, now in pairs:
        if was != now:
            yield Change(ChangeKind.PAGE, f"{what} was {was} and is {now}.")


def _layout_version(page: PageSnapshot) -> str:
    return f"{page.layout_id} {page.layout_version}"


def _row_changes(before: PageSnapshot, after: PageSnapshot, labels: Labels) -> Iterator[Change]:
    old_rows = {row.candidates.name: row for row in before.rows}
    new_rows = {row.candidates.name: row for row in after.rows}
    moved = _moved_names(list(old_rows), list(new_rows))
    for name, row in new_rows.items():
        label, place = labels.row(name), row.position + 1
        old = old_rows.get(name)
        if old is None:
            text = f"Row {label} is new, in place {place} with {_card_count(row)}."
            yield Change(ChangeKind.ROW_ADDED, text, name)
            continue
        if name in moved:
            text = f"Row {label} moved {_places_text(old.position, row.position)}."
            yield Change(ChangeKind.ROW_MOVED, text, name)
        if old.tier != row.tier:
            text = f"Row {label} was served from {old.tier} and is from {row.tier}."
            yield Change(ChangeKind.ROW_SOURCE, text, name)
    for name, row in old_rows.items():
        if name not in new_rows:
            text = f"Row {labels.row(name)} is gone; it stood in place {row.position + 1} with {_card_count(row)}."
            yield Change(ChangeKind.ROW_REMOVED, text, name)


def _places_text(was: int, now: int) -> str:
    """The place is the same when as many rows or cards left above it."""
    if was == now:
        return f"among its neighbours and still has place {now + 1}"
    return f"from place {was + 1} to {now + 1}"


def _card_count(row: RowSnapshot) -> str:
    count = len(row.columns)
    return f"{count} title{'' if count == 1 else 's'}"


def _card_changes(
    old: RowSnapshot, new: RowSnapshot, moves: Mapping[TitleId, str], labels: Labels
) -> Iterator[Change]:
    name, label = new.candidates.name, labels.row(new.candidates.name)
    was, now = _columns(old), _columns(new)
    moved = _moved_names(list(was), list(now))
    for title_id, column in now.items():
        title = labels.title(title_id)
        if title_id not in was and title_id in moves:
            text = f"{title} moved from {labels.row(moves[title_id])} to {label}, place {column + 1}."
            yield Change(ChangeKind.CARD_MOVED, text, name, title_id)
        elif title_id not in was:
            text = f"{title} is new in {label}, place {column + 1}."
            yield Change(ChangeKind.CARD_ADDED, text, name, title_id)
        elif title_id in moved:
            text = f"{title} moved in {label} {_places_text(was[title_id], column)}."
            yield Change(ChangeKind.CARD_MOVED, text, name, title_id)
    for title_id, column in was.items():
        if title_id not in now and moves.get(title_id) != name:
            why = (
                f" It may no longer be seen: {labels.refusals[title_id]}."
                if title_id in labels.refusals
                else ""
            )
            text = f"{labels.title(title_id)} is gone from {label}; it stood in place {column + 1}.{why}"
            yield Change(ChangeKind.CARD_REMOVED, text, name, title_id)


def _columns(row: RowSnapshot) -> dict[TitleId, int]:
    ids = (candidate.title_id for candidate in row.candidates.candidates)
    return dict(zip(ids, row.columns, strict=True))


def _moves_between_rows(before: PageSnapshot, after: PageSnapshot) -> dict[TitleId, str]:
    """Title -> the row it left, for moves from one row to one other that are in both snapshots."""
    old, new = _rows_of_titles(before), _rows_of_titles(after)
    names = {row.candidates.name for row in before.rows} & {row.candidates.name for row in after.rows}
    moves: dict[TitleId, str] = {}
    for title_id, rows in old.items():
        left, come = rows - new.get(title_id, set()), new.get(title_id, set()) - rows
        if len(left) == len(come) == 1 and left | come <= names:
            moves[title_id] = next(iter(left))
    return moves


def _rows_of_titles(page: PageSnapshot) -> dict[TitleId, set[str]]:
    rows_of_title: dict[TitleId, set[str]] = {}
    for row in page.rows:
        for candidate in row.candidates.candidates:
            rows_of_title.setdefault(candidate.title_id, set()).add(row.candidates.name)
    return rows_of_title


def _moved_names(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Common names outside a longest common order."""
    places = {name: place for place, name in enumerate(before)}
    common = [name for name in after if name in places]
    stayed = _longest_increasing([places[name] for name in common])
    return {name for index, name in enumerate(common) if index not in stayed}


def _longest_increasing(numbers: Sequence[int]) -> set[int]:
    """Indexes of a longest increasing subsequence (patience sorting; Fredman, 1975)."""
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
