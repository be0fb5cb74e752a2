"""Visibility changes: what a writer announces, and the log in Redis that carries it.

    marquee:{visibility}:changes   stream   the latest MAX_CHANGES announcements: JSON texts in the field "change"
    marquee:{visibility}:last      string   position (stream id) of the last announcement
    marquee:{visibility}:since     string   Redis's time (ms) from which the log knows every announcement

    {"profiles": ["ade"], "accounts": ["home"], "titles": ["m00101"], "everything": true}     empty ones are left out

Announce after the write is durable and before it is acknowledged: `VisibilityLog.announce` (bff/stores/visibility/)
in the service, `announce` (batch/storage/announcements.py) in importers and tools. An announcement says only whose or
which facts changed, never the facts: a process that hears it trusts none of them that it read before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.errors import BadInput
from domain.ids import AccountId, ProfileId, TitleId
from domain.storage_names import KEY_PREFIX

CHANGES_KEY = f"{KEY_PREFIX}:{{visibility}}:changes"
LAST_KEY = f"{KEY_PREFIX}:{{visibility}}:last"
SINCE_KEY = f"{KEY_PREFIX}:{{visibility}}:since"
FIELD = "change"
MAX_CHANGES = 10_000
MAX_IDS = 500
"""Per announcement: larger changes are split."""
EVERYTHING_ABOVE = 20_000
"""More ids than this are announced as one change of everything."""

ANNOUNCE_SCRIPT = """
local time = redis.call('TIME')
redis.call('SET', ARGV[2], string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), 'NX')
local id = redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[3], '*', ARGV[4], ARGV[5])
redis.call('SET', ARGV[1], id)
return id
"""
"""KEYS: CHANGES_KEY. ARGV: LAST_KEY, SINCE_KEY (same slot), MAX_CHANGES, FIELD, text. Returns the position."""

CATCH_UP_SCRIPT = """
local time = redis.call('TIME')
redis.call('SET', ARGV[2], string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), 'NX')
local since, last = redis.call('GET', ARGV[2]), redis.call('GET', ARGV[1]) or ''
if last == ARGV[3] then return {last, since} end
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)
local from = ARGV[3] == '' and '-' or '(' .. ARGV[3]
local changes = redis.call('XRANGE', KEYS[1], from, '+')
local full = redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[4]) and '1' or ''
return {last, since, full, oldest[1] and oldest[1][1] or '', changes}
"""
"""KEYS: CHANGES_KEY. ARGV: LAST_KEY, SINCE_KEY, position known ("": none), MAX_CHANGES. One round trip."""


@dataclass(frozen=True, slots=True)
class VisibilityChange:
    """Whose or which visibility changed. `profiles`: age limit, kids, blocked titles, account; or deleted.

    `accounts`: region or plan; or deleted. `titles`: licences, ages, plans, series; or withdrawn. `everything`: all.
    """

    profiles: tuple[ProfileId, ...] = ()
    accounts: tuple[AccountId, ...] = ()
    titles: tuple[TitleId, ...] = ()
    everything: bool = False

    def __bool__(self) -> bool:
        return self.everything or bool(self.profiles or self.accounts or self.titles)


ALL_CHANGED = VisibilityChange(everything=True)


def change_to_texts(change: VisibilityChange) -> list[str]:
    """One text per MAX_IDS ids of a kind; none for an empty change."""
    if change.everything or _id_count(change) > EVERYTHING_ABOVE:
        return [_text({"everything": True})]
    return [_text({name: ids}) for name, ids in _id_batches(change)]


def change_from_text(text: str | bytes) -> VisibilityChange:
    """Raises BadInput for any other text: a reader then treats everything as changed."""
    try:
        document: Mapping[str, Any] = json.loads(text)
        return VisibilityChange(
            profiles=tuple(ProfileId(str(one)) for one in document.get("profiles", ())),
            accounts=tuple(AccountId(str(one)) for one in document.get("accounts", ())),
            titles=tuple(TitleId(str(one)) for one in document.get("titles", ())),
            everything=bool(document.get("everything", False)),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise BadInput(f"{text!r} is no visibility change ({error})") from error


def _id_count(change: VisibilityChange) -> int:
    return len(change.profiles) + len(change.accounts) + len(change.titles)


def _id_batches(change: VisibilityChange) -> Iterator[tuple[str, Sequence[str]]]:
    kinds: tuple[tuple[str, Sequence[str]], ...] = (
        ("profiles", change.profiles),
        ("accounts", change.accounts),
        ("titles", change.titles),
    )
    for name, ids in kinds:
        unique = list(dict.fromkeys(ids))
        for start in range(0, len(unique), MAX_IDS):
            yield name, unique[start : start + MAX_IDS]


def _text(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
