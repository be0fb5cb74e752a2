"""Who may see what, as Elasticsearch filters: the rules of domain/candidates/eligibility.py, said to the index.

The choke point checks every title again; these keep lists full, and hits from being found and then withheld.
Titles blocked for one profile are left to it, so that profiles alike can share a shelf.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeAlias

from domain.catalog.maturity_ratings import ADULT_AGE
from domain.ids import Region
from domain.timestamps import to_millis

Body: TypeAlias = dict[str, Any]


def visible(region: Region, maturity_limit: int, kids: bool, now: datetime, plan: str) -> list[Body]:
    filters = [open_licence(region, to_millis(now)), _in_plan(plan)]
    if kids or maturity_limit < ADULT_AGE:
        filters.append(_suits(region, maturity_limit))
    return filters


def open_licence(region: Region | None, now: int) -> Body:
    """Titles with one licence that is open now, here or (None) anywhere."""
    not_over = any_of(none_of(ENDS), {"range": {"windows.ends_at": {"gt": now}}})
    return some_licence(region, {"range": {"windows.starts_at": {"lte": now}}}, not_over)


def some_licence(region: Region | None, *facts: Body) -> Body:
    """Titles of which one licence, here or (None) anywhere, is all that is said."""
    here = [] if region is None else [{"term": {"windows.regions": region}}]
    return {"nested": {"path": "windows", "query": {"bool": {"filter": [*here, *facts]}}}}


def leaving_before(region: Region | None, now: int, bound: int) -> list[Body]:
    """Titles open now whose last licence, those to come among them, ends before the instant `bound`."""
    lasting = any_of(none_of(ENDS), {"range": {"windows.ends_at": {"gte": bound}}})
    return [open_licence(region, now), none_of(some_licence(region, lasting))]


def leaving_within(region: Region, now: datetime, days: int) -> list[Body]:
    """Titles whose last licence here ends at most so many days from now."""
    return leaving_before(region, to_millis(now), to_millis(now + timedelta(days=days)) + 1)


def by_end_of_licence(region: Region) -> Body:
    """Sorts by the last end of a licence of this region, soonest first."""
    here = {"term": {"windows.regions": region}}
    order = {"order": "asc", "mode": "max", "missing": "_last", "nested": {"path": "windows", "filter": here}}
    return {"windows.ends_at": order}


ENDS: Body = {"exists": {"field": "windows.ends_at"}}


def any_of(*queries: Body) -> Body:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def none_of(*queries: Body) -> Body:
    return {"bool": {"must_not": list(queries)}}


def _in_plan(plan: str) -> Body:
    return any_of(none_of({"exists": {"field": "plans"}}), {"term": {"plans": plan}})


def _suits(region: Region, limit: int) -> Body:
    """By this region's board, else by the general age. A range finds no title without an age: unrated stay out."""
    rated_here = {"term": {"region_ages.region": region}}
    young = {"range": {"region_ages.age": {"lte": limit}}}
    general = {
        "bool": {
            "filter": [{"range": {"maturity_age": {"lte": limit}}}],
            "must_not": [_board({"bool": {"filter": [rated_here]}})],
        }
    }
    return any_of(_board({"bool": {"filter": [rated_here, young]}}), general)


def _board(query: Body) -> Body:
    """An index made before boards were known, live until the next night, counts as one without any."""
    return {"nested": {"path": "region_ages", "query": query, "ignore_unmapped": True}}
