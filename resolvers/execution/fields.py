"""How compiled code reads a schema field: an attribute, or a resolver marked pure."""

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

from resolvers.execution.markers import BATCH, PURE, RENDER_HOOKS, RENDER_SCOPE, RenderScope

DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF
NO_VARIABLES = VariableValues({}, {})


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str


@dataclass(frozen=True, slots=True)
class Method:
    """A pure resolver. `info`: the name of its info parameter."""

    call: Callable[..., Any]
    info: str | None


def field_access(field: GraphQLField) -> Attribute | Method | None:
    """None: graphql-core resolves the field."""
    definition = field.extensions.get(DEFINITION)
    if not isinstance(definition, StrawberryField) or definition.extensions:
        return None
    resolver = definition.base_resolver
    if resolver is None:
        # A schema may replace the default resolver.
        return Attribute(definition.python_name) if definition.default_resolver is getattr else None
    if not definition.metadata.get(PURE) or definition.is_async or not resolver.self_parameter:
        return None
    if resolver.parent_parameter or resolver.root_parameter:
        return None
    if isinstance(resolver.wrapped_func, staticmethod | classmethod):
        return None
    info = resolver.info_parameter
    return Method(resolver.wrapped_func, info.name if info else None)


def field_scope(field: GraphQLField) -> RenderScope | None:
    """The scope of the field's own value; None: not cacheable."""
    definition = field.extensions.get(DEFINITION)
    return definition.metadata.get(RENDER_SCOPE) if isinstance(definition, StrawberryField) else None


def is_attribute(field: GraphQLField) -> bool:
    definition = field.extensions.get(DEFINITION)
    return isinstance(definition, StrawberryField) and definition.base_resolver is None


def batch_fetch(field: GraphQLField) -> Callable[..., Any] | None:
    definition = field.extensions.get(DEFINITION)
    if not isinstance(definition, StrawberryField) or definition.extensions:
        return None
    fetch: Callable[..., Any] | None = definition.metadata.get(BATCH)
    return fetch


def type_definition(kind: GraphQLObjectType) -> StrawberryObjectDefinition | None:
    definition = kind.extensions.get(DEFINITION)
    return definition if isinstance(definition, StrawberryObjectDefinition) else None


def render_hooks(kind: GraphQLObjectType) -> dict[RenderScope, Any]:
    definition = type_definition(kind)
    origin = definition.origin if definition is not None else None
    return {scope: getattr(origin, name) for scope, name in RENDER_HOOKS.items() if hasattr(origin, name)}


class Arguments:
    def __init__(self, schema: Schema, field: GraphQLField, node: FieldNode) -> None:
        self._schema = schema
        self._field = field
        self._node = node
        self.variables = _variable_names(node)

    def values(self, variables: VariableValues = NO_VARIABLES) -> Mapping[str, Any]:
        """By parameter name, with defaults. Raises what graphql-core would report."""
        definition: StrawberryField = self._field.extensions[DEFINITION]
        converter = self._schema.schema_converter
        raw = get_argument_values(self._field, self._node, variables)
        _, converted = get_arguments(
            field=definition,
            source=None,
            info=None,  # type: ignore[arg-type]  # no conversion here reads it
            kwargs=raw,
            config=converter.config,
            scalar_registry=converter.scalar_registry,
        )
        resolver = definition.base_resolver
        if resolver is not None and resolver.info_parameter:
            converted.pop(resolver.info_parameter.name, None)
        return converted


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)


def _variable_names(node: FieldNode) -> tuple[str, ...]:
    visitor = _Variables()
    for argument in node.arguments or ():
        visit(argument, visitor)
    return tuple(sorted(visitor.names))
