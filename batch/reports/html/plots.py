"""Plots as inline SVG that takes its colours from the page, so that it is dark when the page is."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from batch.reports.html.elements import escape
from batch.reports.instants import parse_utc
from batch.reports.parts import Histogram, MarketCoverage, Night, ReportedStage

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Drawn in these colours, which nothing else uses, and exchanged for the page's.
INK, FAINT, MAIN, SECOND = "#010203", "#040506", "#070809", "#0a0b0c"
_VARIABLES = {INK: "var(--ink)", FAINT: "var(--line)", MAIN: "var(--main)", SECOND: "var(--second)"}
_GROUP_ID = re.compile(r' id="[\w.]+_\d+"')
_FONT = re.compile(r"font: ([\d.]+px) [^;\"]+")
WIDTH, HEIGHT = 5.4, 2.5
MARKETS_SHOWN = 12

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 9.0,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
}


def plot(name: str, summary: str, draw: Callable[[Axes], None], height: float = HEIGHT) -> str:
    """A figure element. `summary` says in words what the plot shows; without matplotlib it stands alone."""
    try:
        svg = _svg(name, draw, height)
    except ImportError:
        svg = "<p>Not drawn: matplotlib is not installed where the run's driver is.</p>"
    return f'<figure role="group"><figcaption>{escape(summary)}</figcaption>{svg}</figure>'


def _svg(name: str, draw: Callable[[Axes], None], height: float) -> str:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    buffer = io.StringIO()
    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()
    text = _GROUP_ID.sub("", text[text.index("<svg") :])
    text = _FONT.sub(r"font: \1 system-ui, sans-serif", text)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    for drawn, variable in _VARIABLES.items():
        text = text.replace(drawn, variable)
    return re.sub(r"\n\s*", "\n", text.replace("<svg ", '<svg aria-hidden="true" ', 1))


def markets_plot(markets: Sequence[MarketCoverage]) -> str:
    shown = markets[:MARKETS_SHOWN]

    def draw(axes: Axes) -> None:
        names = [f"{one.region}  ({one.profiles:,})" for one in shown]
        shares = [100 * one.with_list / one.profiles for one in shown]
        bars = axes.barh(names, shares, color=MAIN, height=0.62)
        axes.bar_label(bars, labels=[f"{one:.4g} %" for one in shares], padding=3)
        axes.set_xlim(0, 118)
        axes.set_xticks([0, 50, 100])
        axes.invert_yaxis()
        axes.set_xlabel("% of sampled profiles with a list")

    worst = min(shown, key=lambda one: one.with_list / one.profiles)
    total = sum(one.with_list for one in markets) / sum(one.profiles for one in markets)
    lowest = f"; lowest in {worst.region}, {worst.with_list / worst.profiles:.1%}" if total < 1 else ""
    covered = f"{total:.1%} of sampled profiles have" if total < 1 else "every sampled profile has"
    summary = f"Coverage by market: {covered} a list{lowest}."
    return plot("markets", summary, draw, max(1.5, 0.8 + 0.24 * len(shown)))


def scores_plot(scores: Histogram) -> str:
    def draw(axes: Axes) -> None:
        axes.stairs(_shares(scores.candidate), scores.edges, fill=True, color=MAIN, alpha=0.35)
        axes.stairs(_shares(scores.candidate), scores.edges, color=MAIN, linewidth=1.6, label="this version")
        if scores.live is not None:
            axes.stairs(
                _shares(scores.live),
                scores.edges,
                color=SECOND,
                linewidth=1.6,
                linestyle="--",
                label="before",
            )
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
        axes.set_xlabel("score of a title in a first ten")
        axes.set_ylabel("% of titles")

    beside = " beside those of the version before" if scores.live else "; there is no version before"
    return plot("scores", f"Distribution of scores{beside}.", draw)


def _shares(counts: Sequence[int]) -> list[float]:
    return [100 * one / (sum(counts) or 1) for one in counts]


def tail_plot(tail: Sequence[int], gini: float) -> str:
    def draw(axes: Axes) -> None:
        places = range(1, len(tail) + 1)
        axes.fill_between(places, tail, 0.8, color=MAIN, alpha=0.35, linewidth=0)
        axes.plot(places, tail, color=MAIN, linewidth=1.6)
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.8)
        axes.set_xlabel("titles, most shown first")
        axes.set_ylabel("first tens that hold it")

    half = _titles_of_half(tail)
    words = f"Long tail: {half} of {len(tail)} shown titles make half of all first tens (Gini {gini:.2f})."
    return plot("tail", words, draw)


def _titles_of_half(tail: Sequence[int]) -> int:
    total, seen = sum(tail), 0
    for number, amount in enumerate(tail, 1):
        seen += amount
        if 2 * seen >= total:
            return number
    return len(tail)


def stages_plot(stages: Sequence[ReportedStage]) -> str:
    def draw(axes: Axes) -> None:
        names = [f"{one.name.replace('_', ' ')}  {one.seconds:.1f} s" for one in stages]
        axes.barh(names, [one.seconds for one in stages], color=MAIN, height=0.62)
        last = [(place, one.last_seconds) for place, one in enumerate(stages) if one.last_seconds is not None]
        if last:
            places, seconds = zip(*last, strict=True)
            axes.plot(seconds, places, "|", color=SECOND, markersize=11, markeredgewidth=2, label="last time")
            axes.legend(loc="lower right", bbox_to_anchor=(1, 1))
        axes.invert_yaxis()
        axes.set_xlabel("seconds")

    longest = max(stages, key=lambda one: one.seconds)
    total = sum(one.seconds for one in stages)
    part = longest.seconds / (total or 1)
    words = f"Stage times: {longest.name.replace('_', ' ')} took {part:.0%} of {total:.0f} s."
    return plot("stages", words, draw, max(1.5, 0.8 + 0.22 * len(stages)))


def freshness_plot(history: Sequence[Night]) -> str:
    """Age of what readers see: it grows until the next version is published, and falls then."""
    instants = [parse_utc(one.published_at) for one in history]
    newest = [parse_utc(one.newest_event_at) for one in history]
    times: list[datetime] = []
    hours: list[float] = []
    for number, at in enumerate(instants):
        if number:
            times.append(at)
            hours.append((at - newest[number - 1]).total_seconds() / 3600)
        times.append(at)
        hours.append((at - newest[number]).total_seconds() / 3600)

    def draw(axes: Axes) -> None:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

        days = date2num(times)  # type: ignore[no-untyped-call]
        axes.plot(days, hours, color=MAIN, linewidth=1.6, marker="o", markersize=3)
        axes.axhline(36, color=SECOND, linestyle="--", linewidth=1.2)
        axes.text(
            0.01,
            36,
            " 36 h: lists are stale",
            color=SECOND,
            va="bottom",
            transform=axes.get_yaxis_transform(),
        )
        axes.set_ylim(bottom=0, top=max(44.0, *hours) * 1.1)
        # A day on each side: an axis of one instant would span years.
        axes.set_xlim(days[0] - 1, days[-1] + 1)
        locator = AutoDateLocator(minticks=2, maxticks=6)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
        axes.set_ylabel("age of the newest event, h")

    words = f"Freshness: the newest event was {hours[-1]:.1f} h old when the last version was published."
    return plot("freshness", words, draw)
