"""Layout files: YAML in, a plain document and the line of every key out; and back with every comment kept.

YAML 1.2 as ruamel.yaml reads it: `no` is a text and so is 2026-12-20. A file is read without running anything:
tags make no objects. Writing into a file that exists changes what changed and leaves the rest, its comments and
the order of its keys as they were.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.tag import Tag

from domain.json_schema import Path, Problem
from domain.layouts.patches import Document
from domain.layouts.validation import problems_of

HEADER = "# yaml-language-server: $schema=./layout.schema.json\n"
INLINE_WIDTH = 88
"""Mappings and lists that fit are written in one line."""

LINE_WIDTH = 4096
"""ruamel.yaml folds a longer text and loses one of two spaces where it does: no text is that long."""

TIMESTAMP = "tag:yaml.org,2002:timestamp"
TEXT = "tag:yaml.org,2002:str"


class _TextsForTimes(VersionedResolver):
    """Leaves dates as they are written: a layout's times belong to a market, which YAML knows nothing of."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        tag = super().resolve(kind, value, implicit)
        return Tag(suffix=TEXT) if str(tag) == TIMESTAMP else tag


@dataclass(frozen=True, slots=True)
class LayoutFile:
    """What a file says. `problems` are those of YAML itself and, when it could be read, of the layout; `tree` is
    what ruamel.yaml made of it."""

    name: str
    document: Document
    problems: tuple[Problem, ...] = ()
    tree: object = None

    def line(self, path: Path) -> int:
        """The line of the key or entry at the path, counted from 1; of its nearest holder if it is not there."""
        node, line = self.tree, 1
        for part in path:
            try:
                place = node.lc.key(part) if isinstance(node, CommentedMap) else node.lc.item(part)  # type: ignore[attr-defined]
                line, node = place[0] + 1, node[part]  # type: ignore[index]
            except (KeyError, IndexError, AttributeError, TypeError):
                break
        return line


def read(path: FilePath) -> LayoutFile:
    """Raises OSError when there is no such file, UnicodeDecodeError when it is no text."""
    return parse(path.read_text("utf-8"), path.name)


def parse(text: str, name: str = "layout") -> LayoutFile:
    """Every problem of the text comes with its line."""
    try:
        tree = _yaml().load(text)
    except YAMLError as error:
        return LayoutFile(name, {}, (_yaml_problem(error),))
    document = _plain(tree)
    file = LayoutFile(name, document if isinstance(document, dict) else {}, tree=tree)
    found = (replace(problem, line=file.line(problem.path)) for problem in problems_of(document))
    return replace(file, problems=tuple(found))


def write(document: Mapping[str, Any], into: str | None = None) -> str:
    """The document as YAML; `into` is the text of the file it goes to, whose comments are kept."""
    tree = _yaml().load(into) if into else None
    if isinstance(tree, CommentedMap):
        _update(tree, document)
        return _dumped(tree)
    return HEADER + _dumped(_styled(document))


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Resolver = _TextsForTimes
    yaml.preserve_quotes = True
    yaml.width = LINE_WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(tree: CommentedMap) -> str:
    out = io.StringIO()
    _yaml().dump(tree, out)
    return out.getvalue()


def _plain(node: object) -> Any:
    """Without what ruamel remembers of how it was written."""
    if isinstance(node, Mapping):
        return {_plain(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if node is None or isinstance(node, bool):
        return node
    if isinstance(node, int):
        return int(node)
    return float(node) if isinstance(node, float) else str(node)


def _yaml_problem(error: YAMLError) -> Problem:
    if not isinstance(error, MarkedYAMLError):
        return Problem((), f"This is no YAML: {error}")
    mark = error.problem_mark or error.context_mark
    what = error.problem or error.context or "it cannot be read"
    return Problem((), f"This is no YAML: {what}.", None if mark is None else mark.line + 1)


def _update(node: CommentedMap, value: Mapping[str, Any]) -> None:
    """Make the node say `value`, touching only what differs."""
    for key in [key for key in node if key not in value]:
        del node[key]
    for key, new in value.items():
        if key not in node or _plain(node[key]) != new:
            node[key] = _updated(node.get(key), new)


def _updated(old: object, new: object) -> object:
    if isinstance(old, CommentedMap) and isinstance(new, Mapping):
        _update(old, new)
        return old
    if isinstance(old, CommentedSeq) and isinstance(new, list):
        _update_list(old, new)
        return old
    return _styled(new, depth=2)


def _update_list(node: CommentedSeq, new: list[Any]) -> None:
    """Entries that stay keep their comments wherever they go; an entry that changed keeps its place's."""
    before = [(_plain(item), item, node.ca.items.get(place)) for place, item in enumerate(node)]
    node.ca.items.clear()
    del node[:]
    unused = list(before)
    for place, value in enumerate(new):
        same = next((entry for entry in unused if entry[0] == value), None)
        if same is None and place < len(before) and before[place] in unused and before[place][0] not in new:
            same = before[place]
        if same is None:
            node.append(_styled(value, depth=2))
            continue
        unused.remove(same)
        node.append(same[1] if same[0] == value else _updated(same[1], value))
        if same[2] is not None:
            node.ca.items[place] = same[2]


def _styled(value: object, depth: int = 0) -> Any:
    """For ruamel: what fits into one line is written in one line, but for the layout and its lists of rows."""
    if isinstance(value, Mapping):
        tree = CommentedMap({key: _styled(inner, depth + 1) for key, inner in value.items()})
        is_deep = depth > 1 or not any(isinstance(inner, Mapping) for inner in value.values())
        if depth and is_deep and _width(value) <= INLINE_WIDTH:
            tree.fa.set_flow_style()
        return tree
    if isinstance(value, list):
        entries = CommentedSeq([_styled(inner, depth + 1) for inner in value])
        if _width(value) <= INLINE_WIDTH:
            entries.fa.set_flow_style()
        return entries
    return value


def _width(value: object) -> int:
    """About as many characters as it takes in one line."""
    if isinstance(value, Mapping):
        return 2 + sum(len(str(key)) + 4 + _width(inner) for key, inner in value.items())
    if isinstance(value, list):
        return 2 + sum(2 + _width(inner) for inner in value)
    return len(str(value))
