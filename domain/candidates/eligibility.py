"""The one choke point: every title that leaves the server has passed `admit`.

Rows, search, similar titles, trending, reasons, artwork lookups and fallbacks all load titles through the
loader that calls it (resolvers/request/loaders.py). To add a rule, add it here and every path obeys.

An episode names its series wherever it stands, so it may be shown only where its series may.

What a viewer has watched or disliked is no matter of permission, and depends on the row: domain/page/row_filters.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, cast

from domain.catalog.maturity_ratings import ADULT_AGE
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from domain.viewers.profiles import Audience

ALWAYS, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Refusal(StrEnum):
    """Why a title is withheld."""

    UNRATED = "unrated"
    TOO_MATURE = "too_mature"
    NOT_IN_REGION = "not_in_region"
    NOT_YET = "not_yet"
    """Its licence in this region has not begun."""
    LICENCE_OVER = "licence_over"
    NOT_IN_PLAN = "not_in_plan"
    BLOCKED = "blocked"
    """Taken off this profile by a parent."""
    SERIES_WITHHELD = "series_withheld"


@dataclass(frozen=True, slots=True)
class Filtered:
    """Kept titles in the order given; removed ones with the first rule that refused them.

    `until` is the first instant at which a licence makes this another answer; None: never.
    """

    kept: tuple[Title, ...]
    removed: dict[TitleId, Refusal]
    until: datetime | None = None


def refusal(title: Title, audience: Audience) -> Refusal | None:
    """The first rule that withholds this title by itself; None when it may be shown. See `admit` for episodes."""
    why = _general_refusal(title, audience)
    return Refusal.BLOCKED if why is None and title.id in audience.blocked else why


def _general_refusal(title: Title, audience: Audience) -> Refusal | None:
    """The same, whatever is blocked."""
    if audience.kids or audience.maturity_limit < ADULT_AGE:
        age = title.age_in(audience.region)
        if age is None:
            return Refusal.UNRATED
        if age > audience.maturity_limit:
            return Refusal.TOO_MATURE
    if not any(window.holds(audience.region, audience.now) for window in title.windows):
        return _unlicensed(title, audience)
    if title.plans and audience.plan not in title.plans:
        return Refusal.NOT_IN_PLAN
    return None


def _unlicensed(title: Title, audience: Audience) -> Refusal:
    """Which way a title without an open licence lacks one: another is to come, the last is over, there is none."""
    here = [window for window in title.windows if audience.region in window.regions]
    if any(audience.now < window.starts_at for window in here):
        return Refusal.NOT_YET
    return Refusal.LICENCE_OVER if here else Refusal.NOT_IN_REGION


def filter_eligible(
    titles: Iterable[Title], audience: Audience, series: Mapping[TitleId, Title] | None = None
) -> Filtered:
    """Split titles into those this audience may see and those it may not.

    `series` holds the series of the episodes among them; an episode whose series is not there is withheld.
    """
    kept: list[Title] = []
    removed: dict[TitleId, Refusal] = {}
    name, now, blocked, until = _name(audience), audience.now, audience.blocked, NEVER
    wholes = series or {}
    for title in titles:
        verdict = cast("_Verdict | None", title.memo.get(name))
        if verdict is None or not verdict.since <= now < verdict.until:
            verdict = _judged(title, audience, name)
        why = verdict.why
        if verdict.turns < until:
            until = verdict.turns
        if why is None and blocked and title.id in blocked:
            why = Refusal.BLOCKED
        if why is None and title.kind is TitleKind.EPISODE:
            why = _of_series(title, audience, wholes)
        if why is None:
            kept.append(title)
        else:
            removed[title.id] = why
    further = next_change(wholes.values(), audience)
    until = min(until, further or NEVER)
    return Filtered(tuple(kept), removed, None if until is NEVER else until)


def admits_all(titles: Mapping[TitleId, Title], audience: Audience, series: Mapping[TitleId, Title]) -> bool:
    """True when `admit` would keep every one of these titles: the same, asked of hundreds at once.

    `series` are those of the episodes that are not among the titles themselves.
    """
    name, now, blocked = _name(audience), audience.now, audience.blocked
    if not blocked.isdisjoint(titles.keys()) or any(refusal(whole, audience) for whole in series.values()):
        return False
    for title in titles.values():
        verdict = cast("_Verdict | None", title.memo.get(name))
        if verdict is None or not verdict[1] <= now < verdict[2]:
            verdict = _judged(title, audience, name)
        if verdict[0] is not None:
            return False
        if (whole := verdict[3]) is not None and whole not in titles and whole not in series:
            return False
    return True


def span(titles: Iterable[Title], audience: Audience) -> tuple[datetime, datetime]:
    """From when until when what is said of these titles stays as it is, whatever is blocked."""
    since, until, name = ALWAYS, NEVER, _name(audience)
    for title in titles:
        verdict = cast("_Verdict | None", title.memo.get(name))
        if verdict is None or not verdict.since <= audience.now < verdict.until:
            verdict = _judged(title, audience, name)
        since, until = max(since, verdict.since), min(until, verdict.until)
    return since, until


def next_change(titles: Iterable[Title], audience: Audience) -> datetime | None:
    """The first instant after now at which a licence makes one of these titles appear or go; None: never.

    A page made of them is right until then and not a moment longer. Give it the withheld titles too, and the
    series of episodes.
    """
    name, now, until = _name(audience), audience.now, NEVER
    for title in titles:
        verdict = cast("_Verdict | None", title.memo.get(name))
        if verdict is None or not verdict.since <= now < verdict.until:
            verdict = _judged(title, audience, name)
        if verdict.turns < until:
            until = verdict.turns
    return None if until is NEVER else until


MOST_KEPT = 128
"""Of what a title keeps, verdicts for the audiences of many markets among it; beyond, all is worked out anew."""


class _Verdict(NamedTuple):
    """What is said of a title by itself to an audience for whom nothing is blocked, from `since` to `until`."""

    why: Refusal | None
    since: datetime
    until: datetime
    series: str | None
    """Of an episode the series that must be permitted too; "" when it names none."""
    turns: datetime
    """When it next appears or goes."""


def _name(audience: Audience) -> str:
    """Under what a title keeps the verdict: all that decides it but the moment, which the verdict knows, and what
    is blocked, which is asked each time."""
    return f"may {audience.region} {audience.maturity_limit} {audience.kids} {audience.plan}"


def _judged(title: Title, audience: Audience, name: str) -> _Verdict:
    why = _general_refusal(title, audience)
    edges = [window.starts_at for window in title.windows]
    edges += [window.ends_at for window in title.windows if window.ends_at is not None]
    # Between two edges no licence changes, so neither does what was said.
    since = max((at for at in edges if at <= audience.now), default=ALWAYS)
    until = min((at for at in edges if at > audience.now), default=NEVER)
    series = (title.series_id or "") if title.kind is TitleKind.EPISODE else None
    verdict = _Verdict(why, since, until, series, _turns(title, audience) or NEVER)
    if len(title.memo) >= MOST_KEPT:
        title.memo.clear()
    title.memo[name] = verdict
    return verdict


def _turns(title: Title, audience: Audience) -> datetime | None:
    """When the title next opens or closes. A licence that takes over from another changes nothing."""
    region, now = audience.region, audience.now
    here = [window for window in title.windows if region in window.regions]
    instants = {window.starts_at for window in here} | {window.ends_at for window in here if window.ends_at}
    is_open = any(window.holds(region, now) for window in here)
    for at in sorted(instant for instant in instants if instant > now):
        if any(window.holds(region, at) for window in here) != is_open:
            return at
    return None


def _of_series(title: Title, audience: Audience, series: Mapping[TitleId, Title]) -> Refusal | None:
    if title.kind != TitleKind.EPISODE:
        return None
    whole = series.get(title.series_id) if title.series_id else None
    return None if whole is not None and refusal(whole, audience) is None else Refusal.SERIES_WITHHELD
