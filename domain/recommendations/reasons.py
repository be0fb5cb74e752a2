"""Why a row or a card is there, said so that it is always true.

A reason names another title only when that title was finished or liked by this very profile and may be
shown to it. The text is short enough for a card: 40 characters, longer names are cut at a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.ids import TitleId

CARD_REASON_LENGTH = 40
MORE = "more"
"""Behind the region of a POPULAR reason: a further row of what is popular there."""


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
    """`seed` is the title that the text is about, if it is about one; the text is made on the way out.

    `share` (0..1) is how much of the evidence comes from the seed, of all that was heard; None: not known.
    """

    kind: ReasonKind
    seed: TitleId | None = None
    detail: str = ""
    """What else the text needs: a genre, a region."""
    share: float | None = None


def shorten(text: str, length: int) -> str:
    """The text itself when it fits, else cut at a word with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[: length - 1].rstrip()
    space = cut.rfind(" ")
    return (cut[:space] if space > length // 2 else cut).rstrip(" ,:;-") + "…"
