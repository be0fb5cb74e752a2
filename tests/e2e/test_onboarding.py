"""The row that asks what a new profile likes is answered where it stands, and the page changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Television

pytestmark = [pytest.mark.browser, pytest.mark.stores]


def test_enter_is_a_thumb_up_and_a_second_one_takes_it_back(television: Television, lodgers: str) -> None:
    page = television.open(lodgers)
    television.go_to_row("ONBOARDING")
    assert "Enterchoose" in page.locator("#hints").inner_text().replace("\n", "")
    name = page.locator("#billboard h1").inner_text()
    page.keyboard.press("Enter")
    television.wait_for_toast(f"You like {name}.")
    assert page.locator(".details").count() == 0
    assert page.locator(".row.on[data-kind=ONBOARDING] .card.on .icon.up").count() == 1
    assert page.locator(".finish").text_content() == "That is what I like1 chosen"
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#toast.here:has-text('Your thumb on {name} is taken back.')")
    assert page.locator(".row[data-kind=ONBOARDING] .icon.up").count() == 0
    assert page.locator(".finish").text_content() == "Skip the questions0 chosen"


def test_the_last_card_ends_the_questions_and_the_page_is_another(
    television: Television, lodgers: str
) -> None:
    page = television.open(lodgers)
    television.go_to_row("ONBOARDING")
    chosen = []
    for _ in range(2):
        chosen.append(page.locator("#billboard h1").inner_text())
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#toast.here:has-text('You like {chosen[-1]}.')")
        page.keyboard.press("ArrowRight")
    liked = [title for title in television.row_titles() if title.startswith("Because you liked ")]
    assert {title.removeprefix("Because you liked ") for title in liked} & set(chosen)
    for _ in range(page.locator(".row.on .card").count()):
        page.keyboard.press("ArrowRight")
    assert television.spoken() == "That is what I like. 2 chosen."
    assert (
        page.locator("#billboard .synopsis").inner_text()
        == "You chose 2 titles. Press Enter to go on with them."
    )
    page.keyboard.press("Enter")
    page.wait_for_selector("#toast.here:has-text('2 titles you like.')")
    assert page.locator(".row[data-kind=ONBOARDING]").count() == 0
    assert television.toast()[1].endswith("“What Do You Like?”.")
    page.reload()
    page.wait_for_selector(".card.on")
    assert "What Do You Like?" not in television.row_titles()
    assert liked[0] in television.row_titles()
