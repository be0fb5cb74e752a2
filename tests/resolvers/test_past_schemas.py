"""Past clients: every released schema (tests/schemas) is replayed against today's service.

Nothing in them may break, and a client that states its version never gets an enum value that its schema lacks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
    validate,
)

from domain.errors import BadInput
from domain.layouts.client_compatibility import ADDED_VALUES, CURRENT_SCHEMA, is_known, parse_version
from domain.layouts.row_kinds import RowSource
from resolvers.schema import schema
from tests.resolvers.conftest import Face

FILES = sorted((Path(__file__).parents[1] / "schemas").glob("*.graphql"))
NOW = schema._schema
ANSWERED = ("RowKind", "RowStyle", "ReasonKind", "ActionKind", "DegradationKind", "RefreshTrigger", "RowCapability",
            "BadgeKind", "FreshnessSource", "ResumeKind", "CardShape", "TitleKind")  # fmt: skip
"""Enums of results, whose values clients must know; enums of arguments may grow."""

DEPTH = 9


def past(file: Path) -> GraphQLSchema:
    return build_schema(file.read_text("utf-8"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_that_was_released_breaks(file: Path) -> None:
    assert [change.description for change in find_breaking_changes(past(file), NOW)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_value_that_was_added_since_is_named(file: Path) -> None:
    version, before = parse_version("file", file.stem), past(file)
    for name in ANSWERED:
        then, now = before.type_map.get(name), NOW.type_map[name]
        if then is None:
            continue
        assert isinstance(then, GraphQLEnumType)
        assert isinstance(now, GraphQLEnumType)
        for value in now.values:
            added = any(
                value in names.get(name, ())
                for since, names in ADDED_VALUES.items()
                if since > (version or ())
            )
            assert (value not in then.values) == added, (
                f"{name}.{value}: name it in domain/layouts/client_compatibility.py"
            )


@pytest.mark.stores
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("profile", ["ade", "kids", "new"])
async def test_a_whole_page_of_today_holds_no_word_an_old_client_has_not_heard(
    face: Face, file: Path, profile: str
) -> None:
    before = past(file)
    assert before.query_type is not None
    home = before.query_type.fields["home"]
    document = f"""query Old($id: ID!, $device: DeviceInput!) {{
      home(profileId: $id, device: $device) {{ {selection(home, DEPTH)} }} }}"""
    assert validate(before, parse(document)) == []
    device = {"formFactor": "TV", "schemaVersion": file.stem}
    data = await face.data(document, id=f"profile_{profile}", device=device)
    assert len(data["home"]["rows"]["nodes"]) >= 3
    assert strangers(home.type, data["home"], "home") == []


def test_a_newer_kind_is_an_older_one_where_that_is_true_and_else_nothing() -> None:
    assert is_known((0, 1), "RowKind", RowSource.TRENDING)
    assert not is_known((0, 1), "RowKind", RowSource.WATCH_AGAIN)
    assert is_known(CURRENT_SCHEMA, "RowKind", RowSource.WATCH_AGAIN)
    assert is_known(None, "RowKind", RowSource.WATCH_AGAIN)


@pytest.mark.parametrize("text", ["", "x", "1.", "1.2.3.4.5", "٤.١"])
def test_what_is_no_version_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput, match="schemaVersion"):
        parse_version("schemaVersion", text)


def selection(field: GraphQLField, depth: int) -> str:
    """All fields that need no argument."""
    type_ = get_named_type(field.type)
    if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        return ""
    parts = ["__typename"]
    for name, below in type_.fields.items():
        if any(is_required_argument(argument) for argument in below.args.values()):
            continue
        if is_leaf_type(get_named_type(below.type)):
            parts.append(name)
        elif depth > 0 and name != "edges" and (inside := selection(below, depth - 1)):
            parts.append(f"{name} {{ {inside} }}")
    return " ".join(parts)


def strangers(type_: GraphQLOutputType, value: Any, path: str) -> list[str]:
    """Paths of enum values that this schema lacks."""
    if isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    if value is None:
        return []
    if isinstance(type_, GraphQLList):
        return [
            found
            for place, each in enumerate(value)
            for found in strangers(type_.of_type, each, f"{path}.{place}")
        ]
    if isinstance(type_, GraphQLEnumType):
        return [] if value in type_.values else [f"{path}: {value}"]
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        return [
            found
            for name, each in value.items()
            if name in type_.fields
            for found in strangers(type_.fields[name].type, each, f"{path}.{name}")
        ]
    return []
