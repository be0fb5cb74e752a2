"""Addresses of own pictures and trailers: https or a path of the service, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.media_addresses import check_media_address, ending_of, origin_of
from domain.errors import BadInput

GOOD = (
    "https://images.example/lamp.jpg",
    "https://images.example:8443/a/b.webp?w=500&h=750",
    "HTTPS://IMAGES.EXAMPLE/lamp.jpg",
    "/media/lamp.jpg",
    "/media/lamp%20post.jpg?v=2",
)


@pytest.mark.parametrize("address", GOOD)
def test_https_and_paths_are_taken_as_they_are(address: str) -> None:
    assert check_media_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "data:image/png;base64,AAAA",
        "blob:https://images.example/1",
        "vbscript:x",
        "file:///etc/passwd",
        "http://images.example/lamp.jpg",
        "ftp://images.example/lamp.jpg",
        "//elsewhere.example/lamp.jpg",
        "/\\elsewhere.example/lamp.jpg",
        "\\\\elsewhere.example\\lamp.jpg",
        "https:images.example/lamp.jpg",
        "https:///lamp.jpg",
        "https://localhost/lamp.jpg",
        "https://user:word@images.example/lamp.jpg",
        "https://images.example:port/lamp.jpg",
        "https://images.example/lamp post.jpg",
        "https://images.example/\n.jpg",
        "https://images.example/\u202egpj.exe",
        "https://images.example/\ud800.jpg",
        "/media/../../etc/passwd",
        "lamp.jpg",
        'https://images.example/"onerror="x',
        "https://images.example/" + "a" * 1000,
    ],
)
def test_anything_else_is_refused_with_what_to_write(address: str) -> None:
    with pytest.raises(BadInput, match=r"write an https address|percent-encode"):
        check_media_address(address)


@given(st.text(max_size=60) | st.from_regex(r"[a-z]{1,12}:[!-~]{0,30}", fullmatch=True))
def test_whatever_is_taken_is_https_or_a_path_of_this_service(text: str) -> None:
    try:
        address = check_media_address(text)
    except BadInput:
        return
    assert re.fullmatch(r"/(?!/)[!-~]*|(?i:https)://[a-zA-Z0-9].*", address)


def test_origin_and_ending() -> None:
    assert origin_of("https://Images.example:8443/a.jpg") == "https://images.example:8443"
    assert origin_of("/media/a.jpg") is None
    assert [ending_of(address) for address in (GOOD[1], GOOD[3], "/media/lamp", "/a.b/lamp")] == [
        "webp", "jpg", "", "",
    ]  # fmt: skip
