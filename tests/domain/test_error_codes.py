"""The closed list of error codes: every code of the code base is in it, explained, and documented."""

from __future__ import annotations

import re
from pathlib import Path

from domain import errors
from domain.error_codes import EXPLANATIONS, ErrorCode

ROOT = Path(__file__).resolve().parents[2]


def test_every_code_is_explained() -> None:
    assert list(EXPLANATIONS) == list(ErrorCode)
    assert all(told.meaning and told.remedy for told in EXPLANATIONS.values())


def test_every_expected_error_has_a_code_of_the_list() -> None:
    def below(kind: type[errors.MarqueeError]) -> list[type[errors.MarqueeError]]:
        return [kind, *(one for child in kind.__subclasses__() for one in below(child))]

    raised = {kind.code for kind in below(errors.MarqueeError) if kind.__module__ == "domain.errors"}
    assert raised <= set(ErrorCode)


def test_every_code_that_the_service_refuses_with_is_in_the_list() -> None:
    said = re.compile(
        r'(?:Refused\(\s*\d+, |_error\(|error_response\(|_refuse_above\([^"]*|= )"([A-Z]+(?:_[A-Z]+)+)"'
    )
    sources = sorted((ROOT / "bff" / "http").glob("*.py"))
    found = {code for path in sources for code in said.findall(path.read_text("utf-8"))}
    assert len(found) > 12
    assert found <= set(ErrorCode)


def test_the_document_lists_each_code_as_the_service_explains_it() -> None:
    rows = [
        line
        for line in (ROOT / "docs" / "errors.md").read_text("utf-8").splitlines()
        if line.startswith("| `")
    ]
    assert rows == [f"| `{code}` | {told.meaning} | {told.remedy} |" for code, told in EXPLANATIONS.items()]
