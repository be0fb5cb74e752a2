"""Why a row or a card is shown. Reasons are always true.

A reason names another title only if this profile finished or liked it and may see it. Texts fit a card: 40
characters, longer names are cut at a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.ids import TitleId
from domain.recommendations.lists import ListAudience, RankedList

CARD_REASON_LENGTH = 40
WITH_KIDS = ":kids"
"""Suffix of the detail of a POPULAR or TRENDING reason whose list counts what kids watch."""

MORE_POPULAR = "more"
"""Suffix of a POPULAR reason's region: a further popular row."""


class ReasonKind(StrEnum):
    CONTINUE = "continue"
    TASTE = "taste"
    BECAUSE_YOU_WATCHED = "because_you_watched"
    BECAUSE_YOU_LIKED = "because_you_liked"
    POPULAR = "popular"
    TRENDING = "trending"
    NEW = "new"
    GENRE = "genre"
    MY_LIST = "my_list"
    ONBOARDING = "onboarding"
    WATCH_AGAIN = "watch_again"
    LEAVING = "leaving"
    EDITORIAL = "editorial"


@dataclass(frozen=True, slots=True)
class Reason:
    """`seed` is the title that the text names; resolvers build the text.

    `share` (0..1) is the seed's part of the evidence; None: unknown.
    """

    kind: ReasonKind
    seed: TitleId | None = None
    detail: str = ""
    """A genre or region for the text."""
    share: float | None = None


def list_detail(where: str, ranked: RankedList) -> str:
    """The detail of a POPULAR or TRENDING reason; `where` is the region, with the window of a trend."""
    return where + (WITH_KIDS if ranked.audience == ListAudience.KIDS else "")


def shorten(text: str, length: int) -> str:
    """Cuts at a word."""
    if len(text) <= length:
        return text
    cut = text[: length - 1].rstrip()
    space = cut.rfind(" ")
    return (cut[:space] if space > length // 2 else cut).rstrip(" ,:;-") + "…"
