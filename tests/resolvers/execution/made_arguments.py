"""Values for arguments, as text in a document and as JSON in variables."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    Undefined,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

SCALARS: dict[str, tuple[str, ...]] = {
    "Int": ("0", "1", "7", "-3"),
    "Float": ("0.0", "-0.0", "1.5", "2", "1e3"),
    "String": ('"w"', '""', '"ü"', '"a \\" b"'),
    "ID": ('"4"', "4"),
    "Boolean": ("true", "false"),
    "DateTime": ('"2024-01-01T12:00:00+00:00"', '"2024-01-01T13:00:00+01:00"'),
}


@dataclass
class Arguments:
    """`literals`, by argument name, are for those whose values mean something."""

    dice: random.Random
    literals: dict[str, tuple[str, ...]]

    def rolled(self, kind: GraphQLInputType, hint: str) -> Any:
        if self.dice.random() < 0.02:
            return self.dice.choice(("rotten", [], {"no": 1}, 1.5))
        if not is_non_null_type(kind) and self.dice.random() < 0.3:
            return self.dice.choice((None, Undefined))
        return self._json(kind, 0, hint)

    def literal(self, kind: GraphQLInputType, depth: int, hint: str = "") -> str:
        if is_non_null_type(kind):
            kind = kind.of_type
        elif self.dice.random() < 0.12:
            return "null"
        if hint in self.literals and is_leaf_type(kind):
            return self.dice.choice(self.literals[hint])
        if is_list_type(kind):
            items = [self.literal(kind.of_type, depth + 1) for _ in range(self.dice.randrange(3))]
            return f"[{', '.join(items)}]"
        if is_input_object_type(kind):
            pairs = [
                f"{name}: {self.literal(each, depth + 1, name)}" for name, each in self._some(kind, depth)
            ]
            return f"{{{', '.join(pairs)}}}"
        if is_enum_type(kind):
            return self.dice.choice(list(kind.values))
        return self.dice.choice(SCALARS.get(get_named_type(kind).name, ('"x"',)))

    def _some(self, kind: GraphQLInputObjectType, depth: int) -> Iterator[tuple[str, GraphQLInputType]]:
        for name, each in kind.fields.items():
            needed = is_non_null_type(each.type) and each.default_value is Undefined
            if needed or (depth < 3 and self.dice.random() < 0.5):
                yield name, each.type

    def _json(self, kind: GraphQLInputType, depth: int, hint: str = "") -> Any:
        if is_non_null_type(kind):
            kind = kind.of_type
        elif self.dice.random() < 0.12:
            return None
        if is_list_type(kind):
            return [self._json(kind.of_type, depth + 1) for _ in range(self.dice.randrange(3))]
        if is_input_object_type(kind):
            return {name: self._json(each, depth + 1, name) for name, each in self._some(kind, depth)}
        if hint in self.literals:
            text = self.dice.choice(self.literals[hint])
        elif is_enum_type(kind):
            return self.dice.choice(list(kind.values))
        else:
            text = self.dice.choice(SCALARS.get(get_named_type(kind).name, ('"x"',)))
        return json_of(text)


def json_of(literal: str) -> Any:
    try:
        return json.loads(literal)
    except ValueError:
        return literal
