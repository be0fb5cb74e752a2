"""The HTML of a report: complete, self-contained, safe, and readable for everybody."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import product

import pytest

from batch.reports.html.page import render_page
from batch.reports.html.style import STYLE
from batch.reports.model import RunReport
from tests.batch.report_example import BARE, HOSTILE, REPORT

pytestmark = pytest.mark.slow  # plots are drawn

VOID = {"meta", "br", "rect", "circle", "path", "use", "link", "stop"}


class Outline(HTMLParser):
    """Tags, ids, headings; fails on a tag that is closed out of turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.levels: list[int] = []
        self.heads: list[str | None] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.references += [
            value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "action", "data")
        ]
        self.heads += [values.get("scope")] if tag == "th" else []
        self.levels += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open.pop() == tag


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(REPORT)


def visible(text: str) -> str:
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL))
    )


def test_a_page_needs_no_network_and_no_script(page: str) -> None:
    outline = Outline(page)
    assert not {"script", "link", "img", "iframe", "form", "object"} & set(outline.tags)
    assert all(one.startswith("#") for one in outline.references)
    assert set(outline.references) <= {f"#{one}" for one in outline.ids}
    assert len(outline.ids) == len(set(outline.ids))
    assert "default-src 'none'" in page
    assert not re.search(r"url\((?!#)", page)


def test_the_first_screen_answers_four_questions(page: str) -> None:
    first = visible(page[: page.index('class="strip"')])
    assert "Nightly run of 20 Nov 2026" in first
    for question in ("Is it live?", "Is it better or worse?", "What is wrong?", "What do I type next?"):
        assert first.count(question) == 1
    assert "Yes. Readers use it." in first
    assert "21 Nov 2026, 03:16 UTC (03:16 +01:00 on the host)" in first
    assert "Better and worse." in first
    assert "better than the last version" in first
    assert "no clear difference from recent popularity" in first
    assert "1 blocking, 6 to look at." in first
    assert "12 % of lists begin with one title." in first
    assert "marquee data rollback" in first


def test_names_from_the_catalogue_are_text(page: str) -> None:
    assert HOSTILE not in page
    assert "&lt;script&gt;alert" in page


def test_headings_tables_and_plots_can_be_read_aloud(page: str) -> None:
    outline = Outline(page)
    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(outline.levels, outline.levels[1:], strict=False))
    assert None not in outline.heads
    assert outline.tags.count("caption") == outline.tags.count("table") == 9
    assert outline.tags.count("figcaption") == outline.tags.count("figure") == 5


def test_plots_take_the_colours_of_the_page(page: str) -> None:
    assert not re.search(r"#0[1-9a][0-9a-f]{4}", page)
    assert "var(--main)" in page
    assert len(page) < 200_000


def test_the_evaluation_has_titles_and_pages_in_one_table(page: str) -> None:
    table = page[page.index("<h2>Evaluation") : page.index("<h2>Detectors")]
    assert (table.count("<table"), table.count("<tbody><tr>"), table.count("<tr>")) == (1, 1, 5)
    assert "0.1050" in table
    assert "0.3100" in table
    assert "recent popularity" in table
    assert "transitions" in table


def test_what_was_not_measured_is_called_so() -> None:
    text = visible(render_page(BARE))
    assert "Failed, not live" in text
    assert "No. The run failed." in text
    assert "Readers use version 20261119-1, as before." in text
    assert "Spark: no space left on device" in text
    assert "Not measured in this run." in text
    assert "Plots" not in text
    assert text.count("not measured") >= 4


def test_nothing_found_says_what_that_rests_on() -> None:
    text = visible(render_page(replace(BARE, error=None, status="succeeded")))
    assert "Nothing was found. Checked: stage times. Not measured: gates, evaluation, detectors," in text


@pytest.mark.parametrize(
    ("status", "job", "words"),
    [
        ("blocked", "nightly", "No. Its gates held it back."),
        ("interrupted", "nightly", "No. The run was interrupted."),
        ("succeeded", "trending", "No. A single job publishes nothing."),
    ],
)
def test_a_version_that_is_not_live_says_why(status: str, job: str, words: str) -> None:
    assert words in visible(render_page(replace(BARE, error=None, status=status, job=job)))


def colours(rule: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})\b", rule))


LIGHT = colours(STYLE[: STYLE.index("@media")])
DARK = LIGHT | colours(STYLE[STYLE.index("prefers-color-scheme:dark") : STYLE.index("*{box-sizing")])
TEXT_ON = [
    *product(("ink", "soft", "main", "second"), ("paper", "card")),
    ("ink", "code"),
    ("ink", "calmbg"),
    *[(name, f"{name}bg") for name in ("good", "warn", "bad")],
]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_has_the_contrast_of_wcag_aa(scheme: dict[str, str], text: str, ground: str) -> None:
    lighter, darker = sorted((luminance(scheme[text]), luminance(scheme[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_a_palette_that_is_no_colour_stays_out(page: str) -> None:
    assert REPORT.samples is not None
    row = REPORT.samples[0].after[0]
    bad = replace(row.titles[0], palette=('red"/><script>', "#12", "url(http://x)"))
    sample = replace(REPORT.samples[0], after=(replace(row, titles=(bad,)),), before=())
    drawn = render_page(replace(REPORT, samples=(sample,)))
    assert "http:" not in drawn.replace("http://www.w3.org", "")
    assert "<script" not in drawn


def test_every_report_can_be_rendered_in_part() -> None:
    parts: dict[str, object] = {
        "metrics": REPORT.metrics, "gates": REPORT.gates, "evaluation": REPORT.evaluation,
        "detections": REPORT.detections, "delta_vs_live": REPORT.delta_vs_live, "samples": REPORT.samples,
        "history": REPORT.history, "spark": REPORT.spark,
    }  # fmt: skip
    for name, part in parts.items():
        report: RunReport = replace(BARE, **{name: part})  # type: ignore[arg-type]
        Outline(render_page(report))
