"""Small pieces of HTML, and numbers as people read them. Texts are escaped here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape as escape

from batch.reports.parts import ReportedInstant

NOT_MEASURED = '<span class="none">not measured</span>'


def section(heading: str, *content: str, intro: str = "") -> str:
    """`content` is HTML."""
    lead = f"<p>{escape(intro)}</p>" if intro else ""
    return f"<section><h2>{escape(heading)}</h2>{lead}{''.join(content)}</section>"


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> str:
    """Cells are HTML; the last `numbers` columns are right-aligned. The first cell of a row is its header."""
    first_number = len(head) - numbers
    heads = "".join(
        f'<th scope="col"{_number_class(place, first_number)}>{escape(name)}</th>'
        for place, name in enumerate(head)
    )
    lines = []
    for cells in rows:
        rest = "".join(
            f"<td{_number_class(place, first_number)}>{cell}</td>" for place, cell in enumerate(cells[1:], 1)
        )
        lines.append(f'<tr><th scope="row">{cells[0]}</th>{rest}</tr>')
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def folded(summary: str, *content: str) -> str:
    """Closed on a screen; open on paper."""
    return f"<details><summary>{escape(summary)}</summary>{''.join(content)}</details>"


def _number_class(place: int, first_number: int) -> str:
    return ' class="n"' if place >= first_number else ""


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Values are HTML."""
    lines = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in pairs)
    return f'<dl class="facts">{lines}</dl>'


def mark(kind: str, text: str) -> str:
    """`kind`: good, warn, bad or calm. The sign tells it without colour, too."""
    sign = {"good": "✓", "warn": "!", "bad": "✕", "calm": "="}[kind]
    return f'<span class="mark {kind}"><span aria-hidden="true">{sign}</span> {escape(text)}</span>'


def duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86_400:.1f} days"


def size(count: int | None) -> str:
    if count is None:
        return NOT_MEASURED
    amount, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:,.0f} {units[0]}" if amount >= 100 or units[0] == "B" else f"{amount:.1f} {units[0]}"


def count(number: int | None) -> str:
    return NOT_MEASURED if number is None else f"{number:,}"


def share(number: float | None) -> str:
    if number is None:
        return NOT_MEASURED
    return f"{number:.0%}" if number in (0, 1) or 0.1 <= number <= 0.995 else f"{number:.1%}"


def decimal(number: float | None) -> str:
    return NOT_MEASURED if number is None else f"{number:.4g}"


def when(utc: str) -> str:
    """ "2026-11-20T20:00:00Z" -> "20 Nov 2026, 20:00" as UTC."""
    day, _, clock = utc.partition("T")
    year, month, number = day.split("-")
    return f"{int(number)} {_MONTHS[int(month) - 1]} {year}, {clock[:5]}"


def instant(at: ReportedInstant) -> str:
    """UTC, and the host's local time."""
    clock = at.local.partition("T")[2]
    offset = clock[8:]
    local = "also the host's local time" if offset in ("+00:00", "Z") else f"{clock[:5]} {offset} on the host"
    return f"{when(at.utc)} UTC ({local})"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
