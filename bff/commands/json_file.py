"""Reads a file with one JSON object for a command, and says in which line something is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click

MAX_CHARACTERS = 200_000
_MARKS = re.compile(r'"(?:\\.|[^"\\])*"|[{}\[\],:]|\n')


def read_json_object(path: Path, option: str) -> dict[str, Any]:
    """Raises click.BadParameter for what is not one JSON object, or has a key twice."""

    def refuse(message: str) -> click.BadParameter:
        return click.BadParameter(message, param_hint=option)

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(f"{path}: the file is not UTF-8. Save it as UTF-8.") from error
    if len(text) > MAX_CHARACTERS:
        raise refuse(f"{path} has {len(text):,} characters; {MAX_CHARACTERS:,} are the most.")
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        line = text.splitlines()[error.lineno - 1].strip() if text.strip() else ""
        where = f"{path}:{error.lineno}"
        raise refuse(f"{where} is not JSON: {error.msg}, at {line[:60]!r}.") from error
    except (RecursionError, ValueError) as error:
        raise refuse(f"{path}: the JSON is nested too deep, or holds a number that is too long.") from error
    if not isinstance(content, dict):
        raise refuse(f'{path} must hold one JSON object, such as {{"unit": "account"}}.')
    twice = _key_twice(text)
    if twice is not None:
        key, first, line_number = twice
        raise refuse(
            f"{path}:{line_number}: the key {key!r} stands twice, here and in line {first}. Keep one."
        )
    return content


def _key_twice(text: str) -> tuple[str, int, int] | None:
    """The key, and the lines of its first and second place. Needs valid JSON."""
    line, before = 1, ""
    before_line = 1
    opened: list[dict[str, int]] = []
    for match in _MARKS.finditer(text):
        mark = match.group()
        if mark == "\n":
            line += 1
            continue
        if mark in "{[":
            opened.append({})
        elif mark in "}]":
            opened.pop()
        elif mark == ":":
            key = json.loads(before)
            if key in opened[-1]:
                return key, opened[-1][key], before_line
            opened[-1][key] = before_line
        before, before_line = mark, line
    return None
