"""What is kept of a document between requests: for each of its operations, the functions it was compiled to.

Which fields are asked for depends on the variables of @skip and @include, so a plan belongs to an operation and to
the values of those. Plans of one document are bounded: k such variables make up to 3^k of them.
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
from resolvers.execution.compiler import Compiled, Compiler
from resolvers.execution.fields import DEFINITION, definition_of
from resolvers.execution.fragments import Fragments
from resolvers.execution.selections import Collecting

MOST_PLANS = 64
MOST_IN_ALL = 512
MISSING = object()
INCREMENTAL = {GraphQLDeferDirective.name, GraphQLStreamDirective.name}


class Plan:
    """The functions of one operation, compiled as they are needed. The document must outlive it."""

    def __init__(self, collecting: Collecting, fragments: Fragments | None) -> None:
        self._collecting = collecting
        self._fragments = fragments
        self._functions: dict[Hashable, Compiled | None] = {}
        self._batches: dict[Hashable, Batches] = {}

    def function(self, kind: GraphQLObjectType, nodes: FieldDetailsList) -> Compiled | None:
        """None: graphql-core executes this level, and asks again for those below."""
        key = kind.name, *[id(details.node) for details in nodes]
        try:
            return self._functions[key]
        except KeyError:
            compiler = Compiler(self._collecting, self._fragments)
            found: Compiled | None
            try:
                found = compiler.compiled(kind, nodes)
            except Exception:
                # Whatever is wrong with the selection, graphql-core says it at the right place.
                found = None
            self._functions[key] = found
            return found

    def batches(self, kind: GraphQLCompositeType, nodes: FieldDetailsList) -> Batches:
        """For a list of items of this kind; false when nothing can be fetched for many of them at once."""
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
        batches = {one: self._batch(one, nodes) for one in self._collecting.possible(kind)}
        return {
            known.origin: batch
            for one, batch in batches.items()
            if batch is not None and (known := definition_of(one)) is not None
        }

    def _batch(self, kind: GraphQLObjectType, nodes: FieldDetailsList) -> Batch | None:
        compiler = Compiler(self._collecting, self._fragments)
        try:
            function = compiler.compiled(kind, nodes, take_given=True)
        except Exception:
            return None
        return Batch(function, compiler.fetches) if compiler.fetches else None


class Recent:
    """All plans of a process in the order of their use; beyond `most` the longest unused is forgotten.

    A plan is some hundred kilobytes of code, and clients are not asked how many documents they make up.
    """

    def __init__(self, most: int = MOST_IN_ALL) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[Plans, Hashable], None] = OrderedDict()

    def use(self, plans: Plans, key: Hashable) -> None:
        self._kept[plans, key] = None
        self._kept.move_to_end((plans, key))
        if len(self._kept) > self._most:
            (others, unused), _ = self._kept.popitem(last=False)
            others.forget(unused)


class Plans:
    """The plans of one document."""

    def __init__(self, document: DocumentNode, recent: Recent | None = None) -> None:
        self._document = document
        self._recent = recent or Recent()
        self._plans: OrderedDict[Hashable, Plan] = OrderedDict()
        seen = _Directives()
        visit(document, seen)
        self._names = tuple(sorted(seen.variables))
        self.is_incremental = seen.incremental
        """It asks for @defer or @stream: graphql-core executes all of it."""

    def plan(self, collecting: Collecting, fragments: Fragments | None) -> Plan:
        """The plan for these values of the directives' variables, and of no other: it outlives the request."""
        coerced: Mapping[str, Any] = collecting.variables.coerced
        values = tuple(_switch(coerced.get(name, MISSING)) for name in self._names)
        key = (id(collecting.operation), fragments is not None, values)
        plan = self._plans.get(key)
        if plan is None:
            told = [name for name, value in zip(self._names, values, strict=True) if value is not MISSING]
            plan = self._plans[key] = Plan(collecting.keeping(told), fragments)
            if len(self._plans) > MOST_PLANS:
                self._plans.popitem(last=False)
        self._recent.use(self, key)
        return plan

    def forget(self, key: Hashable) -> None:
        self._plans.pop(key, None)


def _switch(value: object) -> object:
    """What a directive may be given. Anything else is a variable of the same name in another operation of the
    document, and is no part of a plan: it may be anything that a client sends."""
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
