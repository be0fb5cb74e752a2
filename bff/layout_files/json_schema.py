"""The JSON Schema of layouts as text. Apart from the YAML code, which the service does not load."""

from __future__ import annotations

import json

from domain.layouts.schema import LAYOUT_SCHEMA


def schema_text() -> str:
    return json.dumps(LAYOUT_SCHEMA, indent=2, ensure_ascii=False) + "\n"
