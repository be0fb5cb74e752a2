"""Search: typed keys, the keyboard on the screen, results as one types, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Television

pytestmark = [pytest.mark.browser, pytest.mark.stores]


def test_typing_finds_titles_and_enter_leads_to_one(television: Television) -> None:
    page = television.open()
    card = television.focused()
    page.keyboard.press("s")
    page.keyboard.type("a series")
    page.wait_for_selector(".found:has-text('for “a series”.')")
    page.wait_for_selector(".results .tile")
    assert page.locator(".results .tile b").first.inner_text() == "A Series"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Details of A Series").wait_for()
    assert page.locator(".details .eyebrow").inner_text() == "Found for “a series”"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.title") == "title_s1"
    page.keyboard.press("Escape")
    assert television.focused() == card


def test_a_remote_control_spells_with_arrows_and_enter(television: Television) -> None:
    page = television.open()
    page.keyboard.press("/")
    for key in ("ArrowDown", "Enter", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    first = page.locator(".asked").input_value()
    assert len(first) == 2
    page.keyboard.press("Backspace")
    assert page.locator(".asked").input_value() == first[0]
    page.get_by_role("button", name="Clear").click()
    assert page.locator(".asked").input_value() == ""
    page.keyboard.type("m7")
    assert page.locator(".asked").input_value() == "m7"
    page.wait_for_selector(".results .tile b:has-text('Movie m7')")


def test_nothing_found_is_said(television: Television) -> None:
    page = television.open()
    page.locator("#find").click()
    page.keyboard.type("qqqqzzzzxxxx")
    page.wait_for_selector(".found:text-is('No title is found for “qqqqzzzzxxxx”.')")
    assert page.locator(".results .tile").count() == 0


def test_a_slow_answer_does_not_replace_a_later_one(television: Television) -> None:
    page = television.open()
    held = []
    page.route("**/graphql", lambda route: held.append(route) if not held else route.continue_())
    page.keyboard.press("s")
    with page.expect_request("**/graphql"):
        page.keyboard.type("series")
    page.keyboard.type(" zzzzqqqq")
    page.wait_for_selector(".found:text-is('No title is found for “series zzzzqqqq”.')")
    with page.expect_response("**/graphql"):
        held[0].continue_()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.locator(".found").inner_text() == "No title is found for “series zzzzqqqq”."
    page.unroute_all()


def test_a_child_finds_nothing_above_its_limit(television: Television) -> None:
    page = television.open()
    television.become("Kids")
    page.keyboard.press("s")
    page.keyboard.type("movie m8")
    page.wait_for_selector(".found:has-text('“movie m8”.')")
    assert "Movie m8" not in page.locator(".results .tile b").all_inner_texts()
