"""docs/designing-layouts.md: its example is a layout, and its table of lint codes is the code's."""

from __future__ import annotations

import re
from pathlib import Path

from bff.layout_files.yaml_file import parse

PAGE = (Path(__file__).parents[3] / "docs" / "designing-layouts.md").read_text("utf-8")


def test_the_example_is_a_layout_that_can_be_used() -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    file = parse(example)
    assert [str(problem) for problem in file.problems] == []
    assert file.document["layout"] == "winter"
