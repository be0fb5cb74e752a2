"""Ratings as catalogues write them become an age and the label of the board that gave it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.maturity_ratings import (
    _BOARDS,
    MaturityRating,
    age_label,
    label_for_age,
    labels_of,
    parse_rating,
    spoken_maturity,
    spoken_rating,
)
from domain.catalog.regions import MARKETS, is_region
from domain.errors import BadInput
from domain.ids import Region
from tests.domain.made import a_title

ALL_RATINGS = [
    (Region(region), rating) for region, boards in _BOARDS.items() for board in boards for rating in board
]


@pytest.mark.parametrize(
    ("region", "text", "label", "age"),
    [
        ("US", "TV-14", "TV-14", 14),
        ("US", "TV-MA", "TV-MA", 17),
        ("US", "tv y7", "TV-Y7", 7),
        ("US", "TV-Y7-FV", "TV-Y7-FV", 7),
        ("US", "US-TV-14", "TV-14", 14),
        ("US", "usa: TV-PG", "TV-PG", 10),
        ("US", "TV-14-DLSV", "TV-14", 14),
        ("US", "TV-MA (L,V)", "TV-MA", 17),
        ("US", "Rated PG13", "PG-13", 13),
        ("US", "MPAA: R", "R", 17),
        ("US", "NR", "NR", None),
        ("US", "Not Rated", "NR", None),
        ("US", "Approved", "Approved", None),
        ("US", "GP", "PG", 10),
        ("US", "12", "12+", 12),
        ("US-CA", "TV-14", "TV-14", 14),
        ("PR", "PG-13", "PG-13", 13),
        ("GB", "12A", "12A", 12),
        ("GB", "UK:15", "15", 15),
        ("GB", "gb/18", "18", 18),
        ("JE", "PG", "PG", 8),
        ("AU", "MA15+", "MA 15+", 15),
        ("AU", "ma 15", "MA 15+", 15),
        ("DE", "12", "FSK 12", 12),
        ("DE", "FSK-16", "FSK 16", 16),
        ("DE", "o.Al.", "FSK 0", 0),
        ("DE", "14", "14+", 14),
        ("CA-QC", "13+", "13+", 13),
        ("CA-QC", "14A", "14A", 14),
        ("FI", "K-12", "K12", 12),
        ("EE", "MS-6", "MS-6", 6),
        ("PT", "12", "M/12", 12),
        ("FR", "-12", "12", 12),
        ("IN", "U/A", "UA", 12),
        ("MX", "B15", "B-15", 15),
        ("BR", "A14", "14", 14),
        ("SE", "Btl", "Btl", 0),
        ("KE", "+16", "16+", 16),
        ("KE", "16 years", "16+", 16),
    ],
)
def test_spellings_and_prefixes(region: str, text: str, label: str, age: int | None) -> None:
    assert parse_rating(text, Region(region)) == MaturityRating(label, age)


@pytest.mark.parametrize(("region", "rating"), ALL_RATINGS)
def test_every_label_of_a_board_leads_back_to_its_rating_with_its_region_in_front_too(
    region: Region, rating: MaturityRating
) -> None:
    for text in (rating.label, rating.label.lower(), f"{region}-{rating.label}", f"{region}:{rating.label}"):
        assert parse_rating(text, region) == rating
    assert rating.label in labels_of(region)


def test_boards_belong_to_regions_and_rate_from_mild_to_strict() -> None:
    assert all(is_region(region) for region in _BOARDS)
    assert len(_BOARDS) == 58
    assert labels_of(Region("US"))[:5] == ("G", "PG", "PG-13", "R", "NC-17")
    assert labels_of(Region("KE")) == ()


@given(st.sampled_from([Region(code) for code in MARKETS]), st.integers(0, 21))
def test_an_age_is_understood_in_every_region(region: Region, age: int) -> None:
    assert {parse_rating(text, region).age for text in (str(age), f"{age}+", f"+{age}")} == {age}


@given(st.sampled_from([Region(code) for code in MARKETS]), st.text(max_size=30))
def test_any_other_text_is_read_or_refused(region: Region, text: str) -> None:
    rating: MaturityRating | None = None
    with suppress(BadInput):
        rating = parse_rating(text, region)
    assert rating is None or rating.age is None or 0 <= rating.age <= 21


@pytest.mark.parametrize(
    ("region", "text", "message"),
    [
        ("DE", "PG-13",
         "'PG-13' is not a rating of Germany. "
         "Use FSK 0, FSK 6, FSK 12, FSK 16, FSK 18, SPIO/JK, or an age, such as 12+."),
        ("KE", "PG", "'PG' is not a rating of Kenya. Marquee knows no board there: use an age, such as 12+."),
        ("US", "DE-FSK 12", "'DE-FSK 12' is a rating of Germany, not of the United States."),
    ],
)  # fmt: skip
def test_a_label_belongs_to_its_board(region: str, text: str, message: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_rating(text, Region(region))
    assert str(refused.value) == message


@pytest.mark.parametrize("text", ["TV-14", "99", "", "-", "22+"])
def test_a_label_of_another_board_is_not_taken_for_a_region_in_front_of_an_age(text: str) -> None:
    with pytest.raises(BadInput, match="is not a rating of Germany"):
        parse_rating(text, Region("DE"))


def test_a_label_is_shown_only_where_it_was_given() -> None:
    title = a_title(
        "a",
        maturity_age=14,
        region_ages=((Region("CA"), 14), (Region("DE"), 12), (Region("US"), 14)),
        region_labels=((Region("CA"), "14A"), (Region("US"), "TV-14")),
    )
    labels = {
        code: title.maturity_label_in(Region(code)) for code in ("US", "US-TX", "CA-QC", "DE", "GB", "KE")
    }
    assert labels == {
        "US": "TV-14", "US-TX": "TV-14", "CA-QC": "14A", "DE": "12+", "GB": "14+", "KE": "14+"
    }  # fmt: skip
    assert title.maturity_age_in(Region("DE-BY")) == 12


def test_a_rating_without_an_age_is_the_label_of_a_title_without_one() -> None:
    approved = ((Region("US"), "Approved"),)
    unrated = a_title("a", maturity_age=None, region_labels=approved)
    assert (unrated.maturity_age_in(Region("US")), unrated.maturity_label_in(Region("US"))) == (
        None,
        "Approved",
    )
    assert unrated.maturity_label_in(Region("DE")) == "NR"


def test_made_titles_get_the_mildest_label_that_promises_no_less() -> None:
    assert [label_for_age(14, Region(code)) for code in ("US", "DE", "GB", "KE")] == [
        "R",
        "FSK 16",
        "15",
        "14+",
    ]
    assert label_for_age(14, Region("US"), for_series=True) == "TV-14"
    assert label_for_age(21, Region("US")) == age_label(21) == "21+"


def test_spoken() -> None:
    assert [spoken_maturity(age) for age in (None, 0, 13)] == [
        "not rated",
        "suitable for all ages",
        "suitable from age 13",
    ]


@pytest.mark.parametrize(("region", "rating"), ALL_RATINGS)
def test_a_label_is_spoken_with_its_own_age(region: Region, rating: MaturityRating) -> None:
    assert spoken_rating(rating.label, region) == spoken_maturity(rating.age)


@pytest.mark.parametrize(
    "region", sorted({region for region, _ in ALL_RATINGS} | {Region("NZ"), Region("KE")})
)
def test_where_an_age_is_drawn_the_same_age_is_spoken(region: Region) -> None:
    for age in range(22):
        assert spoken_rating(age_label(age), region) == spoken_maturity(age)
    assert spoken_rating(age_label(None), region) == "not rated"


def test_a_stricter_label_is_not_spoken_as_the_age_that_it_was_made_from() -> None:
    title = a_title("m1", maturity_age=10, region_labels=((Region("DE"), label_for_age(10, Region("DE"))),))
    label = title.maturity_label_in(Region("DE"))
    assert (label, spoken_rating(label, Region("DE"))) == ("FSK 12", "suitable from age 12")
