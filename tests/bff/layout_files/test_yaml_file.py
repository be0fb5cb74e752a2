"""Layout files: what is read is what is written, comments and key order stay, and problems have a line."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.layout_files.folder import LayoutFolder
from bff.layout_files.generated import outdated_files
from bff.layout_files.yaml_file import parse, read, to_yaml
from domain.errors import BadInput
from domain.layouts.documents import layout_to_document
from domain.layouts.patches import apply_patch
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.serialization import Document
from tests.domain.made_layouts import a_document, a_layout_version, documents, patches

SHIPPED = Path(__file__).resolve().parents[3] / "bff" / "layout_files"
ROOT_FORM = "must be written like {layout: home, order: [picks], rows: {picks: {source: top_picks}}}"
COMMENTED = """\
# Who: everybody. Ask Mina before you change it.
layout: home   # its name

schedule: {from: 2026-12-20T18:00, to: 2027-01-02}   # by the clock of each market
order:
  # what was begun comes first
  - continue   # always
  - picks
  - new   # last
rows:
  # one card will do
  continue: {source: continue_watching, min_cards: 1}
  picks:   # the nightly run's
    title: {en: "Top Picks", de: 'Empfehlungen'}   # both languages
    source: top_picks
  new:
    source: new_releases

    when: {market: [NO, SE]}   # a text, not false
# the end
"""


def test_a_file_that_says_nothing_new_is_left_to_the_byte() -> None:
    assert to_yaml(parse(COMMENTED).document, COMMENTED) == COMMENTED


def test_comments_key_order_and_quotes_stay_when_something_changes() -> None:
    document = parse(COMMENTED).document
    document["order"] = ["continue", "new", "picks"]
    document["rows"]["picks"]["max_cards"] = 12
    document["rows"]["picks"]["title"]["de"] = "Deine Auswahl"
    del document["schedule"]["to"]
    document["personal_order"] = True
    expected = COMMENTED.replace("  - picks\n  - new   # last\n", "  - new   # last\n  - picks\n")
    # A comment stays in its column.
    expected = expected.replace("18:00, to: 2027-01-02}", "18:00}" + " " * 16).replace(
        "'Empfehlungen'}   #", "'Deine Auswahl'}  #"
    )
    expected = expected.replace("    source: top_picks\n", "    source: top_picks\n    max_cards: 12\n")
    expected = expected.replace("# the end\n", "# the end\npersonal_order: true\n")
    assert to_yaml(document, COMMENTED) == expected


def test_times_and_no_are_texts() -> None:
    document = parse(COMMENTED).document
    assert document["schedule"] == {"from": "2026-12-20T18:00", "to": "2027-01-02"}
    assert document["rows"]["new"]["when"] == {"market": ["NO", "SE"]}
    assert parse(COMMENTED).problems == ()


@pytest.mark.slow
@given(documents(), st.lists(patches, max_size=2))
def test_what_is_written_is_read_again(document: Document, several: list[Document]) -> None:
    whole = document | {"overrides": [{"when": {"device": "tv"}, **patch} for patch in several]}
    assert parse(to_yaml(whole)).document == whole


@pytest.mark.slow
@given(documents(), patches, documents())
def test_any_document_can_be_written_into_any_file(first: Document, patch: Document, other: Document) -> None:
    text = to_yaml(first)
    for wanted in (apply_patch(first, patch).document, other):
        assert parse(to_yaml(wanted, text)).document == wanted


@pytest.mark.slow
@given(documents(), patches)
def test_no_comment_of_what_stays_is_lost(document: Document, patch: Document) -> None:
    lines = to_yaml(document).splitlines()
    text = "\n".join([lines[0], *(f"{line}   # c{number}" for number, line in enumerate(lines[1:]))]) + "\n"
    assert to_yaml(document, text) == text
    wanted = apply_patch(document, {"move": patch.get("move", {})}).document
    after = to_yaml(wanted, text)
    assert parse(after).document == wanted
    assert [mark for mark in range(len(lines) - 1) if f"# c{mark}\n" not in after] == []


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("layout: home\nrows: [1,\n",
         ["2: a value is missing before a comma, a bracket or the end. Write it, or correct the comma or bracket."]),
        ("layout: a\nlayout: b\n",
         ["2: the key 'layout' stands twice, here and in line 1. Keep one of them."]),
        ("- a\n", [f"1: {ROOT_FORM}, not a list."]),
        ("", [f"1: {ROOT_FORM}, not nothing."]),
        (
            COMMENTED.replace("  new:\n", "  news:\n").replace("min_cards: 1", "min_card: 1"),
            ["12: rows.continue.min_card: 'min_card' is not known here. Did you mean 'min_cards'?"],
        ),
        (
            COMMENTED.replace("[NO, SE]", "[NO, no]").replace("source: new_releases", "style: shelf"),
            ["16: rows.new: 'source' is missing. Write it like {source: continue_watching}.",
             "19: rows.new.when.market[2]: 'no' is not a region of ISO 3166. Did you mean NO?"],
        ),
        (
            COMMENTED.replace("  - new   # last", "  - news"),
            ["9: order[3]: there is no row 'news'. Did you mean 'new'?",
             "16: rows.new: is missing from `order`, so it would never show."],
        ),
    ],
)  # fmt: skip
def test_every_problem_has_its_line(text: str, problems: list[str]) -> None:
    assert [f"{problem.line}: {problem}" for problem in parse(text).problems] == problems


@pytest.mark.parametrize(
    "text", ["a: !!python/object/apply:os.system [x]", "a: &b [*b]", "? [a]\n: b", "\x00", "a: 1\n---\nb: 1"]
)
def test_what_yaml_can_do_besides_is_no_layout(text: str) -> None:
    assert parse(text).problems != ()


def test_the_layout_that_ships_is_the_one_in_the_file_beside_it() -> None:
    file = read(SHIPPED / "home.yaml")
    assert (file.problems, file.document) == ((), layout_to_document(SHIPPED_LAYOUT))
    assert to_yaml(file.document, (SHIPPED / "home.yaml").read_text("utf-8")) == (
        SHIPPED / "home.yaml"
    ).read_text("utf-8")


def test_the_generated_files_match_their_sources() -> None:
    """Renew them with: make generate"""
    assert outdated_files() == {}


def test_a_folder_remembers_which_version_each_file_was_taken_from(tmp_path: Path) -> None:
    folder = LayoutFolder(tmp_path / "new")
    assert (folder.base_version("home"), folder.read_existing("home")) == (0, None)
    version = a_layout_version(a_document(), 7)
    assert folder.write_version(version) is True
    assert folder.write_version(version) is False
    assert folder.base_version("home") == 7
    taken = folder.read_existing("home")
    assert taken is not None
    assert taken.document == a_document()
    assert sorted(path.name for path in folder.path.iterdir()) == [
        "home.yaml",
        "layout.schema.json",
        "layouts.lock",
    ]


def test_taking_a_newer_version_keeps_the_comments_of_the_file(tmp_path: Path) -> None:
    folder = LayoutFolder(tmp_path)
    folder.path_of("home").write_text(COMMENTED, "utf-8")
    document = copy.deepcopy(parse(COMMENTED).document)
    document["rows"]["picks"]["max_cards"] = 9
    folder.write_version(a_layout_version(document, 2))
    expected = COMMENTED.replace("    source: top_picks\n", "    source: top_picks\n    max_cards: 9\n")
    assert folder.path_of("home").read_text("utf-8") == expected


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        LayoutFolder(tmp_path).path_of("../home")
