"""Rows of own data become titles and profiles: ratings, regions, launches, numbering, names."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from batch.importers.own_rows import title_from_row
from batch.importers.profile_rows import profile_from_row
from batch.json_schemas import RowValidator
from domain.errors import BadInput
from tests.batch.importers.test_own_data import NOW, TITLES


@pytest.mark.parametrize(
    ("ratings", "fault"),
    [
        (
            {"DE": "PG-13"},
            "ratings.DE: 'PG-13' is not a rating of Germany. Use FSK 0, FSK 6, FSK 12, FSK 16,",
        ),
        (
            {"KE": "PG"},
            "ratings.KE: 'PG' is not a rating of Kenya. Marquee knows no board there: use an age,",
        ),
        ({"US": "DE-FSK 12"}, "ratings.US: 'DE-FSK 12' is a rating of Germany, not of the United States."),
        ({"UK": "15"}, "ratings.UK: 'UK' is not a region of ISO 3166. Did you mean GB?"),
        ({"Germany": "FSK 12"}, "ratings.Germany: 'Germany' is not a region of ISO 3166. Did you mean DE?"),
    ],
)
def test_a_rating_that_is_none_is_refused_with_those_that_are(ratings: dict[str, str], fault: str) -> None:
    with pytest.raises(BadInput) as refused:
        title_from_row({**TITLES[0], "ratings": ratings}, NOW)
    assert fault in str(refused.value)


def test_ratings_are_read_as_catalogues_write_them() -> None:
    ratings = {
        "US": "US-TV-14",
        "GB": "12A",
        "AU": "MA15+",
        "DE": "12",
        "KE": "16",
        "CA-QC": "13+",
        "IN": "NR",
    }
    title = title_from_row({**TITLES[0], "ratings": ratings}, NOW)
    assert dict(title.region_labels) == {
        "US": "TV-14", "GB": "12A", "AU": "MA 15+", "DE": "FSK 12", "KE": "16+", "CA-QC": "13+", "IN": "NR",
    }  # fmt: skip
    assert dict(title.region_ages) == {"US": 14, "GB": 12, "AU": 15, "DE": 12, "KE": 16, "CA-QC": 13}
    aged = title_from_row({**TITLES[0], "ratings": {"US": "Approved"}, "maturity_age": 12}, NOW)
    assert (aged.region_ages, aged.region_labels) == ((), ())


def test_a_film_of_which_only_a_coming_year_is_known_opens_when_that_year_is_over() -> None:
    title = title_from_row({**TITLES[0], "year": 2028}, NOW)
    assert title.launched_at == title.windows[0].starts_at == datetime(2029, 1, 1, tzinfo=UTC)
    assert "launched_at" in title.derived
    licensed = {"windows": [{"starts_at": "2026-12-24T00:00:00Z"}], "year": 2028}
    assert title_from_row({**TITLES[0], **licensed}, NOW).launched_at == datetime(2026, 12, 24, tzinfo=UTC)
    assert title_from_row({**TITLES[0], "year": 2026}, NOW).launched_at < NOW


def test_daily_and_double_episodes_and_eidr_ids_come_in() -> None:
    eidr = "10.5240/7791-8534-2C23-9030-8610-5"
    daily = {"id": eidr, "kind": "episode", "name": "Monday", "series_id": "quay", "air_date": "2026-11-30"}
    double = {"id": "e", "kind": "episode", "name": "Pilot", "series_id": "quay", "season": 2026, "episode": 1,
              "last_episode": 2}  # fmt: skip
    for row in (daily, double):
        assert RowValidator("catalog").find_error(row) is None
    title = title_from_row(daily, NOW)
    assert (title.id, title.air_date) == (eidr, date(2026, 11, 30))
    assert title_from_row(double, NOW).last_episode == 2
    with pytest.raises(BadInput, match="last_episode: 1 is not after episode 1"):
        title_from_row({**double, "last_episode": 1}, NOW)
    with pytest.raises(BadInput, match="air_date: '2026-02-30' is not a day"):
        title_from_row({**daily, "air_date": "2026-02-30"}, NOW)
    assert RowValidator("catalog").find_error({"id": "e", "kind": "episode", "name": "E", "series_id": "q"})


def test_other_names_are_kept_once_and_without_the_name() -> None:
    row = {**TITLES[0], "other_names": ["Die Lampe", "The Lamp", "Die Lampe"]}
    assert RowValidator("catalog").find_error(row) is None
    assert title_from_row(row, NOW).other_names == ("Die Lampe",)


def test_a_licence_without_regions_means_every_region_and_an_unknown_code_is_refused() -> None:
    starts = {"starts_at": "2026-01-01T00:00:00Z"}
    title = title_from_row({**TITLES[0], "windows": [starts]}, NOW)
    assert [window.regions for window in title.windows] == [()]
    assert title_from_row(TITLES[0], NOW).windows[0].regions == ()
    with pytest.raises(BadInput, match=r"windows\.regions: 'UK' is not a region .* Did you mean GB\?"):
        title_from_row({**TITLES[0], "windows": [{**starts, "regions": ["DE", "UK"]}]}, NOW)


def test_a_profiles_limit_may_be_a_rating_of_its_region() -> None:
    home = {"id": "one", "account_id": "home"}
    assert profile_from_row({**home, "region": "DE", "maturity_limit": "FSK 12"}, NOW)[1].maturity_limit == 12
    assert profile_from_row({**home, "region": "US", "maturity_limit": "tv-y7"}, NOW)[1].maturity_limit == 7
    for row, fault in (
        ({"region": "US", "maturity_limit": "NR"}, "NR says nothing of an age"),
        ({"region": "US", "maturity_limit": "TV-14", "kids": True}, "above the limit of kids profiles, 10"),
        ({"region": "DE", "maturity_limit": "TV-14"}, "not a rating of Germany"),
        ({"region": "UK"}, "region: 'UK' is not a region of ISO 3166. Did you mean GB?"),
    ):
        with pytest.raises(BadInput, match=fault.replace("?", r"\?")):
            profile_from_row({**home, **row}, NOW)
