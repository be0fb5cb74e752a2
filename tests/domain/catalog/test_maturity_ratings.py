"""Ages as the boards of each region print them, never promising less than the age behind them."""

from __future__ import annotations

import pytest

from domain.catalog.maturity_ratings import age_of_label, labels_of, maturity_label, spoken_maturity
from domain.ids import Region


@pytest.mark.parametrize(
    ("age", "labels"),
    [
        (0, "G, FSK 0, U, TP, A, L, U, G"),
        (6, "PG, FSK 6, PG, 12, 7, 10, UA 7+, PG12"),
        (7, "PG, FSK 12, PG, 12, 7, 10, UA 7+, PG12"),
        (10, "PG, FSK 12, 12, 12, 12, 10, UA 13+, PG12"),
        (12, "PG-13, FSK 12, 12, 12, 12, 12, UA 13+, PG12"),
        (13, "PG-13, FSK 16, 15, 16, 16, 14, UA 13+, R15+"),
        (16, "R, FSK 16, 18, 16, 16, 16, UA 16+, R18+"),
        (18, "NC-17, FSK 18, 18, 18, 18, 18, A, R18+"),
        (21, "21+, 21+, 21+, 21+, 21+, 21+, 21+, 21+"),
        (None, "NR, NR, NR, NR, NR, NR, NR, NR"),
    ],
)
def test_labels_of_an_age_in_every_region(age: int | None, labels: str) -> None:
    regions = ("US", "DE", "GB", "FR", "ES", "BR", "IN", "JP")
    assert ", ".join(maturity_label(age, Region(region)) for region in regions) == labels


@pytest.mark.parametrize("region", ["US", "DE", "GB", "FR", "ES", "BR", "IN", "JP"])
def test_every_label_of_a_board_leads_back_to_its_age(region: str) -> None:
    labels = labels_of(Region(region))
    ages = [age_of_label(label, Region(region)) for label in labels]
    assert [maturity_label(age, Region(region)) for age in ages] == list(labels)
    assert ages == sorted(ages, key=lambda age: -1 if age is None else age)


def test_a_label_belongs_to_its_board() -> None:
    assert age_of_label(" pg-13", Region("US")) == 13
    assert age_of_label("PG-13", Region("DE")) is None
    assert age_of_label("PG-13", Region("XX")) is None
    assert labels_of(Region("XX")) == ()


def test_a_region_without_a_board_prints_the_age() -> None:
    assert maturity_label(13, Region("XX")) == "13+"


def test_spoken() -> None:
    assert [spoken_maturity(age) for age in (None, 0, 13)] == [
        "not rated",
        "suitable for all ages",
        "suitable from age 13",
    ]
