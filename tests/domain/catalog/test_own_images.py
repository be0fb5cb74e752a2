"""Own pictures: which of them stands on a card."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.art_shapes import ArtShape
from domain.catalog.documents import title_from_document, title_to_document
from domain.catalog.own_images import ImageFormat, ImageWish, OwnImage, fitting_image
from domain.catalog.trailers import Trailer, fitting_trailer
from tests.domain.made import a_title

languages = st.none() | st.sampled_from(["en", "de", "pt-BR", "pt", "ja"])
images = st.builds(
    OwnImage,
    url=st.integers(0, 99).map(lambda number: f"https://images.example/{number}.jpg"),
    shape=st.sampled_from(ArtShape),
    width=st.integers(1, 4000),
    height=st.integers(1, 4000),
    format=st.sampled_from(ImageFormat),
    language=languages,
    textless=st.booleans(),
    alt=st.none() | st.just("A lamp"),
    focal_point=st.none() | st.just((0.25, 0.5)),
)
wishes = st.builds(
    ImageWish,
    shape=st.sampled_from(ArtShape),
    width=st.integers(1, 4000),
    textless=st.booleans(),
    language=st.sampled_from(["en", "de", "pt"]),
    formats=st.lists(st.sampled_from(ImageFormat), max_size=3, unique=True).map(tuple),
)


def poster(width: int, language: str | None = "en", **changes: object) -> OwnImage:
    image = OwnImage(
        f"/p/{width}-{language}.jpg", ArtShape.POSTER, width, width * 3 // 2, ImageFormat.JPEG, language
    )
    return replace(image, **changes)  # type: ignore[arg-type]


def chosen(*known: OwnImage, width: int = 400, original: str = "ja", **wish: object) -> OwnImage | None:
    return fitting_image(known, ImageWish(ArtShape.POSTER, width, **wish), original)  # type: ignore[arg-type]


def test_the_narrowest_that_is_wide_enough_is_taken() -> None:
    small, middle, large = poster(342), poster(500), poster(2000)
    assert chosen(large, middle, small) == middle
    assert chosen(large, middle, small, width=500) == middle
    assert chosen(large, middle, small, width=501) == large
    assert chosen(small, middle, width=3000) == middle, "none is wide enough: the widest"


def test_the_language_asked_for_then_no_words_then_the_titles_own() -> None:
    german, wordless, japanese, french = (poster(500, tag) for tag in ("de", None, "ja", "fr"))
    assert chosen(french, japanese, wordless, german, language="de-AT") == german
    assert chosen(french, japanese, wordless, language="de") == wordless
    assert chosen(french, japanese, language="de") == japanese
    assert chosen(french, language="de") == french
    exact = poster(500, "pt-BR")
    assert chosen(poster(500, "pt"), exact, language="pt-br") == exact


def test_a_picture_with_the_name_is_no_textless_one() -> None:
    assert chosen(poster(500), textless=True) is None
    assert chosen(poster(500), poster(100, None, textless=True), textless=True) == poster(
        100, None, textless=True
    )


def test_formats_are_those_that_can_be_drawn_and_best_first() -> None:
    jpeg, webp = poster(500), poster(500, url="/p/500.webp", format=ImageFormat.WEBP)
    assert chosen(jpeg, webp, formats=(ImageFormat.WEBP, ImageFormat.JPEG)) == webp
    assert chosen(jpeg, webp, formats=(ImageFormat.JPEG, ImageFormat.WEBP)) == jpeg
    assert chosen(jpeg, webp, formats=(ImageFormat.AVIF,)) is None


@given(st.lists(images, max_size=12), wishes)
def test_what_is_chosen_can_be_drawn_as_asked(known: list[OwnImage], wish: ImageWish) -> None:
    found = fitting_image(known, wish, "ja")
    fitting = [
        image
        for image in known
        if image.shape is wish.shape
        and (not wish.formats or image.format in wish.formats)
        and (image.textless or not wish.textless or wish.shape is ArtShape.LOGO)
    ]
    assert (found is None) == (fitting == [])
    if found is not None:
        assert found in fitting
        same_language = [image for image in fitting if image.language == found.language]
        if any(image.width >= wish.width for image in same_language):
            assert found.width >= wish.width
        else:
            assert found.width == max(image.width for image in same_language)


@given(
    st.lists(images, max_size=4).map(tuple),
    st.lists(
        st.builds(Trailer, st.just("/t.mp4"), st.just("video/mp4"), st.integers(0, 9000), languages),
        max_size=3,
    ).map(tuple),
)
def test_pictures_and_trailers_are_stored_as_they_are(
    known: tuple[OwnImage, ...], trailers: tuple[Trailer, ...]
) -> None:
    title = a_title("lamp", images=known, trailers=trailers)
    assert title_from_document(title_to_document(title)) == title


@pytest.mark.parametrize(("wanted", "found"), [("de-CH", "de"), ("fr", None), ("ja", "ja"), ("en", "en")])
def test_a_trailer_is_in_the_language_asked_for_or_without_speech(wanted: str, found: str | None) -> None:
    trailers = [Trailer(f"/{tag}.mp4", "video/mp4", 0, tag) for tag in ("ja", "de", None, "en")]
    trailer = fitting_trailer(trailers, wanted, "ja")
    assert trailer is not None
    assert trailer.language == found
    assert fitting_trailer([], wanted, "ja") is None
    only_spanish = [Trailer("/es.mp4", "video/mp4", 0, "es")]
    assert fitting_trailer(only_spanish, wanted, "ja") == only_spanish[0]
