"""Code that completes a leaf value as graphql-core would.

Built-in scalars pass by exact type, enum members become names by table, other scalars use the schema's serializer.
Anything else raises FallbackToGraphQLCore.
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

from resolvers.execution.fallback import FallbackToGraphQLCore, make_type_check
from resolvers.execution.source import SourceBuilder

MAX_INT, MIN_INT = 2**31 - 1, -(2**31)

REJECTIONS = {
    GraphQLString.name: "type({v}) is not str",
    GraphQLID.name: "type({v}) is not str",
    GraphQLBoolean.name: "{v} is not True and {v} is not False",
    GraphQLInt.name: f"type({{v}}) is not int or {{v}} > {MAX_INT} or {{v}} < {MIN_INT}",
    # Infinity or NaN minus itself is not 0.
    GraphQLFloat.name: "type({v}) is not float or {v} - {v} != 0.0",
}
BUILT_IN = {one.name: one for one in (GraphQLString, GraphQLID, GraphQLBoolean, GraphQLInt, GraphQLFloat)}


def is_built_in(leaf: GraphQLLeafType) -> bool:
    """Not a scalar of the schema with the same name."""
    return leaf is BUILT_IN.get(leaf.name)


def complete_leaf(source: SourceBuilder, leaf: GraphQLLeafType, variable: str) -> list[str]:
    if is_built_in(leaf):
        return [f"if {REJECTIONS[leaf.name].format(v=variable)}: raise Fallback"]
    members = _member_names(leaf)
    if members is not None:
        enum, names = members
        kind, table = source.name_of(enum, "enum"), source.name_of(names, "names")
        return [
            f"if type({variable}) is not {kind}: raise Fallback",
            f"{variable} = {table}[{variable}._name_]",
        ]
    serialize = source.name_of(_serializer(leaf), "serialize")
    return [f"{variable} = {serialize}({variable})"]


def _member_names(leaf: GraphQLLeafType) -> tuple[type[Enum], dict[str, str]] | None:
    """The enum and its members' GraphQL names."""
    enum = getattr(leaf, "wrapped_cls", None)
    if not is_enum_type(leaf) or not isinstance(enum, type) or not issubclass(enum, Enum):
        return None
    return enum, {member._name_: leaf.coerce_output_value(member) for member in enum}


def _serializer(leaf: GraphQLLeafType) -> object:
    classes: set[type] = set()
    check = make_type_check(classes)

    def serialize(value: object) -> object:
        if type(value) not in classes:
            check(value)
        serialized = leaf.coerce_output_value(value)
        if serialized is None or serialized is Undefined:
            raise FallbackToGraphQLCore
        return serialized

    return serialize
