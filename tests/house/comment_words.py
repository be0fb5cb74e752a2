"""Counts the words of comments and docstrings by package: `python tests/house/comment_words.py [FOLDER]`.

A docstring is any statement that is only a string, so the text below a constant or a field counts too. A word is
what stands between white space and holds a letter or a digit.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("domain", "resolvers", "bff", "batch", "search")


def words_of(source: str) -> int:
    texts = [
        node.value.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    texts += [token.string for token in tokens if token.type == tokenize.COMMENT]
    return sum(any(letter.isalnum() for letter in word) for text in texts for word in text.split())


def counts(root: Path) -> dict[str, tuple[int, int]]:
    """Package -> (words of comments and docstrings, lines of Python)."""
    found = {}
    for package in PACKAGES:
        sources = [file.read_text("utf-8") for file in (root / package).rglob("*.py")]
        found[package] = (sum(map(words_of, sources)), sum(len(source.splitlines()) for source in sources))
    return found


def main() -> None:
    found = counts(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
    found["together"] = (sum(words for words, _ in found.values()), sum(lines for _, lines in found.values()))
    for package, (words, lines) in found.items():
        print(f"{package:<10} {words:>7,} words of comments and docstrings, {lines:>7,} lines")


if __name__ == "__main__":
    main()
