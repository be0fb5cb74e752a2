"""Impression history: the UTC days on which a profile saw a title or a row.

Spans of 28 days hold one bit a day per key. Merging is a bitwise or: commutative, associative and idempotent (the
grow-only set of Shapiro et al., 2011, packed into bits). So late, repeated and reordered impressions give the same
result, and the store merges without reading. Scrolling past a title ten times in an evening is one refusal, so days
count. Two spans are retained: 28 to 56 days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from domain.ids import PART_SEPARATOR, TitleId

SPAN_DAYS = 28
SPANS_KEPT = 2
DAYS_KEPT = SPAN_DAYS * SPANS_KEPT
SPANS_SWEPT = 26
MAX_AGE_DAYS = SPAN_DAYS
"""Impressions reported later do not count."""

MAX_KEYS = 2000
"""Per span: bounds a profile's document."""

SECONDS_A_DAY = 86_400
TASK_SOURCES = frozenset({"activity", "my_list"})
"""Sources of task rows: skipping a title there refuses nothing."""

CARD_FIELDS = 6

ImpressionHistory: TypeAlias = Mapping[int, Mapping[str, int]]
"""Span -> key -> days of the span as bits. Span n begins on day 28 n since 1970-01-01."""


def day_number(instant: datetime) -> int:
    """Days since 1970-01-01 UTC."""
    return int(instant.timestamp() // SECONDS_A_DAY)


def title_key(title_id: TitleId, episode_count: int | None = None) -> str:
    """A new episode gives a series a new key, so earlier impressions no longer count."""
    return f"{title_id}{PART_SEPARATOR}{episode_count}" if episode_count else title_id


def row_key(row: str) -> str:
    """`row` is a row's name or spec id. Raw ids have no separator."""
    return PART_SEPARATOR + row.partition(PART_SEPARATOR)[0]


def played_key(row: str) -> str:
    """Marks days on which something in the row was played."""
    return PART_SEPARATOR + row_key(row)


def tracked_card(tracking: str | None) -> tuple[str, str, str] | None:
    """Row, title and candidate source of a card's token; else None."""
    fields = tracking.split("|") if tracking else []
    return (fields[1], fields[4], fields[5]) if len(fields) >= CARD_FIELDS else None


def impression_keys(title_id: TitleId, episode_count: int | None, tracking: str | None) -> list[str]:
    """The row's, and the title's unless the row is a task."""
    card = tracked_card(tracking)
    if card is None:
        return []
    row, _, source = card
    keys = [row_key(row)]
    if source.partition(":")[0] not in TASK_SOURCES:
        keys.append(title_key(title_id, episode_count))
    return keys


def add_impressions(history: dict[int, dict[str, int]], keys: Iterable[str], at: datetime) -> None:
    """Adds the keys to `history` on the day of `at`."""
    span, day = divmod(day_number(at), SPAN_DAYS)
    for key in keys:
        known = history.setdefault(span, {})
        known[key] = known.get(key, 0) | 1 << day


def merge_impressions(ours: ImpressionHistory, theirs: ImpressionHistory) -> dict[int, dict[str, int]]:
    merged = {span: dict(keys) for span, keys in ours.items()}
    for span, keys in theirs.items():
        known = merged.setdefault(span, {})
        for key, days in keys.items():
            known[key] = known.get(key, 0) | days
    return merged


def retained_spans(history: ImpressionHistory) -> ImpressionHistory:
    newest = max(history, default=0)
    return {span: keys for span, keys in history.items() if newest - SPANS_KEPT < span}


def expired_spans(history: ImpressionHistory) -> range:
    """Up to two years back."""
    newest = max(history, default=0)
    return range(newest - SPANS_SWEPT, newest - SPANS_KEPT + 1)


def has_capacity(history: ImpressionHistory, keys: Iterable[str], at: datetime) -> bool:
    """Existing keys can always be added."""
    known = history.get(day_number(at) // SPAN_DAYS, {})
    return len(known) < MAX_KEYS or all(key in known for key in keys)


def days_seen_before(history: ImpressionHistory, key: str, today: int) -> int:
    """Days before `today` on which the key was seen, as bits: n days ago is bit DAYS_KEPT - n."""
    span, offset = divmod(today, SPAN_DAYS)
    current, last = history.get(span), history.get(span - 1)
    days = last.get(key, 0) if last else 0
    if current and offset:
        days |= (current.get(key, 0) & (1 << offset) - 1) << SPAN_DAYS
    return days << SPAN_DAYS - offset


def days_since_latest(days: int) -> int:
    """`days` must not be 0."""
    return DAYS_KEPT - days.bit_length() + 1
