"""Options and argument types of `marquee jobs`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import click

_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


class LogicalDate(click.ParamType[date]):
    """YYYY-MM-DD, "today" or "yesterday" (UTC), not in the future."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        today = datetime.now(UTC).date()
        if value in ("today", "yesterday"):
            return today - timedelta(days=value == "yesterday")
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date; write it like {today} or use today.", param, ctx)
        if day > today:
            self.fail(f"{day} lies in the future; today is {today} (UTC).", param, ctx)
        return day


class Duration(click.ParamType[timedelta]):
    """ "4h", "90m", "1h30m"."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?", str(value).strip().lower())
        hours, minutes = (int(one or 0) for one in found.groups()) if found else (0, 0)
        if hours == minutes == 0:
            self.fail(f"{value!r} is not a duration; write it like 4h, 90m or 1h30m.", param, ctx)
        return timedelta(hours=hours, minutes=minutes)


class Bytes(click.ParamType[int]):
    """ "20GB", "512MB", "1.5TB"; units of 1000."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?B)", str(value).strip().upper())
        if found is None:
            self.fail(f"{value!r} is not a size; write it like 20GB or 512MB.", param, ctx)
        return round(float(found.group(1)) * _UNITS[found.group(2)])


class Share(click.ParamType[float]):
    """ "1%", "0.5%": above 0, at most 100 %."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?)\s*%", str(value).strip())
        if found is None or not 0 < float(found.group(1)) <= 100:
            self.fail(f"{value!r} is not a share; write it like 1% or 0.25%, at most 100%.", param, ctx)
        return round(float(found.group(1)) / 100, 6)


sample_option = click.option(
    "--sample", type=Share(), default=1.0, show_default="100%", metavar="SHARE",
    help="Compute only this share of the accounts, whole ones: 1%. Such a version is staged and not published.",
)  # fmt: skip
date_option = click.option(
    "--date",
    "day",
    type=LogicalDate(),
    default="today",
    show_default=True,
    help="Logical date (UTC): events up to the end of that day count. Also: yesterday.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
no_input_option = click.option("--no-input", is_flag=True, help="Never ask: what needs an answer fails.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress, only the result and errors.")
