"""Limits of one request, measured on the parsed document in one pass before validation.

Each fragment is measured once. Limits that follow spreads are exponential in the fragments (parse-server's
GHSA-mfj6-6p54-m98c).
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

from resolvers.runtime import deadlines

BODY_BYTES = 128 * 1024
URL_BYTES = 8 * 1024
"""Of the query string."""
RECEIVE_TIMEOUT_SECONDS = 10.0
ANSWER_TIMEOUT_SECONDS = deadlines.ANSWER_SECONDS
JSON_DEPTH = 64

DOCUMENT_CHARACTERS = 20_000
TOKENS = 1000
COMMENTS = 50
DEPTH = 15
"""GraphiQL's introspection query needs one less; a home page needs 8."""
ALIASES = 20
DIRECTIVES = 20
ROOT_FIELDS = 10
OPERATIONS = 5
MAX_ERRORS = 20
INTROSPECTION_FIELDS = ("__schema", "__type")


class OverLimit(GraphQLError):
    """`code` names the limit, the message the number and the cap."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, extensions={"code": code})


TEXT_LIMITS = {
    "tokens": "TOO_MANY_TOKENS",
    "comments": "TOO_MANY_COMMENTS",
    "code points": "DOCUMENT_TOO_LONG",
    "nested too deeply": "TOO_DEEP",
}
"""Words of the parser's messages, which carry no code."""


def with_limit_code(error: GraphQLError) -> GraphQLError:
    """As OverLimit if the parser stopped at a text limit."""
    if error.message.endswith("Parsing aborted."):
        for words, code in TEXT_LIMITS.items():
            if words in error.message:
                return OverLimit(code, error.message.removeprefix("Syntax Error: "))
    return error


class _FragmentCycle(Exception):
    """Validation refuses cycles with a better message."""


@dataclass(slots=True)
class SelectionCounts:
    """Of one operation or fragment alone; `spreads` are the fragments it names, and how deep."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    introspects: bool = False
    spreads: list[tuple[str, int]] = field(default_factory=list)


def check_limits(document: DocumentNode) -> bool:
    """Whether the document introspects the schema. Raises OverLimit."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    _refuse_above(len(operations), OPERATIONS, "TOO_MANY_OPERATIONS", "operations")
    fragment_counts = {name: _count_selections(node.selection_set) for name, node in fragments.items()}
    operation_counts = [_count_selections(node.selection_set) for node in operations]
    all_counts = [*operation_counts, *fragment_counts.values()]
    _refuse_above(sum(counts.aliases for counts in all_counts), ALIASES, "TOO_MANY_ALIASES", "aliases")
    _refuse_above(
        sum(counts.directives for counts in all_counts), DIRECTIVES, "TOO_MANY_DIRECTIVES", "directives"
    )
    for node in operations:
        count = _root_fields(node.selection_set, fragments, set())
        _refuse_above(count, ROOT_FIELDS, "TOO_MANY_ROOT_FIELDS", "root fields")
    try:
        depths: dict[str, int] = {}
        deepest = max(
            (_full_depth(counts, fragment_counts, depths, ()) for counts in operation_counts), default=0
        )
    except _FragmentCycle:
        deepest = 0
    _refuse_above(deepest, DEPTH, "TOO_DEEP", "levels")
    return any(counts.introspects for counts in all_counts)


def _count_selections(selections: SelectionSetNode) -> SelectionCounts:
    """Depth counts nested fields; inline fragments add none."""
    counts = SelectionCounts()
    pending: list[tuple[SelectionSetNode, int]] = [(selections, 1)]
    while pending:
        current, depth = pending.pop()
        for node in current.selections:
            counts.directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                counts.depth = max(counts.depth, depth)
                counts.aliases += node.alias is not None
                counts.introspects |= node.name.value in INTROSPECTION_FIELDS
                if node.selection_set:
                    pending.append((node.selection_set, depth + 1))
            elif isinstance(node, InlineFragmentNode):
                pending.append((node.selection_set, depth))
            elif isinstance(node, FragmentSpreadNode):
                counts.spreads.append((node.name.value, depth - 1))
    return counts


def _full_depth(
    counts: SelectionCounts,
    fragment_counts: dict[str, SelectionCounts],
    depths: dict[str, int],
    path: tuple[str, ...],
) -> int:
    """Depth including spreads; `depths` caches finished fragments. Recursion follows fragment nesting, which TOKENS
    keeps below 150."""
    depth = counts.depth
    for name, above in counts.spreads:
        if name in path:
            raise _FragmentCycle
        if name in fragment_counts:
            if name not in depths:
                depths[name] = _full_depth(fragment_counts[name], fragment_counts, depths, (*path, name))
            depth = max(depth, above + depths[name])
    return depth


def _root_fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], seen: set[str]
) -> int:
    """Includes fragments, each once."""
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
