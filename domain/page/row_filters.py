"""Filters by row: eligible titles that do not belong in it, because the profile watched or disliked them or the row's
filter rule refuses them. They apply to the candidates of every source and fallback tier, and the row is refilled.

    exempt from "watched"    Continue Watching, Watch Again, My List, charts: they are about known titles
    exempt from "disliked"   Continue Watching (a show that is still watched goes on), My List
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.candidates.model import Candidate, RowCandidates
from domain.candidates.watched_filter import shows_watched, watched_ids, watched_threshold
from domain.catalog.titles import Title, TitleKind
from domain.filter_rules.compiler import BadRule, compile_rule
from domain.ids import Region, TitleId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import ROW_KINDS
from domain.page.inputs import RowRefusals
from domain.viewers.activity import Activity


class RowRefusal(StrEnum):
    WATCHED = "watched"
    DISLIKED = "disliked"
    RULE = "its rule says"
    UNREADABLE_RULE = "its rule cannot be read"
    ANOTHER_TITLE = "what was watched under its id is another title"


@dataclass(frozen=True, slots=True)
class ExcludedTitles:
    """Titles that one profile watched or disliked, with the series of episodes."""

    watched: frozenset[TitleId]
    disliked: frozenset[TitleId]


@dataclass(frozen=True, slots=True)
class Exemptions:
    watched: bool = False
    disliked: bool = False


def row_exemptions(spec: RowSpec) -> Exemptions:
    return Exemptions(shows_watched(spec), ROW_KINDS[spec.source].shows_disliked)


def activity_refusal(title: Title, excluded: ExcludedTitles, exempt: Exemptions) -> RowRefusal | None:
    if not exempt.disliked and title.is_among(excluded.disliked):
        return RowRefusal.DISLIKED
    if not exempt.watched and title.is_among(excluded.watched):
        return RowRefusal.WATCHED
    return None


def row_refusals(
    candidates: Iterable[TitleId],
    titles: Mapping[TitleId, Title],
    excluded: ExcludedTitles,
    spec: RowSpec,
    now: datetime,
    region: Region,
) -> dict[TitleId, str]:
    """Candidate -> why. Titles that are not in `titles` are skipped."""
    exempt = row_exemptions(spec)
    rule_refusal = _rule_refusal(spec, now, region)
    refusals: dict[TitleId, str] = {}
    for title_id in candidates:
        title = titles.get(title_id)
        if title is None:
            continue
        why = activity_refusal(title, excluded, exempt) or rule_refusal(title)
        if why is not None:
            refusals[title_id] = f"{why} {spec.filter}" if why is RowRefusal.RULE else why.value
    return refusals


def build_row_filter(
    activity: Activity, titles: Mapping[TitleId, Title], now: datetime, region: Region
) -> RowRefusals:
    """Scans the profile's history once per watched threshold."""
    disliked = activity.disliked_ids()
    by_threshold: dict[float, ExcludedTitles] = {}

    def refusals(row: RowCandidates) -> Mapping[TitleId, str]:
        threshold = watched_threshold(row.spec)
        if threshold not in by_threshold:
            by_threshold[threshold] = ExcludedTitles(watched_ids(activity, threshold), disliked)
        ids = (candidate.title_id for candidate in row.candidates)
        refused = row_refusals(ids, titles, by_threshold[threshold], row.spec, now, region)
        return refused | _resume_refusals(row.candidates, titles)

    return refusals


def _resume_refusals(candidates: Iterable[Candidate], titles: Mapping[TitleId, Title]) -> dict[TitleId, str]:
    """An import may give an id another meaning: an old watch of it resumes nothing."""
    return {
        one.title_id: RowRefusal.ANOTHER_TITLE.value
        for one in candidates
        if one.resume is not None
        and (title := titles.get(one.title_id)) is not None
        and (
            title.kind is TitleKind.SERIES
            or (one.resume.series_id is not None and one.resume.series_id != title.series_id)
        )
    }


def _rule_refusal(spec: RowSpec, now: datetime, region: Region) -> Callable[[Title], RowRefusal | None]:
    """An unreadable rule refuses every title: it costs the row and not the page."""
    if not spec.filter:
        return lambda title: None
    try:
        rule = compile_rule(spec.filter)
    except BadRule:
        return lambda title: RowRefusal.UNREADABLE_RULE
    return lambda title: None if rule.matches(title, now, region) else RowRefusal.RULE
