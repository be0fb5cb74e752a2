"""Operations that a schema allows, made of a seed. Those that validation refuses are not handed out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLSchema,
    OperationType,
    Undefined,
    get_named_type,
    get_operation_ast,
    is_abstract_type,
    is_composite_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
    is_union_type,
    parse,
    validate,
)

from tests.resolvers.execution.made_arguments import Arguments

MOST_FIELDS = 60


@dataclass(frozen=True)
class GeneratedOperation:
    """What a client sends."""

    text: str
    name: str | None
    variables: dict[str, Any]
    others: dict[str, Any]
    """Other values of them."""
    document: DocumentNode

    @property
    def kind(self) -> OperationType:
        operation = get_operation_ast(self.document, self.name)
        assert operation is not None
        return operation.operation


@dataclass
class Part:
    """Text of a fragment, and the variables in it and below."""

    name: str
    on: str
    text: str
    uses: set[str]


@dataclass
class Operations:
    """`depth` bounds how deep fields lie in each other. With `defer` fragments are deferred now and then."""

    schema: GraphQLSchema
    dice: random.Random
    depth: int = 5
    defer: bool = False
    literals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By argument name, for those whose values mean something."""
    roots: tuple[str, ...] = ()
    """Fields of the query that are asked for; none given: all, and mutations too."""
    trunk: dict[str, str] = field(default_factory=dict)
    """Type -> a field that is mostly asked of it, so that operations reach what lies deep."""
    refused: int = 0

    def __post_init__(self) -> None:
        self._given = Arguments(self.dice, self.literals)

    def __iter__(self) -> Iterator[GeneratedOperation]:
        while True:
            asked = self._asked()
            if validate(self.schema, asked.document, max_errors=1):
                self.refused += 1
                continue
            yield asked

    def _asked(self) -> GeneratedOperation:
        self._left = self.dice.choice((8, 20, MOST_FIELDS))
        self._parts: list[Part] = []
        self._declared: dict[str, tuple[str, str | None, Callable[[], Any]]] = {}
        roots = [self.schema.query_type] * 6
        if self.schema.mutation_type is not None and not self.roots:
            roots.append(self.schema.mutation_type)
        count = self.dice.choice((1, 1, 1, 1, 2, 3))
        wholes: list[tuple[str, str, str, set[str]]] = []
        for number in range(count):
            root = self.dice.choice(roots)
            word = "query" if root is self.schema.query_type else "mutation"
            self._uses: set[str] = set()
            body = self._selections(root, 0)
            wholes.append((word, f"Op{number}", body, self._uses))
        text = "\n".join(self._whole(*whole, anonymous=count == 1) for whole in wholes)
        text += "".join(f"\nfragment {part.name} on {part.on} {part.text}" for part in self._parts)
        chosen = self.dice.randrange(count)
        name = None if count == 1 and self.dice.random() < 0.5 else f"Op{chosen}"
        used = {one: roll for one, (_, _, roll) in self._declared.items() if one in wholes[chosen][3]}
        if count > 1 and self.dice.random() < 0.3:
            clash, rolls = self._clash()
            text += clash
            if rolls and self.dice.random() < 0.7:
                name, used = "Clash", rolls
        return GeneratedOperation(text, name, self._values(used), self._values(used), parse(text))

    def _clash(self) -> tuple[str, dict[str, Callable[[], Any]]]:
        """An operation in which what switches fields in another one is an argument; empty when nothing does."""
        switches = [one for one in self._declared if one.startswith("b")]
        asked = [
            (name, known, hint, argument.type)
            for name, known in (self.schema.query_type.fields.items() if self.schema.query_type else ())
            for hint, argument in known.args.items()
            if not any(is_required_argument(other) for at, other in known.args.items() if at != hint)
        ]
        if not switches or not asked:
            return "", {}
        switch, (name, known, hint, kind) = self.dice.choice(switches), self.dice.choice(asked)
        below = " { __typename }" if is_composite_type(get_named_type(known.type)) else ""
        text = f"\nquery Clash(${switch}: {kind}) {{ clash: {name}({hint}: ${switch}){below} }}"
        return text, {switch: lambda: self._given.rolled(kind, hint)}

    def _values(self, used: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
        rolled = {name: roll() for name, roll in used.items()}
        return {name: value for name, value in rolled.items() if value is not Undefined}

    def _whole(self, word: str, name: str, body: str, uses: set[str], anonymous: bool) -> str:
        declared = ", ".join(
            f"${one}: {kind}" + (f" = {default}" if default is not None else "")
            for one, (kind, default, _) in self._declared.items()
            if one in uses
        )
        return f"{word} {name}{f'({declared})' if declared else ''} {body}"

    def _selections(self, kind: GraphQLNamedType, depth: int) -> str:
        chosen = [self._selection(kind, depth) for _ in range(self.dice.choice((1, 2, 3, 4, 6)))]
        if self.dice.random() < 0.15:
            chosen.append(self.dice.choice(chosen))
        if kind.name in self.trunk and self.dice.random() < 0.9:
            fields: dict[str, GraphQLField] = getattr(kind, "fields", {})
            chosen.append(self._field(kind, {self.trunk[kind.name]: fields[self.trunk[kind.name]]}, 0))
        return "{ " + " ".join(chosen) + " }"

    def _selection(self, kind: GraphQLNamedType, depth: int) -> str:
        roll = self.dice.random()
        fields: dict[str, GraphQLField] = getattr(kind, "fields", {})
        if roll < 0.1 or not fields or self._left <= 0:
            if is_union_type(kind) and roll > 0.2 and depth < self.depth + 1:
                return self._inline(kind, depth)
            return ("as_type: " if roll < 0.03 else "") + "__typename" + self._directives()
        if depth == 0 and roll < 0.13 and kind is self.schema.query_type:
            return '__type(name: "Leaf") { name kind fields { name } }'
        if is_abstract_type(kind) and roll < 0.5 and depth < self.depth + 1:
            return self._inline(kind, depth)
        if roll < 0.2 and depth < self.depth + 1:
            return self._inline(kind, depth)
        if roll < 0.32 and depth > 0 and depth < self.depth + 1:
            return self._spread(kind, depth)
        return self._field(kind, fields, depth)

    def _field(self, kind: GraphQLNamedType, fields: dict[str, GraphQLField], depth: int) -> str:
        names = [
            name
            for name, each in fields.items()
            if depth < self.depth or not is_composite_type(get_named_type(each.type))
        ]
        if kind is self.schema.query_type and self.roots:
            names = [name for name in names if name in self.roots]
        if not names:
            return "__typename"
        self._left -= 1
        name = self.dice.choice(names)
        known = fields[name]
        arguments = self._arguments(known)
        below = get_named_type(known.type)
        text = name + arguments + self._directives()
        if is_composite_type(below):
            text += " " + self._selections(below, depth + 1)
        if arguments or self.dice.random() < 0.12:
            text = f"{self._alias(kind, name, arguments)}: {text}"
        return text

    def _alias(self, kind: GraphQLNamedType, name: str, arguments: str) -> str:
        if self.dice.random() < 0.03:
            return self.dice.choice(("id", "name", "__alias", "def", "None"))
        return f"{name}_{kind.name}_{sum(arguments.encode()) % 97}"

    def _inline(self, kind: GraphQLNamedType, depth: int) -> str:
        if self.dice.random() < 0.2 and not is_union_type(kind):
            return f"...{self._directives(True)} {self._selections(kind, depth + 1)}"
        on = self._narrower(kind)
        return f"... on {on.name}{self._directives(True)} {self._selections(on, depth + 1)}"

    def _spread(self, kind: GraphQLNamedType, depth: int) -> str:
        on = self._narrower(kind)
        known = [part for part in self._parts if part.on == on.name]
        if known and self.dice.random() < 0.6:
            part = self.dice.choice(known)
        else:
            outer, self._uses = self._uses, set()
            text = self._selections(on, depth + 1)
            part = Part(f"F{len(self._parts)}", on.name, text, self._uses)
            self._uses = outer
            self._parts.append(part)
        self._uses |= part.uses
        return f"...{part.name}{self._directives(True)}"

    def _narrower(self, kind: GraphQLNamedType) -> GraphQLNamedType:
        if is_object_type(kind):
            return self.dice.choice([kind, kind, *kind.interfaces])
        others: list[GraphQLNamedType] = list(self.schema.get_possible_types(kind))  # type: ignore[arg-type]
        return self.dice.choice(others if is_union_type(kind) else [kind, *others])

    def _directives(self, spread: bool = False) -> str:
        text = ""
        if self.defer and spread and self.dice.random() < 0.5:
            text = " @defer"
        if self.dice.random() > 0.12:
            return text
        word = self.dice.choice(("skip", "include"))
        if self.dice.random() < 0.4:
            return f"{text} @{word}(if: {self.dice.choice(('true', 'false'))})"
        number = self.dice.randrange(4)
        name = f"b{number}"
        default = "true" if number == 1 else "false" if number == 2 else None
        if name not in self._declared:
            values: list[Any] = [True, False]
            if default is not None:
                values += [Undefined] * 2 + [None]
            self._declared[name] = (
                "Boolean" if default else "Boolean!",
                default,
                lambda: self.dice.choice(values),
            )
        self._uses.add(name)
        return f"{text} @{word}(if: ${name})"

    def _arguments(self, known: GraphQLField) -> str:
        given = []
        for name, argument in known.args.items():
            needed = is_non_null_type(argument.type) and argument.default_value is Undefined
            if needed or self.dice.random() < 0.45:
                given.append(f"{name}: {self._argument(name, argument)}")
        return f"({', '.join(given)})" if given else ""

    def _argument(self, name: str, argument: GraphQLArgument) -> str:
        if self.dice.random() < 0.5:
            return self._variable(name, argument.type)
        return self._given.literal(argument.type, 0, name)

    def _variable(self, hint: str, kind: GraphQLInputType) -> str:
        name = f"v{self.dice.randrange(3)}_{hint}_{sum(str(kind).encode()) % 89}"
        if name not in self._declared:
            literal = (
                None
                if is_non_null_type(kind) or self.dice.random() < 0.5
                else self._given.literal(kind, 0, hint)
            )
            self._declared[name] = str(kind), literal, lambda: self._given.rolled(kind, hint)
        self._uses.add(name)
        return f"${name}"
