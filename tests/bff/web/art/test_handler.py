"""Artwork over HTTP: signed URLs only, cached, and 503 without the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bff.web.art.handler import ArtHandler
from bff.web.art.render import render
from bff.web.routes import web_routes
from domain.catalog.art_shapes import ArtShape
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from tests.bff.web.art.pictures import THAW, words_of
from tests.domain.made import art_path

SECRET = b"s" * 32


@pytest.fixture
def loaded_ids() -> list[str]:
    """The ids that the handler loaded."""
    return []


@pytest.fixture
def client(loaded_ids: list[str]) -> Iterator[TestClient]:
    async def load(title_id: TitleId) -> Title | None:
        loaded_ids.append(title_id)
        if title_id == "down":
            raise StoreUnavailable("elasticsearch")
        return THAW if title_id == THAW.id else None

    with TestClient(Starlette(routes=web_routes([ArtHandler(SECRET, load)]))) as running:
        yield running


def test_a_picture_is_cached_for_ever_under_a_strict_policy(client: TestClient) -> None:
    response = client.get(art_path(THAW, ArtShape.POSTER, SECRET))
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/svg+xml"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.text == render(THAW, ArtShape.POSTER)


def test_a_picture_is_drawn_once(client: TestClient, loaded_ids: list[str]) -> None:
    path = art_path(THAW, ArtShape.POSTER, SECRET)
    assert client.get(path).content == client.get(path).content
    assert loaded_ids == ["tt-1"]


def test_a_textless_url_gives_the_textless_picture(client: TestClient) -> None:
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
def test_an_unsigned_url_is_not_found_and_loads_no_title(
    client: TestClient, loaded_ids: list[str], path: str
) -> None:
    assert client.get(path).status_code == 404
    assert loaded_ids == []


def test_an_unknown_title_is_not_found(client: TestClient) -> None:
    assert client.get(art_path(replace(THAW, id=TitleId("gone")), ArtShape.POSTER, SECRET)).status_code == 404


def test_an_unavailable_catalogue_is_a_503(client: TestClient) -> None:
    response = client.get(art_path(replace(THAW, id=TitleId("down")), ArtShape.POSTER, SECRET))
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")


def test_a_url_from_before_a_change_shows_the_current_title_and_is_cached_briefly(client: TestClient) -> None:
    old = art_path(replace(THAW, name="Working Title"), ArtShape.POSTER, SECRET)
    response = client.get(old)
    assert response.text == render(THAW, ArtShape.POSTER)
    assert response.headers["cache-control"] == "public, max-age=60"


def test_a_picture_that_is_kept_is_not_given_once_its_title_is_withdrawn() -> None:
    withdrawn: set[TitleId] = set()

    async def load(title_id: TitleId) -> Title | None:
        return THAW

    async def is_withdrawn(title_id: TitleId) -> bool:
        return title_id in withdrawn

    path = art_path(THAW, ArtShape.POSTER, SECRET)
    with TestClient(Starlette(routes=web_routes([ArtHandler(SECRET, load, is_withdrawn)]))) as running:
        assert running.get(path).status_code == 200
        withdrawn.add(THAW.id)
        response = running.get(path)
    assert (response.status_code, response.headers["cache-control"]) == (404, "no-store")
