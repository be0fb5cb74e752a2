"""Dates of viewing exports in the order of a person's language."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.importers.export_dates import DateOrder, order_of_dates, parse_export_date
from domain.errors import BadInput

DAY = date(2024, 11, 26)
WRITTEN = {
    "11/26/24": DateOrder.MONTH_FIRST,
    "11/26/2024": DateOrder.MONTH_FIRST,
    "26/11/2024": DateOrder.DAY_FIRST,
    "26.11.24": DateOrder.DAY_FIRST,
    "26. 11. 2024": DateOrder.DAY_FIRST,
    "26-11-2024": DateOrder.DAY_FIRST,
    "2024-11-26": DateOrder.YEAR_FIRST,
    "2024/11/26": DateOrder.YEAR_FIRST,
    "2024. 11. 26.": DateOrder.YEAR_FIRST,
    "2024年11月26日": DateOrder.YEAR_FIRST,
}


@pytest.mark.parametrize(("text", "order"), WRITTEN.items())
def test_the_same_day_in_ten_spellings(text: str, order: DateOrder) -> None:
    assert order_of_dates([text]) == order
    assert parse_export_date(text, order) == DAY


def test_a_file_that_goes_from_new_to_old_tells_day_from_month() -> None:
    assert order_of_dates(["5/4/24", "4/4/24", "1/4/24", "9/3/24"]) == DateOrder.DAY_FIRST
    assert order_of_dates(["4/5/24", "4/4/24", "4/1/24", "3/9/24"]) == DateOrder.MONTH_FIRST
    assert order_of_dates(["4/4/24", "3/3/24"]) == DateOrder.DAY_FIRST, "both readings are the same day"


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["24. 11. 26.", "24. 11. 20.", "23. 12. 1."], DAY),
        (["24. 11. 26."], DAY),
        (["24-11-02", "24-10-30"], date(2024, 11, 2)),
        (["26.11.24", "20.11.24", "1.12.23"], DAY),
        (["26-11-24", "20-11-24", "30-10-24"], DAY),
        (["26\u200f/11\u200f/2024", "20\u200f/11\u200f/2024"], DAY),
        (["٢٦/١١/٢٠٢٤"], DAY),
    ],
)
def test_short_years_stand_in_front_or_at_the_end(texts: list[str], first: date) -> None:
    assert parse_export_date(texts[0], order_of_dates(texts)) == first


def test_a_short_year_with_hyphens_that_may_be_a_day_is_asked_for() -> None:
    with pytest.raises(BadInput, match=r"'24-11-26' and all other .* --dates DMY or --dates YMD"):
        order_of_dates(["24-11-26"])


def test_dates_that_tell_nothing_are_asked_for() -> None:
    with pytest.raises(
        BadInput, match=r"'3/4/24' and all other dates .*; say which with --dates DMY or --dates MDY"
    ):
        order_of_dates(["3/4/24"])


@pytest.mark.parametrize("text", ["", "yesterday", "31/02/2024", "13/13/24", "2024-13-01", "1/2", "1/2/3/4"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"is no date"):
        parse_export_date(text, DateOrder.DAY_FIRST)


@given(
    st.lists(st.integers(0, 4000), min_size=1, max_size=30),
    st.sampled_from(
        [
            ("{0.day}/{0.month}/{0.year}", DateOrder.DAY_FIRST),
            ("{0.month}/{0.day}/{1}", DateOrder.MONTH_FIRST),
            ("{0.day:02}-{0.month:02}-{1}", DateOrder.DAY_FIRST),
            ("{1}. {0.month}. {0.day}.", DateOrder.YEAR_FIRST),
        ]
    ),
)
def test_a_history_is_read_as_it_was_written_or_not_at_all(
    ages: list[int], form: tuple[str, DateOrder]
) -> None:
    days = [DAY - timedelta(days=age) for age in sorted(ages)]
    texts = [form[0].format(day, f"{day.year % 100:02}") for day in days]
    try:
        order = order_of_dates(texts)
    except BadInput:
        return
    assert [parse_export_date(text, order) for text in texts] == days
