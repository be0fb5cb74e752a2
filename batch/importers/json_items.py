"""JSON objects of a file with the lines on which they begin: one a line, one after the other, or lists of them.

Several lists one after the other are what pages of an API give when they are joined.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from batch.importers.input_files import read_lines
from domain.errors import BadInput
from domain.serialization import Document

_GAP = re.compile(r"[\s,\[\]]*")


def read_json_items(path: Path) -> Iterator[tuple[int, Document]]:
    """Line by line where each line is whole, so that memory does not grow with the file. Raises BadInput."""
    lines = read_lines(path)
    for number, line in enumerate(lines, start=1):
        item = _whole_object(line)
        if item is not None:
            yield number, item
        elif line.strip():
            yield from json_items("".join([line, *lines]), path, number)
            return


def _whole_object(line: str) -> Document | None:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return item if isinstance(item, dict) else None


def json_items(text: str, name: Path | str, first_line: int = 1) -> Iterator[tuple[int, Document]]:
    """Raises BadInput that names the line."""
    decoder, position, line, open_lists = json.JSONDecoder(), 0, first_line, 0
    while True:
        gap = _GAP.match(text, position)
        start = gap.end() if gap else position
        line += text.count("\n", position, start)
        open_lists += text.count("[", position, start) - text.count("]", position, start)
        if start == len(text):
            break
        try:
            item, position = decoder.raw_decode(text, start)
        except (json.JSONDecodeError, RecursionError) as error:
            raise BadInput(f"{name}, line {line}: is not JSON: {error}.") from error
        yield line, item
        line += text.count("\n", start, position)
    if open_lists > 0:
        raise BadInput(f"{name}, line {line}: is not JSON: the list has no end.")
    if open_lists < 0:
        raise BadInput(f"{name}, line {line}: is not JSON: a ] closes no list.")
