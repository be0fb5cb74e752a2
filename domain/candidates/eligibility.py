"""The eligibility check: every title that leaves the server has passed `filter_eligible`.

All paths load titles through the one loader that calls it (resolvers/request/loaders.py), so all obey a rule added
here. Watched and disliked titles depend on the row: domain/page/row_filters.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, cast

from domain.catalog.maturity_ratings import ADULT_AGE
from domain.catalog.regions import is_within
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import TitleId
from domain.viewers.profiles import Audience

ALWAYS, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Refusal(StrEnum):
    UNRATED = "unrated"
    TOO_MATURE = "too_mature"
    NOT_IN_REGION = "not_in_region"
    NOT_YET = "not_yet"
    """A licence in this region has not begun."""
    LICENCE_OVER = "licence_over"
    NOT_IN_PLAN = "not_in_plan"
    BLOCKED = "blocked"
    """A parent blocked it for this profile."""
    SERIES_WITHHELD = "series_withheld"


@dataclass(frozen=True, slots=True)
class EligibilityResult:
    """`refused` has the first rule that refuses a title. `valid_until` is the next licence change; None: never."""

    eligible: tuple[Title, ...]
    refused: dict[TitleId, Refusal]
    valid_until: datetime | None = None


def refusal(title: Title, audience: Audience) -> Refusal | None:
    """The first rule that refuses this title, without regard to its series."""
    why = _audience_refusal(title, audience)
    return Refusal.BLOCKED if why is None and title.id in audience.blocked else why


def _audience_refusal(title: Title, audience: Audience) -> Refusal | None:
    """`refusal` without the profile's blocked titles."""
    if title.older_copy is not None and (why := _audience_refusal(title.older_copy, audience)) is not None:
        return why
    if audience.kids or audience.maturity_limit < ADULT_AGE:
        age = title.maturity_age_in(audience.region)
        if age is None:
            return Refusal.UNRATED
        if age > audience.maturity_limit:
            return Refusal.TOO_MATURE
    if not any(window.covers(audience.region, audience.now) for window in title.windows):
        return _licence_refusal(title, audience)
    if title.plans and audience.plan not in title.plans:
        return Refusal.NOT_IN_PLAN
    return None


def _licence_refusal(title: Title, audience: Audience) -> Refusal:
    windows = [window for window in title.windows if is_within(audience.region, window.regions)]
    if any(audience.now < window.starts_at for window in windows):
        return Refusal.NOT_YET
    return Refusal.LICENCE_OVER if windows else Refusal.NOT_IN_REGION


def filter_eligible(
    titles: Iterable[Title], audience: Audience, series: Mapping[TitleId, Title] | None = None
) -> EligibilityResult:
    """Split titles into eligible and refused ones. An episode is refused when its series is refused or not in
    `series`."""
    eligible: list[Title] = []
    refused: dict[TitleId, Refusal] = {}
    key, now, blocked, valid_until = _memo_key(audience), audience.now, audience.blocked, NEVER
    all_series = series or {}
    for title in titles:
        verdict = cast("_Verdict | None", title.memo.get(key))
        if verdict is None or not verdict.since <= now < verdict.until:
            verdict = _evaluate(title, audience, key)
        why = verdict.refusal
        if verdict.next_change < valid_until:
            valid_until = verdict.next_change
        if why is None and blocked and title.id in blocked:
            why = Refusal.BLOCKED
        if why is None and title.kind is TitleKind.EPISODE:
            why = _series_refusal(title, audience, all_series)
        if why is None:
            eligible.append(title)
        else:
            refused[title.id] = why
    valid_until = min(valid_until, next_licence_change(all_series.values(), audience) or NEVER)
    return EligibilityResult(tuple(eligible), refused, None if valid_until is NEVER else valid_until)


def are_all_eligible(
    titles: Mapping[TitleId, Title], audience: Audience, series: Mapping[TitleId, Title]
) -> bool:
    """Faster than `filter_eligible` for hundreds of titles. `series` holds the series of episodes that are not in
    `titles`."""
    key, now, blocked = _memo_key(audience), audience.now, audience.blocked
    if not blocked.isdisjoint(titles.keys()) or any(refusal(one, audience) for one in series.values()):
        return False
    for title in titles.values():
        verdict = cast("_Verdict | None", title.memo.get(key))
        if verdict is None or not verdict[1] <= now < verdict[2]:
            verdict = _evaluate(title, audience, key)
        if verdict[0] is not None:
            return False
        if (series_id := verdict[3]) is not None and series_id not in titles and series_id not in series:
            return False
    return True


def verdict_period(titles: Iterable[Title], audience: Audience) -> tuple[datetime, datetime]:
    """(since, until) of the present verdicts, without regard to blocked titles."""
    since, until, key = ALWAYS, NEVER, _memo_key(audience)
    for title in titles:
        verdict = cast("_Verdict | None", title.memo.get(key))
        if verdict is None or not verdict.since <= audience.now < verdict.until:
            verdict = _evaluate(title, audience, key)
        since, until = max(since, verdict.since), min(until, verdict.until)
    return since, until


def next_licence_change(titles: Iterable[Title], audience: Audience) -> datetime | None:
    """When a licence next makes one of these titles appear or go; None: never.

    A page is valid until then. Pass refused titles and the series of episodes too.
    """
    key, now, next_change = _memo_key(audience), audience.now, NEVER
    for title in titles:
        verdict = cast("_Verdict | None", title.memo.get(key))
        if verdict is None or not verdict.since <= now < verdict.until:
            verdict = _evaluate(title, audience, key)
        if verdict.next_change < next_change:
            next_change = verdict.next_change
    return None if next_change is NEVER else next_change


def awaited_titles(titles: Iterable[Title], audience: Audience) -> dict[TitleId, datetime]:
    """Of the titles that this audience may not see yet: title -> when it may."""
    return {title.id: at for title in titles if (at := opens_at(title, audience)) is not None}


def opens_at(title: Title, audience: Audience) -> datetime | None:
    """When a title that is not open yet first may be shown: its licence begins, or it launches.

    None when it is open, and when it never will be shown: what refuses it then is no matter of time.
    """
    now, launched_at = audience.now, title.launched_at
    if launched_at <= now and any(window.covers(audience.region, now) for window in title.windows):
        return None
    instants = {max(launched_at, window.starts_at) for window in title.windows}
    for at in sorted(instant for instant in instants if instant > now):
        if refusal(title, replace(audience, now=at)) is None:
            return at
    return None


def open_since(title: Title, audience: Audience) -> datetime:
    """When a title first could be shown in the region: after its launch, in its first licence."""
    starts = [
        window.starts_at for window in title.windows if window.covers(audience.region, window.starts_at)
    ]
    return max(title.launched_at, min(starts, default=title.launched_at))


MAX_MEMO_ENTRIES = 128
"""A title's memo holds verdicts for many markets; a full memo is cleared."""


class _Verdict(NamedTuple):
    """The title's own refusal, without regard to blocked titles and to its series."""

    refusal: Refusal | None
    since: datetime
    until: datetime
    series_id: str | None
    """The series of an episode, "" when it names none."""
    next_change: datetime
    """The next change of its availability."""


def _memo_key(audience: Audience) -> str:
    """Leaves out time and blocked titles, which are checked on each use."""
    return f"may {audience.region} {audience.maturity_limit} {audience.kids} {audience.plan}"


def _evaluate(title: Title, audience: Audience, key: str) -> _Verdict:
    why = _audience_refusal(title, audience)
    windows = _all_windows(title)
    edges = [window.starts_at for window in windows]
    edges += [window.ends_at for window in windows if window.ends_at is not None]
    # No licence changes between two edges, so the verdict does not either.
    since = max((at for at in edges if at <= audience.now), default=ALWAYS)
    until = min((at for at in edges if at > audience.now), default=NEVER)
    series_id = (title.series_id or "") if title.kind is TitleKind.EPISODE else None
    verdict = _Verdict(why, since, until, series_id, _next_change(title, audience) or NEVER)
    if len(title.memo) >= MAX_MEMO_ENTRIES:
        title.memo.clear()
    title.memo[key] = verdict
    return verdict


def _all_windows(title: Title) -> tuple[LicenceWindow, ...]:
    return title.windows if title.older_copy is None else (*title.windows, *title.older_copy.windows)


def _next_change(title: Title, audience: Audience) -> datetime | None:
    """A licence that directly follows another changes nothing."""
    if title.older_copy is not None:
        copies = (title.older_copy, replace(title, older_copy=None))
        return min((at for one in copies if (at := _next_change(one, audience)) is not None), default=None)
    region, now = audience.region, audience.now
    windows = [window for window in title.windows if is_within(region, window.regions)]
    edges = {window.starts_at for window in windows} | {
        window.ends_at for window in windows if window.ends_at
    }
    is_open = any(window.covers(region, now) for window in windows)
    for at in sorted(edge for edge in edges if edge > now):
        if any(window.covers(region, at) for window in windows) != is_open:
            return at
    return None


def _series_refusal(
    episode: Title, audience: Audience, all_series: Mapping[TitleId, Title]
) -> Refusal | None:
    series = all_series.get(episode.series_id) if episode.series_id else None
    return None if series is not None and refusal(series, audience) is None else Refusal.SERIES_WITHHELD
