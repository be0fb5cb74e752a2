"""Own pictures and trailers on the television page: shown from the origins that were named, never from others."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.stores]

MEDIA = "https://media.example"
MAKE_PICTURE = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 60 });
  canvas.getContext("2d").fillRect(0, 0, 40, 60);
  return canvas.toDataURL("image/png").split(",")[1];
}"""
MAKE_TRAILER = """() => new Promise((resolve) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 });
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
  let frame = 0;
  recorder.ondataavailable = ({ data }) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.readAsDataURL(data);
  };
  const draw = () => {
    canvas.getContext("2d").fillRect(frame, 0, 4, 36);
    frame += 1;
    if (frame < 40) requestAnimationFrame(draw);
    else recorder.stop();
  };
  recorder.start();
  draw();
})"""

REPEAT = "document.querySelector('#backdrop video').loop = true"
"""So that it does not end by itself before the test has looked."""


@pytest.fixture
def open_page(browser: Browser, service: str) -> Iterator[Callable[..., Page]]:
    """`open_page(change, motion)`: the page at rest; `change` edits each card of the home page's response."""
    contexts = []

    def start(change: Callable[[dict[str, Any]], object], motion: str = "reduce") -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion=motion)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{service}/healthz")
        picture = base64.b64decode(page.evaluate(MAKE_PICTURE))
        trailer = base64.b64decode(page.evaluate(MAKE_TRAILER))

        def serve_media(route: Route) -> None:
            name = route.request.url.rpartition("/")[2]
            if name == "missing.png":
                route.fulfill(status=404)
            elif name.endswith(".webm"):
                route.fulfill(body=trailer, content_type="video/webm")
            else:
                route.fulfill(body=picture, content_type="image/png")

        def edit_home(route: Route) -> None:
            response = route.fetch()
            document = response.json()
            for row in (document["data"].get("home") or {"rows": {"nodes": []}})["rows"]["nodes"]:
                for card in row["cards"]["nodes"]:
                    change(card)
            route.fulfill(response=response, body=json.dumps(document))

        for origin in (MEDIA, "https://elsewhere.example"):
            page.route(f"{origin}/**", serve_media)
        page.route("**/graphql", edit_home)
        page.goto(f"{service}/tv")
        page.wait_for_selector(".card.on img.here")
        return page

    yield start
    for context in contexts:
        context.close()


def first_picture(page: Page) -> str:
    return str(page.locator(".card.on img.here").first.evaluate("image => image.currentSrc"))


def with_posters(address: str) -> Callable[[dict[str, Any]], object]:
    def change(card: dict[str, Any]) -> None:
        card["poster"]["url"] = card["landscape"]["url"] = address

    return change


def with_trailers(address: str) -> Callable[[dict[str, Any]], object]:
    return lambda card: card.update(preview={"url": address})


def test_an_own_picture_is_shown(open_page: Callable[..., Page]) -> None:
    assert first_picture(open_page(with_posters(f"{MEDIA}/poster.png"))) == f"{MEDIA}/poster.png"


@pytest.mark.parametrize("address", [f"{MEDIA}/missing.png", "https://elsewhere.example/poster.png"])
def test_a_picture_that_cannot_be_loaded_gives_way_to_the_drawn_one(
    open_page: Callable[..., Page], service: str, address: str
) -> None:
    assert first_picture(open_page(with_posters(address))).startswith(f"{service}/art/")


def test_the_trailer_of_the_focused_card_plays_muted_and_ends_with_the_focus(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(with_trailers(f"{MEDIA}/trailer.webm"), "no-preference")
    page.wait_for_selector("#backdrop video.here")
    page.evaluate(REPEAT)
    video = page.locator("#backdrop video").element_handle()
    assert video is not None
    assert page.evaluate("video => [video.muted, video.currentSrc]", video) == [True, f"{MEDIA}/trailer.webm"]
    page.keyboard.press("ArrowRight")
    assert page.evaluate("video => video.isConnected", video) is False


def test_the_player_ends_the_trailer(open_page: Callable[..., Page]) -> None:
    page = open_page(with_trailers(f"{MEDIA}/trailer.webm"), "no-preference")
    page.wait_for_selector("#backdrop video.here")
    page.evaluate(REPEAT)
    page.evaluate("document.body.classList.add('covered')")
    page.wait_for_selector("#backdrop video", state="detached")


def test_no_trailer_plays_for_people_who_want_less_motion_or_from_elsewhere(
    open_page: Callable[..., Page],
) -> None:
    still = open_page(with_trailers(f"{MEDIA}/trailer.webm"))
    assert still.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches") is True
    other = open_page(with_trailers("https://elsewhere.example/trailer.webm"), "no-preference")
    with other.expect_console_message(lambda message: "Content Security Policy" in message.text):
        other.keyboard.press("ArrowRight")
    other.wait_for_selector("#backdrop video", state="detached")
    assert still.locator("#backdrop video").count() == 0
