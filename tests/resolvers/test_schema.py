"""The schema as a contract: committed, fully described, with bounded lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    build_schema,
    find_breaking_changes,
)

from resolvers.schema import schema

FILE = Path(__file__).resolve().parents[2] / "schema.graphql"
OURS = {
    name: kind
    for name, kind in schema._schema.type_map.items()
    if not name.startswith("__") and name not in ("Int", "Float", "String", "Boolean", "ID")
}


def places() -> Iterator[tuple[str, str | None]]:
    """Everything that can have a description, with it."""
    for name, kind in OURS.items():
        yield name, kind.description
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{name}.{value}", it.description) for value, it in kind.values.items())
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field, it in kind.fields.items():
                yield f"{name}.{field}", it.description
                yield from ((f"{name}.{field}({key})", arg.description) for key, arg in it.args.items())
        if isinstance(kind, GraphQLInputObjectType):
            yield from ((f"{name}.{field}", it.description) for field, it in kind.fields.items())


def test_the_committed_file_is_the_schema_that_is_served() -> None:
    """Renew it with: marquee schema print > schema.graphql"""
    assert FILE.read_text("utf-8") == schema.as_str().rstrip("\n") + "\n"


def test_the_committed_file_can_be_read_by_clients() -> None:
    committed = build_schema(FILE.read_text("utf-8"))
    assert find_breaking_changes(committed, schema._schema) == []


def test_every_type_field_argument_and_value_is_described() -> None:
    described = list(places())
    assert [place for place, text in described if not (text and text.strip())] == []
    assert len(described) > 250


def test_descriptions_end_like_sentences() -> None:
    assert [place for place, text in places() if text and text.rstrip()[-1] not in '.")'] == []


def test_descriptions_use_the_words_of_the_glossary() -> None:
    pictures = re.compile(r"night.?shifts?|\brungs?\b|\bladder\b", re.IGNORECASE)
    assert [place for place, text in places() if text and pictures.search(text)] == []


def test_every_list_of_titles_rows_or_cards_is_a_connection() -> None:
    """Bounded lists only: `first` has a default and a cap."""
    for name, kind in OURS.items():
        if name.endswith("Connection"):
            assert isinstance(kind, GraphQLObjectType)
            assert sorted(kind.fields) == ["edges", "nodes", "pageInfo", "totalCount"]
    paged = [
        f"{name}.{field}({it.args['first'].default_value})"
        for name, kind in OURS.items()
        if isinstance(kind, GraphQLObjectType)
        for field, it in kind.fields.items()
        if "first" in it.args
    ]
    assert sorted(paged) == [
        "Home.rows(6)",
        "Query.experiments(50)",
        "Query.layoutDrafts(20)",
        "Query.layoutHistory(20)",
        "Query.layouts(50)",
        "Query.onboarding(20)",
        "Query.searchTitles(20)",
        "Query.similar(20)",
        "Row.cards(12)",
        "Series.episodes(20)",
        "Series.seasons(20)",
    ]


def test_what_can_be_lost_is_nullable_and_what_is_promised_is_not() -> None:
    def is_promised(path: str) -> bool:
        name, _, field = path.partition(".")
        kind = OURS[name]
        assert isinstance(kind, GraphQLObjectType)
        return isinstance(kind.fields[field].type, GraphQLNonNull)

    nullable = (
        "Query.home Query.node Query.title Query.similar Query.searchTitles Series.episodes Row.cards "
        "Row.reason Card.match Card.reason Card.progress Card.resume"
    )
    promised = (
        "Home.snapshotId Home.rows Home.degradations Row.id Row.kind Row.title Card.title Card.artwork "
        "Card.metadataLine Card.accessibilityLabel"
    )
    assert [path for path in nullable.split() if is_promised(path)] == []
    assert [path for path in promised.split() if not is_promised(path)] == []


def test_nodes_are_what_lasts() -> None:
    node = OURS["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    found = sorted(kind.name for kind in schema._schema.get_possible_types(node))
    assert found == ["Episode", "Home", "Movie", "Profile", "Row", "Series", "TitleState"]
