"""An answer as the bytes that leave: by orjson, and by Python's own json for what orjson refuses."""

from __future__ import annotations

import json
import secrets
from typing import Any

import orjson


def encoded(answer: dict[str, Any]) -> bytes:
    """JSON in UTF-8, without spaces. Half characters become "?". Raises TypeError for what is no JSON."""
    try:
        return orjson.dumps(answer)
    except orjson.JSONEncodeError:
        return _by_json(answer)


def _by_json(answer: dict[str, Any]) -> bytes:
    """For numbers beyond 64 bits and half characters. Fragments are put in where marks stand for them."""
    mark, pieces = secrets.token_hex(16), list[bytes]()

    def marked(value: object) -> str:
        if not isinstance(value, orjson.Fragment):
            raise TypeError(f"{type(value).__name__} is no JSON")
        pieces.append(orjson.dumps(value))
        return f"{mark}{len(pieces) - 1}."

    text = json.dumps(answer, default=marked, ensure_ascii=False, separators=(",", ":"))
    body = text.encode("utf-8", "replace")
    for number, piece in enumerate(pieces):
        body = body.replace(f'"{mark}{number}."'.encode(), piece, 1)
    return body
