"""docs/glossary.md: sorted, each term once, and each term a word of the code; retired words are gone."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache

from tests.house.module_graph import ROOT, modules, syntax_tree

ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| term ")
]
RETIRED = re.compile(
    "arranging|company|damped|dealing|dealt|desk|fate|flights|fondness|kitchen|ladder|leanings?|mend|placing|rung|"
    "shelves|stamp|studio|teller|telling|tether|warmth|workshop"
)
"""Parts of earlier names. Texts may have them: the metric label `warmth`."""


def words_of(name: str) -> str:
    """RowCandidates, row_candidates and "row candidates" as "_row_candidates_"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return f"_{re.sub(r'[^a-z0-9]+', '_', spaced.lower()).strip('_')}_"


@cache
def identifiers() -> frozenset[str]:
    """Names of classes, functions, arguments, variables, attributes and modules of the product."""
    found: set[str] = set()
    for module, file in modules().items():
        found.update(module.split("."))
        for node in ast.walk(syntax_tree(file)):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
    return frozenset(found)


def test_rows_are_sorted_and_no_term_stands_twice() -> None:
    terms = [row[0].lower() for row in ROWS]
    assert len(terms) > 80
    assert terms == sorted(terms)
    assert [term for term, count in Counter(terms).items() if count > 1] == []


def test_every_row_names_something_of_the_code() -> None:
    names = [(term, re.fullmatch(r"`([\w/.]+)`", code)) for term, _, code in ROWS]
    assert [
        term
        for term, name in names
        if name is None or not ((ROOT / name[1]).exists() if "/" in name[1] else name[1] in identifiers())
    ] == []


def test_every_term_is_a_word_of_the_code() -> None:
    known = [words_of(name) for name in identifiers()]

    def is_known(term: str) -> bool:
        stem = words_of(term)[:-1]
        return any(f"{stem}_" in name or f"{stem}s_" in name for name in known)

    assert [term for term, *_ in ROWS if not is_known(term)] == []


def test_retired_words_are_gone() -> None:
    parts = {part for name in identifiers() for part in words_of(name).strip("_").split("_")}
    assert sorted(filter(RETIRED.fullmatch, parts)) == []
