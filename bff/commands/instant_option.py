"""Instants on the command line: without an offset, the local time of the market that is named beside them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from domain.ids import Region

FORM = "write it like 2026-12-24T20:00 (local time of the market), or with an offset: 2026-12-24T20:00Z"


def parse_at(text: str | None, market: Region | None) -> datetime:
    """In UTC; None is now. Raises click.BadParameter."""
    from domain.catalog.regions import time_zone
    from domain.layouts.row_validation import UTC_ZONE
    from domain.layouts.schedules import parse_instant

    if text is None:
        return datetime.now(UTC)
    try:
        return parse_instant(text, time_zone(market) if market else UTC_ZONE)
    except ValueError as error:
        raise click.BadParameter(FORM, param_hint="--at") from error


def instant_text(at: datetime, market: Region | str) -> str:
    """ "24 Dec 2026 20:00 in Japan (24 Dec 2026 11:00 UTC)"."""
    from domain.catalog.regions import local_time, region_name

    local = local_time(at, market)
    return f"{local:%d %b %Y %H:%M} in {region_name(market)} ({at:%d %b %Y %H:%M} UTC)"
