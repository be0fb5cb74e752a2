"""Layout documents: the form in which people write layouts, and the form in which a request uses them.

A document is plain values in the shape of domain/layouts/schema.py: rows by id, their order apart from them, and
patches for devices, markets and experiments. It becomes a `Layout` for one request (domain/layouts/resolution.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.layouts.conditions import Client, Clients, Condition, Hours, Span, parse_client
from domain.layouts.model import Layout, RowSpec
from domain.layouts.patches import Document
from domain.layouts.schedules import MARKET_LOCAL, Schedule, instant_of
from domain.layouts.schema import PAGE
from domain.serialization import from_plain, to_plain

PAGE_KEYS = tuple(PAGE)
"""Fields of `Layout` that a document sets by the same name."""


def document_of(layout: Layout) -> Document:
    """The document of a resolved layout; what is as usual is left out."""
    document: Document = {"layout": layout.id}
    changed = to_plain(layout)
    document |= {name: changed[name] for name in PAGE_KEYS if name in changed}
    document["order"] = [row.id for row in layout.rows]
    document["rows"] = {row.id: _row_document(row) for row in layout.rows}
    if layout.stand_ins:
        document["stand_ins"] = {row.id: _row_document(row) for row in layout.stand_ins}
    return document


def layout_of(
    document: Mapping[str, Any], version: int, published_at: datetime, zone: ZoneInfo, arms: Mapping[str, str]
) -> Layout:
    """The layout that a checked document describes; wall times are those of `zone`."""

    def read_time(text: str) -> datetime:
        return instant_of(text, zone)

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
        arms=arms,
    )


def condition_of(plain: Mapping[str, Any]) -> Condition:
    """The condition of a checked `when`."""
    hour, client = plain.get("hour"), plain.get("client")
    return Condition(
        devices=_many(plain.get("device")),
        markets=_many(plain.get("market")),
        kids=plain.get("kids"),
        maturity=_span(plain.get("maturity")),
        plans=_many(plain.get("plan")),
        tenure_days=_span(plain.get("tenure_days")),
        history=_span(plain.get("history")),
        hours=Hours(int(hour["from"]), int(hour["to"])) if hour else None,
        weekdays=_many(plain.get("weekday")),
        client=Clients(_client(client.get("min")), _client(client.get("below"))) if client else None,
        arms={experiment: _many(arms) for experiment, arms in plain.get("arm", {}).items()},
    )


def schedule_of(plain: Mapping[str, Any]) -> Schedule:
    return Schedule(
        start=plain.get("from"),
        end=plain.get("to"),
        weekdays=tuple(plain.get("weekdays", ())),
        monthly=tuple(plain.get("monthly", ())),
        zone=plain.get("zone", MARKET_LOCAL),
    )


def _row_document(row: RowSpec) -> Document:
    plain: Document = to_plain(row)
    del plain["id"]
    return plain


def _many(value: str | list[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _span(plain: Mapping[str, int] | None) -> Span | None:
    return Span(plain.get("min"), plain.get("max")) if plain is not None else None


def _client(text: str | None) -> Client | None:
    return parse_client(text) if text is not None else None
