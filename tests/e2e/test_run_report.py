"""The report of a run in a browser: from a file, without network and script, light, dark and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from batch.reports.html.page import render_page
from tests.batch.report_example import REPORT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_page(REPORT), "utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_opens_from_disk_and_answers_on_its_first_screen(
    browser: Browser, report_file: Path, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 860}, color_scheme=scheme, java_script_enabled=False
    )
    page, asked, complaints = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(report_file.as_uri())
    for question in ("Is it live?", "Is it better or worse?", "What is wrong?", "What do I type next?"):
        box = page.get_by_role("heading", name=question).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 860
    assert page.locator("figure svg").count() == 5
    assert all(page.locator("figure svg").nth(number).is_visible() for number in range(5))
    assert asked == [report_file.as_uri()]
    assert complaints == []
    context.close()


def test_a_report_follows_the_colour_scheme_and_prints_light(browser: Browser, report_file: Path) -> None:
    page = browser.new_page()
    page.goto(report_file.as_uri())
    grounds = []
    for scheme, media in (("light", "screen"), ("dark", "screen"), ("dark", "print")):
        page.emulate_media(color_scheme=scheme, media=media)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(251, 250, 248)", "rgb(20, 22, 26)", "rgb(255, 255, 255)"]
    page.close()


def test_a_report_fits_a_telephone(browser: Browser, report_file: Path) -> None:
    page = browser.new_page(viewport={"width": 400, "height": 800})
    page.goto(report_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    page.close()
