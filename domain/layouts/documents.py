"""Layout documents: layouts as plain values, in files and in MongoDB. domain/layouts/schema.py is their schema."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.layouts.conditions import (
    Condition,
    HourRange,
    NumberRange,
    Version,
    VersionRange,
    parse_version_number,
)
from domain.layouts.model import Layout, RowSpec
from domain.layouts.schedules import MARKET_LOCAL, Schedule, parse_instant
from domain.layouts.schema import PAGE
from domain.serialization import Document, from_plain, to_plain

PAGE_KEYS = tuple(PAGE)
"""Keys that are fields of `Layout`."""


def layout_to_document(layout: Layout) -> Document:
    """Defaults are left out."""
    document: Document = {"layout": layout.id}
    plain = to_plain(layout)
    document |= {name: plain[name] for name in PAGE_KEYS if name in plain}
    document["order"] = [row.id for row in layout.rows]
    document["rows"] = {row.id: _row_to_document(row) for row in layout.rows}
    if layout.stand_ins:
        document["stand_ins"] = {row.id: _row_to_document(row) for row in layout.stand_ins}
    return document


def layout_from_document(
    document: Mapping[str, Any], version: int, published_at: datetime, zone: ZoneInfo
) -> Layout:
    """Of a valid document; `zone` is that of wall times."""

    def read_time(text: str) -> datetime:
        return parse_instant(text, zone)

    rows = document["rows"]
    return from_plain(
        Layout,
        {name: document[name] for name in PAGE_KEYS if name in document},
        read_time,
        id=document["layout"],
        version=version,
        published_at=published_at,
        rows=tuple(from_plain(RowSpec, rows[name], read_time, id=name) for name in document["order"]),
        stand_ins=tuple(
            from_plain(RowSpec, row, read_time, id=name)
            for name, row in document.get("stand_ins", {}).items()
        ),
    )


def parse_condition(plain: Mapping[str, Any]) -> Condition:
    """Of a valid `when`."""
    hour, client = plain.get("hour"), plain.get("client")
    return Condition(
        devices=_as_tuple(plain.get("device")),
        markets=_as_tuple(plain.get("market")),
        kids=plain.get("kids"),
        maturity=_parse_range(plain.get("maturity")),
        plans=_as_tuple(plain.get("plan")),
        tenure_days=_parse_range(plain.get("tenure_days")),
        history=_parse_range(plain.get("history")),
        hours=HourRange(int(hour["from"]), int(hour["to"])) if hour else None,
        weekdays=_as_tuple(plain.get("weekday")),
        client=VersionRange(_parse_version(client.get("min")), _parse_version(client.get("below")))
        if client
        else None,
        arms={experiment: _as_tuple(arms) for experiment, arms in plain.get("arm", {}).items()},
    )


def parse_schedule(plain: Mapping[str, Any]) -> Schedule:
    return Schedule(
        start=plain.get("from"),
        end=plain.get("to"),
        weekdays=tuple(plain.get("weekdays", ())),
        monthly=tuple(plain.get("monthly", ())),
        zone=plain.get("zone", MARKET_LOCAL),
    )


def _row_to_document(row: RowSpec) -> Document:
    plain: Document = to_plain(row)
    del plain["id"]
    return plain


def _as_tuple(value: str | list[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _parse_range(plain: Mapping[str, int] | None) -> NumberRange | None:
    return NumberRange(plain.get("min"), plain.get("max")) if plain is not None else None


def _parse_version(text: str | None) -> Version | None:
    return parse_version_number(text) if text is not None else None
