"""Addresses of an operator's own pictures and trailers, as an import may bring them.

An address is https, or a path on the service's own address ("/media/lamp.jpg"). Devices load it, so nothing else is
let through: no script, no data, no name and password, no other host behind two slashes.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from domain.errors import BadInput

MAX_ADDRESS = 1000
FORM = (
    'write an https address, such as "https://images.example/lamp.jpg", or a path, such as "/media/lamp.jpg"'
)


def check_media_address(text: str) -> str:
    """The address. Raises BadInput, which says what to write."""
    if not text.isascii() or any(character <= " " or character in '\\"<>`\x7f' for character in text):
        raise BadInput(f"{_shown(text)} holds characters that an address may not have; percent-encode them")
    if len(text) > MAX_ADDRESS:
        raise BadInput(f"{_shown(text)} is longer than {MAX_ADDRESS} characters; {FORM}")
    if not (_is_local_path(text) or _is_https(text)):
        raise BadInput(f"{_shown(text)} cannot be used; {FORM}")
    return text


def origin_of(address: str) -> str | None:
    """ "https://images.example" of an address there; None for a path."""
    if address.startswith("/"):
        return None
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def ending_of(address: str) -> str:
    """ "jpg" of "https://images.example/lamp.JPG?w=500"; "" without an ending."""
    name = urlsplit(address).path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def _is_local_path(text: str) -> bool:
    path = text.partition("?")[0]
    return text.startswith("/") and not text.startswith("//") and ".." not in path.split("/")


def _is_https(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return (
        parts.scheme == "https"
        and "." in host.strip(".")
        and "@" not in parts.netloc
        and (port is None or port > 0)
    )


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}...")
