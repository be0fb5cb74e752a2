"""What may be shown but does not belong in this row: watched, disliked, or refused by the row's own filter rule.

Permission is domain/candidates/eligibility.py's; this is taste and purpose, and so it depends on the row. It
is asked while a
page is composed, of every candidate from whichever source or rung of the fallback ladder, and rows are refilled
from what is left.

    exempt from "watched"    Continue Watching, Watch Again, My List, charts: they are about what is known
    exempt from "disliked"   Continue Watching (a show watched again after the thumb down goes on), My List
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.candidates.model import RowCandidates
from domain.candidates.watched_filter import shows_watched, watched_from, watched_ids
from domain.catalog.titles import Title
from domain.filter_rules.compiler import BadRule, compiled
from domain.ids import Region, TitleId
from domain.layouts.model import RowSource, RowSpec
from domain.page.inputs import Refuse
from domain.viewers.activity import Activity

OWN_RULE_FOR_DISLIKES = frozenset({RowSource.CONTINUE_WATCHING, RowSource.MY_LIST})


class RowRefusal(StrEnum):
    """Why a title that may be shown is not shown in this row."""

    WATCHED = "watched"
    DISLIKED = "disliked"
    RULE = "its rule says"
    UNREADABLE_RULE = "its rule cannot be read"


@dataclass(frozen=True, slots=True)
class Facts:
    """What one profile has watched and disliked: titles, and the series of episodes."""

    watched: frozenset[TitleId]
    disliked: frozenset[TitleId]


@dataclass(frozen=True, slots=True)
class Exemptions:
    """Which of the facts do not count in a row."""

    watched: bool = False
    disliked: bool = False


def exemptions_of(spec: RowSpec) -> Exemptions:
    return Exemptions(shows_watched(spec), spec.source in OWN_RULE_FOR_DISLIKES)


def withheld(title: Title, facts: Facts, exemptions: Exemptions) -> RowRefusal | None:
    """The first fact that keeps the title, or the series it belongs to, out of the row."""
    if not exemptions.disliked and (title.id in facts.disliked or title.series_id in facts.disliked):
        return RowRefusal.DISLIKED
    if not exemptions.watched and (title.id in facts.watched or title.series_id in facts.watched):
        return RowRefusal.WATCHED
    return None


def row_refusals(
    candidates: Iterable[TitleId],
    titles: Mapping[TitleId, Title],
    facts: Facts,
    spec: RowSpec,
    now: datetime,
    region: Region,
) -> dict[TitleId, str]:
    """Those among these candidates that do not belong in the row, with why. Unknown ones are left alone."""
    exemptions = exemptions_of(spec)
    refuses = _rule(spec, now, region)
    found: dict[TitleId, str] = {}
    for title_id in candidates:
        title = titles.get(title_id)
        if title is None:
            continue
        why = withheld(title, facts, exemptions) or refuses(title)
        if why is not None:
            found[title_id] = f"{why} {spec.filter}" if why is RowRefusal.RULE else why.value
    return found


def refuser(activity: Activity, titles: Mapping[TitleId, Title], now: datetime, region: Region) -> Refuse:
    """`row_refusals` for the rows of one page. A profile's history is gone through once for each share of a
    title that counts as watched: once, unless a row sets another."""
    disliked = activity.disliked_ids()
    by_share: dict[float, Facts] = {}

    def refuse(proposal: RowCandidates) -> Mapping[TitleId, str]:
        share = watched_from(proposal.spec)
        if share not in by_share:
            by_share[share] = Facts(watched_ids(activity, share), disliked)
        ids = (candidate.title_id for candidate in proposal.candidates)
        return row_refusals(ids, titles, by_share[share], proposal.spec, now, region)

    return refuse


def _rule(spec: RowSpec, now: datetime, region: Region) -> Callable[[Title], RowRefusal | None]:
    """What the row's own rule says of a title. A rule that cannot be read costs its row and not the page."""
    if not spec.filter:
        return lambda title: None
    try:
        rule = compiled(spec.filter)
    except BadRule:
        return lambda title: RowRefusal.UNREADABLE_RULE
    return lambda title: None if rule.matches(title, now, region) else RowRefusal.RULE
