"""The measured constants: one JSON file that says how each was measured. Tests measure them again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("constants.json")


@dataclass(frozen=True, slots=True)
class Constant:
    value: float
    unit: str
    how: str


@cache
def constants() -> dict[str, Constant]:
    content = json.loads(FILE.read_text("utf-8"))
    return {name: Constant(one["value"], one["unit"], one["how"]) for name, one in content.items()}


def measured(name: str) -> float:
    return constants()[name].value
