"""Ten real profiles, before and after, with art."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from batch.reports.html.art import HEIGHT, WIDTH, poster_symbols
from batch.reports.html.elements import escape, section
from batch.reports.model import RunReport
from batch.reports.parts import SamplePage, SampleRow, SampleTitle


def sample_pages(report: RunReport) -> str:
    if not report.samples:
        return ""
    symbols, names = poster_symbols(report.samples)
    shown = "".join(_page(one, names) for one in report.samples)
    intro = (
        "The first rows by the version before and by this one."
        " A blue frame marks a title that the other one lacks in the row."
        " Real profiles are named by a digest that nobody can trace back."
    )
    number = f"{len(report.samples)} profiles" if len(report.samples) > 1 else "One profile"
    return section(f"{number} before and after", symbols, shown, intro=intro)


def _page(page: SamplePage, names: Mapping[str, str]) -> str:
    command = f"<p><code>{escape(page.command)}</code></p>" if page.command else ""
    sides = _side("After", page.after, names)
    if page.before:
        sides = _side("Before", page.before, names) + sides
    kind = "sides" if page.before else "sides one"
    return (
        f'<article class="viewer"><h3>{escape(page.profile)}</h3><p>{escape(page.about)}</p>{command}'
        f'<div class="{kind}">{sides}</div></article>'
    )


def _side(heading: str, rows: Sequence[SampleRow], names: Mapping[str, str]) -> str:
    shown = "".join(
        f'<h5>{escape(row.heading)}</h5><ol class="cards">{"".join(_card(one, names) for one in row.titles)}</ol>'
        for row in rows
    )
    return f"<div><h4>{heading}</h4>{shown or '<p>No rows.</p>'}</div>"


def _card(title: SampleTitle, names: Mapping[str, str]) -> str:
    kind = ' class="new"' if title.fresh else ""
    return (
        f'<li{kind} title="{escape(title.name)}"><svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">'
        f'<use href="#{names[title.title_id]}"/></svg><span>{escape(title.name)}</span></li>'
    )
