"""Python code that completes a leaf value as graphql-core would, or raises Surprise.

GraphQL's own scalars are tested by exact type: only values that leave as they came pass. Enum members become
their names by table. Other scalars are written by the schema's own function.
"""

from __future__ import annotations

from enum import Enum

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
    is_enum_type,
)

from resolvers.execution.fallback import FallbackToGraphQLCore, admitting
from resolvers.execution.source import Source

MOST, LEAST = 2**31 - 1, -(2**31)

TESTS = {
    GraphQLString.name: "type({v}) is not str",
    GraphQLID.name: "type({v}) is not str",
    GraphQLBoolean.name: "{v} is not True and {v} is not False",
    GraphQLInt.name: f"type({{v}}) is not int or {{v}} > {MOST} or {{v}} < {LEAST}",
    # An infinite or undefined number less itself is not 0.
    GraphQLFloat.name: "type({v}) is not float or {v} - {v} != 0.0",
}
OWN = {one.name: one for one in (GraphQLString, GraphQLID, GraphQLBoolean, GraphQLInt, GraphQLFloat)}


def is_own(leaf: GraphQLLeafType) -> bool:
    """One of GraphQL's five scalars as they come: their values leave as they are."""
    return leaf is OWN.get(leaf.name)


def complete_leaf(source: Source, leaf: GraphQLLeafType, variable: str) -> list[str]:
    """Lines that turn `variable`, which is not None, into what a client gets."""
    if is_own(leaf):
        return [f"if {TESTS[leaf.name].format(v=variable)}: raise Surprise"]
    members = _member_names(leaf)
    if members is not None:
        enum, names = members
        kind, table = source.name(enum, "enum"), source.name(names, "names")
        return [
            f"if type({variable}) is not {kind}: raise Surprise",
            f"{variable} = {table}[{variable}._name_]",
        ]
    write = source.name(_writer(leaf), "write")
    return [f"{variable} = {write}({variable})"]


def _member_names(leaf: GraphQLLeafType) -> tuple[type[Enum], dict[str, str]] | None:
    """The enum behind a GraphQL enum, and the client's word for each member; None for anything else."""
    enum = getattr(leaf, "wrapped_cls", None)
    if not is_enum_type(leaf) or not isinstance(enum, type) or not issubclass(enum, Enum):
        return None
    return enum, {member._name_: leaf.coerce_output_value(member) for member in enum}


def _writer(leaf: GraphQLLeafType) -> object:
    classes: set[type] = set()
    admit = admitting(classes)

    def write(value: object) -> object:
        if type(value) not in classes:
            admit(value)
        written = leaf.coerce_output_value(value)
        if written is None or written is Undefined:
            raise FallbackToGraphQLCore
        return written

    return write
