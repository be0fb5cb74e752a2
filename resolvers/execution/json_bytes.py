"""An answer as the bytes that leave: by orjson, and by Python's own json for what orjson refuses."""

from __future__ import annotations

import json
import math
import re
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
    """For numbers beyond 64 bits and half characters. What only orjson can write stands where marks stand for it."""
    mark, pieces = secrets.token_hex(16), list[bytes]()

    def marked(value: object) -> str:
        pieces.append(orjson.dumps(value))
        return f"{mark}{len(pieces) - 1}"

    text = json.dumps(_finite(answer), default=marked, ensure_ascii=False, separators=(",", ":"))
    body = text.encode("utf-8", "replace")
    return re.sub(f'"{mark}([0-9]+)"'.encode(), lambda found: pieces[int(found[1])], body)


def _finite(value: Any) -> Any:
    """Null for every number that JSON has no word for, as orjson writes them; Python's json makes up words."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list | tuple) else value
