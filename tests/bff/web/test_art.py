"""The pictures: well formed, safe, small, the same every time, and only for those who were given the address."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bff.web.art.handler import ArtHandler
from bff.web.art.lettering import FACES, POSTER, SERIF, balance, set_name, width_of
from bff.web.art.render import render
from bff.web.pages import POLICY
from bff.web.routes import web_routes
from domain.catalog.artwork import SIZES, ArtShape, art_path
from domain.catalog.genres import GENRES
from domain.catalog.titles import Title, TitleKind
from domain.errors import StoreUnavailable
from domain.ids import TitleId

SECRET = b"s" * 32
SVG = "{http://www.w3.org/2000/svg}"
THAW = Title(
    id=TitleId("tt-1"),
    kind=TitleKind.SERIES,
    name="The Long Thaw",
    year=2024,
    synopsis="",
    genres=("Drama", "Crime"),
    cast=("Ana Torvald", "Jon Bellweather"),
    language="en",
    runtime_seconds=2700,
    maturity_age=12,
    windows=(),
    launched_at=datetime(2026, 1, 1, tzinfo=UTC),
    palette=("#101020", "#804020", "#f0c080"),
)
names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=90).filter(str.strip)


def words_of(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314  # our own output


@given(names, st.sampled_from(GENRES), st.sampled_from(ArtShape), st.integers(0, 500))
@settings(deadline=None, max_examples=40)
def test_any_name_gives_a_well_formed_small_picture_without_script_or_outside_reference(
    name: str, genre: str, shape: ArtShape, number: int
) -> None:
    title = replace(THAW, id=TitleId(f"t{number}"), name=name, genres=(genre,))
    svg = render(title, shape)
    root = ET.fromstring(svg)  # noqa: S314
    assert root.get("viewBox") == "0 0 {} {}".format(*SIZES[shape])
    assert len(svg.encode()) < 14_000
    assert {element.tag.removeprefix(SVG) for element in root.iter()}.isdisjoint(
        {"script", "image", "a", "style"}
    )
    assert all(not key.startswith("on") for element in root.iter() for key in element.attrib)
    assert all(
        value.startswith("#")
        for element in root.iter()
        for key, value in element.attrib.items()
        if "href" in key
    )


def test_the_usual_picture_is_under_six_kilobytes() -> None:
    sizes = [
        len(render(replace(THAW, id=TitleId(f"t{number}"), genres=(genre,)), shape).encode())
        for number in range(3)
        for genre in GENRES
        for shape in (ArtShape.POSTER, ArtShape.LANDSCAPE)
    ]
    assert sorted(sizes)[len(sizes) * 9 // 10] < 6144


def test_the_same_title_is_drawn_the_same_and_others_differ() -> None:
    assert render(THAW, ArtShape.POSTER) == render(THAW, ArtShape.POSTER)
    drawn = {
        render(replace(THAW, id=TitleId(f"t{number}")), ArtShape.POSTER, textless=True)
        for number in range(40)
    }
    assert len(drawn) >= 38, "even in one genre and one palette hardly two are alike"


def test_markup_in_a_name_stays_text() -> None:
    svg = render(replace(THAW, name='<script>"x" & y</script>', genres=("Comedy",)), ArtShape.LANDSCAPE)
    assert "<script" not in svg
    assert "".join(words_of(svg)).replace(" ", "").casefold().startswith('<script>"x"&y</script>')


def test_a_logo_is_the_name_on_nothing() -> None:
    svg = render(replace(THAW, name="The Long Thaw"), ArtShape.LOGO)
    assert "".join(words_of(svg)).replace(" ", "").casefold() == "thelongthaw"
    assert {element.tag.removeprefix(SVG) for element in ET.fromstring(svg)} == {"g"}  # noqa: S314


@pytest.mark.parametrize("shape", [ArtShape.HERO, ArtShape.POSTER])
def test_a_textless_picture_has_no_words(shape: ArtShape) -> None:
    assert words_of(render(THAW, shape, textless=True)) == []


def test_an_episode_shows_its_series_and_its_number() -> None:
    episode = replace(
        THAW, id=TitleId("e"), kind=TitleKind.EPISODE, name="Ice", series_id=THAW.id, series_name=THAW.name,
        season=2, episode=4,
    )  # fmt: skip
    said = " ".join(words_of(render(episode, ArtShape.LANDSCAPE))).casefold()
    assert "thaw" in said
    assert "season 2  ·  episode 4" in said


@settings(deadline=None, max_examples=40)
@given(names, st.sampled_from(sorted({face for faces in FACES.values() for face in faces}, key=repr)))
def test_a_name_fits_its_box_in_every_face(name: str, face: object) -> None:
    assert isinstance(face, type(SERIF))
    setting = set_name(name, face, 340, 150, 72, 4)
    assert 1 <= len(setting.lines) <= 4
    assert setting.height <= 150.001
    assert all(width_of(line.text, face) * setting.size <= 340.001 for line in setting.lines)


def test_lines_are_balanced_not_filled() -> None:
    assert balance(["The", "Kite", "Thieves", "of", "Ardent"], 2, POSTER) == ["The Kite Thieves", "of Ardent"]
    assert balance(["One"], 3, POSTER) == ["One"]


@pytest.fixture
def looked_up() -> list[str]:
    """Ids that the handler asked the store for."""
    return []


@pytest.fixture
def client(looked_up: list[str]) -> Iterator[TestClient]:
    async def load(title_id: TitleId) -> Title | None:
        looked_up.append(title_id)
        if title_id == "down":
            raise StoreUnavailable("elasticsearch")
        return THAW if title_id == THAW.id else None

    with TestClient(Starlette(routes=web_routes([ArtHandler(SECRET, load)]))) as running:
        yield running


def test_a_picture_may_be_kept_for_ever_and_may_do_nothing(client: TestClient) -> None:
    response = client.get(art_path(THAW, ArtShape.POSTER, SECRET))
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/svg+xml"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.text == render(THAW, ArtShape.POSTER)


def test_a_picture_is_drawn_once(client: TestClient, looked_up: list[str]) -> None:
    path = art_path(THAW, ArtShape.POSTER, SECRET)
    assert client.get(path).content == client.get(path).content
    assert looked_up == ["tt-1"]


def test_a_textless_address_gives_the_textless_picture(client: TestClient) -> None:
    assert words_of(client.get(art_path(THAW, ArtShape.POSTER, SECRET, textless=True)).text) == []


@pytest.mark.parametrize(
    "path",
    [
        art_path(THAW, ArtShape.POSTER, b"t" * 32),
        art_path(THAW, ArtShape.POSTER, SECRET).replace("/poster/", "/hero/"),
        art_path(THAW, ArtShape.POSTER, SECRET).replace("tt-1", "tt-2"),
        art_path(THAW, ArtShape.POSTER, SECRET).partition("?")[0],
        "/art/poster/tt-1-" + "A" * 22 + ".svg",
        "/art/banner/tt-1-" + "A" * 22 + ".svg",
        "/art/poster/x.svg",
        "/art/poster/" + "%00" * 30 + ".svg",
    ],
)
def test_an_address_nobody_was_given_is_not_found_and_asks_no_store(
    client: TestClient, looked_up: list[str], path: str
) -> None:
    assert client.get(path).status_code == 404
    assert looked_up == []


def test_a_title_that_is_gone_is_not_found(client: TestClient) -> None:
    assert client.get(art_path(replace(THAW, id=TitleId("gone")), ArtShape.POSTER, SECRET)).status_code == 404


def test_a_catalogue_that_does_not_answer_is_said_to_be_so(client: TestClient) -> None:
    response = client.get(art_path(replace(THAW, id=TitleId("down")), ArtShape.POSTER, SECRET))
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")


def test_an_address_from_before_a_change_shows_the_title_as_it_is_but_is_not_kept(client: TestClient) -> None:
    old = art_path(replace(THAW, name="Working Title"), ArtShape.POSTER, SECRET)
    response = client.get(old)
    assert response.text == render(THAW, ArtShape.POSTER)
    assert response.headers["cache-control"] == "public, max-age=60"


def test_the_television_page_is_served_under_a_strict_policy(client: TestClient) -> None:
    response = client.get("/tv")
    assert response.headers["content-type"].startswith("text/html")
    assert (
        response.headers["content-security-policy"]
        == POLICY
        == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    )
    assert "<style" not in response.text
    assert " style=" not in response.text
    assert "http" not in response.text.replace("http-equiv", "")


def test_page_files_are_revalidated_and_nothing_else_is_served(client: TestClient) -> None:
    first = client.get("/tv/main.js")
    assert first.headers["content-type"].startswith("text/javascript")
    assert client.get("/tv/main.js", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert client.get("/tv/nothing.js").status_code == 404
    assert client.get("/tv/..%2froutes.py").status_code == 404


def test_the_front_door_leads_to_the_television(client: TestClient) -> None:
    assert client.get("/", follow_redirects=False).headers["location"] == "/tv"
