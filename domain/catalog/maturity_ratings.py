"""Maturity ratings: a rating as catalogues write it becomes an age and a label.

Inside, one age decides what a profile may see. The label is what the board of the viewer's region gave this title; it
is shown only where it was given. Elsewhere the age is shown: "14+". The boards: rating_board_table.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from domain.catalog.rating_board_table import RATING_BOARD_TABLE
from domain.catalog.regions import THREE_LETTER_CODES, is_region, region_chain, region_name
from domain.errors import BadInput
from domain.ids import Region

ADULT_AGE = 18
KIDS_AGE = 10
"""The highest limit of a kids profile."""

MAX_AGE = 21
UNRATED_LABEL = "NR"

SHARED_BOARDS: Mapping[str, Region] = {
    territory: Region(owner)
    for owner, territories in {
        "US": "AS GU MP PR UM VI",
        "GB": "FK GG GI IM JE SH",
        "FR": "BL GF GP MC MF MQ NC PF PM RE WF YT",
        "FI": "AX",
        "DK": "FO GL",
        "NO": "SJ",
        "NL": "AW BQ CW SX",
        "AU": "CC CX NF",
        "NZ": "CK NU TK",
        "IT": "SM VA",
    }.items()
    for territory in territories.split()
}
"""Territories without a board of their own -> the region whose board rates what is shown there."""

_UNRATED = frozenset({"nr", "ur", "notrated", "unrated", "notyetrated", "nyr", "ratingpending", "none", "na"})

_LEAD = re.compile(
    r"^(?:rated|rating|mpaa|mpa|bbfc|ifco|icaa|kijkwijzer|eirin|cbfc|classind|fpb)\b[\s:/-]*", re.I
)
_REGION_LEADS = (
    re.compile(r"^([A-Za-z]{2,3})\s*[-:/_\s]\s*(?=\S)"),
    re.compile(r"^([A-Za-z]{2}-[A-Za-z]{2})\s*[-:/_\s]\s*(?=\S)"),
)
_AGE = re.compile(r"^(?:ages?)?\+?(\d{1,2})(?:\+|years?|andover)*$")
_DESCRIPTORS = re.compile(r"^(TV-(?:PG|14|MA))[-\s(]*[DLSV](?:[\s,-]*[DLSV])*\)?$", re.I)
"""US television adds what the age is for: "TV-14-DLSV", "TV-MA (LV)"."""


@dataclass(frozen=True, slots=True)
class MaturityRating:
    """`age` None: the board says nothing of an age (not rated, exempt, approved before there were ages)."""

    label: str
    age: int | None


def parse_rating(text: str, region: Region) -> MaturityRating:
    """("US-TV-14", "US") -> TV-14 from 14; ("12", "DE") -> FSK 12; ("16+", "KE") -> 16+.

    An age is understood everywhere. A sub-region without a board uses its region's. Raises BadInput with the
    ratings that are known.
    """
    found = _find(text, region)
    if found is not None:
        return found
    known = ", ".join(labels_of(region))
    owner = _region_of_prefix(text, region)
    if owner is not None:
        raise BadInput(f"{text[:40]!r} is a rating of {region_name(owner)}, not of {region_name(region)}.")
    hint = f"Use {known}, or an age" if known else "Marquee knows no board there: use an age"
    raise BadInput(f"{text[:40]!r} is not a rating of {region_name(region)}. {hint}, such as 12+.")


def _find(text: str, region: Region) -> MaturityRating | None:
    plain = _LEAD.sub("", text.strip())
    chain = region_chain(region)
    rests = [rest for owner, rest in _without_region(plain) if owner in chain]
    for candidate in (text.strip(), plain, *rests):
        found = _rating(_DESCRIPTORS.sub(r"\1", candidate), region)
        if found is not None:
            return found
    return None


def _rating(text: str, region: Region) -> MaturityRating | None:
    key = _key(text)
    for board in _spellings_along(region):
        found = board.get(key) or board.get(key.replace("+", ""))
        if found is not None:
            return found
    if key in _UNRATED:
        return MaturityRating(UNRATED_LABEL, None)
    age = _AGE.fullmatch(key)
    if age is None or int(age[1]) > MAX_AGE:
        return None
    return MaturityRating(f"{int(age[1])}+", int(age[1]))


def labels_of(region: Region) -> tuple[str, ...]:
    """Mildest first; film, then television. None: no board is known."""
    for one in _rating_regions(region):
        if one in _BOARDS:
            return tuple(rating.label for board in _BOARDS[one] for rating in board)
    return ()


def label_for_age(age: int, region: Region, for_series: bool = False) -> str:
    """The mildest label of film's (or television's) board that promises no less than this age; "14+" without one.

    For made catalogues. A real title has the label it was given.
    """
    boards = _BOARDS.get(region, ())
    for rating in (boards[-1] if for_series else boards[0]) if boards else ():
        if rating.age is not None and age <= rating.age:
            return rating.label
    return age_label(age)


def age_label(age: int | None) -> str:
    """Where no board gave a label: "14+"; unrated is "NR"."""
    return UNRATED_LABEL if age is None else f"{age}+"


@lru_cache(maxsize=4096)
def spoken_rating(label: str, region: Region) -> str:
    """For screen readers, the age of the label that is drawn: ("FSK 12", "DE") -> "suitable from age 12"."""
    if label.endswith("+") and label[:-1].isdigit():
        return spoken_maturity(int(label[:-1]))
    rating = _find(label, region)
    return spoken_maturity(rating.age if rating is not None else None)


def spoken_maturity(age: int | None) -> str:
    """For screen readers: "suitable from age 13"."""
    if age is None:
        return "not rated"
    return "suitable for all ages" if age == 0 else f"suitable from age {age}"


def _key(text: str) -> str:
    return re.sub(r"[\s\-_./:()]", "", text).casefold()


def _without_region(text: str) -> Iterator[tuple[Region, str]]:
    """ "US-TV-14", "usa: TV-14" and "gb/18" name their region in front of the rating; so does "UK:15"."""
    for lead in _REGION_LEADS:
        if match := lead.match(text):
            code = match[1].upper()
            code = {"UK": "GB"}.get(code) or THREE_LETTER_CODES.get(code) or code
            if is_region(code):
                yield Region(code), _LEAD.sub("", text[match.end() :])


def _region_of_prefix(text: str, region: Region) -> Region | None:
    """Another region's code in front of a label of its board; "TV-14" is not Tuvalu's 14."""
    for owner, rest in _without_region(text.strip()):
        if owner not in region_chain(region) and not rest[:1].isdigit() and _rating(rest, owner):
            return owner
    return None


def _boards() -> Iterator[tuple[str, list[tuple[MaturityRating, list[str]]]]]:
    for line in RATING_BOARD_TABLE.strip().splitlines():
        head, _, entries = line.partition(": ")
        yield head.partition(" ")[0], [_entry(entry) for entry in entries.split("; ")]


def _entry(text: str) -> tuple[MaturityRating, list[str]]:
    label, _, rest = text.partition("=")
    age, *others = rest.split("|")
    return MaturityRating(label, None if age == "-" else int(age)), [label, *others]


_BOARDS: dict[str, tuple[tuple[MaturityRating, ...], ...]] = {}
_SPELLINGS: dict[str, dict[str, MaturityRating]] = {}
for _region, _entries in _boards():
    _BOARDS[_region] = (*_BOARDS.get(_region, ()), tuple(rating for rating, _ in _entries))
    for _known, _written in _entries:
        for _spelling in _written:
            _SPELLINGS.setdefault(_region, {}).setdefault(_key(_spelling), _known)
            if _known.age is not None and _key(_spelling).endswith(str(_known.age)):
                # "12" is FSK 12, K-12 and M/12: the age alone names the step.
                _SPELLINGS[_region].setdefault(str(_known.age), _known)


@cache
def _spellings_along(region: Region) -> tuple[Mapping[str, MaturityRating], ...]:
    return tuple(_SPELLINGS[one] for one in _rating_regions(region) if one in _SPELLINGS)


def _rating_regions(region: Region) -> tuple[Region, ...]:
    chain = region_chain(region)
    shared = SHARED_BOARDS.get(chain[-1])
    return (*chain, shared) if shared else chain
