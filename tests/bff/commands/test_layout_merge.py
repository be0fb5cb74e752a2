"""Two designers on one database: drafts of their own, conflicts with names, merges into files with their comments."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from bff.layout_files.author import author_name
from bff.layout_files.yaml_file import read
from domain.errors import BadInput
from tests.bff.commands.test_layout import change, folder, home, publish, run, versions

pytestmark = pytest.mark.stores
__all__ = ["folder", "home"]


@pytest.fixture
def late(home: Path, tmp_path: Path) -> Path:
    """The file of a second designer, pulled before the first published."""
    run("pull", "--into", tmp_path / "late")
    return tmp_path / "late" / "home.yaml"


def drafts(url: str) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](url) as client:
        return list(client.get_default_database()["layout_drafts"].find().sort("saved_at"))


def test_a_late_designer_merges_and_publishes_and_nothing_is_lost(home: Path, late: Path) -> None:
    change(home, "personal_order: true\n", "personal_order: false\n")
    change(late, "layout: home\n", "layout: home\nbudget_ms: 900   # slow devices\n")
    assert publish(home, "Personal").exit_code == 0
    refused = publish(late, "Slow")
    command = refused.stderr.splitlines()[-1].partition(": ")[2].split()
    assert (refused.exit_code, command[:3]) == (1, ["marquee", "layout", "merge"])
    merged = run(*command[2:])
    assert (merged.exit_code, merged.stdout) == (
        0, f"{late}: has version 1 and your changes. Look at it: marquee layout diff {late}\n"
    )  # fmt: skip
    document = read(late).document
    assert (document["personal_order"], document["budget_ms"]) == (False, 900)
    assert "# slow devices" in late.read_text("utf-8")
    assert publish(late, "Slow").exit_code == 0
    assert versions() == [2, 1, 0]


def test_what_both_changed_is_printed_with_both_values_and_nothing_is_written(home: Path, late: Path) -> None:
    change(home, "personal_order: true\n", "personal_order: false\nbudget_ms: 700\n")
    change(late, "personal_order: true\n", "personal_order: true\nbudget_ms: 900\n")
    publish(home, "Fast")
    before = late.read_text("utf-8")
    result = run("merge", late)
    assert (result.exit_code, late.read_text("utf-8")) == (1, before)
    assert result.stderr.splitlines() == [
        f"{late}: you and mina changed the same parts; nothing is written.",
        "  budget_ms",
        "    before: (not there)",
        "    mine:   900",
        "    theirs: 700",
        "Decide in the file, or repeat with --prefer mine or --prefer theirs.",
    ]
    assert run("merge", late, "--prefer", "theirs").exit_code == 0
    assert (read(late).document["budget_ms"], read(late).document["personal_order"]) == (700, False)


def test_each_push_is_a_draft_of_its_own_and_a_named_one_grows(home: Path, mongo_database: str) -> None:
    change(home, "personal_order: true\n", "personal_order: false\n")
    ids = [
        re.findall(r"Draft (\S+) is saved, revision 1", run("push", home, "--as", "Mina Ex").stdout)[0]
        for _ in "ab"
    ]
    assert len({*ids}) == 2
    assert [draft.startswith("home-mina-ex-") for draft in ids] == [True, True]
    again = run("push", home, "--draft", ids[0], "--as", "Mina Ex")
    assert again.stdout.startswith(f"Draft {ids[0]} is saved, revision 2. ")
    stored = {
        draft["_id"]: (draft["revision"], draft["saved_by"], draft["base"])
        for draft in drafts(mongo_database)
    }
    assert stored == {ids[0]: (2, "Mina Ex", 0), ids[1]: (1, "Mina Ex", 0)}
    assert versions() == [0]
    assert [line.split()[0] for line in run("drafts").stdout.splitlines()] == [ids[0], ids[1]]


def test_a_draft_that_another_saved_is_a_conflict_with_who_when_and_what(home: Path, late: Path) -> None:
    change(home, "personal_order: true\n", "personal_order: false\n")
    change(late, "personal_order: true\n", "personal_order: true\nbudget_ms: 900\n")
    assert run("push", home, "--draft", "spring", "--as", "Mina").exit_code == 0
    refused = run("push", late, "--draft", "spring", "--as", "Jo")
    assert refused.exit_code == 1
    assert re.match(
        r"Mina saved draft 'spring' on \d\d \w+ \d{4} \d\d:\d\d UTC, as revision 1; ", refused.stderr
    )
    assert "Theirs, compared with yours: Personal_order is false, was true. " in refused.stderr
    assert run("merge", late, "--draft", "spring").exit_code == 0
    assert run("push", late, "--draft", "spring", "--as", "Jo").stdout.startswith(
        "Draft spring is saved, revision 2."
    )
    document = read(late).document
    assert (document["personal_order"], document["budget_ms"]) == (False, 900)


def test_files_of_one_name_are_compared_each_and_published_one_at_a_time(home: Path, late: Path) -> None:
    change(home, "personal_order: true\n", "personal_order: false\n")
    result = run("diff", home, late)
    assert result.stdout.splitlines() == [
        f"{home}:", "  Personal_order is false, was true.", f"{late}: same as live."
    ]  # fmt: skip
    assert list(json.loads(run("diff", home, late, "--json").stdout)) == [str(home), str(late)]
    refused = run("publish", home, late, "--reason", "x")
    assert (refused.exit_code, refused.stderr) == (
        1, f"Error: {home} and {late} are both layout 'home'. Publish one of them.\n"
    )  # fmt: skip
    for file, text in ((home, "hero"), (late, "landscape")):
        change(file, "my-list: {source: my_list,", f"my-list: {{source: my_list, style: {text},")
    findings = json.loads(run("lint", home, late, "--json").stdout)
    assert [(one["code"], one["file"]) for one in findings if one["code"] == "L116"] == [("L116", str(home))]


def test_the_first_pull_keeps_the_comments_of_the_layout_that_ships_and_of_a_file_on_disk(
    folder: Path,
) -> None:
    run("pull", "--into", folder)
    assert "# A chart with ten numbered cards.\n" in (folder / "home.yaml").read_text("utf-8")
    other = folder / "other"
    other.mkdir()
    (other / "home.yaml").write_text(
        "layout: home   # ours\norder: [a]\nrows: {a: {source: genre}}\n", "utf-8"
    )
    refused = run("pull", "--into", other)
    assert (refused.exit_code, "has unpublished changes" in refused.stderr) == (1, True)
    assert run("pull", "--into", other, "--force").exit_code == 0
    assert (other / "home.yaml").read_text("utf-8").startswith("layout: home   # ours\n")
    (other / "home.yaml").write_text("layout: [home\n", "utf-8")
    broken = run("pull", "--into", other)
    assert (broken.exit_code, "home.yaml:1: " in broken.stderr) == (1, True)
    assert run("pull", "--into", other, "--force").exit_code == 0


def test_the_author_is_the_name_given_else_gits_else_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("LOGNAME", "minas-laptop")
    assert author_name() == "minas-laptop"
    subprocess.run(["git", "config", "--global", "user.name", "Mina Example"], check=True)
    assert author_name() == "Mina Example"
    assert author_name(" Jo\x1b[31m\nExample ") == "Jo [31m Example"


def test_push_and_publish_print_lint_notes_with_their_lines_and_are_not_stopped(home: Path) -> None:
    change(
        home,
        "layout: home\n",
        'layout: home\nstand_ins: {spare: {source: new_releases, title: {en: "' + 40 * "x" + '"}}}\n',
    )
    note = f"{home.name}:7: warn L106: stand_ins.spare.title.en: Title is 40 characters in English; TV cuts at 32."
    pushed = run("push", home, "--as", "Mina")
    assert (
        pushed.exit_code,
        next(line for line in pushed.stderr.splitlines() if "TV" in line)[: len(note)],
    ) == (0, note)
    published = publish(home, "Long")
    assert (published.exit_code, published.stdout) == (0, "home: version 1 is live.\n")
    assert note in published.stderr


def test_of_two_files_neither_is_published_when_one_is_late(home: Path, late: Path, tmp_path: Path) -> None:
    change(home, "personal_order: true\n", "personal_order: false\n")
    assert publish(home, "Personal").exit_code == 0
    other = late.with_name("winter.yaml")
    other.write_text(
        "layout: winter\ntargets: {markets: [DE]}\npriority: 9\norder: [a]\nrows: {a: {source: trending}}\n"
    )
    change(late, "layout: home\n", "layout: home\nbudget_ms: 900\n")
    refused = run("publish", other, late, "--reason", "both")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert versions() == [1, 0]
    assert "winter" not in run("history", "winter").stdout


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "layouts.lock",
            '{\n<<<<<<< HEAD\n  "home": 3\n=======\n  "home": 4\n>>>>>>> jo\n}',
            ":2 holds a conflict of git.",
        ),
        ("layouts.lock", '{"home": 3,}', " is not JSON."),
        ("layouts.lock", "[3]", ' must be written like {"home": 3}: names with whole numbers.'),
        ("layouts.lock", '{"home": "3"}', ' must be written like {"home": 3}: names with whole numbers.'),
        ("drafts.lock", '{"spring": null}', ' must be written like {"home": 3}: names with whole numbers.'),
    ],
)
def test_a_lock_that_cannot_be_read_stops_the_command_and_is_no_version_0(
    home: Path, name: str, text: str, message: str
) -> None:
    """Git merges these files, and people resolve its conflicts by hand."""
    change(home, "personal_order: true\n", "personal_order: false\n")
    lock = home.with_name(name)
    lock.write_text(text, "utf-8")
    command = publish(home, "x") if name == "layouts.lock" else run("push", home, "--draft", "spring")
    assert isinstance(command.exception, BadInput)
    assert str(command.exception) == (
        f"{lock}{message} Keep the lower number of each line, or delete the file and pull again."
    )
    assert (versions(), lock.read_text("utf-8")) == ([0], text)
