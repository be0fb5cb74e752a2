"""What compiled code may do for one field of the schema: read an attribute, or call a resolver marked pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, VariableNode
from graphql.execution.values import VariableValues, get_argument_values
from graphql.language import Visitor, visit
from strawberry import Schema
from strawberry.schema.schema_converter import GraphQLCoreConverter, get_arguments
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from resolvers.execution.markers import BATCH, HOOKS, PURE, REACH, Reach

DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF
NO_VARIABLES = VariableValues({}, {})


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field without a resolver."""

    name: str


@dataclass(frozen=True, slots=True)
class Method:
    """A pure resolver. `info` is the name of the parameter that takes it, if one does."""

    call: Callable[..., Any]
    info: str | None


def way_of(field: GraphQLField) -> Attribute | Method | None:
    """How to get the field's value from its object; None: leave it to graphql-core."""
    known = field.extensions.get(DEFINITION)
    if not isinstance(known, StrawberryField) or known.extensions:
        return None
    resolver = known.base_resolver
    if resolver is None:
        # A schema may read attributes in another way.
        return Attribute(known.python_name) if known.default_resolver is getattr else None
    if not known.metadata.get(PURE) or known.is_async or not resolver.self_parameter:
        return None
    if resolver.parent_parameter or resolver.root_parameter:
        return None
    if isinstance(resolver.wrapped_func, staticmethod | classmethod):
        return None
    info = resolver.info_parameter
    return Method(resolver.wrapped_func, info.name if info else None)


def reach_of(field: GraphQLField) -> Reach | None:
    """For whom the field's own value is right; None: for nobody but who asked."""
    known = field.extensions.get(DEFINITION)
    return known.metadata.get(REACH) if isinstance(known, StrawberryField) else None


def is_attribute(field: GraphQLField) -> bool:
    known = field.extensions.get(DEFINITION)
    return isinstance(known, StrawberryField) and known.base_resolver is None


def fetch_of(field: GraphQLField) -> Callable[..., Any] | None:
    """What answers the field for many objects at once, if something does."""
    known = field.extensions.get(DEFINITION)
    if not isinstance(known, StrawberryField) or known.extensions:
        return None
    fetch: Callable[..., Any] | None = known.metadata.get(BATCH)
    return fetch


def definition_of(kind: GraphQLObjectType) -> StrawberryObjectDefinition | None:
    known = kind.extensions.get(DEFINITION)
    return known if isinstance(known, StrawberryObjectDefinition) else None


def hooks_of(kind: GraphQLObjectType) -> dict[Reach, Any]:
    """Where the type says that rendered bytes of its objects are kept."""
    known = definition_of(kind)
    origin = known.origin if known is not None else None
    return {reach: getattr(origin, name) for reach, name in HOOKS.items() if hasattr(origin, name)}


class Arguments:
    """The arguments of one field node, as its resolver wants them."""

    def __init__(self, schema: Schema, field: GraphQLField, node: FieldNode) -> None:
        self._schema = schema
        self._field = field
        self._node = node
        self.variables = _variables_in(node)

    def values(self, variables: VariableValues) -> Mapping[str, Any]:
        """By the resolver's own names, defaults included. Raises whatever graphql-core would report."""
        known: StrawberryField = self._field.extensions[DEFINITION]
        converter = self._schema.schema_converter
        raw = get_argument_values(self._field, self._node, variables)
        _, converted = get_arguments(
            field=known,
            source=None,
            info=None,  # type: ignore[arg-type]  # read by no conversion of ours
            kwargs=raw,
            config=converter.config,
            scalar_registry=converter.scalar_registry,
        )
        resolver = known.base_resolver
        if resolver is not None and resolver.info_parameter:
            converted.pop(resolver.info_parameter.name, None)
        return converted


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)


def _variables_in(node: FieldNode) -> tuple[str, ...]:
    """Names of the variables in its arguments, in order of the alphabet."""
    seen = _Variables()
    for argument in node.arguments or ():
        visit(argument, seen)
    return tuple(sorted(seen.names))
