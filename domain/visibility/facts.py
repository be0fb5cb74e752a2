"""The facts of a title that decide who may see it, and titles that two stores describe.

MongoDB is the record of what may be shown. The search index is a copy of one night, which a rollback may make older
still. Where they differ, a title has the record's facts and is shown only if the copy allows it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.catalog.documents import title_from_document
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import Region, TitleId

FACT_FIELDS = ("kind", "windows", "maturity_age", "region_ages", "plans", "series_id")
"""Of a stored title (docs/data-model.md)."""

_OTHER_FIELDS: Mapping[str, Any] = {"name": "", "launched_at": 0, "palette": ("", "", "")}


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """As in `Title`."""

    kind: TitleKind
    windows: tuple[LicenceWindow, ...]
    maturity_age: int | None
    region_ages: tuple[tuple[Region, int], ...]
    plans: tuple[str, ...]
    series_id: TitleId | None


def facts_of(title: Title) -> TitleFacts:
    return TitleFacts(
        title.kind, title.windows, title.maturity_age, title.region_ages, title.plans, title.series_id
    )


def facts_from_document(document: Mapping[str, Any]) -> TitleFacts:
    """Raises KeyError, TypeError or ValueError for another document."""
    return facts_of(title_from_document({**_OTHER_FIELDS, **document}))


def with_facts(copy: Title, facts: TitleFacts) -> Title:
    """The title under the facts of the record. The same object when they are the copy's."""
    if facts_of(copy) == facts:
        return copy
    return replace(
        copy,
        kind=facts.kind,
        windows=facts.windows,
        maturity_age=facts.maturity_age,
        region_ages=facts.region_ages,
        plans=facts.plans,
        series_id=facts.series_id,
        older_copy=copy,
    )
