"""docs/adding-a-row.md, followed to the letter in a copy of the project."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.test_files import ROOT, tracked

GUIDE = (ROOT / "docs" / "adding-a-row.md").read_text("utf-8")
BLOCK = re.compile(r"^```(diff|python) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOST_FILES = 8

pytestmark = pytest.mark.stores


@dataclass(frozen=True)
class Followed:
    """A copy of the project after every step of the guide, and the files that the steps changed."""

    folder: Path
    changed: set[str]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    copy = tmp_path_factory.mktemp("project")
    for name in tracked():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    before = contents(copy)
    for kind, path, text in BLOCK.findall(GUIDE):
        apply(kind, copy / path, text)
    run(copy, "-m", "bff.layout_files.generated")
    printed = run(copy, "-m", "bff.cli", "schema", "print")
    (copy / "schema.graphql").write_text(printed, "utf-8")
    after = contents(copy)
    return Followed(copy, {name for name in before | after if before.get(name) != after.get(name)})


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def apply(kind: str, file: Path, text: str) -> None:
    """A python block is a new file; a diff block has lines to add among lines that stand in the file once."""
    if kind == "python":
        assert not file.exists(), f"{file} is no new file"
        file.write_text(text, "utf-8")
        return
    lines = text.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] == " ")
    after = "".join(line[1:] for line in lines)
    source = file.read_text("utf-8")
    assert source.count(before) == 1, f"{file.name} has this {source.count(before)} times:\n{before}"
    file.write_text(source.replace(before, after), "utf-8")


def run(folder: Path, *command: str) -> str:
    done = subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_eight_files_change(followed: Followed) -> None:
    assert followed.changed == {
        "CHANGELOG.md",
        "bff/layout_files/home.yaml",
        "bff/layout_files/layout.schema.json",
        "domain/layouts/row_kinds.py",
        "domain/layouts/shipped_layout.py",
        "resolvers/rows/top_in_city.py",
        "schema.graphql",
        "tests/resolvers/rows/test_top_in_city.py",
    }
    assert len(followed.changed) <= MOST_FILES


def test_the_guides_own_test_passes_and_what_holds_for_all_kinds_holds_for_the_new_one(
    followed: Followed,
) -> None:
    tests = (
        "tests/resolvers/rows/test_top_in_city.py",
        "tests/domain/layouts/test_documents.py",
        "tests/domain/layouts/test_row_kinds.py::test_every_source_is_declared_once_and_says_what_it_is",
        "tests/resolvers/test_past_schemas.py",
    )
    told = run(followed.folder, "-m", "pytest", "-v", "-p", "no:cacheprovider", *tests)
    assert re.search(r"test_top_in_city\.py::\w+ PASSED", told)


def test_what_the_guide_adds_is_clean(followed: Followed) -> None:
    places = ("domain/layouts", "resolvers/rows", "tests/resolvers/rows/test_top_in_city.py")
    run(followed.folder, "-m", "ruff", "check", *places)
    run(followed.folder, "-m", "ruff", "format", "--check", *places)
