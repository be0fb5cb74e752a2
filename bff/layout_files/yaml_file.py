"""Reads YAML layout files with line numbers, and writes documents to YAML.

YAML 1.2 of ruamel.yaml: `no` and 2026-12-20 are text, and tags create no objects. Writing into an existing text keeps
its comments and key order.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.tag import Tag

from bff.layout_files.yaml_bounds import MAX_CHARACTERS, bounds_problem
from bff.layout_files.yaml_messages import indentation_problem, yaml_problem
from domain.errors import BadInput
from domain.json_schema import Path, Problem
from domain.layouts.validation import layout_problems
from domain.serialization import Document

HEADER = "# yaml-language-server: $schema=./layout.schema.json\n"
INLINE_WIDTH = 88
"""Shorter mappings and lists take one line."""

LINE_WIDTH = 4096
"""Longer than any text: ruamel.yaml drops one of two spaces where it folds a text."""

TIMESTAMP = "tag:yaml.org,2002:timestamp"
TEXT = "tag:yaml.org,2002:str"


class _DatesAsText(VersionedResolver):
    """Reads dates as text: a layout's times are local to a market, which YAML cannot express."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        tag = super().resolve(kind, value, implicit)
        return Tag(suffix=TEXT) if str(tag) == TIMESTAMP else tag


@dataclass(frozen=True, slots=True)
class LayoutFile:
    """`problems`: of the YAML, else of the layout. `tree`: ruamel.yaml's parse result."""

    name: str
    document: Document
    problems: tuple[Problem, ...] = ()
    tree: object = None

    @property
    def layout(self) -> str:
        """Needs a file without problems."""
        return str(self.document["layout"])

    def line(self, path: Path) -> int:
        """From 1; of the nearest parent when the path does not exist."""
        node, line = self.tree, 1
        for part in path:
            try:
                position = node.lc.key(part) if isinstance(node, CommentedMap) else node.lc.item(part)  # type: ignore[attr-defined]
                line, node = position[0] + 1, node[part]  # type: ignore[index]
            except (KeyError, IndexError, AttributeError, TypeError):
                break
        return line


def read(path: FilePath) -> LayoutFile:
    """Raises OSError, or BadInput for a file that is not text."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"{path.name}:{line}: the byte 0x{content[error.start]:02x} is not UTF-8. Save the file as UTF-8."
        ) from error
    return parse(text, path.name)


def parse(text: str, name: str = "layout") -> LayoutFile:
    if len(text) > MAX_CHARACTERS:
        message = f"the file has {len(text):,} characters; a layout has {MAX_CHARACTERS:,} at most."
        return LayoutFile(name, {}, (Problem((), message, 1),))
    problem = indentation_problem(text)
    if problem is not None:
        return LayoutFile(name, {}, (problem,))
    try:
        problem = bounds_problem(_yaml().parse(text))
        if problem is not None:
            return LayoutFile(name, {}, (problem,))
        tree = _yaml().load(text)
    except YAMLError as error:
        return LayoutFile(name, {}, (yaml_problem(error, text),))
    document = _plain(tree)
    file = LayoutFile(name, document if isinstance(document, dict) else {}, tree=tree)
    problems = (replace(problem, line=file.line(problem.path)) for problem in layout_problems(document))
    return replace(file, problems=tuple(problems))


def to_yaml(document: Mapping[str, Any], existing: str | None = None) -> str:
    """Keeps the comments of `existing`, the file's text."""
    tree = _readable_tree(existing) if existing else None
    if isinstance(tree, CommentedMap):
        _update_mapping(tree, document)
        return _dump(tree)
    return HEADER + _dump(_style(document))


def _readable_tree(text: str) -> object:
    """None for a text that is not YAML: it has no comments to keep."""
    try:
        return _yaml().load(text)
    except YAMLError:
        return None


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Resolver = _DatesAsText
    yaml.preserve_quotes = True
    yaml.width = LINE_WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dump(tree: CommentedMap) -> str:
    out = io.StringIO()
    _yaml().dump(tree, out)
    return out.getvalue()


def _plain(node: object) -> Any:
    """The node in plain Python types."""
    if isinstance(node, Mapping):
        return {_plain(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if node is None or isinstance(node, bool):
        return node
    if isinstance(node, int):
        return int(node)
    return float(node) if isinstance(node, float) else str(node)


def _update_mapping(node: CommentedMap, value: Mapping[str, Any]) -> None:
    for key in [key for key in node if key not in value]:
        del node[key]
    for key, new in value.items():
        if key not in node or _plain(node[key]) != new:
            node[key] = _update_value(node.get(key), new)


def _update_value(old: object, new: object) -> object:
    if isinstance(old, CommentedMap) and isinstance(new, Mapping):
        _update_mapping(old, new)
        return old
    if isinstance(old, CommentedSeq) and isinstance(new, list):
        _update_list(old, new)
        return old
    return _style(new, depth=2)


def _update_list(node: CommentedSeq, new: list[Any]) -> None:
    """Equal entries keep their comments when they move; a changed entry keeps those of its index."""
    before = [(_plain(item), item, node.ca.items.get(index)) for index, item in enumerate(node)]
    node.ca.items.clear()
    del node[:]
    unused = list(before)
    for index, value in enumerate(new):
        old = next((entry for entry in unused if entry[0] == value), None)
        if old is None and index < len(before) and before[index] in unused and before[index][0] not in new:
            old = before[index]
        if old is None:
            node.append(_style(value, depth=2))
            continue
        unused.remove(old)
        old_value, old_item, old_comment = old
        node.append(old_item if old_value == value else _update_value(old_item, value))
        if old_comment is not None:
            node.ca.items[index] = old_comment


def _style(value: object, depth: int = 0) -> Any:
    """A ruamel.yaml tree. Short values take one line, except the layout and its rows."""
    if isinstance(value, Mapping):
        tree = CommentedMap({key: _style(inner, depth + 1) for key, inner in value.items()})
        is_deep = depth > 1 or not any(isinstance(inner, Mapping) for inner in value.values())
        if depth and is_deep and _inline_width(value) <= INLINE_WIDTH:
            tree.fa.set_flow_style()
        return tree
    if isinstance(value, list):
        entries = CommentedSeq([_style(inner, depth + 1) for inner in value])
        if _inline_width(value) <= INLINE_WIDTH:
            entries.fa.set_flow_style()
        return entries
    return value


def _inline_width(value: object) -> int:
    """Approximate characters in one line."""
    if isinstance(value, Mapping):
        return 2 + sum(len(str(key)) + 4 + _inline_width(inner) for key, inner in value.items())
    if isinstance(value, list):
        return 2 + sum(2 + _inline_width(inner) for inner in value)
    return len(str(value))
