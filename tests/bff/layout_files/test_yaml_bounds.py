"""YAML that is too large, too deep or written wrongly is refused before anything is built, with line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bff.layout_files.yaml_bounds import bounds_problem
from bff.layout_files.yaml_file import parse, read
from domain.errors import BadInput

GOOD = "layout: home\norder: [a]\nrows: {a: {source: genre}}\n"


def lines(text: str) -> list[str]:
    return [f"{problem.line}: {problem}" for problem in parse(text).problems]


def anchors_in_anchors(levels: int, width: int) -> str:
    text = GOOD + f"x0: &x0 [{', '.join('a' * width)}]\n"
    for level in range(1, levels):
        text += f"x{level}: &x{level} [{', '.join([f'*x{level - 1}'] * width)}]\n"
    return text


@given(st.integers(5, 12), st.integers(9, 20))
def test_anchors_are_counted_before_they_are_filled_in(levels: int, width: int) -> None:
    text = anchors_in_anchors(levels, width)
    file = parse(text)
    [problem] = file.problems
    assert "written out, the layout has more than 10,000 keys and values." in problem.message
    assert text.splitlines()[(problem.line or 0) - 1].startswith("x")
    assert (file.document, file.tree) == ({}, None)


def test_reading_stops_at_the_bound() -> None:
    events = iter(YAML().parse(f"order: [{'1, ' * 15_000}]"))
    assert bounds_problem(events) is not None
    assert len(list(events)) == pytest.approx(5_000, abs=10)


def test_anchors_that_designers_use_are_read() -> None:
    text = (
        "layout: home\norder: [a, b]\nrows:\n  a: &base {source: genre, options: &one {genre: Drama}}\n"
        "  b: {<<: *base, max_cards: 9}\n"
    )
    file = parse(text)
    assert file.problems == ()
    assert file.document["rows"]["b"] == {"source": "genre", "options": {"genre": "Drama"}, "max_cards": 9}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rows:\n\ta: {}\n", "2: here is a tab. YAML takes spaces only: write two spaces instead of each tab."),
        ("layout: a\nrows:\n  b: 1\n  c: 2\n  b: 3\n",
         "5: the key 'b' stands twice, here and in line 3. Keep one of them."),
        ("a: {b: 1,\n c: 2, b: 3}\n", "2: the key 'b' stands twice, here and in line 1. Keep one of them."),
        ("a: [b, c\nd: e\n",
         "2: the '[' that opens in line 1 is not closed by ']' here. Close it, or add the missing comma."),
        ("a: 'b\nc: d\n\n",
         "2: the quote that opens in line 1 is never closed. Write the same quote after the text."),
        ("title: Films: new\n",
         "1: a second ': ' stands in one value, or the line is indented too far. Put a text that holds ': ' in "
         "quotes, and begin the keys of one part in one column."),
        ("a:\n  b: 1\n c: 2\n",
         "3: the line is not indented like the ones before it. Begin the keys of one part in one column."),
        ("a: @home\n", "1: a text cannot begin with '@'. Put it in quotes."),
        ("a: *base\n", "1: *base repeats nothing: no part above begins with &base. Write it out."),
        ("a: &a\n  b: [*a]\n", "2: *a stands inside the part that it repeats: it would never end. Write it out."),
        ("a: !!python/object/apply:os.system [x]\n",
         "1: the tag tag:yaml.org,2002:python/object/apply:os.system means nothing in a layout. Remove it."),
        (GOOD + "---\n" + GOOD, "4: a second document begins here. Keep one layout in a file."),
        ("a: b\n\x07", "2: here is a character that no text holds (7). Remove it."),
        ("a: " + "[" * 5000, "1: is nested more than 16 levels deep; a layout needs ten. Indent less."),
        ("#" * 200_001, "1: the file has 200,001 characters; a layout has 200,000 at most."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_what_to_write(text: str, problem: str) -> None:
    assert lines(text) == [problem]


@given(st.text("ab:-[]{}'\"#&*!|>%@`?, \n\t<0", max_size=60))
def test_no_text_is_answered_in_the_words_of_the_parser(text: str) -> None:
    for problem in parse(text).problems:
        assert problem.line is not None
        assert not {"token", "scalar", "stream", "node", "mapping", "<block"} & {*problem.message.split()}


def test_a_file_that_is_no_text_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "home.yaml"
    path.write_bytes(GOOD.encode() + "# für alle\n".encode("latin-1"))
    with pytest.raises(BadInput, match=r"home.yaml:4: the byte 0xfc is not UTF-8. Save the file as UTF-8."):
        read(path)
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert read(path).problems == ()


def test_spaces_and_colons_of_other_keyboards_are_named() -> None:
    """They look right on the screen of the person who wrote them."""
    for space, code in (("\u00a0", "U+00A0"), ("\u3000", "U+3000"), ("\u2003", "U+2003")):
        assert lines(f"layout: home\norder: [a]\nrows:\n{space}{space}a: {{source: genre}}\n") == [
            f"4: the line begins with the space {code}, which is a letter to YAML. Write plain spaces instead."
        ]
    assert lines("layout：home\norder: [a]\nrows: {a: {source: genre}}\n") == [
        "2: in line 1 is a full-width colon '：', which is a letter to YAML. Write ': ' instead."
    ]
    assert (
        lines(
            "layout: home\norder: [a]\nrows: {a: {source: genre, title: {ja: 週末：新着, fr: Été\u00a0!}}}\n"
        )
        == []
    )
