"""The documents are true: the paths, links and tests that they name exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(document.relative_to(ROOT)) for document in DOCUMENTS]

PATH = re.compile(r"(?<![\w./:<>-])(?:[\w.-]+/)+[\w.-]+\.(?:py|md|yaml|json|graphql|js)(?![\w.])")
NEW_FILE = re.compile(r"^```python (\S+)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
TEST = re.compile(r"`(tests/[\w/.]+)(?:::(\w+)| -k (\"[^\"]+\"|\w+))?`")


def text_of(document: Path) -> str:
    return document.read_text("utf-8")


@cache
def anchors(document: Path) -> frozenset[str]:
    """As GitHub makes them: lower case, no punctuation, hyphens for spaces."""
    headings = HEADING.findall(FENCE.sub("", text_of(document)))
    return frozenset(re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings)


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_path_exists(document: Path) -> None:
    """From the project's root, or beside the document. A guide may name the files that it adds."""
    text = text_of(document)
    added = set(NEW_FILE.findall(text))
    paths = {path for path in PATH.findall(text) if path not in added}
    assert [
        path for path in sorted(paths) if not (ROOT / path).exists() and not (document.parent / path).exists()
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_link_resolves(document: Path) -> None:
    broken = []
    for link in LINK.findall(FENCE.sub("", text_of(document))):
        if re.match(r"https?:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_paths_and_links_are_found() -> None:
    assert sum(len(PATH.findall(text_of(document))) for document in DOCUMENTS) > 200
    assert sum(len(LINK.findall(text_of(document))) for document in DOCUMENTS) > 60
    assert "limits-and-sizes" in anchors(ROOT / "docs" / "deploying.md")


def test_the_feature_table_names_tests_that_exist() -> None:
    named = TEST.findall(text_of(ROOT / "docs" / "feature-tests.md"))
    assert len(named) > 100
    assert [test for test in named if not is_a_test(*test)] == []


def is_a_test(name: str, function: str, words: str) -> bool:
    """`words` are of pytest's -k: at least one test function has one of them in its name."""
    path = ROOT / name
    if not name.endswith(".py"):
        return any(path.glob("test_*.py"))
    if not path.exists():
        return False
    functions = [
        node.name
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    wanted = words.strip('"').split(" or ")
    return function in functions if function else any(word in one for one in functions for word in wanted)
