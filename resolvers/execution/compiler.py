"""Compiles a selection into one Python function per object type, called with (object, state).

It reads attributes, calls pure resolvers, tests every value by its exact type and returns a dict. For anything
unusual it raises FallbackToGraphQLCore, and graphql-core executes the subtree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLOutputType,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_union_type,
)
from graphql.execution.collect_fields import FieldDetailsList

from resolvers.execution.fallback import make_type_check
from resolvers.execution.fields import Arguments, Attribute, Method, render_hooks, type_definition
from resolvers.execution.fragments import (
    FragmentNumbers,
    cache_fragment,
    fragment_cache,
    share_fragment,
    value_offset,
)
from resolvers.execution.markers import RenderScope
from resolvers.execution.scalars import complete_leaf
from resolvers.execution.selections import (
    FieldCollector,
    Prefetched,
    SelectedField,
    Typename,
    Uncompilable,
    group_by_scope,
)
from resolvers.execution.source import SourceBuilder, indent

CompiledFunction = Callable[..., dict[str, Any]]
MAX_INLINED_FIELDS = 6
CAST_ATTRIBUTE = "__as_strawberry_type__"
"""Set on an object that was cast: its GraphQL type is not its class's."""


@dataclass(frozen=True, slots=True)
class Fetch:
    fetch: Callable[..., Any]
    arguments: Arguments | None


class Compiler:
    """Compiles one operation. Without `fragments` it neither reads nor fills the fragment cache."""

    def __init__(self, collector: FieldCollector, fragments: FragmentNumbers | None) -> None:
        self._collector = collector
        self._fragments = fragments
        self._source = SourceBuilder()
        self._names: dict[tuple[str, tuple[int, ...], bool], str | None] = {}
        self._tables: list[tuple[dict[type, CompiledFunction], dict[type, str]]] = []
        self.fetches: list[Fetch] = []
        """In the order of the compiled function's third argument."""

    def compile(
        self, kind: GraphQLObjectType, nodes: FieldDetailsList, with_fetched: bool = False
    ) -> CompiledFunction:
        """`with_fetched`: the function takes a tuple of fetched values as third argument.

        Raises Uncompilable, and what graphql-core raises for an invalid selection.
        """
        name = self._object(kind, nodes, self._fragments is not None, with_fetched)
        namespace = self._source.load()
        for table, names in self._tables:
            table.update({origin: _function(namespace, name) for origin, name in names.items()})
        return _function(namespace, name)

    def _object(
        self, kind: GraphQLObjectType, nodes: FieldDetailsList, cached: bool, with_fetched: bool = False
    ) -> str:
        """The name of the function. Raises Uncompilable, every time."""
        key = (kind.name, tuple(id(details.node) for details in nodes), cached)
        if key not in self._names:
            # Stays None when compiling raises.
            self._names[key] = None
            fields = self._collector.fields(kind, nodes)
            lines = self._type_check(kind)
            lines += self._body(kind, fields, cached, with_fetched)
            self._names[key] = name = self._source.unique_name(f"complete_{kind.name}")
            self._source.add_function(name, "o, c, fetched=()", lines)
        found = self._names[key]
        if found is None:
            raise Uncompilable(kind.name)
        return found

    def _type_check(self, kind: GraphQLObjectType, variable: str = "o") -> list[str]:
        definition = type_definition(kind)
        if definition is None or definition.is_type_of is not None:
            raise Uncompilable(kind.name)
        classes: set[type] = set()
        test = kind.is_type_of
        check = make_type_check(classes, (lambda value: bool(test(value, None))) if test else None)  # type: ignore[arg-type]
        names = self._source.name_of(classes, "classes"), self._source.name_of(check, "check")
        lines = [f"if type({variable}) not in {names[0]}: {names[1]}({variable})"]
        return [*lines, self._cast_check(variable)] if test else lines

    def _cast_check(self, variable: str) -> str:
        return f"if getattr({variable}, {CAST_ATTRIBUTE!r}, None) is not None: raise Fallback"

    def _body(
        self, kind: GraphQLObjectType, fields: list[SelectedField], cached: bool, with_fetched: bool
    ) -> list[str]:
        lines: list[str] = []
        entries: list[str] = []
        hooks = render_hooks(kind) if cached else {}
        groups = group_by_scope(fields, lambda field: self._cache_scope(field, hooks))
        if any(scope for scope, _ in groups):
            lines += self._find_fragment_cache(hooks[RenderScope.KEYED])
        for scope, group in groups:
            if scope is not None:
                variable = self._source.unique_name("fragment")
                shared_hook = hooks[scope] if scope is RenderScope.SHARED else None
                lines += self._fragment(kind, group, variable, shared_hook)
                entries.append(f"{group[0].key!r}: {variable}")
                continue
            for field in group:
                variable = self._source.unique_name("v")
                lines += self._value(field, variable, cached, with_fetched)
                entries.append(f"{field.key!r}: {variable}")
        return [*lines, f"return {{{', '.join(entries)}}}"]

    def _cache_scope(self, field: SelectedField, hooks: Mapping[RenderScope, Any]) -> RenderScope | None:
        """None: not cached."""
        scope = self._collector.scope(field) if RenderScope.KEYED in hooks else None
        return RenderScope.KEYED if scope is RenderScope.SHARED and scope not in hooks else scope

    def _find_fragment_cache(self, hook: Any) -> list[str]:
        if isinstance(hook, str):
            if not hook.isidentifier():
                raise Uncompilable(hook)
            return [f"cache = o.{hook}"]
        lines = [f"memo, render_key = {self._source.name_of(hook, 'hook')}(o, c.context)"]
        find = self._source.name_of(fragment_cache, "fragment_cache")
        return [*lines, "cache = memo.get(render_key)", f"if cache is None: cache = {find}(memo, render_key)"]

    def _fragment(
        self, kind: GraphQLObjectType, group: list[SelectedField], variable: str, shared_hook: Any
    ) -> list[str]:
        """Lines that find the bytes of a field group, or render and cache them."""
        if self._fragments is None:
            raise Uncompilable(kind.name)
        # With the type: objects of several types may share one memo.
        text = f"{kind.name}:" + ",".join(map(self._collector.selection_text, group))
        number = self._fragments.number(text)
        render = self._source.unique_name("render")
        body = self._body(kind, group, False, False)
        self._source.add_function(render, "o, c", body)
        names = tuple(sorted(set().union(*(self._collector.variable_names(field) for field in group))))
        offset = value_offset(group[0].key)
        lines = [f"key = ({number}, c.variable_key({names!r}))"] if names else []
        key = "key" if names else str(number)
        if shared_hook is None:
            store = self._source.name_of(cache_fragment, "cache_fragment")
            rendered = f"{store}({render}(o, c), {offset}, cache, {key})"
        else:
            where = f"*{self._source.name_of(shared_hook, 'hook')}(o, c.context)"
            share = self._source.name_of(share_fragment, "share_fragment")
            rendered = f"{share}(lambda: {render}(o, c), {offset}, cache, {key}, {where})"
        return [*lines, f"{variable} = cache.get({key})", f"if {variable} is None: {variable} = {rendered}"]

    def _value(self, field: SelectedField, variable: str, cached: bool, with_fetched: bool) -> list[str]:
        access = field.access
        if isinstance(access, Typename):
            return [f"{variable} = {access.name!r}"]
        if isinstance(access, Prefetched):
            if not with_fetched:
                raise Uncompilable(field.name)
            self.fetches.append(Fetch(access.fetch, field.arguments))
            lines = [f"{variable} = fetched[{len(self.fetches) - 1}]"]
        elif isinstance(access, Attribute):
            if not access.name.isidentifier():
                raise Uncompilable(field.name)
            lines = [f"{variable} = o.{access.name}"]
        else:
            lines = [f"{variable} = {self._call(field, access)}"]
        return lines + self._complete(field.definition.type, field, variable, cached)

    def _call(self, field: SelectedField, access: Method) -> str:
        parts = [self._source.name_of(access.call, "resolve") + "(o"]
        if access.info:
            parts.append(f"{access.info}=c")
        if field.arguments is not None:
            if field.arguments.variables:
                parts.append(f"**c.arguments({self._source.name_of(field.arguments, 'arguments')})")
            else:
                values = field.arguments.values()
                parts += [f"{name}={self._source.name_of(value, 'value')}" for name, value in values.items()]
        return ", ".join(parts) + ")"

    def _complete(
        self, kind: GraphQLOutputType, field: SelectedField, variable: str, cached: bool
    ) -> list[str]:
        if is_non_null_type(kind):
            return self._complete_non_null(kind.of_type, field, variable, cached)
        lines = self._complete_non_null(kind, field, variable, cached)
        return [f"if {variable} is not None:", *indent(lines)]

    def _complete_non_null(self, kind: Any, field: SelectedField, variable: str, cached: bool) -> list[str]:
        if is_list_type(kind):
            return self._list(kind.of_type, field, variable, cached)
        if is_leaf_type(kind):
            return complete_leaf(self._source, kind, variable)
        if is_abstract_type(kind):
            return self._abstract(kind, field, variable, cached)
        if is_object_type(kind):
            return self._complete_object(kind, field, variable, cached)
        raise Uncompilable(str(kind))

    def _complete_object(
        self, kind: GraphQLObjectType, field: SelectedField, variable: str, cached: bool
    ) -> list[str]:
        """Inline for a few plain attributes, else a call."""
        fields = self._collector.fields(kind, field.nodes)
        small = len(fields) <= MAX_INLINED_FIELDS and all(_is_inlinable(one) for one in fields)
        if not small or (cached and render_hooks(kind)):
            return [f"{variable} = {self._object(kind, field.nodes, cached)}({variable}, c)"]
        lines = self._type_check(kind, variable)
        entries = []
        for one in fields:
            part = self._source.unique_name("v")
            if isinstance(one.access, Attribute):
                if not one.access.name.isidentifier():
                    raise Uncompilable(one.name)
                lines.append(f"{part} = {variable}.{one.access.name}")
                lines += self._complete(one.definition.type, one, part, cached)
            else:
                lines.append(f"{part} = {kind.name!r}")
            entries.append(f"{one.key!r}: {part}")
        return [*lines, f"{variable} = {{{', '.join(entries)}}}"]

    def _list(self, kind: GraphQLOutputType, field: SelectedField, variable: str, cached: bool) -> list[str]:
        item = self._source.unique_name("item")
        test = f"if type({variable}) is not list and type({variable}) is not tuple: raise Fallback"
        if is_non_null_type(kind) and is_object_type(kind.of_type):
            function = self._object(kind.of_type, field.nodes, cached)
            items = f"[{function}({item}, c) for {item} in {variable}]"
            return [test, f"{variable} = {items} if {variable} else []"]
        items = self._source.unique_name("items")
        return [
            test,
            f"{items} = []",
            f"for {item} in {variable}:",
            *indent(self._complete(kind, field, item, cached)),
            f"    {items}.append({item})",
            f"{variable} = {items}",
        ]

    def _abstract(
        self, kind: GraphQLAbstractType, field: SelectedField, variable: str, cached: bool
    ) -> list[str]:
        definition = kind.extensions.get("strawberry-definition")
        if getattr(definition, "resolve_type", None) is not None:
            raise Uncompilable(kind.name)
        names: dict[type, str] = {}
        for one in self._collector.concrete_types(kind):
            try:
                names[type_definition(one).origin] = self._object(one, field.nodes, cached)  # type: ignore[union-attr]
            except Uncompilable:
                # graphql-core completes these objects.
                continue
        table: dict[type, CompiledFunction] = {}
        self._tables.append((table, names))
        function = self._source.unique_name("function")
        lines = [
            f"{function} = {self._source.name_of(table, 'table')}.get(type({variable}))",
            f"if {function} is None: raise Fallback",
            f"{variable} = {function}({variable}, c)",
        ]
        return [self._cast_check(variable), *lines] if is_union_type(kind) else lines


def _is_inlinable(field: SelectedField) -> bool:
    if isinstance(field.access, Typename):
        return True
    return isinstance(field.access, Attribute) and is_leaf_type(get_nullable_type(field.definition.type))


def _function(namespace: Mapping[str, object], name: str) -> CompiledFunction:
    return cast("CompiledFunction", namespace[name])
