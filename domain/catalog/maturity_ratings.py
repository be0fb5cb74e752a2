"""Maturity ratings: one age internally, the label of the region's board for viewers.

Ages are those the boards publish: MPA and TV Parental Guidelines (US), FSK (DE), BBFC (GB), CNC (FR), ICAA (ES),
ClassInd (BR), CBFC (IN), Eirin (JP). Between steps the stricter label applies.
"""

from __future__ import annotations

from domain.ids import Region

ADULT_AGE = 18
KIDS_AGE = 10
"""The highest limit of a kids profile."""

UNRATED_LABEL = "NR"

_BOARDS: dict[str, tuple[tuple[int, str], ...]] = {
    "US": ((0, "G"), (10, "PG"), (13, "PG-13"), (17, "R"), (18, "NC-17")),
    "DE": ((0, "FSK 0"), (6, "FSK 6"), (12, "FSK 12"), (16, "FSK 16"), (18, "FSK 18")),
    "GB": ((0, "U"), (8, "PG"), (12, "12"), (15, "15"), (18, "18")),
    "FR": ((0, "TP"), (12, "12"), (16, "16"), (18, "18")),
    "ES": ((0, "A"), (7, "7"), (12, "12"), (16, "16"), (18, "18")),
    "BR": ((0, "L"), (10, "10"), (12, "12"), (14, "14"), (16, "16"), (18, "18")),
    "IN": ((0, "U"), (7, "UA 7+"), (13, "UA 13+"), (16, "UA 16+"), (18, "A")),
    "JP": ((0, "G"), (12, "PG12"), (15, "R15+"), (18, "R18+")),
}


def maturity_label(age: int | None, region: Region) -> str:
    """`maturity_label(13, "US")` -> "PG-13"; unrated is "NR"."""
    if age is None:
        return UNRATED_LABEL
    for step, label in _BOARDS.get(region, ()):
        if age <= step:
            return label
    return f"{age}+"


def age_of_label(label: str, region: Region) -> int | None:
    """("PG-13", "US") -> 13; None for an unknown label."""
    wanted = label.strip().casefold()
    return next((age for age, known in _BOARDS.get(region, ()) if known.casefold() == wanted), None)


def labels_of(region: Region) -> tuple[str, ...]:
    """Mildest first."""
    return tuple(label for _, label in _BOARDS.get(region, ()))


def spoken_maturity(age: int | None) -> str:
    """For screen readers: "suitable from age 13"."""
    if age is None:
        return "not rated"
    return "suitable for all ages" if age == 0 else f"suitable from age {age}"
