"""Amounts as operators type them."""

from __future__ import annotations

import pytest

from batch.capacity.amounts import parse_amount, parse_count
from domain.errors import BadInput


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("200M", 200_000_000),
        ("50k", 50_000),
        ("1.5G", 1_500_000_000),
        ("2B", 2 * 10**9),
        ("1_000", 1000),
        ("7", 7),
    ],
)
def test_amounts_have_suffixes(text: str, amount: int) -> None:
    assert parse_count(text) == amount
    assert parse_amount(text) == amount


@pytest.mark.parametrize("text", ["", "M", "200X", "-5", "1e6", "five", "1.2.3", "nan", "inf", "9" * 400])
def test_what_is_no_amount_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput, match=r"write 200000000 or 200M|at most 1000T"):
        parse_amount(text)


@pytest.mark.parametrize("text", ["0", "0.5", "1.2345k"])
def test_counts_are_whole_and_at_least_one(text: str) -> None:
    with pytest.raises(BadInput, match="must be a whole number of at least 1"):
        parse_count(text)
