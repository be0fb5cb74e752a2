"""The details page: Enter opens it, play is a choice there, and everything on it is what the server answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Television
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.stores]

LONG_TITLE = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihung"


def buttons(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".details .actions button").all_inner_texts()]


def open_the_series(television: Television, lodgers: str) -> Page:
    page = television.open(lodgers)
    television.find(LONG_TITLE)
    return page


def test_enter_opens_the_details_and_escape_gives_the_focus_back(television: Television) -> None:
    page = television.open()
    television.become("Ade")
    television.go_to_row("TOP_PICKS")
    page.keyboard.press("ArrowRight")
    card, name = television.focused(), page.locator("#billboard h1").inner_text()
    row = page.locator(".row.on").get_attribute("aria-label")
    assert television.details_of_focused() == name
    assert page.locator(".player").count() == 0, "play is a choice"
    assert page.locator(".details .eyebrow").inner_text().startswith(f"{row}: ")
    assert page.locator(".details .facts span").all_inner_texts()[-1].startswith("suitable ")
    assert page.locator(".details .synopsis").inner_text() == "Something happens."
    assert buttons(page) == ["Play", "Add to My List", "Like", "Not for me"]
    assert page.evaluate("document.getElementById('tv').inert") is True
    page.keyboard.press("Escape")
    assert page.locator(".details").count() == 0
    assert television.focused() == card


def test_it_plays_from_where_it_was_left_and_from_the_start(television: Television) -> None:
    page = television.open()
    television.become("Ade")
    name = "Movie m31"
    television.find(name)
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name=f"Playing {name}").wait_for()
    television.wait_for_toast(f"Watched 40 min of {name}.")
    page.wait_for_selector(".details [data-act=restart]")
    resume = page.locator(".details .actions button").first
    assert resume.inner_text().strip().startswith("Resume · ")
    assert resume.evaluate("button => button === document.activeElement")
    left = page.locator(".details .resume").inner_text()
    assert resume.inner_text().strip() == f"Resume · {left}"
    assert buttons(page)[1] == "From the start"
    television.forget_toast()
    page.locator("[data-act=restart]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".player .clock:text-matches('^0:0')")
    page.keyboard.press("Escape")
    page.wait_for_selector(f"#toast.here b:text-matches('^Watched [0-9]+ min of {name}.$')")
    page.wait_for_selector(".details [data-act=disown]")
    page.keyboard.press("n")
    television.wait_for_toast(f"{name} was not you.")
    page.wait_for_selector(".details .actions bdi:text-is('Play')")
    assert page.locator(".details .resume").count() == 0, "what another person watched is no progress"


def test_thumbs_and_list_are_buttons_that_take_themselves_back(television: Television) -> None:
    page = television.open()
    television.become("Ade")
    name = "Movie m32"
    television.find(name)
    for key, act, said, undone in (
        ("u", "like", f"You like {name}.", f"Your thumb on {name} is taken back."),
        ("d", "dislike", f"{name} is not for you.", f"Your thumb on {name} is taken back."),
        ("l", "list", f"{name} is on My List.", f"{name} is off My List."),
    ):
        button = page.locator(f".details [data-act={act}]")
        assert button.get_attribute("aria-pressed") == "false"
        for pressed, sentence in (("true", said), ("false", undone)):
            page.keyboard.press(key)
            television.wait_for_toast(sentence)
            page.wait_for_selector(f".details [data-act={act}][aria-pressed={pressed}]:focus")


def test_a_series_shows_its_seasons_and_what_is_next(television: Television, lodgers: str) -> None:
    page = open_the_series(television, lodgers)
    assert buttons(page)[0] == "Play S1 E1"
    assert page.locator(".season").all_inner_texts() == ["Season 1", "Season 2", "Specials"]
    assert page.locator(".season[aria-pressed=true]").inner_text() == "Season 1"
    assert page.locator(".episode b").all_inner_texts() == [
        *("1. Teil 1", "2. Teil 2", "3. Teil 3", "9. Not for children"),
    ]
    assert page.locator(".episode.next b").inner_text() == "1. Teil 1"


def test_a_child_sees_no_episode_above_its_limit(television: Television) -> None:
    page = television.open()
    television.become("Kids")
    television.find(LONG_TITLE)
    assert page.locator(".episode b").all_inner_texts() == ["1. Teil 1", "2. Teil 2", "3. Teil 3"]
    season = page.locator(".season").first
    assert season.get_attribute("aria-label") == "Season 1, 3 episodes"


def test_an_episode_plays_from_its_own_button_and_the_next_one_is_marked(
    television: Television, lodgers: str
) -> None:
    page = open_the_series(television, lodgers)
    page.locator(".episode").nth(1).focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name=f"Playing {LONG_TITLE}").wait_for()
    page.wait_for_selector(".episode.next b:has-text('2. Teil 2')")
    assert television.wait_for_toast(f"Watched 20 min of {LONG_TITLE}.")[1].startswith(
        "It is number 1 in Continue Watching: S1 E2 · "
    )
    assert buttons(page)[0].startswith("Resume · S1 E2 · ")
    assert page.locator(".episode.next .progress").count() == 1
    assert page.evaluate("document.activeElement.dataset.act") == "episode-title_long-1-2"


def test_a_long_season_comes_in_pages(television: Television, lodgers: str) -> None:
    page = open_the_series(television, lodgers)
    page.get_by_role("button", name="Season 2, 23 episodes").click()
    page.wait_for_selector(".season[aria-pressed=true]:has-text('Season 2'):focus")
    assert page.locator(".episode").count() == 20
    page.get_by_role("button", name="More episodes").click()
    page.wait_for_selector(".episode >> nth=22")
    assert page.locator(".episode").count() == 23
    assert page.locator(".more").count() == 0
    assert page.evaluate("document.activeElement.dataset.act") == "episode-title_long-2-21"


def test_more_like_this_opens_on_top_and_leads_back(television: Television) -> None:
    page = television.open()
    television.become("Ade")
    television.find("Movie m0")
    similar = page.locator(".similar .tile")
    assert similar.count() == 20
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert similar.nth(2).evaluate("tile => tile === document.activeElement")
    name = similar.nth(2).locator("b").inner_text()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name=f"Details of {name}").wait_for()
    top = page.locator(".details").last
    assert top.locator(".eyebrow").inner_text() == "Because it is like Movie m0"
    page.keyboard.press("Escape")
    assert page.locator(".details h1").inner_text() == "Movie m0"
    assert similar.nth(2).evaluate("tile => tile === document.activeElement")


def test_arrows_reach_every_button(television: Television, lodgers: str) -> None:
    page = open_the_series(television, lodgers)
    reached = set()
    way = "Right " * 7 + "Down " + "Left " * 3 + "Down " * 3 + "Right " * 3 + "Up " * 5
    for key in (f"Arrow{step}" for step in way.split()):
        reached.add(page.evaluate("document.activeElement.dataset.act ?? document.activeElement.className"))
        page.keyboard.press(key)
    assert {"play", "list", "like", "dislike"} <= reached
    assert any(str(one).startswith("season-") for one in reached)
    assert any(str(one).startswith("episode-") for one in reached)


def test_a_title_that_was_withdrawn_meanwhile_is_reported(television: Television) -> None:
    page = television.open()
    page.route("**/graphql", lambda route: route.fulfill(json={"data": {"title": None, "similar": None}}))
    page.keyboard.press("Enter")
    assert television.toast() == [
        "This title cannot be shown.",
        "It may have left the service, or it may not suit this profile.",
    ]
    assert page.locator(".details").count() == 0
    page.unroute_all()
