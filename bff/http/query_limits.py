"""How much one request may ask: measured on the parsed document, in one pass, before it is validated.

Every fragment is measured once, however often it is spread: limits that follow spreads grow with two to the
power of the fragments (parse-server's GHSA-mfj6-6p54-m98c) and become the attack they should stop.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

BODY_BYTES = 128 * 1024
URL_BYTES = 8 * 1024
"""Of the parameters of an address."""
RECEIVE_SECONDS = 10.0
ANSWER_SECONDS = 10.0
JSON_DEPTH = 64

DOCUMENT_CHARACTERS = 20_000
TOKENS = 1000
COMMENTS = 50
DEPTH = 15
"""One more than the deepest query that GraphiQL sends to learn the schema; a home page needs 8."""
ALIASES = 20
DIRECTIVES = 20
ROOT_FIELDS = 10
OPERATIONS = 5
ERRORS = 20
INTROSPECTION = ("__schema", "__type")


class OverLimit(GraphQLError):
    """A document that asks too much; `code` says which limit, the message names the number and the cap."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, extensions={"code": code})


TEXT_LIMITS = {
    "tokens": "TOO_MANY_TOKENS",
    "comments": "TOO_MANY_COMMENTS",
    "code points": "DOCUMENT_TOO_LONG",
    "nested too deeply": "TOO_DEEP",
}
"""Words of the parser's messages when it stops at a limit, which has no code of its own."""


def named(error: GraphQLError) -> GraphQLError:
    """The error, as OverLimit with its code when the parser stopped at one of the limits of the text."""
    if error.message.endswith("Parsing aborted."):
        for words, code in TEXT_LIMITS.items():
            if words in error.message:
                return OverLimit(code, error.message.removeprefix("Syntax Error: "))
    return error


class _Circle(Exception):
    """Fragments that spread each other: validation refuses them, with better words."""


@dataclass(slots=True)
class Measure:
    """What one operation or fragment asks by itself; `spreads` are the fragments it names, and how deep."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    introspects: bool = False
    spreads: list[tuple[str, int]] = field(default_factory=list)


def check(document: DocumentNode) -> bool:
    """Whether the document asks about the schema itself. Raises OverLimit for one over any limit."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    _refuse_above(len(operations), OPERATIONS, "TOO_MANY_OPERATIONS", "operations")
    measures = {name: _measure(node.selection_set) for name, node in fragments.items()}
    own = [_measure(node.selection_set) for node in operations]
    everything = [*own, *measures.values()]
    _refuse_above(sum(one.aliases for one in everything), ALIASES, "TOO_MANY_ALIASES", "aliases")
    _refuse_above(sum(one.directives for one in everything), DIRECTIVES, "TOO_MANY_DIRECTIVES", "directives")
    for node in operations:
        count = _root_fields(node.selection_set, fragments, set())
        _refuse_above(count, ROOT_FIELDS, "TOO_MANY_ROOT_FIELDS", "root fields")
    try:
        depths: dict[str, int] = {}
        deepest = max((_full_depth(one, measures, depths, ()) for one in own), default=0)
    except _Circle:
        deepest = 0
    _refuse_above(deepest, DEPTH, "TOO_DEEP", "levels")
    return any(one.introspects for one in everything)


def _measure(selections: SelectionSetNode) -> Measure:
    """Counts of one definition. Depth counts fields inside fields; inline fragments add none."""
    found = Measure()
    pending: list[tuple[SelectionSetNode, int]] = [(selections, 1)]
    while pending:
        current, depth = pending.pop()
        for node in current.selections:
            found.directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                found.depth = max(found.depth, depth)
                found.aliases += node.alias is not None
                found.introspects |= node.name.value in INTROSPECTION
                if node.selection_set:
                    pending.append((node.selection_set, depth + 1))
            elif isinstance(node, InlineFragmentNode):
                pending.append((node.selection_set, depth))
            elif isinstance(node, FragmentSpreadNode):
                found.spreads.append((node.name.value, depth - 1))
    return found


def _full_depth(
    one: Measure, measures: dict[str, Measure], known: dict[str, int], path: tuple[str, ...]
) -> int:
    """Depth with everything that is spread. `known` holds the fragments worked out already.

    Recursion is as deep as fragments spread each other, which TOKENS keeps below 150.
    """
    depth = one.depth
    for name, above in one.spreads:
        if name in path:
            raise _Circle
        if name in measures:
            if name not in known:
                known[name] = _full_depth(measures[name], measures, known, (*path, name))
            depth = max(depth, above + known[name])
    return depth


def _root_fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], seen: set[str]
) -> int:
    """Fields of the root type, also those in fragments, each fragment once."""
    count = 0
    pending = [selections]
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FieldNode):
                count += 1
            elif isinstance(node, InlineFragmentNode):
                pending.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in fragments and name not in seen:
                    seen.add(name)
                    pending.append(fragments[name].selection_set)
    return count


def _refuse_above(count: int, cap: int, code: str, what: str) -> None:
    if count > cap:
        raise OverLimit(code, f"The document has {count} {what}; at most {cap} are allowed.")
