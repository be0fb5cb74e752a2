"""Pictures and videos of a TMDB object -> own pictures and trailers of a row.

TMDB names a file; its address is host, size and file. Only some sizes are asked for, so that a title has three widths
of a picture and not forty. A mirror of one's own keeps sizes and files: then another host is all that changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from batch.importers.json_object import JsonObject
from batch.importers.tmdb_values import tmdb_language
from domain.catalog.art_shapes import ArtShape
from domain.catalog.media_addresses import ending_of
from domain.catalog.own_images import FORMAT_OF_ENDING, has_shape
from domain.serialization import Document

IMAGE_BASE = "https://image.tmdb.org/t/p"
ORIGINAL = "original"
USUAL_LANGUAGES = ("en",)
MAX_TRAILERS = 10
TRAILER_TYPES = ("Trailer", "Teaser")

POSTER_WIDTHS, WIDE_WIDTHS, LOGO_WIDTHS, STILL_WIDTHS = (342, 780), (780, 1280), (500,), (300,)
POSTER_RATIO, WIDE_RATIO = 2 / 3, 16 / 9


@dataclass(frozen=True, slots=True)
class TmdbMedia:
    """Addresses: `image_base` before size and file, `trailer_base` before a video's key ("": no trailers).

    `languages` are those of the words in pictures that come in, beside the title's own and none: every picture is
    kept in memory with its title.
    """

    image_base: str = IMAGE_BASE
    trailer_base: str = ""
    has_images: bool = True
    languages: tuple[str, ...] = USUAL_LANGUAGES

    def wants(self, language: str | None, original: str | None) -> bool:
        known = {one.partition("-")[0] for one in (*self.languages, original or "")}
        return language is None or language.partition("-")[0] in known


def images_of(title: JsonObject, media: TmdbMedia) -> list[Document]:
    """The best picture of each kind and language; of a wide one without words a hero as well."""
    if not media.has_images:
        return []
    images, rows = title.part("images"), list[Document]()

    def best(kind: str) -> list[_Image]:
        original = tmdb_language(title.text("original_language"))
        return [one for one in _best(images.parts(kind)) if media.wants(one.language, original)]

    posters = best("posters") or _named(title, "poster_path", POSTER_RATIO)
    for image in posters:
        rows += _sizes(image, "poster", POSTER_WIDTHS, media)
    wide = best("backdrops") or _named(title, "backdrop_path", WIDE_RATIO)
    for image in wide:
        rows += _sizes(image, "landscape", WIDE_WIDTHS, media)
        if image.language is None:
            rows += _sizes(image, "hero", WIDE_WIDTHS, media)
    for image in best("logos"):
        rows += _sizes(image, "logo", LOGO_WIDTHS, media)
    return rows


def stills_of(episode: JsonObject, media: TmdbMedia) -> list[Document]:
    """A still is a wide picture without words."""
    if not media.has_images:
        return []
    images = episode.part("images")
    found = _best(images.parts("stills")) or _named(episode, "still_path", WIDE_RATIO)
    return [row for image in found for row in _sizes(image, "landscape", STILL_WIDTHS, media)]


def trailers_of(title: JsonObject, media: TmdbMedia, left_out: Counter[str]) -> list[Document]:
    """Official ones first. TMDB's videos are pages of YouTube and Vimeo, which no device can play as a file: with
    `trailer_base` each is the operator's own file of that key.
    """
    videos = [video for video in title.part("videos").parts("results") if video.text("type") in TRAILER_TYPES]
    if not media.trailer_base:
        for video in videos:
            left_out[
                f"trailer on {video.text('site') or 'an unknown site'}; give your own with --trailer-base"
            ] += 1
        return []
    videos.sort(key=lambda video: (not video.flag("official"), video.text("type") != TRAILER_TYPES[0]))
    rows: list[Document] = []
    for video in videos[:MAX_TRAILERS]:
        key, language = video.text("key"), tmdb_language(video.text("iso_639_1"))
        if key is None:
            continue
        row: Document = {"url": f"{media.trailer_base}/{key}.mp4", "mime": "video/mp4"}
        rows.append(row | ({"language": language} if language else {}))
    return rows


@dataclass(frozen=True, slots=True)
class _Image:
    """`width` None: only the proportions are known."""

    file: str
    ratio: float
    width: int | None
    language: str | None
    textless: bool


def _best(images: Iterator[JsonObject]) -> list[_Image]:
    """One per language: the one that most people found best."""
    best: dict[str | None, tuple[tuple[float, float], _Image]] = {}
    for image in images:
        file, width, height = image.text("file_path"), image.whole("width"), image.whole("height")
        if not (file and width and height):
            continue
        language = tmdb_language(image.text("iso_639_1"))
        votes = (image.number("vote_average"), image.number("vote_count"))
        if language not in best or votes > best[language][0]:
            best[language] = (votes, _Image(file, width / height, width, language, language is None))
    ranked = sorted(
        best.values(), key=lambda pair: (pair[1].language is not None, [-vote for vote in pair[0]])
    )
    return [image for _, image in ranked]


def _named(title: JsonObject, field: str, ratio: float) -> list[_Image]:
    """The one picture that details name without its size. Backdrops and stills have no words, posters mostly do."""
    file = title.text(field)
    return [_Image(file, ratio, None, None, field != "poster_path")] if file else []


def _sizes(image: _Image, shape: str, widths: Sequence[int], media: TmdbMedia) -> Iterator[Document]:
    """TMDB scales photographs; a vector has one size."""
    format_ = FORMAT_OF_ENDING.get(ending_of(image.file))
    if format_ is None or not has_shape(ArtShape(shape), image.ratio):
        return
    is_vector = format_.value == "svg"
    for width in (*(() if is_vector else widths), None):
        original = width is None
        pixels = width or image.width
        if pixels is None or (not original and image.width is not None and pixels >= image.width):
            continue
        height = max(1, round(pixels / image.ratio))
        row: Document = {
            "url": f"{media.image_base}/{ORIGINAL if original else f'w{width}'}/{image.file.lstrip('/')}",
            "shape": shape,
            "width": pixels,
            "height": height,
        }
        if image.language:
            row["language"] = image.language
        if image.textless and shape != "logo":
            row["textless"] = True
        yield row
