"""Caches the compiled functions of a document.

The variables of @skip and @include decide which fields are selected, so each combination of their values has its own
plan: up to 3^k for k variables, of which a limited number is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any, cast

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLAbstractType,
    GraphQLCompositeType,
    GraphQLDeferDirective,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSkipDirective,
    GraphQLStreamDirective,
    VariableNode,
    is_abstract_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.language import Visitor, visit

from resolvers.execution.batches import Batch, Batches
from resolvers.execution.compiler import CompiledFunction, Compiler
from resolvers.execution.fields import DEFINITION, type_definition
from resolvers.execution.fragments import FragmentNumbers
from resolvers.execution.selections import FieldCollector

MAX_PLANS_PER_DOCUMENT = 64
MAX_PLANS = 512
MISSING = object()
INCREMENTAL = {GraphQLDeferDirective.name, GraphQLStreamDirective.name}


class OperationPlan:
    """The document must outlive it."""

    def __init__(self, collector: FieldCollector, fragments: FragmentNumbers | None) -> None:
        self._collector = collector
        self._fragments = fragments
        self._functions: dict[Hashable, CompiledFunction | None] = {}
        self._batches: dict[Hashable, Batches] = {}

    def function(self, kind: GraphQLObjectType, nodes: FieldDetailsList) -> CompiledFunction | None:
        """None: graphql-core executes this level and asks again below."""
        key = kind.name, *[id(details.node) for details in nodes]
        try:
            return self._functions[key]
        except KeyError:
            compiler = Compiler(self._collector, self._fragments)
            found: CompiledFunction | None
            try:
                found = compiler.compile(kind, nodes)
            except Exception:
                # graphql-core reports the problem with the right path.
                found = None
            self._functions[key] = found
            return found

    def batches(self, kind: GraphQLCompositeType, nodes: FieldDetailsList) -> Batches:
        """False without batched fields."""
        key = kind.name, *[id(details.node) for details in nodes]
        found = self._batches.get(key)
        if found is None:
            if is_abstract_type(kind):
                found = Batches(by_class=self._by_class(kind, nodes))
            else:
                found = Batches(self._batch(cast("GraphQLObjectType", kind), nodes))
            self._batches[key] = found
        return found

    def _by_class(self, kind: GraphQLAbstractType, nodes: FieldDetailsList) -> dict[type, Batch]:
        if getattr(kind.extensions.get(DEFINITION), "resolve_type", None) is not None:
            return {}
        batches = {one: self._batch(one, nodes) for one in self._collector.concrete_types(kind)}
        return {
            known.origin: batch
            for one, batch in batches.items()
            if batch is not None and (known := type_definition(one)) is not None
        }

    def _batch(self, kind: GraphQLObjectType, nodes: FieldDetailsList) -> Batch | None:
        compiler = Compiler(self._collector, self._fragments)
        try:
            function = compiler.compile(kind, nodes, with_fetched=True)
        except Exception:
            return None
        return Batch(function, compiler.fetches) if compiler.fetches else None


class PlanEviction:
    """Drops the least recently used plan of all documents beyond `capacity`: a plan is some 100 kB of code.

    It is not resolvers/runtime/lru_cache.py because it holds no values and this package stands on its own.
    """

    def __init__(self, capacity: int = MAX_PLANS) -> None:
        self._capacity = capacity
        self._order: OrderedDict[tuple[DocumentPlans, Hashable], None] = OrderedDict()

    def touch(self, plans: DocumentPlans, key: Hashable) -> None:
        self._order[plans, key] = None
        self._order.move_to_end((plans, key))
        if len(self._order) > self._capacity:
            (owner, oldest), _ = self._order.popitem(last=False)
            owner.drop(oldest)


class DocumentPlans:
    def __init__(self, document: DocumentNode, eviction: PlanEviction | None = None) -> None:
        # Alive as long as its plans: ids of its operations are in their keys.
        self._document = document
        self._eviction = eviction or PlanEviction()
        self._plans: OrderedDict[Hashable, OperationPlan] = OrderedDict()
        directives = _Directives()
        visit(document, directives)
        self._variables = tuple(sorted(directives.variables))
        self.is_incremental = directives.incremental
        """Uses @defer or @stream; graphql-core executes it."""

    def plan(self, collector: FieldCollector, fragments: FragmentNumbers | None) -> OperationPlan:
        """For the current values of the directives' variables. It holds no others: it outlives the request."""
        coerced: Mapping[str, Any] = collector.variables.coerced
        values = tuple(_directive_value(coerced.get(name, MISSING)) for name in self._variables)
        key = (id(collector.operation), fragments is not None, values)
        plan = self._plans.get(key)
        if plan is None:
            decided = [
                name for name, value in zip(self._variables, values, strict=True) if value is not MISSING
            ]
            plan = self._plans[key] = OperationPlan(collector.with_variables(decided), fragments)
            if len(self._plans) > MAX_PLANS_PER_DOCUMENT:
                self._plans.popitem(last=False)
        self._eviction.touch(self, key)
        return plan

    def drop(self, key: Hashable) -> None:
        self._plans.pop(key, None)


def _directive_value(value: object) -> object:
    """A directive's value, else MISSING: another operation may use the name for anything a client sends."""
    return value if value is True or value is False or value is None else MISSING


class _Directives(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.incremental = False

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.incremental |= node.name.value in INCREMENTAL
        if node.name.value in (GraphQLSkipDirective.name, GraphQLIncludeDirective.name):
            values = [argument.value for argument in node.arguments or ()]
            self.variables |= {value.name.value for value in values if isinstance(value, VariableNode)}
