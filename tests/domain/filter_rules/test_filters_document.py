"""docs/filters.md: every rule in it can be read, every refusal is word for word, its example passes its tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from domain.candidates.eligibility import Refusal
from domain.filter_rules.compiler import BadRule, compile_rule
from domain.filter_rules.rule_tests import run_rule_tests
from domain.filter_rules.syntax import FIELD_SPECS, Field

DOCUMENT = (Path(__file__).parents[3] / "docs" / "filters.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", DOCUMENT, re.S)
RULES = [line for kind, block in BLOCKS if kind == "filter" for line in block.splitlines()]
REFUSED = re.findall(r"^\| `(.+?)` \| (column .+?) \|$", DOCUMENT, re.M)


@pytest.mark.parametrize("text", RULES)
def test_every_rule_can_be_read_and_is_written_as_marquee_writes_it(text: str) -> None:
    assert compile_rule(str(compile_rule(text))) == compile_rule(text)


@pytest.mark.parametrize(("rule", "answer"), REFUSED)
def test_every_refusal_is_as_it_says(rule: str, answer: str) -> None:
    with pytest.raises(BadRule) as refused:
        compile_rule(rule)
    assert str(refused.value) == answer


def test_the_example_agrees_with_its_tests() -> None:
    (example,) = [YAML(typ="safe").load(block) for kind, block in BLOCKS if kind == "yaml"]
    assert len(example["filter_tests"]) == 3
    assert run_rule_tests(compile_rule(example["filter"]), example["filter_tests"]) == []


def test_nothing_is_left_out() -> None:
    assert (len(RULES), len(REFUSED)) == (10, 3)
    assert [field for field in Field if f"`{field}`" not in DOCUMENT] == []
    assert [refusal for refusal in Refusal if f"`{refusal}`" not in DOCUMENT] == []
    operators = {operator for nature in FIELD_SPECS.values() for operator in nature.operators}
    assert [operator for operator in operators if operator not in DOCUMENT] == []
