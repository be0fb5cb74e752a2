"""What a profile has been shown: on which days a title, or a row, stood before its eyes.

A memory is spans of 28 days -> key -> one bit a day. It is a set of days, so merging is a bitwise or: a join
that is commutative, associative and idempotent (the grow-only set of Shapiro et al., 2011, packed into bits).
Late, repeated and reordered impressions come out the same, and the store merges without reading first.
Days instead of single sightings, because scrolling past a title ten times in an evening is one refusal.

Two spans are remembered, so 28 to 56 days; older ones are forgotten as a whole. Days are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from domain.ids import PART_SEPARATOR, TitleId

SPAN_DAYS = 28
SPANS_KEPT = 2
DAYS_KEPT = SPAN_DAYS * SPANS_KEPT
SPANS_FORGOTTEN = 26
OLDEST_DAYS = SPAN_DAYS
"""An impression that arrives later than this no longer counts."""

MOST_KEYS = 2000
"""Keys of one span: what a profile can make its document grow by."""

SECONDS_A_DAY = 86_400
TASK_SOURCES = frozenset({"activity", "my_list"})
"""Candidate sources of rows that people go to with something in mind: passing a title there refuses nothing."""

CARD_FIELDS = 6

Memory: TypeAlias = Mapping[int, Mapping[str, int]]
"""Span -> key -> days of the span as bits. Span n begins on day 28 n since 1970-01-01."""


def day_of(instant: datetime) -> int:
    """Days since 1970-01-01 UTC."""
    return int(instant.timestamp() // SECONDS_A_DAY)


def title_key(title_id: TitleId, episode_count: int | None = None) -> str:
    """A series that has a new episode has a new key: what was seen before it came no longer counts."""
    return f"{title_id}{PART_SEPARATOR}{episode_count}" if episode_count else title_id


def row_key(row: str) -> str:
    """`row` is a row's name or its spec's id; the separator, which no raw id has, tells it from a title."""
    return PART_SEPARATOR + row.partition(PART_SEPARATOR)[0]


def played_key(row: str) -> str:
    """Under which it is remembered that something of this row was played."""
    return PART_SEPARATOR + row_key(row)


def tracked_card(tracking: str | None) -> tuple[str, str, str] | None:
    """Row, title and candidate source that a card's token names; None for another token or none."""
    fields = tracking.split("|") if tracking else []
    return (fields[1], fields[4], fields[5]) if len(fields) >= CARD_FIELDS else None


def seen_keys(title_id: TitleId, episode_count: int | None, tracking: str | None) -> list[str]:
    """What one impression is remembered under: its row, and its title unless the row is a task."""
    card = tracked_card(tracking)
    if card is None:
        return []
    row, _, source = card
    keys = [row_key(row)]
    if source.partition(":")[0] not in TASK_SOURCES:
        keys.append(title_key(title_id, episode_count))
    return keys


def remember(memory: dict[int, dict[str, int]], keys: Iterable[str], at: datetime) -> None:
    """Add these keys on the day of `at` to a memory that is being made."""
    span, day = divmod(day_of(at), SPAN_DAYS)
    for key in keys:
        known = memory.setdefault(span, {})
        known[key] = known.get(key, 0) | 1 << day


def united(ours: Memory, theirs: Memory) -> dict[int, dict[str, int]]:
    """Both memories in one."""
    merged = {span: dict(keys) for span, keys in ours.items()}
    for span, keys in theirs.items():
        known = merged.setdefault(span, {})
        for key, days in keys.items():
            known[key] = known.get(key, 0) | days
    return merged


def kept(memory: Memory) -> Memory:
    """What stays beside the newest span of a memory."""
    newest = max(memory, default=0)
    return {span: keys for span, keys in memory.items() if newest - SPANS_KEPT < span}


def forgotten(memory: Memory) -> range:
    """The spans that go when this is remembered, as far back as two years."""
    newest = max(memory, default=0)
    return range(newest - SPANS_FORGOTTEN, newest - SPANS_KEPT + 1)


def has_room(memory: Memory, keys: Iterable[str], at: datetime) -> bool:
    """May these keys be added on that day? Keys that are there already always may."""
    known = memory.get(day_of(at) // SPAN_DAYS, {})
    return len(known) < MOST_KEYS or all(key in known for key in keys)


def days_before(memory: Memory, key: str, today: int) -> int:
    """The days before `today` on which this key was seen, as bits: the day n days ago is bit DAYS_KEPT - n."""
    span, offset = divmod(today, SPAN_DAYS)
    current, last = memory.get(span), memory.get(span - 1)
    days = last.get(key, 0) if last else 0
    if current and offset:
        days |= (current.get(key, 0) & (1 << offset) - 1) << SPAN_DAYS
    return days << SPAN_DAYS - offset


def latest_age(days: int) -> int:
    """How many days ago the latest of some days (not none) was."""
    return DAYS_KEPT - days.bit_length() + 1
