"""What a row says without effect, or shows viewers as it stands, is a problem with what to write instead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.layouts.row_kinds import ROW_KINDS, RowSource
from domain.layouts.validation import layout_problems, usability_problems
from domain.serialization import Document
from tests.domain.made import NOW
from tests.domain.made_layouts import a_document

NO_TITLES = (
    "an editorial row shows the titles that you list, and this one lists none. "
    "Write raw ids with spaces between them: {titles: m00042 m00007}."
)


def problems(row: Document) -> list[str]:
    document = a_document()
    document["rows"]["new"] = {"source": "new_releases"} | row
    return [str(problem).removeprefix("rows.new.") for problem in layout_problems(document)]


@pytest.mark.parametrize(
    ("source", "options", "problem"),
    [
        ("genre", {"window": "day"},
         "options.window: 'window' is an option of trending, so it has no effect here: genre has the options genre, "
         "rows, watched_from."),
        ("trending", {"windw": "day"},
         "options.windw: 'windw' is no option, so it has no effect here: trending has the options window, genre, "
         "watched_from. Did you mean 'window'?"),
        ("my_list", {"watched_from": 5},
         "options.watched_from: 'watched_from' is an option of top_picks, because_you_watched, because_you_liked, "
         "trending, new_releases, genre, leaving_soon, editorial and onboarding, so it has no effect here: my_list "
         "has no options."),
        ("because_you_liked", {"rows": 5}, "options.rows: must be from 1 to 4, not 5."),
        ("leaving_soon", {"days": 30}, "options.days: must be from 1 to 14, not 30."),
        ("continue_watching", {"kinds": "nexts"},
         "options.kinds: 'nexts' is not known; use all, continue or next. Did you mean 'next'?"),
        ("editorial", {}, f"options: {NO_TITLES}"),
        ("editorial", {"titles": "  "}, f"options: {NO_TITLES}"),
        ("editorial", {"titles": "m1,m2, m3;m4"},
         "options.titles: ids stand with spaces between them, not commas. Write: m1 m2 m3 m4"),
        ("editorial", {"titles": "m1 m2 m1"}, "options.titles: m1 is listed 2 times; keep one."),
    ],
)  # fmt: skip
def test_an_option_that_its_source_does_not_read_is_named(
    source: str, options: dict[str, Any], problem: str
) -> None:
    assert problems({"source": source, "options": options}) == [problem]
    mixed = {"mix": [{"source": source, "share": 0.2, "options": options}]}
    assert problems(mixed) == [f"mix[1].{problem}"]


@given(st.sampled_from(RowSource), st.sampled_from([kind for kind in ROW_KINDS.values() if kind.options]))
def test_each_option_is_for_the_sources_that_read_it_alone(source: RowSource, other: Any) -> None:
    own = {option.name for option in ROW_KINDS[source].options}
    for option in other.options:
        value = option.schema.get("enum", ["1"])[0] if option.schema["type"] == "string" else 1
        told = problems({"source": source.value, "options": {option.name: value}})
        found = [one for one in told if "no effect" in one]
        assert bool(found) is (option.name not in own)


@pytest.mark.parametrize("text", ["Because of {pivto}", "{pivot", "Top {n}", "{{pivot}}", "${pivot}", "%(pivot)s",
                                  "For %s", "<pivot> and more", "[pivot]", "pivot}"])  # fmt: skip
def test_a_placeholder_that_nothing_fills_is_refused(text: str) -> None:
    [problem] = problems({"source": "because_you_watched", "title": {"en": text}})
    assert problem.startswith("title.en: ")
    assert "is filled by nothing: viewers would read it as it stands." in problem
    assert problem.endswith("Write {pivot} for the title that the row is about, or plain words.")


def test_the_title_that_a_row_is_about_is_known_to_rows_about_a_title_alone() -> None:
    assert problems({"source": "because_you_liked", "title": {"en": "You liked {pivot}"}}) == []
    assert problems({"source": "trending", "title": {"de": "Wie {pivot}"}}) == [
        "title.de: {pivot} is the title that a row is about, and this row is about none. Write plain words; only "
        "rows of because_you_watched and because_you_liked fill in {pivot}."
    ]
    assert problems({"title": {"en": "100 % new & <3 of 5 (a-z)"}}) == []


def test_a_title_in_no_language_is_read_by_nobody() -> None:
    assert problems({"title": {"jp": "新着"}}) == [
        "title.jp: 'jp' is not the code of a language. Did you mean \"ja\"? No viewer reads this title."
    ]
    assert problems({"title": {"en": "  "}}) == [
        "title.en: holds only spaces. Write a title, or leave it out for the source's own."
    ]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("language = Korean", "column 12: 'Korean' is not the code of a language. Did you mean \"ko\"?"),
        ("year > 1990 and language in (fr, ger)",
         "column 34: 'ger' is not the code of a language. Did you mean \"de\"?"),
        ("not language = 'xq'",
         "column 16: 'xq' is not the code of a language. Write a code of ISO 639, such as \"ko\" or \"pt-BR\"."),
    ],
)  # fmt: skip
def test_a_rule_with_a_language_that_no_title_has_is_refused_wherever_it_stands(
    rule: str, problem: str
) -> None:
    assert problems({"filter": rule}) == [f"filter: {problem}"]
    assert problems({"quotas": [{"match": rule, "share": 0.1}]}) == [f"quotas[1].match: {problem}"]
    assert problems({"boosts": [{"match": rule, "by": 0.1, "until": "2027-01-01"}]}) == [
        f"boosts[1].match: {problem}"
    ]
    assert problems({"filter": "language in (ko, pt-BR, KO) or language contains e"}) == []


def test_rows_are_placed_by_rows_and_sources_that_exist() -> None:
    assert problems({"place": {"after": "trendng"}}) == [
        "place.after: there is no row 'trendng'. Did you mean 'trending'?"
    ]
    assert problems({"place": {"before": "top_picks"}}) == [
        "place.before: there is no row 'top_picks'. Did you mean 'picks'?"
    ]
    assert problems({"place": {"apart_from": ["picks", "top_picks", "gone"]}}) == [
        "place.apart_from[3]: there is no row or source 'gone'."
    ]


instants = st.integers(0, 40).map(lambda days: NOW + timedelta(days=days))


@given(st.tuples(instants, instants).filter(lambda pair: pair[0] < pair[1]),
       st.tuples(instants, instants).filter(lambda pair: pair[0] < pair[1]), st.booleans())  # fmt: skip
def test_two_pins_share_a_slot_exactly_while_their_times_do_not_meet(
    one: tuple[Any, Any], two: tuple[Any, Any], open_start: bool
) -> None:
    def pin(name: str, times: tuple[Any, Any], is_open: bool = False) -> Document:
        start = {} if is_open else {"since": times[0].strftime("%Y-%m-%dT%H:%M")}
        return {"title_id": name, "slot": 1, "until": times[1].strftime("%Y-%m-%dT%H:%M"), **start}

    start_of_one = NOW - timedelta(days=999) if open_start else one[0]
    overlaps = max(start_of_one, two[0]) < min(one[1], two[1])
    first, second = pin("a", one, open_start), pin("b", two)
    assert bool(problems({"pins": [first, second]})) is overlaps
    assert bool(problems({"pins": [second, first]})) is overlaps


def test_what_a_later_check_refuses_stays_live() -> None:
    document = a_document()
    document["rows"]["new"] = {"source": "editorial", "filter": "language = Korean", "title": {"en": "{n}"}}
    assert len(layout_problems(document)) == 3
    assert usability_problems(document) == ()


@pytest.mark.parametrize("character", ["\n", "\t", "\x00", "\x9b", "\u2028", "\u202e", "\ud800"])
def test_what_no_screen_shows_is_no_part_of_a_title(character: str) -> None:
    """It would break the line, turn it round, or be a question mark."""
    code = f"U+{ord(character):04X}"
    assert problems({"title": {"en": f"New{character}Releases"}}) == [
        f"title.en: holds {code}, which no screen shows as a letter. Remove it."
    ]
    live = a_document()
    live["rows"]["new"] = {"source": "new_releases", "title": {"en": f"New{character}Releases"}}
    assert usability_problems(live) == ()


@pytest.mark.parametrize("text", ["קומדיות חדשות", "नई रिलीज़", "👨‍👩‍👧 Family", "Nouveautés ; été", "新着"])
def test_titles_of_all_scripts_are_titles(text: str) -> None:
    assert problems({"title": {"en": text}}) == []
