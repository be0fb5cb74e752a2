"""Figures: a value with its unit, how to sum up many measurements, and how a run is shown and kept."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

CAUTION = (
    "Only ratios and figures of one run can be compared with each other: another machine, or this one "
    "while it is busy, gives other absolute figures."
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One result. `note` says what it was measured on or what it should be.

    `of` is what it was measured of where several are compared: those are shown in a table with a line for each.
    """

    bench: str
    name: str
    value: float
    unit: str
    note: str = ""
    of: str = ""


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * share // 1))
    return ordered[int(rank) - 1]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def machine() -> dict[str, str | int | float]:
    """What the figures were taken on."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "load_at_start": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def as_json(figures: Sequence[Figure], taken_on: dict[str, str | int | float]) -> str:
    content = {"machine": taken_on, "caution": CAUTION, "figures": [asdict(figure) for figure in figures]}
    return json.dumps(content, indent=1) + "\n"


def write_json(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def show(figures: Sequence[Figure], taken_on: dict[str, str | int | float]) -> None:
    """The readable tables: all that stands alone, one section per bench, and one for each comparison."""
    table = Table(title="Marquee's figures", title_justify="left", caption=CAUTION, caption_justify="left")
    table.add_column("bench", style="bold", no_wrap=True)
    table.add_column("figure", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("note", style="dim")
    before = ""
    for figure in figures:
        if figure.of:
            continue
        if before and figure.bench != before:
            table.add_section()
        shown = figure.bench if figure.bench != before else ""
        table.add_row(shown, figure.name, spelled(figure.value), figure.unit, figure.note)
        before = figure.bench
    console = Console(width=None if sys.stdout.isatty() else 140)
    for bench in dict.fromkeys(figure.bench for figure in figures if figure.of):
        console.print(_comparison(bench, [each for each in figures if each.of and each.bench == bench]))
    console.print(table)
    told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in taken_on.items())
    console.print(f"Taken on: {told}.", soft_wrap=True)


def _comparison(bench: str, figures: Sequence[Figure]) -> Table:
    """A line for each thing compared, a column for each figure of it."""
    table = Table(title=f"{bench}, side by side", title_justify="left")
    table.add_column("", style="bold", no_wrap=True)
    columns = {figure.name: figure.unit for figure in figures}
    for name, unit in columns.items():
        table.add_column(f"{name}\n{unit}", justify="right", no_wrap=True)
    table.add_column("note", style="dim")
    for of in dict.fromkeys(figure.of for figure in figures):
        known = {figure.name: figure for figure in figures if figure.of == of}
        values = [spelled(known[name].value) if name in known else "" for name in columns]
        notes = [figure.note for figure in known.values() if figure.note]
        table.add_row(of, *values, "; ".join(notes))
    return table


def spelled(value: float) -> str:
    """Three significant digits, thousands apart: 1,230; 45.6; 0.187."""
    size = abs(value)
    if (value == round(value) and size < 1000) or size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 100 else f"{value:.3g}"
