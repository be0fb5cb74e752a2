"""docs/designing-layouts.md: its example is a layout, and its table of lint codes is the code's."""

from __future__ import annotations

import re
from pathlib import Path

from bff.layout_files.yaml_file import parse
from domain.layouts.lint import editorial_rules as lint_editorial
from domain.layouts.lint import lint as layout_lint
from domain.layouts.lint import sampled_rules as lint_sample
from domain.layouts.lint import static_rules as lint_files

PAGE = (Path(__file__).parents[3] / "docs" / "designing-layouts.md").read_text("utf-8")


def test_the_example_is_a_layout_that_can_be_used() -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    file = parse(example)
    assert [str(problem) for problem in file.problems] == []
    assert file.document["layout"] == "winter"


def test_the_table_names_every_code_with_what_it_needs() -> None:
    listed = re.findall(r"^\| (L\d{3})(\*?) \|", PAGE, re.MULTILINE)
    files = "".join(
        Path(module.__file__).read_text("utf-8") for module in (layout_lint, lint_files, lint_editorial)
    )
    pages = Path(lint_sample.__file__).read_text("utf-8")
    assert {code for code, star in listed if not star} == set(re.findall(r"\"(L\d{3})\"", files))
    assert {code for code, star in listed if star} == set(re.findall(r"\"(L\d{3})\"", pages))
    assert [code for code, _ in listed] == [f"L{number}" for number in range(100, 118)]
