"""Arguments of several fields, and their parsing."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from domain.catalog.art_shapes import ArtShape
from domain.catalog.own_images import ImageFormat
from domain.catalog.regions import region_problem
from domain.catalog.titles import TitleKind
from domain.errors import BadInput
from domain.ids import Region
from resolvers.types.device import DeviceInput

MAX_SEARCH_TEXT = 200

First: TypeAlias = Annotated[
    int | None, strawberry.argument(description="How many to fetch: 1 to 50; null is the default.")
]
After: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Cursor of the last one you have; left out, from the start."),
]
Shape: TypeAlias = Annotated[ArtShape, strawberry.argument(description="Shape of the picture.")]
MinWidth: TypeAlias = Annotated[
    int,
    strawberry.argument(
        description="Least width in layout pixels, times the device's `imageDensity`; 0 for the natural one, at "
        "most 3840."
    ),
]
Textless: TypeAlias = Annotated[
    bool, strawberry.argument(description="Without the name in the picture, where you set it beside it.")
]
ArtLanguage: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="Language of the words in an own picture (BCP 47), such as `de`; left out, English. Where there "
        "is none in it: one without words, then one in the title's own language."
    ),
]
TrailerLanguage: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="Language that is spoken in it (BCP 47), such as `de`; left out, English. Where there is none in "
        "it: one of unknown language or without speech, then one in the title's own language."
    ),
]
ArtFormats: TypeAlias = Annotated[
    list[ImageFormat] | None,
    strawberry.argument(
        description="Formats that you can draw, best first, such as `[WEBP, JPEG]`. Left out: any. Where no own "
        "picture has one of them, the drawn one is given, which is SVG."
    ),
]
ProfileKey: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description="Who is watching: a profile of the account that asks.")
]
AnyProfileKey: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description="A profile of any account.")
]
CardToken: TypeAlias = Annotated[
    str, strawberry.argument(description="`tracking.cardToken` of the card, as it was received.")
]
TitleKey: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="The title's id.")]
AnyKey: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="Any id of this API.")]
MaybeProfileKey: TypeAlias = Annotated[
    strawberry.ID | None, strawberry.argument(description="To whom a title is shown.")
]
SearchText: TypeAlias = Annotated[
    str, strawberry.argument(description="What was typed, 1 to 200 characters; half a word will do.")
]
RuleText: TypeAlias = Annotated[
    str,
    strawberry.argument(
        description="The rule, such as `genre = Drama and year >= 1990`; 2000 characters at most."
    ),
]
InRegion: TypeAlias = Annotated[
    str,
    strawberry.argument(
        description="Where: ISO 3166, such as DE or CA-QC. Decides licences and what is leaving."
    ),
]
InGenre: TypeAlias = Annotated[str | None, strawberry.argument(description="Only this genre.")]
OfKind: TypeAlias = Annotated[
    TitleKind | None, strawberry.argument(description="Only movies, or only series.")
]
InSeason: TypeAlias = Annotated[int | None, strawberry.argument(description="Only this season.")]
Device: TypeAlias = Annotated[DeviceInput, strawberry.argument(description="What it is drawn on.")]
MaybeSnapshot: TypeAlias = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="The page to show again as it was served: a `snapshotId` from before."),
]
SnapshotKey: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description="The page's `snapshotId`, as it was served.")
]
MaybeDevice: TypeAlias = Annotated[
    DeviceInput | None,
    strawberry.argument(
        description="What a page or row is drawn on: pass what you passed to `home`. Left out, a TV."
    ),
]


def parse_region(name: str, code: str) -> Region:
    """Raises BadInput naming the argument."""
    problem = region_problem(code)
    if problem is not None:
        raise BadInput(f"{name}: {problem}")
    return Region(code)


def parse_search_text(text: str) -> str:
    """Stripped. Raises BadInput when empty or too long."""
    words = text.strip()
    if not 1 <= len(words) <= MAX_SEARCH_TEXT:
        raise BadInput(f"text: search for 1 to {MAX_SEARCH_TEXT} characters, not {len(words)}.")
    return words
