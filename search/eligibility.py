"""The rules of domain/candidates/eligibility.py as Elasticsearch filters.

Loaders check every title again; filters keep lists full. Blocked titles are not filtered, so that equal audiences
share a list.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeAlias

from domain.catalog.maturity_ratings import ADULT_AGE
from domain.catalog.regions import region_chain
from domain.ids import Region
from domain.timestamps import to_millis

Body: TypeAlias = dict[str, Any]

HAS_END: Body = {"exists": {"field": "windows.ends_at"}}
EVERYWHERE: Body = {"bool": {"must_not": [{"exists": {"field": "windows.regions"}}]}}
"""A licence without regions."""


def eligibility_filters(
    region: Region, maturity_limit: int, kids: bool, now: datetime, plan: str
) -> list[Body]:
    filters = [open_licence(region, to_millis(now)), _in_plan(plan)]
    if kids or maturity_limit < ADULT_AGE:
        filters.append(_suits_age(region, maturity_limit))
    return filters


def open_licence(region: Region | None, now: int) -> Body:
    """Titles with a licence open at `now` (epoch ms), in `region` or, with None, anywhere."""
    not_ended = any_of(none_of(HAS_END), {"range": {"windows.ends_at": {"gt": now}}})
    return any_licence(region, {"range": {"windows.starts_at": {"lte": now}}}, not_ended)


def any_licence(region: Region | None, *conditions: Body) -> Body:
    """Titles of which one licence matches all `conditions`."""
    places = (
        []
        if region is None
        else [any_of(EVERYWHERE, {"terms": {"windows.regions": list(region_chain(region))}})]
    )
    return {"nested": {"path": "windows", "query": {"bool": {"filter": [*places, *conditions]}}}}


def leaves_before(region: Region | None, now: int, bound: int) -> list[Body]:
    """Titles open now whose last licence, including future ones, ends before `bound` (epoch ms)."""
    lasting = any_of(none_of(HAS_END), {"range": {"windows.ends_at": {"gte": bound}}})
    return [open_licence(region, now), none_of(any_licence(region, lasting))]


def leaves_within(region: Region, now: datetime, days: int) -> list[Body]:
    return leaves_before(region, to_millis(now), to_millis(now + timedelta(days=days)) + 1)


def sort_by_licence_end(region: Region) -> Body:
    """Soonest first."""
    term = {"term": {"windows.regions": region}}
    order = {"order": "asc", "mode": "max", "missing": "_last", "nested": {"path": "windows", "filter": term}}
    return {"windows.ends_at": order}


def any_of(*queries: Body) -> Body:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def none_of(*queries: Body) -> Body:
    return {"bool": {"must_not": list(queries)}}


def _in_plan(plan: str) -> Body:
    return any_of(none_of({"exists": {"field": "plans"}}), {"term": {"plans": plan}})


def _suits_age(region: Region, limit: int) -> Body:
    """By the region's age, else the general one. A range excludes unrated titles."""
    rated_here = {"term": {"region_ages.region": region}}
    within_limit = {"range": {"region_ages.age": {"lte": limit}}}
    general = {
        "bool": {
            "filter": [{"range": {"maturity_age": {"lte": limit}}}],
            "must_not": [_region_rating({"bool": {"filter": [rated_here]}})],
        }
    }
    return any_of(_region_rating({"bool": {"filter": [rated_here, within_limit]}}), general)


def _region_rating(query: Body) -> Body:
    """Indexes of older versions have no `region_ages`."""
    return {"nested": {"path": "region_ages", "query": query, "ignore_unmapped": True}}
