"""marquee layout, as typed: files and store, exit codes, output, and what stays unchanged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient

from bff.commands.layout import layout
from bff.layout_files.json_schema import schema_text
from bff.settings import SettingsProblem
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.layouts.versions import layout_to_record

HOME_FILE = Path(__file__).resolve().parents[3] / "bff" / "layout_files" / "home.yaml"


@pytest.fixture
def folder(
    mongo_database: str, tmp_path: Path, bare_environment: None, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An empty folder; the settings name a database in which an importer stored the layout that ships."""
    monkeypatch.setenv("MARQUEE_MONGO_URL", mongo_database)
    monkeypatch.setenv("MARQUEE_HOME", str(tmp_path / "home"))
    with MongoClient[dict[str, Any]](mongo_database) as client:
        client.get_default_database()["layouts"].insert_one(layout_to_record(SHIPPED_LAYOUT))
    made = tmp_path / "layouts"
    made.mkdir()
    return made


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(layout, [str(argument) for argument in arguments], catch_exceptions=True)


def publish(file: Path, reason: str = "because", *more: str) -> Result:
    return run("publish", file, "--reason", reason, "--by", "mina", *more)


def versions(name: str = "home") -> list[int]:
    result = run("history", name, "--json")
    return [entry["version"] for entry in json.loads(result.stdout)] if result.exit_code == 0 else []


@pytest.fixture
def home(folder: Path) -> Path:
    """home.yaml, pulled."""
    assert run("pull", "--into", folder).exit_code == 0
    return folder / "home.yaml"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.stores
def test_pulling_writes_files_the_schema_and_the_versions(folder: Path) -> None:
    result = run("pull", "--into", folder)
    assert (result.exit_code, result.stdout) == (0, f"{folder / 'home.yaml'}: version 0\n")
    assert (folder / "layout.schema.json").read_text("utf-8") == schema_text()
    assert json.loads((folder / "layouts.lock").read_text("utf-8")) == {"home": 0}
    assert run("pull", "home", "--into", folder).stdout == f"{folder / 'home.yaml'}: version 0, unchanged\n"
    assert run("diff", folder / "home.yaml").exit_code == 0


@pytest.mark.stores
def test_a_change_is_described_published_and_pulled_elsewhere_with_comments_kept(
    home: Path, tmp_path: Path
) -> None:
    change(home, "  - trending-today\n", "")
    change(home, "order:\n", "# Trending first: it is spring.\norder:\n  - trending-today\n")
    differ = run("diff", home)
    assert (differ.exit_code, differ.stdout) == (1, "home.yaml:\n  Trending today moved from 5 to 1.\n")
    lines = run("diff", home, "--yaml").stdout.splitlines()
    assert [line.strip() for line in lines if line[2] in "+-"] == [
        "--- live", "+++ home.yaml", "+  - trending-today", "-  - trending-today",
    ]  # fmt: skip
    result = publish(home, "Spring")
    assert (result.exit_code, result.stdout) == (0, "home: version 1 is live.\n")
    assert run("diff", home).stdout == "home.yaml: same as live.\n"
    other = tmp_path / "other"
    other.mkdir()
    (other / "home.yaml").write_text(HOME_FILE.read_text("utf-8"), "utf-8")
    (other / "layouts.lock").write_text('{"home": 0}', "utf-8")
    assert run("pull", "--into", other).exit_code == 0
    taken = (other / "home.yaml").read_text("utf-8")
    assert "order:\n  - trending-today\n  - continue-watching\n" in taken
    assert [
        line for line in HOME_FILE.read_text("utf-8").splitlines() if "#" in line and line not in taken
    ] == []


@pytest.mark.stores
def test_a_version_conflict_is_reported_and_loses_nothing(home: Path, tmp_path: Path) -> None:
    late = tmp_path / "late"
    run("pull", "--into", late)
    change(home, "personal_order: true\n", "personal_order: false\n")
    change(late / "home.yaml", "layout: home\n", "layout: home\nbudget_ms: 900\n")
    assert publish(home, "Personal").exit_code == 0
    result = publish(late / "home.yaml", "Slow")
    assert result.exit_code == 1
    assert result.stderr.startswith("mina published version 1 of 'home' on ")
    assert result.stderr.endswith(
        "(Personal); yours is based on version 0. Merge the changes, then publish again.\n"
        f"Merge it into your file: marquee layout merge {late / 'home.yaml'}\n"
    )
    assert versions() == [1, 0]
    pull = run("pull", "--into", late)
    assert pull.exit_code == 1
    assert pull.stderr == (
        f"{late / 'home.yaml'} has unpublished changes. Take version 1 in beside them: "
        f"marquee layout merge {late / 'home.yaml'}\n"
        f"Or drop them: marquee layout pull home --into {late} --force\n"
    )
    assert "budget_ms: 900" in (late / "home.yaml").read_text("utf-8")
    assert run("pull", "--into", late, "--force").exit_code == 0
    assert "budget_ms" not in (late / "home.yaml").read_text("utf-8")
    change(late / "home.yaml", "personal_order: false", "personal_order: true\nbudget_ms: 900")
    assert publish(late / "home.yaml", "Slow", "--expect", "1").exit_code == 0
    assert versions() == [2, 1, 0]


@pytest.mark.stores
def test_rolling_back_publishes_the_old_version_again(home: Path) -> None:
    change(home, "personal_order: true\n", "personal_order: false\n")
    publish(home)
    result = run("rollback", "home", "0", "--reason", "Too wild", "--by", "jo")
    assert (result.exit_code, result.stdout) == (0, "home: version 2 is live, a copy of version 0.\n")
    newest = json.loads(run("history", "home", "--json").stdout)[0]
    assert (newest["version"], newest["publishedBy"], newest["reason"]) == (
        2,
        "jo",
        "Back to version 0: Too wild",
    )
    shown = run("history", "home").stdout.splitlines()
    assert [line.split()[0] for line in shown] == ["2", "1", "0"]
    assert shown[1].endswith(" UTC  mina  because")
    unknown = run("rollback", "home", "9", "--reason", "x")
    assert str(unknown.exception) == "'home' never had a version 9; there is 2, 1, 0."


@pytest.mark.stores
@pytest.mark.parametrize("verb", ["publish", "push", "diff"])
def test_a_bad_file_is_refused_whole_with_line_and_guess_and_stops_the_others(home: Path, verb: str) -> None:
    good = home.with_name("winter.yaml")
    good.write_text("layout: winter\norder: [a]\nrows: {a: {source: genre}}\n", "utf-8")
    home.write_text("layout: home\norder: [a, b]\nrows:\n  a: {sorce: genre}\n  b: {source: genr}\n", "utf-8")
    reason = ("--reason", "x") if verb == "publish" else ()
    result = run(verb, good, home, *reason)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "home.yaml:4: rows.a: 'source' is missing. Write it like {source: continue_watching}.",
        "home.yaml:4: rows.a.sorce: 'sorce' is not known here. Did you mean 'source'?",
        "home.yaml:5: rows.b.source: 'genr' is not known; use continue_watching, top_picks, because_you_watched, "
        "because_you_liked, trending, new_releases, genre, my_list, watch_again, leaving_soon, editorial or "
        "onboarding. Did you mean 'genre'?",
    ]
    assert versions("winter") == []


def test_lint_reports_problems_and_conflicts_with_file_and_line(tmp_path: Path) -> None:
    one, other, bad = (tmp_path / f"{name}.yaml" for name in ("one", "other", "bad"))
    for file in (one, other):
        file.write_text(
            f"layout: {file.stem}\ntargets: {{devices: [tv]}}\norder: [a]\nrows: {{a: {{source: genre}}}}\n"
        )
    assert run("lint", one).stdout == "1 file: no findings.\n"
    bad.write_text("layout: bad\norder: [a]\nrows: {a: {source: genre, min_cards: 90}}\n")
    result = run("lint", one, other, bad)
    assert (result.exit_code, result.stdout.splitlines()) == (1, [
        "bad.yaml:3: error L100: rows.a.min_cards: must be from 1 to 40, not 90.",
        "other.yaml:2: error L105: targets: 'one' and 'other' are both for TV in every market at all times. 'one' "
        "wins by its name alone; 'other' never shows then. Give one of them a higher priority.",
    ])  # fmt: skip
    listed = json.loads(run("lint", one, other, "--json").stdout)
    assert [(one["code"], one["level"], one["file"], one["line"], one["path"]) for one in listed] == [
        ("L105", "error", "other.yaml", 2, ["targets"])
    ]


def test_lint_shows_a_designer_conflicting_and_ended_pins(tmp_path: Path) -> None:
    file = tmp_path / "home.yaml"
    file.write_text(
        "layout: home\norder: [a]\nrows:\n  a:\n    source: genre\n    pins:\n"
        "      - {title_id: m1, slot: 1, until: 2020-01-01}\n"
        "      - {title_id: m2, slot: 2, until: 9000-01-01}\n"
        "      - {title_id: m2, slot: 3, until: 9000-01-01}\n"
    )
    result = run("lint", file)
    assert (result.exit_code, result.stdout.splitlines()) == (0, [
        "home.yaml:9: warn L117: rows.a.pins[3]: m2 is pinned twice at once, to slots 2 and 3: the lower slot "
        "counts. Remove one, or let it end before the other begins.",
        "home.yaml:7: info L117: rows.a.pins[1]: The pin of m1 has ended. Remove it.",
    ])  # fmt: skip


def test_the_schema_is_printed() -> None:
    assert run("schema").stdout == schema_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ["publish", "none.yaml", "--reason", "x"],
        ["diff"],
        ["rollback", "home", "-1", "--reason", "x"],
        ["rollback", "home", "1"],
        ["lint", "--yaml"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.stores
def test_names_that_are_not_live_are_reported(folder: Path) -> None:
    pull = run("pull", "winter", "--into", folder)
    assert (pull.exit_code, pull.stderr) == (1, "Error: No such live layout: winter. Live: home.\n")
    assert run("history", "winter").stderr == "Error: 'winter' was never published.\n"
    home, other = folder / "a.yaml", folder / "b.yaml"
    for file in (home, other):
        file.write_text(f"layout: {file.stem}\norder: [a]\nrows: {{a: {{source: genre}}}}\n")
    assert run("publish", home, other, "--reason", "x", "--expect", "0").exit_code == 2


def test_without_a_database_the_setting_is_named(
    tmp_path: Path, bare_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARQUEE_HOME", str(tmp_path))
    result = run("history", "home")
    assert isinstance(result.exception, SettingsProblem)
    assert "MARQUEE_MONGO_URL" in str(result.exception)
