"""Selections become Python functions: one for each object type that is asked for, called with (object, run).

A function reads attributes, calls pure resolvers, tests every value by its exact type and returns the response as
a dict. It raises Surprise, or whatever a resolver raises, where anything is unusual; the executor then has
graphql-core do the same once more.
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

from resolvers.execution.fallback import admitting
from resolvers.execution.fields import NO_VARIABLES, Arguments, Attribute, Method, definition_of, hooks_of
from resolvers.execution.fragments import Fragments, keep, pieces_for, take_over, value_begins
from resolvers.execution.markers import Reach
from resolvers.execution.scalars import complete_leaf
from resolvers.execution.selections import Chosen, Collecting, Given, Typename, Uncompilable, runs_of
from resolvers.execution.source import Source, indented

Compiled = Callable[..., dict[str, Any]]
CAST_MARK = "__as_strawberry_type__"
"""Strawberry's own, on an object that was cast: it is of another type than its class says."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """A field that is fetched for many objects at once."""

    fetch: Callable[..., Any]
    arguments: Arguments | None


class Compiler:
    """Compiles the selections of one operation. `fragments` None: everything is rendered anew, as dicts."""

    def __init__(self, collecting: Collecting, fragments: Fragments | None) -> None:
        self._collecting = collecting
        self._fragments = fragments
        self._source = Source()
        self._known: dict[tuple[str, tuple[int, ...], bool], str | None] = {}
        self._tables: list[tuple[dict[type, Compiled], dict[type, str]]] = []
        self.fetches: list[Fetch] = []
        """In the order in which a row of fetched values has them."""

    def compiled(
        self, kind: GraphQLObjectType, nodes: FieldDetailsList, take_given: bool = False
    ) -> Compiled:
        """The function of a selection. With `take_given` its third argument is a row of fetched values.

        Raises Uncompilable, and what graphql-core raises for a selection that cannot be collected.
        """
        name = self._object(kind, nodes, self._fragments is not None, take_given)
        namespace = self._source.load()
        for table, names in self._tables:
            table.update({origin: _function(namespace, name) for origin, name in names.items()})
        return _function(namespace, name)

    def _object(
        self, kind: GraphQLObjectType, nodes: FieldDetailsList, sharing: bool, take_given: bool = False
    ) -> str:
        """The name of its function. Raises Uncompilable, the second time as the first."""
        key = (kind.name, tuple(id(details.node) for details in nodes), sharing)
        if key not in self._known:
            # What raises below is remembered as it is: nothing was written under a name.
            self._known[key] = None
            fields = self._collecting.fields(kind, nodes)
            lines = self._guard(kind)
            lines += self._body(kind, fields, sharing, take_given)
            self._known[key] = name = self._source.new(f"of_{kind.name}")
            self._source.function(name, "o, c, given=()", lines)
        found = self._known[key]
        if found is None:
            raise Uncompilable(kind.name)
        return found

    def _guard(self, kind: GraphQLObjectType, variable: str = "o") -> list[str]:
        known = definition_of(kind)
        if known is None or known.is_type_of is not None:
            raise Uncompilable(kind.name)
        classes: set[type] = set()
        test = kind.is_type_of
        admit = admitting(classes, (lambda value: bool(test(value, None))) if test else None)  # type: ignore[arg-type]
        names = self._source.name(classes, "classes"), self._source.name(admit, "admit")
        lines = [f"if type({variable}) not in {names[0]}: {names[1]}({variable})"]
        return [*lines, self._uncast(variable)] if test else lines

    def _uncast(self, variable: str) -> str:
        return f"if getattr({variable}, {CAST_MARK!r}, None) is not None: raise Surprise"

    def _body(
        self, kind: GraphQLObjectType, fields: list[Chosen], sharing: bool, take_given: bool
    ) -> list[str]:
        lines: list[str] = []
        shown: list[str] = []
        hooks = hooks_of(kind) if sharing else {}
        runs = runs_of(fields, lambda chosen: self._kept_as(chosen, hooks))
        if any(reach for reach, _ in runs):
            lines += self._pieces(hooks[Reach.FACTS])
        for reach, run in runs:
            if reach is not None:
                variable = self._source.new("part")
                lines += self._part(kind, run, variable, hooks[reach] if reach is Reach.EVERYBODY else None)
                shown.append(f"{run[0].key!r}: {variable}")
                continue
            for chosen in run:
                variable = self._source.new("v")
                lines += self._value(chosen, variable, sharing, take_given)
                shown.append(f"{chosen.key!r}: {variable}")
        return [*lines, f"return {{{', '.join(shown)}}}"]

    def _kept_as(self, chosen: Chosen, hooks: Mapping[Reach, Any]) -> Reach | None:
        """For whom it is kept; None: it is not."""
        reach = self._collecting.reach(chosen) if Reach.FACTS in hooks else None
        return Reach.FACTS if reach is Reach.EVERYBODY and reach not in hooks else reach

    def _pieces(self, hook: Any) -> list[str]:
        if isinstance(hook, str):
            if not hook.isidentifier():
                raise Uncompilable(hook)
            return [f"pieces = o.{hook}"]
        lines = [f"memo, facts = {self._source.name(hook, 'hook')}(o, c.context)"]
        find = self._source.name(pieces_for, "pieces_for")
        return [*lines, "pieces = memo.get(facts)", f"if pieces is None: pieces = {find}(memo, facts)"]

    def _number(self, kind: GraphQLObjectType, run: list[Chosen]) -> int:
        # With the type: objects of several types may keep their bytes in one memo.
        text = f"{kind.name}:" + ",".join(self._collecting.text(chosen) for chosen in run)
        if self._fragments is None:
            raise Uncompilable(kind.name)
        return self._fragments.number(text)

    def _part(self, kind: GraphQLObjectType, run: list[Chosen], variable: str, common: Any) -> list[str]:
        """The rendered bytes of a run of fields, found among the pieces or made and kept there. `common` is the hook
        that says where everybody's are, if these are."""
        number = self._number(kind, run)
        making = self._source.new("making")
        body = self._body(kind, run, False, False)
        self._source.function(making, "o, c", body)
        names = tuple(sorted(set().union(*(self._collecting.variables_of(chosen) for chosen in run))))
        begins = value_begins(run[0].key)
        lines = [f"key = ({number}, c.values_of({names!r}))"] if names else []
        key = "key" if names else str(number)
        if common is None:
            made = f"{self._source.name(keep, 'keep')}({making}(o, c), {begins}, pieces, {key})"
        else:
            where = f"*{self._source.name(common, 'hook')}(o, c.context)"
            take = self._source.name(take_over, "take_over")
            made = f"{take}(lambda: {making}(o, c), {begins}, pieces, {key}, {where})"
        return [
            *lines,
            f"{variable} = pieces.get({key})",
            f"if {variable} is None: {variable} = {made}",
        ]

    def _value(self, chosen: Chosen, variable: str, sharing: bool, take_given: bool) -> list[str]:
        way = chosen.way
        if isinstance(way, Typename):
            return [f"{variable} = {way.name!r}"]
        if isinstance(way, Given):
            if not take_given:
                raise Uncompilable(chosen.name)
            self.fetches.append(Fetch(way.fetch, chosen.arguments))
            lines = [f"{variable} = given[{len(self.fetches) - 1}]"]
        elif isinstance(way, Attribute):
            if not way.name.isidentifier():
                raise Uncompilable(chosen.name)
            lines = [f"{variable} = o.{way.name}"]
        else:
            lines = [f"{variable} = {self._call(chosen, way)}"]
        return lines + self._complete(chosen.field.type, chosen, variable, sharing)

    def _call(self, chosen: Chosen, way: Method) -> str:
        parts = [self._source.name(way.call, "resolve") + "(o"]
        if way.info:
            parts.append(f"{way.info}=c")
        if chosen.arguments is not None:
            if chosen.arguments.variables:
                parts.append(f"**c.arguments({self._source.name(chosen.arguments, 'arguments')})")
            else:
                given = chosen.arguments.values(NO_VARIABLES)
                parts += [f"{name}={self._source.name(value, 'given')}" for name, value in given.items()]
        return ", ".join(parts) + ")"

    def _complete(self, kind: GraphQLOutputType, chosen: Chosen, variable: str, sharing: bool) -> list[str]:
        if is_non_null_type(kind):
            return self._present(kind.of_type, chosen, variable, sharing)
        lines = self._present(kind, chosen, variable, sharing)
        return [f"if {variable} is not None:", *indented(lines)]

    def _present(self, kind: Any, chosen: Chosen, variable: str, sharing: bool) -> list[str]:
        """Lines that complete a value that should not be None."""
        if is_list_type(kind):
            return self._list(kind.of_type, chosen, variable, sharing)
        if is_leaf_type(kind):
            return complete_leaf(self._source, kind, variable)
        if is_abstract_type(kind):
            return self._abstract(kind, chosen, variable, sharing)
        if is_object_type(kind):
            return self._inlined(kind, chosen, variable, sharing)
        raise Uncompilable(str(kind))

    def _inlined(self, kind: GraphQLObjectType, chosen: Chosen, variable: str, sharing: bool) -> list[str]:
        """An object below: written out in place when it is nothing but a few attributes, else a call."""
        fields = self._collecting.fields(kind, chosen.nodes)
        small = len(fields) <= MOST_INLINED and all(_is_plain(one) for one in fields)
        if not small or (sharing and hooks_of(kind)):
            return [f"{variable} = {self._object(kind, chosen.nodes, sharing)}({variable}, c)"]
        lines = self._guard(kind, variable)
        shown = []
        for one in fields:
            part = self._source.new("v")
            if isinstance(one.way, Attribute):
                if not one.way.name.isidentifier():
                    raise Uncompilable(one.name)
                lines.append(f"{part} = {variable}.{one.way.name}")
                lines += self._complete(one.field.type, one, part, sharing)
            else:
                lines.append(f"{part} = {kind.name!r}")
            shown.append(f"{one.key!r}: {part}")
        return [*lines, f"{variable} = {{{', '.join(shown)}}}"]

    def _list(self, kind: GraphQLOutputType, chosen: Chosen, variable: str, sharing: bool) -> list[str]:
        item = self._source.new("item")
        test = f"if type({variable}) is not list and type({variable}) is not tuple: raise Surprise"
        if is_non_null_type(kind) and is_object_type(kind.of_type):
            function = self._object(kind.of_type, chosen.nodes, sharing)
            return [
                test,
                f"{variable} = [{function}({item}, c) for {item} in {variable}] if {variable} else []",
            ]
        items = self._source.new("items")
        return [
            test,
            f"{items} = []",
            f"for {item} in {variable}:",
            *indented(self._complete(kind, chosen, item, sharing)),
            f"    {items}.append({item})",
            f"{variable} = {items}",
        ]

    def _abstract(self, kind: GraphQLAbstractType, chosen: Chosen, variable: str, sharing: bool) -> list[str]:
        known = kind.extensions.get("strawberry-definition")
        if getattr(known, "resolve_type", None) is not None:
            raise Uncompilable(kind.name)
        names: dict[type, str] = {}
        for one in self._collecting.possible(kind):
            try:
                names[definition_of(one).origin] = self._object(one, chosen.nodes, sharing)  # type: ignore[union-attr]
            except Uncompilable:
                # Objects of this type alone are for graphql-core.
                continue
        table: dict[type, Compiled] = {}
        self._tables.append((table, names))
        function = self._source.new("function")
        lines = [
            f"{function} = {self._source.name(table, 'table')}.get(type({variable}))",
            f"if {function} is None: raise Surprise",
            f"{variable} = {function}({variable}, c)",
        ]
        return [self._uncast(variable), *lines] if is_union_type(kind) else lines


MOST_INLINED = 6


def _is_plain(chosen: Chosen) -> bool:
    """A leaf that is an attribute, or the name of the type."""
    if isinstance(chosen.way, Typename):
        return True
    return isinstance(chosen.way, Attribute) and is_leaf_type(get_nullable_type(chosen.field.type))


def _function(namespace: Mapping[str, object], name: str) -> Compiled:
    return cast("Compiled", namespace[name])
