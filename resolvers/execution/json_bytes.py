"""Encodes JSON by orjson, and by Python's json what orjson rejects."""

from __future__ import annotations

import json
import math
import re
import secrets
from typing import Any

import orjson


def encode_json(response: dict[str, Any]) -> bytes:
    """Lone surrogates become "?". Raises TypeError for a value that JSON cannot hold."""
    try:
        return orjson.dumps(response)
    except orjson.JSONEncodeError:
        return _encode_with_json(response)


def _encode_with_json(response: dict[str, Any]) -> bytes:
    """For integers beyond 64 bits and lone surrogates. Placeholders stand for what only orjson can write."""
    token, pieces = secrets.token_hex(16), list[bytes]()

    def placeholder(value: object) -> str:
        pieces.append(orjson.dumps(value))
        return f"{token}{len(pieces) - 1}"

    text = json.dumps(
        _null_non_finite(response), default=placeholder, ensure_ascii=False, separators=(",", ":")
    )
    body = text.encode("utf-8", "replace")
    return re.sub(f'"{token}([0-9]+)"'.encode(), lambda found: pieces[int(found[1])], body)


def _null_non_finite(value: Any) -> Any:
    """As orjson; Python's json would write invalid JSON."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _null_non_finite(one) for key, one in value.items()}
    return [_null_non_finite(one) for one in value] if isinstance(value, list | tuple) else value
