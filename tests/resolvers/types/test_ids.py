"""Ids are parsed once, at the edge: in roots and input types."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import BadInput
from domain.signed_tokens import seal
from resolvers.types import ids
from resolvers.types.ids import (
    NodeId,
    parse_card_token,
    parse_node_id,
    parse_optional_profile_id,
    parse_profile_id,
    parse_title_id,
)
from tests.house.module_graph import syntax_tree

ROOT = Path(__file__).parents[3]
SECRET = b"a secret of thirty-two bytes or more"
PARSERS = {name for name in vars(ids) if name.startswith("parse_")} - {"parse_global_id"}
EDGE = {
    "resolvers/mutations.py",
    "resolvers/queries.py",
    "resolvers/staff/layout_previews.py",
    "resolvers/types/event_inputs.py",
    "resolvers/types/onboarding.py",
}


def users_of(names: set[str]) -> Iterator[str]:
    """Modules that import one of these functions, or reach it through a module."""
    for package in ("resolvers", "bff"):
        for file in sorted((ROOT / package).rglob("*.py")):
            nodes = list(ast.walk(syntax_tree(file)))
            used = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
            used |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
            if used & names:
                yield file.relative_to(ROOT).as_posix()


CLIENTS = ["bff/layout_files/page_comparison.py"]
"""Commands that read what the service answered."""


def test_one_module_takes_global_ids_apart() -> None:
    assert list(users_of({"raw_id", "parse_global_id"})) == ["resolvers/types/ids.py", *CLIENTS]


def test_only_roots_and_input_types_parse_ids() -> None:
    assert len(PARSERS) == 5
    assert set(users_of(PARSERS)) - {"resolvers/types/ids.py"} == EDGE


def test_ids_are_parsed_by_their_kind() -> None:
    assert parse_profile_id("profile_ade") == "ade"
    assert parse_title_id("title_mv08") == "mv08"
    assert [parse_optional_profile_id(text) for text in ("profile_ade", "", None)] == ["ade", None, None]
    for parse, text in ((parse_profile_id, "title_mv08"), (parse_title_id, "profile_ade")):
        with pytest.raises(BadInput, match="Expected the id of a"):
            parse(text)


def test_a_node_id_may_have_several_parts_of_which_some_kinds_want_one() -> None:
    row = parse_node_id("row_ade~because~mv01")
    assert row == NodeId("row", ("ade", "because", "mv01"))
    assert parse_node_id("home_ade").single_part() == "ade"
    with pytest.raises(BadInput, match=r"Expected the id of a row, such as row_example\."):
        row.single_part()
    with pytest.raises(BadInput, match="not an id of this API"):
        parse_node_id("ade")


def test_a_cards_token_names_its_title_and_row_and_a_rows_token_does_not() -> None:
    fields = ("snapshot", "trending", "0", "3", "mv01", "trending")
    assert parse_card_token(SECRET, seal(SECRET, "tracking", *fields)) == ("mv01", "trending")
    with pytest.raises(BadInput, match="is a row's token; send that of a card"):
        parse_card_token(SECRET, seal(SECRET, "tracking", *fields[:3]))
    with pytest.raises(BadInput):
        parse_card_token(SECRET, "made.up")
