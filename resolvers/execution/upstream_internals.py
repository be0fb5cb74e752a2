"""Non-public parts of graphql-core and Strawberry that this package uses.

Another version may change them. They are checked at start; after a mismatch graphql-core executes everything: slower
and correct.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from graphql import Executor
from graphql.execution import collect_fields, values
from strawberry.schema import schema_converter
from strawberry.types import cast
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

COMPLETE_PARAMETERS = "self return_type field_details_list info path result position_context"

PARAMETERS: tuple[tuple[Callable[..., Any], str], ...] = (
    (Executor.complete_object_value, COMPLETE_PARAMETERS),
    (Executor.complete_list_value, COMPLETE_PARAMETERS),
    (
        Executor.complete_list_item_value,
        "self item complete_results item_type field_details_list info item_path position_context",
    ),
    (Executor.settle_in_background, "self awaitables"),
    (
        collect_fields.collect_subfields,
        "schema fragments variable_values operation return_type field_details_list hide_suggestions",
    ),
    (
        values.get_argument_values,
        "type_def node variable_values fragment_variable_values hide_suggestions",
    ),
    (schema_converter.get_arguments, "field source info kwargs config scalar_registry"),
)

MEMBERS: tuple[tuple[object, str], ...] = (
    (StrawberryField, "default_resolver is_async is_basic_field"),
    (StrawberryResolver, "self_parameter info_parameter parent_parameter root_parameter"),
)


def find_mismatches() -> Iterator[str]:
    """One line per difference."""
    for function, expected in PARAMETERS:
        found = " ".join(inspect.signature(function).parameters)
        if found != expected:
            yield f"{function.__qualname__} takes ({found})"
    for owner, names in MEMBERS:
        for name in names.split():
            if not hasattr(owner, name):
                yield f"{getattr(owner, '__name__', owner)} has no {name}"
    if schema_converter.GraphQLCoreConverter.DEFINITION_BACKREF != "strawberry-definition":
        yield "GraphQLCoreConverter.DEFINITION_BACKREF has changed"
    if cast.TYPE_CAST_ATTRIBUTE != "__as_strawberry_type__":
        yield "TYPE_CAST_ATTRIBUTE has changed"
