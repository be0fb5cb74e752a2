"""Artwork and trailers through the schema: an operator's own where they fit, drawn ones where none does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.catalog.art_shapes import ArtShape
from domain.catalog.own_images import ImageFormat, OwnImage
from domain.catalog.trailers import Trailer
from domain.ids import TitleId
from domain.recommendations.lists import DataVersion
from tests.resolvers import world
from tests.resolvers.conftest import Face, a_process, opened

pytestmark = pytest.mark.stores

JPEG, WEBP = ImageFormat.JPEG, ImageFormat.WEBP
POSTERS = tuple(
    OwnImage(
        f"https://i.example/{width}.{ending}",
        ArtShape.POSTER,
        width,
        width * 3 // 2,
        format_,
        "en",
        alt="A lamp",
    )
    for width in (300, 600, 1200)
    for ending, format_ in (("jpg", JPEG), ("webp", WEBP))
)
BACKDROP = OwnImage(
    "/media/wide.jpg", ArtShape.HERO, 1920, 1080, JPEG, textless=True, focal_point=(0.25, 0.75)
)
TRAILERS = (
    Trailer("https://v.example/t.mp4", "video/mp4", 91_000, "en"),
    Trailer("/t-de.mp4", "video/mp4", 0, "de"),
)


def titles() -> dict[TitleId, Any]:
    known = dict(world.TITLES)
    for title_id, changes in {
        "mv01": {"images": (*POSTERS, BACKDROP), "trailers": TRAILERS},
        "sa-2-1": {"series_images": POSTERS, "images": (replace(BACKDROP, shape=ArtShape.LANDSCAPE),)},
    }.items():
        known[TitleId(title_id)] = replace(known[TitleId(title_id)], **changes)  # type: ignore[arg-type]
    return known


@pytest.fixture
async def gallery(corner: StoreUrls, version: DataVersion) -> AsyncIterator[Face]:
    """The usual world, in which one movie and one episode have own pictures."""
    if corner.mongo_url not in FILLED:
        world.fill(corner, version, titles=titles())
        FILLED.add(corner.mongo_url)
    async with opened(corner) as stores:
        yield Face(stores.ports)


FILLED: set[str] = set()

ART = "url fallbackUrl format width height aspectRatio alt language variantId hasTitleText focalPoint { x y }"


async def art_of(face: Face, title: str, arguments: str) -> dict[str, Any]:
    document = (
        f'{{ title(id: "title_{title}", profileId: "profile_ade") {{ artwork({arguments}) {{ {ART} }} }} }}'
    )
    found: dict[str, Any] = (await face.data(document))["title"]["artwork"]
    return found


async def test_an_own_picture_comes_with_its_own_facts(gallery: Face) -> None:
    art = await art_of(gallery, "mv01", "shape: POSTER, minWidth: 500, formats: [WEBP, JPEG]")
    assert art.pop("fallbackUrl").startswith("/art/poster/mv01-")
    assert art.pop("variantId").startswith("own-")
    assert art == {
        "url": "https://i.example/600.webp", "format": "WEBP", "width": 600, "height": 900, "aspectRatio": 0.6667,
        "alt": "A lamp", "language": "en", "hasTitleText": True, "focalPoint": {"x": 0.5, "y": 0.5},
    }  # fmt: skip


async def test_where_none_fits_the_picture_is_drawn(gallery: Face) -> None:
    for arguments in ("shape: SQUARE", "shape: POSTER, textless: true", "shape: POSTER, formats: [AVIF]"):
        art = await art_of(gallery, "mv01", arguments)
        assert art["url"] == art["fallbackUrl"]
        assert (art["format"], art["url"].startswith("/art/")) == ("SVG", True)
    untouched = await art_of(gallery, "mv02", "shape: POSTER")
    assert (untouched["format"], untouched["width"]) == ("SVG", 400)


async def test_an_episode_has_its_own_pictures_and_else_those_of_its_series(gallery: Face) -> None:
    assert (await art_of(gallery, "sa-2-1", "shape: LANDSCAPE"))["url"] == "/media/wide.jpg"
    assert (await art_of(gallery, "sa-2-1", "shape: POSTER"))["url"] == "https://i.example/600.jpg"
    assert (await art_of(gallery, "sa-2-2", "shape: POSTER"))["format"] == "SVG"


@pytest.mark.parametrize(
    ("density", "own", "drawn"),
    [(1, 300, (400, 600)), (2, 600, (600, 900)), (2.625, 1200, (788, 1181)), (0.1, 300, (400, 600)),
     (99, 1200, (1200, 1800))],
)  # fmt: skip
async def test_the_devices_density_picks_the_size(
    gallery: Face, density: float, own: int, drawn: tuple[int, int]
) -> None:
    document = """query Dense($density: Float!) {
      home(profileId: "profile_ade", device: {formFactor: TV, imageDensity: $density}) {
        rows(first: 20) { nodes { cards(first: 40) { nodes {
          title { id artwork(shape: POSTER, minWidth: 300) { width } }
          artwork(shape: POSTER, minWidth: 300) { width height }
        } } } }
      } }"""
    home = (await gallery.data(document, density=density))["home"]
    cards = [card for row in home["rows"]["nodes"] for card in row["cards"]["nodes"]]
    sizes = {card["title"]["id"]: card for card in cards}
    assert sizes["title_mv01"]["artwork"]["width"] == sizes["title_mv01"]["title"]["artwork"]["width"] == own
    assert sizes["title_mv02"]["artwork"] == {"width": drawn[0], "height": drawn[1]}


async def test_cards_have_the_trailer_in_the_language_asked_for(gallery: Face) -> None:
    document = """query Trailers($language: String) {
      home(profileId: "profile_ade", device: {formFactor: TV}) {
        rows(first: 20) { nodes { cards(first: 40) { nodes {
          title { id preview(language: $language) { url } }
          preview(language: $language) { url durationMs mimeType language }
        } } } }
      } }"""
    for language, expected in (
        (
            None,
            {
                "url": "https://v.example/t.mp4",
                "durationMs": 91_000,
                "mimeType": "video/mp4",
                "language": "en",
            },
        ),
        ("de-CH", {"url": "/t-de.mp4", "durationMs": 0, "mimeType": "video/mp4", "language": "de"}),
    ):
        home = (await gallery.data(document, language=language))["home"]
        cards = [card for row in home["rows"]["nodes"] for card in row["cards"]["nodes"]]
        previews = {card["title"]["id"]: card for card in cards}
        assert previews["title_mv01"]["preview"] == expected
        assert previews["title_mv01"]["title"]["preview"] == {"url": expected["url"]}
        assert previews["title_mv02"]["preview"] is None


async def test_addresses_are_absolute_where_the_public_address_is_known(gallery: Face) -> None:
    public = a_process()
    public.public_url = "https://home.example/tv"
    face = Face(gallery.stores, public)
    hero = await art_of(face, "mv01", "shape: HERO")
    assert hero["url"] == "https://home.example/tv/media/wide.jpg"
    assert hero["fallbackUrl"].startswith("https://home.example/tv/art/hero/mv01-")
    assert hero["focalPoint"] == {"x": 0.25, "y": 0.75}
    assert (hero["language"], hero["hasTitleText"]) == ("zxx", False)
    assert (await art_of(face, "mv01", "shape: POSTER"))["url"] == "https://i.example/600.jpg"
    assert (await art_of(face, "mv02", "shape: POSTER"))["url"].startswith(
        "https://home.example/tv/art/poster/"
    )
