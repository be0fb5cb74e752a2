"""The page says what the server's answers showed, of anybody, in any script, and nothing lies over a picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Television
    from playwright.sync_api import Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.stores]

LONG_PERSON = "Maximiliane-Alexandra Freifrau von Hohenstein zu Wittelsbach"
ARABIC, HEBREW = "مدينة الضباب 2049", "הגשר 7 והים"


def change_home(page: Page, change: Any) -> None:
    """Let `change` edit the home page of every answer."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        if (body.get("data") or {}).get("home"):
            change(body["data"]["home"])
        route.fulfill(response=response, body=json.dumps(body))

    page.route("**/graphql", answer)


def test_the_header_holds_for_people_who_are_no_personas(television: Television, lodgers: str) -> None:
    page = television.open(lodgers)
    rem = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    avatar, who, brand = (page.locator(one).bounding_box() for one in ("#who .avatar", "#who", "#brand"))
    assert avatar is not None
    assert who is not None
    assert brand is not None
    assert avatar["width"] == pytest.approx(2.5 * rem, abs=1)
    assert avatar["height"] == pytest.approx(2.5 * rem, abs=1)
    assert who["height"] < 4 * rem
    assert brand["x"] + brand["width"] < who["x"], "a name of 60 characters is cut"
    assert page.locator("#who .avatar").inner_text() == "M"
    page.keyboard.press("p")
    assert page.locator(".person b").all_inner_texts() == [LONG_PERSON, "נועה 3"]
    assert page.locator(".person .avatar").nth(1).inner_text() == "נ"
    page.keyboard.press("Escape")


def test_continue_watching_is_not_claimed_when_it_does_not_list_the_title(television: Television) -> None:
    page = television.open()
    television.become("Ade")
    television.go_to_row("TOP_PICKS")
    name = page.locator("#billboard h1").inner_text()
    change_home(page, lambda home: home["rows"].update(nodes=[
        row for row in home["rows"]["nodes"] if row["kind"] != "CONTINUE_WATCHING"
    ]))  # fmt: skip
    page.keyboard.press("Space")
    assert television.toast()[:2] == [f"Watched 40 min of {name}.", "Continue Watching does not list it."]
    page.unroute_all()


def test_a_thumb_has_a_key_a_mark_and_an_undo(television: Television) -> None:
    page = television.open()
    television.become("Ade")
    television.go_to_row("TOP_PICKS")
    name = page.locator("#billboard h1").inner_text()
    page.keyboard.press("u")
    assert television.wait_for_toast(f"You like {name}.")[-1] == "Press U again to take it back."
    card = page.locator(".row.on .card.on")
    assert card.locator(".icon.up").count() == 1
    assert television.spoken().endswith("You like it.")
    page.keyboard.press("u")
    television.wait_for_toast(f"Your thumb on {name} is taken back.")
    assert card.locator(".icon.up").count() == 0
    page.keyboard.press("d")
    assert television.wait_for_toast(f"{name} is not for you.")[-1] == "Press D again to take it back."


@pytest.mark.parametrize("key", ["u", "d", "l"])
def test_a_refused_change_is_not_told_as_done(television: Television, key: str) -> None:
    page = television.open()
    television.become("Ade")
    refused = {"__typename": "TryLater", "message": "Nothing was kept."}
    fields = ("titleRate", "listAdd", "listRemove")
    page.route("**/graphql", lambda route: route.fulfill(json={"data": dict.fromkeys(fields, refused)}))
    page.keyboard.press(key)
    message = page.get_by_role("alertdialog")
    assert message.locator("h1").inner_text() == "This did not change anything."
    assert message.locator("p").inner_text() == "Nothing was kept."
    page.unroute_all()


NOTICES = [
    "Your own picks cannot be loaded at the moment. These titles are popular with everybody.",
    "A row of this page could not be loaded. It is left out.",
    "A row of this page took too long to load. It shows what it held last.",
    "This page is shown in its standard layout at the moment.",
]


def test_notes_of_degradation_are_sentences_on_a_ground_of_their_own(television: Television) -> None:
    change_home(television.page, lambda home: home.update(degradations=[{"notice": one} for one in NOTICES]))
    page = television.open()
    note = page.locator("#note")
    assert note.locator("span").all_inner_texts() == [
        *NOTICES[:2],
        "2 more parts of this page could not be loaded.",
    ]
    red, green, blue, alpha = page.evaluate(
        "getComputedStyle(document.getElementById('note')).backgroundColor.match(/[\\d.]+/g).map(Number)"
    )
    assert max(red, green, blue) < 24
    assert alpha >= 0.9, "bright art must not shine through"
    words, box = page.locator(".words").bounding_box(), note.bounding_box()
    assert words is not None
    assert box is not None
    assert words["x"] + words["width"] <= box["x"] or box["y"] + box["height"] <= words["y"]
    page.unroute_all()


def test_nothing_lies_over_a_picture(television: Television) -> None:
    page = television.open()
    television.become("Ade")
    television.go_to_row("TOP_PICKS")
    page.keyboard.press("l")
    page.wait_for_selector(".row.on .card.on .icon.check")
    television.settle()
    covered = page.evaluate(
        """() => [...document.querySelectorAll('.card:not(.finish)')].flatMap((card) => {
          const picture = card.querySelector('.picture').getBoundingClientRect();
          return [...card.querySelectorAll('.badge, .icon, .progress, b, .line')]
            .map((mark) => mark.getBoundingClientRect())
            .filter((mark) => mark.top < picture.bottom && mark.bottom > picture.top);
        }).length"""
    )
    assert covered == 0
    assert page.locator(".card .badge, .card .icon").count() > 0
    page.keyboard.press("l")
    page.wait_for_selector("#toast.here:has-text('is off My List.')")


def test_the_focused_cards_shadow_lies_under_its_caption(television: Television) -> None:
    page = television.open()
    television.go_to_row("NEW_RELEASES")
    page.wait_for_selector(".card.on .beneath .badge.new")
    layers = page.evaluate(
        """() => ['.picture', '.beneath'].map((part) =>
          Number(getComputedStyle(document.querySelector('.card.on ' + part)).zIndex))"""
    )
    assert layers[0] < layers[1]


@pytest.mark.parametrize("name", [ARABIC, HEBREW])
def test_a_name_from_right_to_left_turns_no_number_round(
    television: Television, lodgers: str, name: str
) -> None:
    page = television.open(lodgers)
    television.find(name)
    assert page.locator(".details h1 bdi").inner_text() == name
    page.keyboard.press("Space")
    television.wait_for_toast(f"Watched 40 min of \u2068{name}\u2069.")
    # Drawn from left to right, whatever the name: the number of minutes stands left of the name.
    order = page.evaluate(
        """() => {
          const node = document.querySelector('#toast b').firstChild;
          const at = (text) => {
            const range = document.createRange();
            const start = node.data.indexOf(text);
            range.setStart(node, start);
            range.setEnd(node, start + text.length);
            return range.getBoundingClientRect().left;
          };
          return [at('Watched'), at('40'), at('min of')];
        }"""
    )
    assert order == sorted(order)


@pytest.mark.parametrize(("width", "height"), [(480, 800), (1280, 720), (1920, 1080)])
def test_details_fit_any_window(television: Television, lodgers: str, width: int, height: int) -> None:
    television.page.set_viewport_size({"width": width, "height": height})
    page = television.open(lodgers)
    television.find("Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihung")
    for selector in (".details h1", ".details .actions", ".details .facts", ".seasons"):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    assert page.evaluate("document.querySelector('.details').scrollWidth <= innerWidth")
