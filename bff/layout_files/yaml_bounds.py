"""Looks through YAML before anything is built of it: how large it is with its anchors filled in, how deep, keys that
stand twice, and what a layout does not use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from domain.json_schema import Problem
from domain.layouts.document_size import MAX_DEPTH, MAX_VALUES, too_many_values

MAX_CHARACTERS = 200_000
PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")
)


@dataclass(slots=True)
class _OpenNode:
    """A mapping or list whose end has not come. `keys`: key -> line; None in a list."""

    anchor: str | None
    keys: dict[str, int] | None
    values: int = 1
    children: int = 0


@dataclass(slots=True)
class _Counter:
    """`sizes`: anchor -> values of its node, with its own aliases filled in."""

    opened: list[_OpenNode] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    documents: int = 0

    def problem(self, event: Event) -> str | None:
        """What is wrong here, if anything."""
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            return "a second document begins here. Keep one layout in a file." if self.documents > 1 else None
        if isinstance(event, CollectionEndEvent):
            closed = self.opened.pop()
            self._close(closed.values, closed.anchor)
            return None
        if not isinstance(event, NodeEvent):
            return None
        twice = self._key_problem(event)
        if twice is not None or isinstance(event, AliasEvent):
            return twice or self._alias_problem(str(event.anchor))
        return self._node_problem(event)

    def _key_problem(self, event: NodeEvent) -> str | None:
        node = self.opened[-1] if self.opened else None
        if node is None:
            return None
        node.children += 1
        if node.keys is None or node.children % 2 == 0 or not isinstance(event, ScalarEvent):
            return None
        first = node.keys.get(event.value)
        if first is None:
            node.keys[event.value] = event.start_mark.line + 1
            return None
        return f"the key {event.value!r} stands twice, here and in line {first}. Keep one of them."

    def _alias_problem(self, anchor: str) -> str | None:
        if any(node.anchor == anchor for node in self.opened):
            return f"*{anchor} stands inside the part that it repeats: it would never end. Write it out."
        if anchor not in self.sizes:
            return f"*{anchor} repeats nothing: no part above begins with &{anchor}. Write it out."
        self._close(self.sizes[anchor], None)
        return self._size_problem(f"with *{anchor} written out, the layout ")

    def _node_problem(self, event: NodeEvent) -> str | None:
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) not in PLAIN_TAGS:
            return f"the tag {tag} means nothing in a layout. Remove it."
        if isinstance(event, ScalarEvent):
            self._close(1, event.anchor)
        elif isinstance(event, CollectionStartEvent):
            keys: dict[str, int] | None = {} if isinstance(event, MappingStartEvent) else None
            self.opened.append(_OpenNode(event.anchor, keys))
            if len(self.opened) > MAX_DEPTH:
                return f"is nested more than {MAX_DEPTH} levels deep; a layout needs ten. Indent less."
        return self._size_problem("the layout ")

    def _close(self, values: int, anchor: str | None) -> None:
        if anchor is not None:
            self.sizes[anchor] = values
        if self.opened:
            self.opened[-1].values += values

    def _size_problem(self, lead: str) -> str | None:
        too_many = sum(node.values for node in self.opened) > MAX_VALUES
        return lead + too_many_values() if too_many else None


def bounds_problem(events: Iterable[Event]) -> Problem | None:
    """The first one. Raises ruamel.yaml's errors for what is not YAML."""
    counter = _Counter()
    for event in events:
        message = counter.problem(event)
        if message is not None:
            return Problem((), message, event.start_mark.line + 1)
    return None
