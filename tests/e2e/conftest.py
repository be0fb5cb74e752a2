"""A television in front of a running service: local stores, a small world, `marquee serve`, headless Chromium."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright
from pymongo import MongoClient

from bff.auth.tokens import sign_token
from bff.local_stack import StoreUrls
from bff.local_stack.probes import free_ports
from bff.local_stack.processes import wait_until
from bff.settings import Settings
from domain.ids import AccountId, Region
from domain.recommendations.keys import index_name
from domain.recommendations.lists import DataVersion
from domain.viewers.profiles import Principal, Role

READY_SECONDS = 180.0
MEDIA_ORIGIN = "https://media.example"
"""Where own pictures and trailers are; only tests of them load anything from there."""

SECRET = "a secret of the television tests, long enough"
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _load(name: str, path: Path) -> ModuleType:
    """tests/ is no package, so its data is loaded by its path."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _world() -> ModuleType:
    """The small world that the service's own tests use."""
    return _load("television_world", Path(__file__).parents[1] / "bff" / "world.py")


@pytest.fixture(scope="session")
def television_world(stack: StoreUrls) -> Iterator[tuple[StoreUrls, ModuleType]]:
    """The stores, filled, in a database and an index of their own."""
    world, name = _world(), f"tv_{uuid.uuid4().hex[:12]}"
    version = DataVersion(name, index_name(name), "run", "2026-11-22", datetime.now(UTC))
    base, _, options = stack.mongo_url.partition("?")
    mongo_url = f"{base.rstrip('/')}/{name}?{options}"
    world.fill_mongo(mongo_url, version)
    world.fill_elasticsearch(stack.elasticsearch_url, version.index)
    world.fill_redis(stack.redis_url, version)
    strangers = _load("television_strangers", Path(__file__).with_name("strangers.py"))
    strangers.fill(world, mongo_url, stack.elasticsearch_url, version)
    yield StoreUrls(mongo_url, stack.elasticsearch_url, stack.redis_url), world
    with MongoClient[dict[str, object]](mongo_url) as client:
        client.drop_database(name)


@pytest.fixture(scope="session")
def service(
    television_world: tuple[StoreUrls, ModuleType], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Address of `marquee serve` in demo mode."""
    urls, home = television_world[0], tmp_path_factory.mktemp("television")
    port = free_ports("127.0.0.1", 1)[0]
    address = f"http://127.0.0.1:{port}"
    settings = {
        "MARQUEE_HOME": str(home),
        "MARQUEE_DEMO": "1",
        "MARQUEE_MEDIA_ORIGINS": MEDIA_ORIGIN,
        "MARQUEE_JWT_SECRET": SECRET,
        # A busy machine is no outage.
        **{f"MARQUEE_{store}_SECONDS": "20" for store in ("TITLES", "SEARCH", "MONGO_READ", "REDIS")},
        "MARQUEE_MONGO_URL": urls.mongo_url,
        "MARQUEE_ELASTICSEARCH_URL": urls.elasticsearch_url,
        "MARQUEE_REDIS_URL": urls.redis_url,
    }
    command = [sys.executable, "-m", "bff.cli", "serve", "--port", str(port)]
    with (home / "serve.log").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        assert wait_until(lambda: _is_ready(address), READY_SECONDS), (home / "serve.log").read_text()
        yield address
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="session")
def lodgers() -> str:
    """The address fragment that signs in the account of tests/e2e/strangers.py; no persona is among its people."""
    settings = Settings()
    principal = Principal(AccountId("lodgers"), Role.VIEWER, Region("DE"))
    token = sign_token(
        principal, SECRET.encode(), settings.issuer, settings.audience, datetime.now(UTC), timedelta(hours=1)
    )
    return f"#token={token}"


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium a file, and closed with it: Playwright runs a loop of its own in this thread for as long
    as it is open, and no asynchronous test could run beside that."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        yield running
        running.close()


@dataclass
class Television:
    """A page and what went wrong on it: `complaints` from the console, `strangers` among the hosts asked."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", lambda message: self._complain(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._ask)

    def _complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def _ask(self, request: Request) -> None:
        if (
            not request.url.startswith(("data:", "blob:"))
            and urlsplit(request.url).netloc != urlsplit(self.address).netloc
        ):
            self.strangers.append(request.url)

    def open(self, fragment: str = "") -> Page:
        """The page as `fragment` asks for it, once its first card has the focus."""
        self.page.goto(f"{self.address}/tv{fragment}")
        self.page.wait_for_selector(".card.on")
        return self.page

    def become(self, name: str) -> None:
        """Press P, choose, and wait for that person's page."""
        self.page.wait_for_selector("body:not([aria-busy])")
        self.page.keyboard.press("p")
        self.page.get_by_role("dialog", name="Who is watching?").get_by_role("button", name=name).click()
        self.page.wait_for_selector("body:not([aria-busy])")
        self.page.wait_for_selector(f"#who:has-text('{name}')")
        self.page.wait_for_selector("body:not(.covered) .card.on")

    def settle(self) -> None:
        """Wait until nothing moves any more."""
        self.page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished))")

    def go_to_row(self, kind: str) -> None:
        """Press down until the focus is in the first row of this kind."""
        for _ in range(self.page.locator(".row").count()):
            if self.page.locator(".row.on").get_attribute("data-kind") == kind:
                return
            self.page.keyboard.press("ArrowDown")
        assert self.page.locator(".row.on").get_attribute("data-kind") == kind

    def go_to_title(self, name: str) -> None:
        """Press right until the focus is on this title of the row."""
        headline = self.page.locator("#billboard h1")
        for _ in range(self.page.locator(".row.on .card").count()):
            if headline.inner_text() == name:
                return
            self.page.keyboard.press("ArrowRight")
        assert headline.inner_text() == name

    def find(self, name: str) -> None:
        """Search for a title and open its details."""
        self.page.keyboard.press("s")
        self.page.keyboard.type(name)
        self.page.wait_for_selector(f".results .tile:first-child bdi:text-is('{name}')")
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Enter")
        self.page.get_by_role("dialog", name=f"Details of {name}").wait_for()
        self.page.wait_for_selector(".details .actions button:focus")

    def wait_for_toast(self, headline: str) -> list[str]:
        """The lines of the toast with this headline."""
        self.page.wait_for_selector(f"#toast.here b:text-is('{headline}')")
        return self.toast()

    def forget_toast(self) -> None:
        """Hide it, to tell the next one from it."""
        self.page.evaluate("document.getElementById('toast').classList.remove('here')")

    def toast(self) -> list[str]:
        """The lines of the toast, once it is there."""
        self.page.wait_for_selector("#toast.here")
        return [str(line) for line in self.page.locator("#toast > *").all_text_contents()]

    def details_of_focused(self) -> str:
        """Press Enter, and return the name on the details page."""
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(".details .actions button:focus")
        return self.page.locator(".details h1").inner_text()

    def row_titles(self) -> list[str]:
        titles = self.page.locator(".row").evaluate_all(
            "rows => rows.map(row => row.getAttribute('aria-label'))"
        )
        return [str(title) for title in titles]

    def focused(self) -> str:
        """Id of the focused card; a chart may repeat a title, never a card."""
        return str(self.page.evaluate("document.activeElement.card.cardId"))

    def spoken(self) -> str:
        """What a screen reader would say of the focused card."""
        return str(self.page.evaluate("document.activeElement.getAttribute('aria-label')"))


@pytest.fixture
def television(browser: Browser, service: str) -> Iterator[Television]:
    """A fresh television at 720p; at the end there may be no console errors and no calls to other hosts."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    set_up = Television(context.new_page(), service)
    set_up.watch()
    yield set_up
    context.close()
    assert set_up.complaints == []
    assert set_up.strangers == []
