"""Settings come from the environment, are checked, and never change."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bff.local_stack.record import StackRecord, StoreUrls, write_record
from bff.page_ttls import PageTtls
from bff.settings import SettingsProblem, read_settings, resolve_store_urls
from domain.resilience.timeouts import StoreTimeouts

pytestmark = pytest.mark.usefixtures("bare_environment")


def test_without_any_variable_it_serves_this_machine_only() -> None:
    settings = read_settings()
    assert (settings.host, settings.port, settings.home) == ("127.0.0.1", 8080, Path(".marquee"))
    assert settings.demo is False
    assert settings.configured_stores == {}


def test_the_environment_is_read_and_an_option_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_PORT", "9000")
    monkeypatch.setenv("MARQUEE_REDIS_URL", "redis://cache.example:6379/0")
    assert read_settings().port == 9000
    assert read_settings(port=9001, host=None).port == 9001
    assert read_settings().configured_stores == {"redis": "redis://cache.example:6379/0"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, PageTtls(3600, 0)),
        ({"demo": True}, PageTtls(3600, 3 * 86_400)),
        ({"demo": True, "page_replay_days": 0}, PageTtls(3600, 0)),
        ({"page_replay_days": 0.5, "page_paging_seconds": 60}, PageTtls(60, 43_200)),
    ],
)
def test_pages_are_kept_an_hour_and_in_the_demo_three_days(given: dict[str, object], kept: PageTtls) -> None:
    assert read_settings(**given).page_ttls == kept


@pytest.mark.parametrize(
    ("given", "share"),
    [
        ({}, 0.05),
        ({"demo": True}, 1.0),
        ({"demo": True, "contract_sample": 0.0}, 0.0),
        ({"contract_sample": 1}, 1.0),
    ],
)
def test_invariants_are_checked_on_one_page_in_twenty_and_in_the_demo_on_all(
    given: dict[str, object], share: float
) -> None:
    assert read_settings(**given).invariant_check_share == share


def test_stores_are_waited_for_as_long_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().timeouts == StoreTimeouts()
    for number, name in enumerate(("MONGO_READ", "MONGO_WRITE", "REDIS", "TITLES", "SEARCH"), start=2):
        monkeypatch.setenv(f"MARQUEE_{name}_SECONDS", str(number))
    assert read_settings().timeouts == StoreTimeouts(2, 3, 4, 5, 6)
    assert read_settings().timeouts.longest == 6


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_MONGO_URL", "")
    assert read_settings().mongo_url is None


def test_a_region_that_is_none_is_refused_with_the_one_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_REGION", "CA-QC")
    assert read_settings().region == "CA-QC"
    monkeypatch.setenv("MARQUEE_REGION", "UK")
    with pytest.raises(SettingsProblem) as refused:
        read_settings()
    assert str(refused.value) == (
        "MARQUEE_REGION cannot be used: 'UK' is not a region of ISO 3166. Did you mean GB?"
    )


@pytest.mark.parametrize("value", ["0", "65536", "http"])
def test_an_impossible_port_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MARQUEE_PORT", value)
    with pytest.raises(SettingsProblem, match=r"^MARQUEE_PORT cannot be used: "):
        read_settings()


def test_settings_never_change() -> None:
    with pytest.raises(ValidationError):
        read_settings().port = 1


def test_the_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_JWT_SECRET", "open sesame")
    assert "sesame" not in repr(read_settings())


def test_stores_are_the_environments_first_and_the_local_stacks_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_record(tmp_path, StackRecord(StoreUrls("mongodb://local", "http://local", "redis://local")))
    monkeypatch.setenv("MARQUEE_MONGO_URL", "mongodb://own")
    assert resolve_store_urls(read_settings(home=tmp_path)) == StoreUrls(
        "mongodb://own", "http://local", "redis://local"
    )


def test_without_stores_it_says_how_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem) as problem:
        resolve_store_urls(read_settings(home=tmp_path, redis_url="redis://own"))
    assert str(problem.value) == (
        "No stores to talk to: run `marquee stack up`, or set MARQUEE_MONGO_URL, MARQUEE_ELASTICSEARCH_URL."
    )


def test_pictures_have_absolute_addresses_under_the_public_one() -> None:
    assert read_settings().public_base == ""
    settings = read_settings(
        public_url="https://home.example:8443/tv/", media_origins="https://a.example  https://*.b.example:9"
    )
    assert settings.public_base == "https://home.example:8443/tv"
    assert settings.page_media_origins == (
        "https://a.example",
        "https://*.b.example:9",
        "https://home.example:8443",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_url", "home.example"),
        ("public_url", "javascript:alert(1)"),
        ("public_url", "https://home.example/?a=b"),
        ("public_url", 'https://home.example/"x'),
        ("media_origins", "http://images.example"),
        ("media_origins", "https://images.example/path"),
        ("media_origins", "https://images.example; script-src *"),
        ("media_origins", "*"),
    ],
)
def test_an_address_that_is_none_ends_the_start_with_what_to_write(name: str, value: str) -> None:
    with pytest.raises(SettingsProblem, match=rf"MARQUEE_{name.upper()} cannot be used.*; write .*https://"):
        read_settings(**{name: value})
