"""The report of a run as one HTML file: no network, no script, light and dark, printable."""

from __future__ import annotations

from batch.reports.html import sections
from batch.reports.html.elements import escape, section, table
from batch.reports.html.first_screen import answers, header, state_of, strip
from batch.reports.html.pages import sample_pages
from batch.reports.html.style import STYLE
from batch.reports.model import RunReport, find_problems


def render_page(report: RunReport) -> str:
    title = f"{report.version}: {state_of(report)[1]}"
    body = "".join(
        (
            header(report),
            answers(report),
            strip(report),
            sections.plots(report),
            sections.gates(report),
            sections.evaluation(report),
            sections.detections(report),
            sections.difference(report),
            sample_pages(report),
            sections.inputs_and_outputs(report),
            _problems(report),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{body}"
        f"<footer>The same as data: run_results.json beside this file. Written at the end of run"
        f" {escape(report.run_id)}; <code>marquee data status</code> says what is live now.</footer>"
        "</main></body></html>\n"
    )


def _problems(report: RunReport) -> str:
    """All of them; the first screen shows the first few."""
    problems = find_problems(report)
    if not problems:
        return ""
    rows = [("blocks" if one.level == "block" else "look", escape(one.text)) for one in problems]
    return section("All findings", table("Worst first", ("Level", "What was found"), rows))
