"""The fields that one object type is asked for, as graphql-core collects them, each with its way to a value."""

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
    definition_of,
    fetch_of,
    is_attribute,
    reach_of,
    way_of,
)
from resolvers.execution.markers import Reach

TYPENAME = "__typename"


class Uncompilable(Exception):
    """Something here is for graphql-core: a resolver without a mark, a type that is told by its values."""


@dataclass(frozen=True, slots=True)
class Typename:
    """The name of the object's type."""

    name: str


@dataclass(frozen=True, slots=True)
class Given:
    """A value that was fetched for many objects at once."""

    fetch: Callable[..., object]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One field of a selection. `key` is its name in the response; `arguments` None: it takes none."""

    key: str
    name: str
    field: GraphQLField
    way: Attribute | Method | Typename | Given
    nodes: FieldDetailsList
    arguments: Arguments | None

    @property
    def kind(self) -> GraphQLNamedType:
        """What its values are, without lists and non-null."""
        return get_named_type(self.field.type)


@dataclass(slots=True)
class Collecting:
    """What collecting fields needs of a request. Of the variables only those of directives matter."""

    schema: strawberry.Schema
    fragments: dict[str, FragmentDetails]
    variables: VariableValues
    operation: OperationDefinitionNode
    _known: dict[tuple[str, tuple[int, ...]], list[Chosen]] = field(default_factory=dict)

    def keeping(self, names: Iterable[str]) -> Collecting:
        """The same with these variables alone."""
        sources, coerced = self.variables
        kept = VariableValues(
            {name: sources[name] for name in names if name in sources},
            {name: coerced[name] for name in names if name in coerced},
        )
        return Collecting(self.schema, self.fragments, kept, self.operation)

    def fields(self, kind: GraphQLObjectType, nodes: FieldDetailsList) -> list[Chosen]:
        """Raises Uncompilable when one of them must be left to graphql-core, and what graphql-core raises."""
        key = kind.name, tuple(id(details.node) for details in nodes)
        if key not in self._known:
            self._known[key] = list(self._collected(kind, nodes))
        return self._known[key]

    def _collected(self, kind: GraphQLObjectType, nodes: FieldDetailsList) -> Iterator[Chosen]:
        core = self.schema._schema
        collected = collect_subfields(
            core, self.fragments, self.variables, self.operation, kind, nodes, hide_suggestions=True
        )
        for key, details in collected.grouped_field_set.items():
            node = details[0].node
            known = core.get_field(kind, node.name.value)
            way = self._way(kind, known, node) if known is not None else None
            if known is None or way is None or any(one.fragment_variable_values for one in details):
                raise Uncompilable(f"{kind.name}.{node.name.value}")
            takes = Arguments(self.schema, known, node) if known.args else None
            yield Chosen(key, node.name.value, known, way, details, takes)

    def _way(
        self, kind: GraphQLObjectType, known: GraphQLField, node: FieldNode
    ) -> Attribute | Method | Typename | Given | None:
        if node.name.value == TYPENAME:
            return Typename(kind.name)
        fetch = fetch_of(known)
        return Given(fetch) if fetch is not None else way_of(known)

    def possible(self, kind: GraphQLAbstractType) -> Iterator[GraphQLObjectType]:
        """Object types whose values are told by their class alone."""
        for one in self.schema._schema.get_possible_types(kind):
            known = definition_of(one)
            if known is not None and known.concrete_of is None and known.is_type_of is None:
                yield one

    def reach(self, chosen: Chosen) -> Reach | None:
        """For whom its value is right, with everything that is asked below it; None: for nobody but who asked."""
        own = reach_of(chosen.field)
        try:
            return own and self._least(own, chosen)
        except Uncompilable:
            return None

    def _least(self, reach: Reach, chosen: Chosen) -> Reach:
        """As far as the least of what is below. Raises Uncompilable when something there is one viewer's own."""
        for _, fields in self._below(chosen):
            for one in fields:
                if isinstance(one.way, Typename):
                    continue
                own = Reach.EVERYBODY if is_attribute(one.field) else reach_of(one.field)
                if own is None:
                    raise Uncompilable(one.name)
                reach = self._least(min(reach, own), one)
        return reach

    def text(self, chosen: Chosen) -> str:
        """Equal for selections that give the same bytes for the same object and variables."""
        node = chosen.nodes[0].node
        arguments = ",".join(sorted(print_ast(argument) for argument in node.arguments or ()))
        below = "".join(
            f"{kind.name}{{{','.join(map(self.text, fields))}}}" for kind, fields in self._below(chosen)
        )
        return f"{chosen.key}:{chosen.name}({arguments}){below}"

    def variables_of(self, chosen: Chosen) -> set[str]:
        """Names of the variables in its arguments and below it."""
        names = set(chosen.arguments.variables) if chosen.arguments else set()
        for _, fields in self._below(chosen):
            for one in fields:
                names |= self.variables_of(one)
        return names

    def _below(self, chosen: Chosen) -> Iterator[tuple[GraphQLObjectType, list[Chosen]]]:
        """What is asked below it, for every type that its values may have. Raises Uncompilable."""
        kind = chosen.kind
        if is_object_type(kind):
            yield kind, self.fields(kind, chosen.nodes)
        elif is_abstract_type(kind):
            for one in self.possible(kind):
                yield one, self.fields(one, chosen.nodes)


def runs_of(
    fields: list[Chosen], kept_as: Callable[[Chosen], Reach | None]
) -> list[tuple[Reach | None, list[Chosen]]]:
    """Consecutive fields that are kept for the same."""
    runs: list[tuple[Reach | None, list[Chosen]]] = []
    for chosen in fields:
        reach = kept_as(chosen)
        if runs and runs[-1][0] is reach:
            runs[-1][1].append(chosen)
        else:
            runs.append((reach, [chosen]))
    return runs
