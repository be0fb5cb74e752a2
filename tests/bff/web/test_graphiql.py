"""GraphiQL: offline, nothing inline, signed in already; every operation it opens with runs."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bff.web import graphiql

VENDOR = Path(graphiql.__file__).parent.parent / "vendor" / "graphiql"
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def test_vendored_files_are_the_ones_that_are_described() -> None:
    described = (VENDOR / "VENDOR.md").read_text("utf-8")
    files = [path.name for path in VENDOR.iterdir() if path.suffix in (".js", ".css")]
    assert sorted(files) == [
        "graphiql.min.css",
        "graphiql.min.js",
        "react-dom.production.min.js",
        "react.production.min.js",
    ]
    for name in files:
        assert f"{hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()}  {name}" in described


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline() -> None:
    page = (Path(graphiql.__file__).parent / "page.html").read_text("utf-8")
    assert re.findall(r"https?:", page) == []
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert re.findall(r" (?:on\w+|style)=", page) == []


@pytest.mark.stores
def test_a_browser_gets_the_page_and_its_files_under_a_policy(client: TestClient) -> None:
    page = client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml"})
    assert page.status_code == 200
    assert "script-src 'self';" in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="(/graphiql/[^"]+)"', page.text)
    assert len(loaded) == 6
    for path in loaded:
        assert client.get(path).status_code == 200, path


@pytest.mark.stores
@pytest.mark.browser
def test_every_tab_runs_offline_without_a_word_on_the_console(address: str, chromium: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    complaints: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 850})
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _local(request, address, complaints))
        page.goto(f"{address}/graphql")
        page.wait_for_selector(".graphiql-execute-button")
        names = [tab.inner_text().strip() for tab in page.query_selector_all(".graphiql-tab")]
        answers = {name: _run(page, name) for name in names}
        browser.close()
    assert names == ["Mina", "Ade", "Kids", "Search", "Profiles"]
    assert complaints == []
    for name, answer in answers.items():
        assert "errors" not in answer, name
        assert answer["data"], name
    assert answers["Ade"]["data"]["home"]["rows"]["nodes"]


def _local(request: Any, address: str, complaints: list[str]) -> None:
    if not request.url.startswith((address, "data:")):
        complaints.append(f"asked {request.url}")


OPEN_AND_RUN = """tab => {
  const buttons = [...document.querySelectorAll(".graphiql-tab button")];
  buttons.find((button) => button.textContent.trim() === tab).click();
  document.querySelector(".graphiql-execute-button").click();
}"""


def _run(page: Any, tab: str) -> dict[str, Any]:
    """Opens a tab and runs it in the same moment: no hand is faster."""
    with page.expect_response(lambda response: response.url.endswith("/graphql")) as answered:
        page.evaluate(OPEN_AND_RUN, tab)
    answer: dict[str, Any] = answered.value.json()
    return answer
