"""The rules of domain/candidates/eligibility.py as Elasticsearch filters.

Loaders check every title again; filters keep lists full. Blocked titles are not filtered, so that equal audiences
share a list.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

from domain.catalog.licences import ANYWHERE
from domain.catalog.maturity_ratings import ADULT_AGE
from domain.catalog.regions import global_chain, region_chain, start_of_day
from domain.ids import Region
from domain.timestamps import to_millis

Body: TypeAlias = dict[str, Any]

HAS_END: Body = {"exists": {"field": "windows.ends_at"}}
EVERYWHERE: Body = {"bool": {"must_not": [{"exists": {"field": "windows.regions"}}]}}
"""A licence without regions."""
HAS_FORMAT: Body = {"exists": {"field": "format"}}
"""Not so in an index of an older version (search/documents.py)."""


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


def leaving(region: Region | None, now: int, ends: Body | None = None) -> Body:
    """Titles open at `now` (epoch ms) in a stretch that ends, within the range `ends`; region None: anywhere."""
    by_stretch = _leaving_stretch(
        region, _holds(now), *([{"range": {"stretches.ends_at": ends}}] if ends else [])
    )
    by_licence = {"bool": {"filter": [none_of(HAS_FORMAT), *_old_leaving(region, now, ends or {})]}}
    return any_of(by_stretch, by_licence)


def leaves_within(region: Region, now: datetime, days: int) -> Body:
    """Calendar days of the region's market; 0 is today."""
    return leaving(region, to_millis(now), {"lte": to_millis(start_of_day(now, region, days + 1))})


def _leaving_stretch(region: Region | None, *conditions: Body) -> Body:
    query = {"bool": {"filter": [*_in_region(region), *conditions]}}
    return {"nested": {"path": "stretches", "query": query, "ignore_unmapped": True}}


def _in_region(region: Region | None) -> list[Body]:
    """As domain.catalog.licences.LeavingStretch says."""
    if region is None:
        return [{"term": {"stretches.regions": ANYWHERE}}]
    chain = [str(one) for one in global_chain(region)]
    return [{"terms": {"stretches.regions": chain}}, none_of({"terms": {"stretches.apart": chain}})]


def _holds(now: int) -> Body:
    starts, ends = {"stretches.starts_at": {"lte": now}}, {"stretches.ends_at": {"gt": now}}
    return {"bool": {"filter": [{"range": starts}, {"range": ends}]}}


def _old_leaving(region: Region | None, now: int, ends: Body) -> list[Body]:
    """For an index without stretches: the last licence counts, future ones included."""
    conditions = [open_licence(region, now), none_of(any_licence(region, none_of(HAS_END)))]
    if (last := ends.get("lte")) is not None:
        conditions.append(none_of(any_licence(region, {"range": {"windows.ends_at": {"gt": last}}})))
    if (first := ends.get("gt")) is not None:
        conditions.append(any_licence(region, {"range": {"windows.ends_at": {"gt": first}}}))
    return conditions


def any_of(*queries: Body) -> Body:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def none_of(*queries: Body) -> Body:
    return {"bool": {"must_not": list(queries)}}


def _in_plan(plan: str) -> Body:
    return any_of(none_of({"exists": {"field": "plans"}}), {"term": {"plans": plan}})


def _suits_age(region: Region, limit: int) -> Body:
    """By the age of the region or the nearest one it belongs to, else the general one. A range excludes unrated
    titles."""
    ways: list[Body] = []
    nearer: list[Body] = []
    for one in region_chain(region):
        rated_here = {"term": {"region_ages.region": str(one)}}
        within_limit = {"range": {"region_ages.age": {"lte": limit}}}
        ways.append(_unless(nearer, _region_rating({"bool": {"filter": [rated_here, within_limit]}})))
        nearer = [*nearer, _region_rating({"bool": {"filter": [rated_here]}})]
    return any_of(*ways, _unless(nearer, {"range": {"maturity_age": {"lte": limit}}}))


def _unless(others: list[Body], query: Body) -> Body:
    return {"bool": {"filter": [query], "must_not": others}} if others else query


def _region_rating(query: Body) -> Body:
    """Indexes of older versions have no `region_ages`."""
    return {"nested": {"path": "region_ages", "query": query, "ignore_unmapped": True}}
