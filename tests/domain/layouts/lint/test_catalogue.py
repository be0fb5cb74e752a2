"""The catalogue of lint codes, the codes that lint uses, and the table of the guide are one list."""

from __future__ import annotations

import re
from pathlib import Path

import domain.layouts.lint
from domain.layouts.lint.catalogue import CATALOGUE, code_range
from resolvers.schema import schema

ROOT = Path(__file__).resolve().parents[4]


def test_every_code_that_lint_uses_is_in_the_catalogue_and_every_code_there_is_used() -> None:
    folder = Path(domain.layouts.lint.__path__[0])
    sources = [path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "catalogue.py"]
    sources.append((folder.parent / "row_validation.py").read_text("utf-8"))
    used = {code for text in sources for code in re.findall(r'"(L1[0-9]{2})"', text)}
    assert used == set(CATALOGUE)


def test_the_guide_has_the_same_table() -> None:
    guide = (ROOT / "docs" / "designing-layouts.md").read_text("utf-8")
    table = re.findall(r"^\| (L1[0-9]{2})(\*?) \| (\w+) \| (.+) \|$", guide, re.M)
    assert [(code, bool(star), level, about) for code, star, level, about in table] == [
        (code, rule.needs_pages, rule.levels, rule.about) for code, rule in CATALOGUE.items()
    ]


def test_the_schema_names_the_codes_that_there_are() -> None:
    assert code_range() == f"L100 to L{100 + len(CATALOGUE) - 1}"
    assert f'"""{code_range()}: docs/designing-layouts.md lists them."""' in schema.as_str()
