"""The television page in a real browser against a real service: keys, people, playing, and no trouble at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import Browser

from bff.web.static_files import content_policy

if TYPE_CHECKING:
    from conftest import Television

pytestmark = [pytest.mark.browser, pytest.mark.stores]

KIDS_TITLES = """query ($id: ID!, $profileId: ID!) {
  title(id: $id, profileId: $profileId) { maturity { age } }
}"""


def test_the_policy_allows_nothing_from_elsewhere(service: str) -> None:
    assert httpx.get(f"{service}/tv").headers["content-security-policy"] == content_policy(
        ["https://media.example"]
    )


def test_it_opens_on_the_first_card_of_the_first_row(television: Television, tmp_path: Path) -> None:
    page = television.open()
    assert page.locator(".row").first.locator(".card").first.get_attribute("class") == "card on"
    assert page.locator("#billboard h1").inner_text() in television.spoken()
    assert (
        page.locator("#hints").inner_text().startswith("Use the arrow keys. Press P to become someone else.")
    )
    page.wait_for_selector(".card.on img.here")
    page.screenshot(path=tmp_path / "home.png")


def test_every_row_says_why_it_is_there(television: Television) -> None:
    page = television.open()
    assert page.locator(".row").count() == page.locator(".row h2 small").count() > 1
    assert all(page.locator(".row h2 small").all_inner_texts())


def test_arrows_move_and_every_row_remembers_its_column(television: Television) -> None:
    page = television.open()
    first = television.focused()
    for key in ("ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    third = television.focused()
    assert third != first
    page.keyboard.press("ArrowDown")
    below = television.focused()
    assert below not in (first, third)
    page.keyboard.press("ArrowUp")
    assert television.focused() == third
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert television.focused() == first
    page.keyboard.press("ArrowUp")
    assert television.focused() == first, "the first row is the top"


def test_the_focused_card_stays_in_the_same_place_while_rows_move(television: Television) -> None:
    page = television.open()
    places = set()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
        television.settle()
        box = page.locator(".row.on").bounding_box()
        assert box is not None
        places.add(round(box["y"]))
    assert len(places) == 1


def test_pictures_are_fetched_only_near_the_screen(television: Television) -> None:
    page = television.open()
    page.wait_for_selector(".card.on img.here")
    cards, pictures = page.locator(".card").count(), page.locator(".card img").count()
    assert 0 < pictures <= 4 * 12
    assert pictures < cards


def test_the_billboard_follows_the_focus(television: Television) -> None:
    page = television.open()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#backdrop img.here")
    assert page.locator("#billboard h1").inner_text() in television.spoken()
    assert page.locator(".synopsis").inner_text() == "Something happens."


def test_switching_the_profile_rearranges_the_page(television: Television) -> None:
    television.open()
    television.become("Mina")
    mine = television.row_titles()
    television.become("Ade")
    theirs = television.row_titles()
    assert "Top Picks for You" in theirs
    assert theirs != mine
    television.page.reload()
    television.page.wait_for_selector(".card.on")
    assert television.row_titles() == theirs, "the television remembers who was watching"


def test_the_kids_room_shows_nothing_above_its_limit(television: Television, service: str) -> None:
    kids = next(one for one in personas(service) if one["kind"] == "kids")
    television.open()
    television.page.keyboard.press("p")
    assert television.page.get_by_role("button", name="Kids").locator("small").inner_text() == (
        f"rated titles up to age {kids['maturityLimit']}"
    )
    television.page.keyboard.press("Escape")
    television.become("Kids")
    shown = television.page.locator(".card:not(.finish)").evaluate_all(
        "cards => [...new Set(cards.map(card => card.card.title.id))]"
    )
    assert len(shown) >= 10
    ages = [age_of(service, title, kids) for title in shown]
    assert max(ages) <= kids["maturityLimit"] == 10


def test_the_play_key_makes_continue_watching_the_first_row_at_once(television: Television) -> None:
    page = television.open()
    television.become("Mina")
    assert "Continue Watching" not in television.row_titles()
    name = page.locator("#billboard h1").inner_text()
    page.keyboard.press("Space")
    told = television.toast()
    assert television.row_titles()[0] == "Continue Watching"
    card = page.locator(".row").first.locator(".card").first
    assert card.locator(".progress").count() == 1
    assert card.locator(".beneath b").inner_text() == name
    left = card.locator(".line").inner_text()
    assert left.endswith(" left")
    assert television.spoken().startswith(name)
    assert told[:2] == [f"Watched 40 min of {name}.", f"It is number 1 in Continue Watching: {left}."]
    assert told[2].startswith("2 events kept in ")


def test_a_card_is_removed_from_continue_watching_and_comes_back_when_played(television: Television) -> None:
    page = television.open()
    television.become("Mina")
    page.keyboard.press("Space")
    page.wait_for_selector("#toast.here:has-text('in Continue Watching')")
    assert television.row_titles()[0] == "Continue Watching"
    assert page.locator("#hints").inner_text().endswith("not me")
    name = page.locator(".card.on .beneath b").inner_text()
    page.keyboard.press("r")
    page.wait_for_selector(f"#toast.here:has-text('{name} is off Continue Watching.')")
    assert name not in page.locator(".row[data-kind=CONTINUE_WATCHING] .beneath b").all_inner_texts()
    shown = page.locator(".row.on").get_attribute("data-kind")
    assert ("not me" in page.locator("#hints").inner_text()) == (shown == "CONTINUE_WATCHING")


def test_this_was_not_me_takes_it_off_too(television: Television) -> None:
    page = television.open()
    television.become("Ade")
    page.keyboard.press("Space")
    page.wait_for_selector("#toast.here:has-text('in Continue Watching')")
    name = page.locator(".card.on .beneath b").inner_text()
    page.keyboard.press("n")
    page.wait_for_selector(f"#toast.here:has-text('{name} was not you.')")
    assert television.toast()[1:] == [
        f"{name} is off Continue Watching.",
        "What was watched of it so far counts no more.",
    ]
    television.become("Mina")
    page.wait_for_selector("#toast:not(.here)", state="attached", timeout=1500)
    television.become("Ade")
    assert name not in page.locator(".row[data-kind=CONTINUE_WATCHING] .beneath b").all_inner_texts()


def test_escape_stops_playing_and_keeps_what_was_watched(television: Television) -> None:
    page = television.open()
    television.become("Ade")
    page.keyboard.press("Space")
    page.wait_for_selector(".player")
    page.keyboard.press("Escape")
    page.wait_for_selector("#toast.here")
    assert page.locator(".player").count() == 0


def test_my_list_is_added_to_and_taken_off(television: Television) -> None:
    page = television.open()
    television.become("Ade")
    page.keyboard.press("ArrowDown")
    name = page.locator("#billboard h1").inner_text()
    page.keyboard.press("l")
    page.wait_for_selector(f"#toast.here:has-text('{name} is on My List.')")
    assert "My List" in television.row_titles()
    page.keyboard.press("l")
    page.wait_for_selector(f"#toast.here:has-text('{name} is off My List.')")
    assert "My List" not in television.row_titles()


def test_the_pointer_focuses_and_opens_details(television: Television) -> None:
    page = television.open()
    television.go_to_row("NEW_RELEASES")
    second = page.locator(".row.on .card").nth(1)
    second.hover()
    assert "on" in str(second.get_attribute("class")).split()
    name = page.locator("#billboard h1").inner_text()
    second.click()
    page.get_by_role("dialog", name=f"Details of {name}").wait_for()


def test_a_screen_reader_finds_a_grid_of_named_rows_and_cards(television: Television) -> None:
    page = television.open()
    grid = page.get_by_role("grid", name="Home")
    assert grid.get_by_role("row").count() == page.locator(".row").count()
    assert all(page.locator("[role=gridcell]").evaluate_all("cells => cells.map(cell => cell.ariaLabel)"))
    assert page.locator('.card[tabindex="0"]').count() == 1
    assert page.locator("#toast").get_attribute("aria-live") == "polite"


def test_a_token_in_the_address_signs_in_without_the_demo(television: Television, service: str) -> None:
    ade = next(one for one in personas(service) if one["kind"] == "binge")
    page = television.open(f"#token={ade['token']}&profile={ade['profileId']}")
    page.wait_for_selector("#who:has-text('Ade')")
    page.keyboard.press("p")
    assert page.locator(".person b").all_inner_texts() == ["Mina", "Ade", "Kids"], "the people of the account"


@pytest.mark.parametrize(("width", "height"), [(1024, 600), (1920, 1080)])
def test_everything_fits_other_screens(browser: Browser, service: str, width: int, height: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{service}/tv")
    page.wait_for_selector(".card.on")
    for selector in (".card.on .picture", "#billboard h1", "#brand", "#who", "#hints"):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
    words = page.locator(".words").bounding_box()
    row = page.locator(".row.on").bounding_box()
    assert words is not None
    assert row is not None
    assert words["y"] + words["height"] <= row["y"] + 1
    context.close()


@pytest.mark.parametrize(
    ("path", "status", "body", "sentence"),
    [
        ("/demo/session", 404, "", "Nobody is signed in on this television."),
        ("/demo/session", 200, '{"personas": []}', "Nobody is signed in on this television."),
        ("/demo/session", 503, "", "The stores do not answer yet."),
        ("/graphql", 401, '{"errors": []}', "Your sign-in is no longer valid."),
        ("/graphql", 500, "oops", "Something went wrong on our side."),
        ("/graphql", 200, '{"data": {"other": {}}}', "Something went wrong on our side."),
        (
            "/graphql",
            200,
            '{"data": {"home": {"snapshotId": "s", "degradations": [], "rows": {"nodes": []}}}}',
            "Nothing to show yet.",
        ),
    ],
)
def test_trouble_is_one_friendly_sentence_with_a_way_on(
    browser: Browser, service: str, path: str, status: int, body: str, sentence: str
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page = context.new_page()
    page.route(
        f"**{path}", lambda route: route.fulfill(status=status, body=body, content_type="application/json")
    )
    page.goto(f"{service}/tv")
    assert page.get_by_role("alertdialog").locator("h1").inner_text() == sentence
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("body:not(.covered) .card.on")
    context.close()


def test_an_unreachable_server_is_reported(browser: Browser, service: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.route("**/graphql", lambda route: route.abort())
    page.goto(f"{service}/tv")
    assert page.get_by_role("alertdialog").locator("h1").inner_text() == "Marquee does not answer."
    context.close()


def personas(service: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{service}/demo/session").json()["personas"]
    return found


def age_of(service: str, title: str, person: dict[str, Any]) -> int:
    body = {"query": KIDS_TITLES, "variables": {"id": title, "profileId": person["profileId"]}}
    headers = {"authorization": f"Bearer {person['token']}"}
    answer = json.loads(httpx.post(f"{service}/graphql", json=body, headers=headers).text)
    return int(answer["data"]["title"]["maturity"]["age"])
