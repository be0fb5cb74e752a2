"""Document limits: each at its cap and one above, and the attacks they stop, timed."""

from __future__ import annotations

import time
from typing import Any

import pytest
from graphql import parse
from hypothesis import given
from hypothesis import strategies as st

from bff.http import query_limits as limits
from bff.http.execution import GraphQLExecutor
from bff.http.query_limits import OverLimit, check_limits
from resolvers.schema import schema


def extension(error: Any, name: str) -> object:
    return (error.extensions or {}).get(name)


def code(document: str) -> str | None:
    """The limit that refuses the document; None when none does."""
    try:
        check_limits(parse(document))
    except OverLimit as error:
        return str(extension(error, "code"))
    return None


def nested(depth: int) -> str:
    return "{ a " * depth + "}" * depth


def aliased(count: int) -> str:
    return " ".join(f"a{number}: x" for number in range(count))


CASES = [
    (nested(limits.DEPTH), None),
    (nested(limits.DEPTH + 1), "TOO_DEEP"),
    ("{ p { " + aliased(limits.ALIASES) + " } }", None),
    ("{ p { " + aliased(limits.ALIASES + 1) + " } }", "TOO_MANY_ALIASES"),
    ("{ p { ...F } } fragment F on T { " + aliased(limits.ALIASES + 1) + " }", "TOO_MANY_ALIASES"),
    ("{ x " + "@d " * limits.DIRECTIVES + "}", None),
    ("{ x " + "@d " * (limits.DIRECTIVES + 1) + "}", "TOO_MANY_DIRECTIVES"),
    ("{ " + "x " * limits.ROOT_FIELDS + "}", None),
    ("{ " + "x " * (limits.ROOT_FIELDS + 1) + "}", "TOO_MANY_ROOT_FIELDS"),
    ("{ ...F ... on Q { x x x x x x } } fragment F on Q { x x x x x }", "TOO_MANY_ROOT_FIELDS"),
    (" ".join(f"query Q{n} {{ x }}" for n in range(limits.OPERATIONS)), None),
    (" ".join(f"query Q{n} {{ x }}" for n in range(limits.OPERATIONS + 1)), "TOO_MANY_OPERATIONS"),
    ("{ a { ...F } } fragment F on T " + nested(limits.DEPTH - 1), None),
    ("{ a { ...F } } fragment F on T " + nested(limits.DEPTH), "TOO_DEEP"),
    ("{ a { ... on T { ... on T { b } } } }", None),
    ("{ ...F } fragment F on T { a { ...F } }", None),
    ("{ ...Missing }", None),
]


@pytest.mark.parametrize(("document", "expected"), CASES, ids=range(len(CASES)))
def test_each_limit_stands_at_its_cap(document: str, expected: str | None) -> None:
    assert code(document) == expected


def test_depth_adds_up_over_a_chain_of_fragments() -> None:
    chain = " ".join(f"fragment F{n} on T {{ a {{ ...F{n + 1} }} }}" for n in range(limits.DEPTH))
    assert code("{ ...F0 } " + chain + f" fragment F{limits.DEPTH} on T {{ a }}") == "TOO_DEEP"


@given(st.integers(1, 12), st.integers(0, 3))
def test_depth_is_the_same_written_out_or_through_fragments(depth: int, split: int) -> None:
    head, tail = min(split, depth - 1), depth - min(split, depth - 1)
    spread = "{ a " * head + "{ ...F }" + "}" * head + " fragment F on T " + nested(tail)
    for cap in (depth - 1, depth):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(limits, "DEPTH", cap)
            assert code(nested(depth)) == code(spread) == ("TOO_DEEP" if cap < depth else None)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ __schema { types { name } } }", True),
        ('{ ... { __type(name: "T") { name } } }', True),
        ("{ ...F } fragment F on Q { __schema { types { name } } }", True),
        ("{ __typename a { __typename } }", False),
    ],
)
def test_questions_about_the_schema_are_noticed(document: str, expected: bool) -> None:
    assert check_limits(parse(document)) is expected


def doubled(count: int, alias: str = "") -> str:
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(count)]
    return "{ ...F0 } " + " ".join(fragments) + f" fragment F{count} on Query {{ {alias}__typename }}"


ATTACKS = {
    "fragments doubled 16 times": doubled(16),
    "fragments doubled 22 times": doubled(22),
    "fragments doubled 40 times, with an alias": doubled(40, "a: "),
    "fragments in a circle": "{ ...A } fragment A on Query { ...A }",
    "140 fragments in a circle": "{ ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{(n + 1) % 140} }}" for n in range(140)),
    "20000 aliases": "{ " + " ".join(f"a{n}:__typename" for n in range(20_000)) + " }",
    "nested 50000 deep": "{a" * 50_000,
    "a list nested 900 deep": "{ node(id: " + "[" * 900 + " }",
    "1000 directives": "{ __typename " + "@skip(if: false) " * 1000 + "}",
    "a field 20000 times": "{ " + "__typename " * 20_000 + "}",
    "inline fragments 30 x 30": "{ " + ("... { " * 30 + "__typename " + "} " * 30) * 30 + "}",
    "one composite field 15 x 15": "{ " + ("node(id: 1) { id " * 15 + "}" * 15 + " ") * 15 + "}",
    "100000 comments": "#\n" * 100_000 + "{ __typename }",
    "a string of 20000": '{ node(id: "' + "x" * 20_000 + '") { id } }',
}


@pytest.mark.parametrize("document", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_refused_or_prepared_quickly(document: str) -> None:
    executor = GraphQLExecutor(schema, open_schema=False)
    began = time.process_time()
    prepared = executor.prepare(document)
    assert time.process_time() - began < 1.0
    assert prepared.errors or document.startswith("{ ...F0 }")


def test_prepared_documents_are_kept_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bff.http.execution.MAX_PREPARED_DOCUMENTS", 3)
    executor = GraphQLExecutor(schema, open_schema=False)
    first = executor.prepare("{ __typename }")
    assert executor.prepare("{ __typename }") is first
    for number in range(3):
        executor.prepare(f"{{ a{number}: __typename }}")
    assert executor.prepare("{ __typename }") is not first


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ " + "x " * 1000 + "}", "TOO_MANY_TOKENS"),
        ("{ x " * 600, "TOO_DEEP"),
        ("#\n" * 51 + "{ __typename }", "TOO_MANY_COMMENTS"),
        ("{ __typename }" + " " * 20_001, "DOCUMENT_TOO_LONG"),
    ],
)
def test_limits_of_the_text_have_codes_of_their_own(document: str, expected: str) -> None:
    [error] = GraphQLExecutor(schema, open_schema=False).prepare(document).errors
    assert extension(error, "code") == expected
