"""How many events each UTC day has in the archive, without Spark. Files that have not changed are not read again."""

from __future__ import annotations

import json
import os
import zlib
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from batch.storage.event_archive import EVENTS_FOLDER, SUFFIX
from batch.storage.jsonl_file import read_jsonl
from domain.timestamps import from_millis

INDEX_FILE = "_days.json"
_DAY_MILLIS = 86_400_000
_FIELD = '"occurred_at":'


def events_by_day(lake: Path) -> dict[str, int]:
    """{"2026-11-20": 1200}, days in their order. A file that cannot be read counts as empty: a run names it."""
    archive = lake / EVENTS_FOLDER
    known, found = _read_index(archive / INDEX_FILE), {}
    for path in sorted(archive.glob(f"month=*/*{SUFFIX}")):
        name, stat = f"{path.parent.name}/{path.name}", path.stat()
        entry = known.get(name)
        if entry is None or entry[:2] != [stat.st_size, stat.st_mtime_ns]:
            entry = [stat.st_size, stat.st_mtime_ns, _count(path)]
        found[name] = entry
    if found != known:
        _write_index(archive / INDEX_FILE, found)
    total: Counter[str] = Counter()
    for entry in found.values():
        total.update(entry[2])
    return dict(sorted(total.items()))


def events_until(days: dict[str, int], last: date) -> int:
    return sum(count for day, count in days.items() if day <= last.isoformat())


def missing_days(days: dict[str, int], dates: Iterable[date]) -> list[date]:
    """Dates without an event."""
    return [one for one in dates if not days.get(one.isoformat())]


def date_range(first: date, last: date) -> list[date]:
    """Both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _count(path: Path) -> dict[str, int]:
    numbers: Counter[int] = Counter()
    with suppress(OSError, EOFError, zlib.error, UnicodeDecodeError):
        for line in read_jsonl(path):
            _, _, rest = line.partition(_FIELD)
            digits = rest[: rest.find(",")] if "," in rest else rest.rstrip("}\n")
            if digits.strip().lstrip("-").isdigit():
                numbers[int(digits) // _DAY_MILLIS] += 1
    days = {}
    for number, count in sorted(numbers.items()):
        with suppress(ValueError, OverflowError, OSError):
            days[f"{from_millis(number * _DAY_MILLIS):%Y-%m-%d}"] = count
    return days


def _read_index(path: Path) -> dict[str, list]:  # type: ignore[type-arg]
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_index(path: Path, content: dict[str, list]) -> None:  # type: ignore[type-arg]
    """A folder that cannot be written costs the next reading its time."""
    with suppress(OSError):
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_text(json.dumps(content), "utf-8")
        temporary.replace(path)
