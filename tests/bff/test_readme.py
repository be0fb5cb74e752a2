"""The README is true: its query runs and is answered in the shape it shows; its commands and links exist."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bff.cli import cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def block(language: str) -> str:
    [found] = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return str(found)


@pytest.mark.stores
def test_its_query_is_answered_in_the_shape_it_shows(ask: Callable[..., dict[str, Any]]) -> None:
    answer = ask(block("graphql"))
    assert "errors" not in answer
    told, rows = json.loads(block("json"))["data"]["home"], answer["data"]["home"]
    [_, picks] = told["rows"]["nodes"]
    fields = set(picks["cards"]["nodes"][0])
    for row in rows["rows"]["nodes"]:
        assert set(row) == set(picks)
        assert all(set(card) == fields for card in row["cards"]["nodes"])
        assert 1 <= len(row["cards"]["nodes"]) <= 2


def test_its_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if not link.startswith("http")]
    assert len(links) >= 8
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_its_commands_exist() -> None:
    targets = set(re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([\w-]+)`", README)) <= targets
    [listed] = re.findall(r"the command line: (.*?) \|", README)
    assert {name.strip("`") for name in listed.split(", ")} <= set(cli.list_commands(None))  # type: ignore[arg-type]
