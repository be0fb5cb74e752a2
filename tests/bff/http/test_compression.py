"""Which clients get gzip, by Accept-Encoding."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.http.compression import MAX_HEADER_CHARACTERS, accepts_gzip, gzip_compress


@pytest.mark.parametrize(
    "accepted",
    [
        "gzip",
        "GZIP",
        "x-gzip",
        "deflate, gzip, br, zstd",
        "gzip;q=0.5",
        "gzip ; q=1.0, *;q=0",
        "*",
        "br, *;q=0.1",
        "identity;q=0, gzip;q=0.1",
        "identity;q=0.5, gzip;q=0.5",
    ],
)
def test_gzip_goes_to_clients_that_weigh_it_at_least_as_high_as_plain(accepted: str) -> None:
    assert accepts_gzip(accepted)


@pytest.mark.parametrize(
    "accepted",
    [
        "",
        "identity",
        "br, zstd",
        "gzip;q=0",
        "gzip;q=0.0, *",
        "*;q=0",
        "identity, gzip;q=0.5",
        "identity;q=0",
        "gzipped",
        "gzip;q=rubbish",
        "gzip;q=nan",
        "gzip;q=-1",
        "gzip;q=2",
        "gzip" + " " * MAX_HEADER_CHARACTERS,
    ],
)
def test_all_other_clients_get_the_plain_answer(accepted: str) -> None:
    assert not accepts_gzip(accepted)


@given(st.text(max_size=300))
def test_no_header_is_too_odd(accepted: str) -> None:
    assert accepts_gzip(accepted) in (True, False)


@given(st.binary(max_size=5000))
def test_what_was_packed_unpacks_to_the_same(body: bytes) -> None:
    assert gzip.decompress(gzip_compress(body)) == body
