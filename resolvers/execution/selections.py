"""Collects the selected fields of an object type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import strawberry
from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_object_type,
    print_ast,
)
from graphql.execution.collect_fields import FieldDetailsList, FragmentDetails, collect_subfields
from graphql.execution.values import VariableValues

from resolvers.execution.fields import (
    Arguments,
    Attribute,
    Method,
    batch_fetch,
    field_access,
    field_scope,
    is_attribute,
    type_definition,
)
from resolvers.execution.markers import RenderScope

TYPENAME = "__typename"


class Uncompilable(Exception):
    """For graphql-core: an unmarked resolver, or a type that depends on values."""


@dataclass(frozen=True, slots=True)
class Typename:
    name: str


@dataclass(frozen=True, slots=True)
class Prefetched:
    fetch: Callable[..., object]


@dataclass(frozen=True, slots=True)
class SelectedField:
    """`key`: the name in the response."""

    key: str
    name: str
    definition: GraphQLField
    access: Attribute | Method | Typename | Prefetched
    nodes: FieldDetailsList
    arguments: Arguments | None

    @property
    def kind(self) -> GraphQLNamedType:
        return get_named_type(self.definition.type)


@dataclass(slots=True)
class FieldCollector:
    """Of `variables` only those of directives matter."""

    schema: strawberry.Schema
    fragments: dict[str, FragmentDetails]
    variables: VariableValues
    operation: OperationDefinitionNode
    _by_nodes: dict[tuple[str, tuple[int, ...]], list[SelectedField]] = field(default_factory=dict)

    def with_variables(self, names: Iterable[str]) -> FieldCollector:
        sources, coerced = self.variables
        variables = VariableValues(
            {name: sources[name] for name in names if name in sources},
            {name: coerced[name] for name in names if name in coerced},
        )
        return FieldCollector(self.schema, self.fragments, variables, self.operation)

    def fields(self, kind: GraphQLObjectType, nodes: FieldDetailsList) -> list[SelectedField]:
        """Raises Uncompilable, and what graphql-core raises."""
        key = kind.name, tuple(id(details.node) for details in nodes)
        if key not in self._by_nodes:
            self._by_nodes[key] = list(self._collect(kind, nodes))
        return self._by_nodes[key]

    def _collect(self, kind: GraphQLObjectType, nodes: FieldDetailsList) -> Iterator[SelectedField]:
        core = self.schema._schema
        collected = collect_subfields(
            core, self.fragments, self.variables, self.operation, kind, nodes, hide_suggestions=True
        )
        for key, details in collected.grouped_field_set.items():
            node = details[0].node
            known = core.get_field(kind, node.name.value)
            access = self._access(kind, known, node) if known is not None else None
            if known is None or access is None or any(one.fragment_variable_values for one in details):
                raise Uncompilable(f"{kind.name}.{node.name.value}")
            arguments = Arguments(self.schema, known, node) if known.args else None
            yield SelectedField(key, node.name.value, known, access, details, arguments)

    def _access(
        self, kind: GraphQLObjectType, known: GraphQLField, node: FieldNode
    ) -> Attribute | Method | Typename | Prefetched | None:
        if node.name.value == TYPENAME:
            return Typename(kind.name)
        fetch = batch_fetch(known)
        return Prefetched(fetch) if fetch is not None else field_access(known)

    def concrete_types(self, kind: GraphQLAbstractType) -> Iterator[GraphQLObjectType]:
        """Those that the class of a value identifies."""
        for one in self.schema._schema.get_possible_types(kind):
            known = type_definition(one)
            if known is not None and known.concrete_of is None and known.is_type_of is None:
                yield one

    def scope(self, selected: SelectedField) -> RenderScope | None:
        """The scope of the value with its subselection; None: not cacheable."""
        own_scope = field_scope(selected.definition)
        try:
            return own_scope and self._narrowest_scope(own_scope, selected)
        except Uncompilable:
            return None

    def _narrowest_scope(self, scope: RenderScope, selected: SelectedField) -> RenderScope:
        """Raises Uncompilable when a part is not cacheable."""
        for _, fields in self._subselections(selected):
            for one in fields:
                if isinstance(one.access, Typename):
                    continue
                own_scope = (
                    RenderScope.SHARED if is_attribute(one.definition) else field_scope(one.definition)
                )
                if own_scope is None:
                    raise Uncompilable(one.name)
                scope = self._narrowest_scope(min(scope, own_scope), one)
        return scope

    def selection_text(self, selected: SelectedField) -> str:
        """Equal for selections that render equal bytes."""
        node = selected.nodes[0].node
        arguments = ",".join(sorted(print_ast(argument) for argument in node.arguments or ()))
        below = "".join(
            f"{kind.name}{{{','.join(map(self.selection_text, fields))}}}"
            for kind, fields in self._subselections(selected)
        )
        return f"{selected.key}:{selected.name}({arguments}){below}"

    def variable_names(self, selected: SelectedField) -> set[str]:
        """Including its subselection."""
        names = set(selected.arguments.variables) if selected.arguments else set()
        for _, fields in self._subselections(selected):
            for one in fields:
                names |= self.variable_names(one)
        return names

    def _subselections(
        self, selected: SelectedField
    ) -> Iterator[tuple[GraphQLObjectType, list[SelectedField]]]:
        """For each possible type. Raises Uncompilable."""
        kind = selected.kind
        if is_object_type(kind):
            yield kind, self.fields(kind, selected.nodes)
        elif is_abstract_type(kind):
            for one in self.concrete_types(kind):
                yield one, self.fields(one, selected.nodes)


def group_by_scope(
    fields: list[SelectedField], scope_of: Callable[[SelectedField], RenderScope | None]
) -> list[tuple[RenderScope | None, list[SelectedField]]]:
    """Consecutive fields of one scope."""
    groups: list[tuple[RenderScope | None, list[SelectedField]]] = []
    for selected in fields:
        scope = scope_of(selected)
        if groups and groups[-1][0] is scope:
            groups[-1][1].append(selected)
        else:
            groups.append((scope, [selected]))
    return groups
