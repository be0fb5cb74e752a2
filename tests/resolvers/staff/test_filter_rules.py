"""Filter rule checks: problems with their columns, or a match count with samples."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.catalog.titles import TitleKind
from domain.filter_rules.compiler import compile_rule
from domain.ids import AccountId
from domain.viewers.profiles import Principal, Role
from tests.domain.made import NOW, US
from tests.resolvers.conftest import Face
from tests.resolvers.world import TITLES

pytestmark = pytest.mark.stores

CHECK = """query Check($rule: String!, $region: String! = "DE") { filterRuleCheck(rule: $rule, region: $region) {
  written matchCount problems { message column } titles { id name } } }"""


async def check(face: Face, rule: str, **variables: Any) -> dict[str, Any]:
    context = replace(face.context(), principal=Principal(AccountId("home"), Role.DESIGNER))
    answer: dict[str, Any] = (await face.data(CHECK, context, rule=rule, **variables))["filterRuleCheck"]
    return answer


def matches(rule: str, region: Any) -> set[str]:
    compiled_rule = compile_rule(rule)
    catalogue = (title for title in TITLES.values() if title.kind != TitleKind.EPISODE)
    return {title.id for title in catalogue if compiled_rule.matches(title, NOW, region)}


@pytest.mark.parametrize(
    ("rule", "count", "first"),
    [
        ("genre = crime and maturity <= 12", 4, ["mv02", "mv06", "mv10", "mv14"]),
        ("kind = series", 3, ["sa", "sb"]),
        ("maturity = none", 1, ["nr01"]),
        ("name contains almanac", 3, ["nr01"]),
        ("leaving <= 3", 1, ["mv02"]),
        ("kind = movie", 29, ["mv01", "mv02", "mv03", "mv04", "mv05"]),
        ("plan = premium", 0, []),
    ],
)
async def test_matches_are_counted_in_the_whole_catalogue_and_shown_where_licensed(
    face: Face, rule: str, count: int, first: list[str]
) -> None:
    answer = await check(face, rule)
    assert (answer["problems"], answer["matchCount"]) == ([], count)
    assert count == len(matches(rule, "DE"))
    shown = [title["id"].removeprefix("title_") for title in answer["titles"]]
    assert shown == first


async def test_a_rule_is_written_as_marquee_writes_it(face: Face) -> None:
    assert (await check(face, "GENRE=scifi or not(kind in(movie))"))["written"] == (
        'genre = "Science Fiction" or not kind in (movie)'
    )


async def test_a_fault_comes_with_its_column_and_a_guess(face: Face) -> None:
    assert await check(face, "kind = movie and yeer > 1990") == {
        "written": None,
        "matchCount": None,
        "problems": [{"message": "There is no field 'yeer'. Did you mean \"year\"?", "column": 18}],
        "titles": [],
    }


async def test_samples_follow_the_region(face: Face) -> None:
    there = await check(face, "name contains granite", region=US)
    assert {title["name"] for title in there["titles"]} == {"Granite Causeway", "Granite Viaduct"}
    assert (await check(face, "name contains granite"))["titles"] == []


async def test_a_region_that_is_none_is_refused_with_the_one_meant(face: Face) -> None:
    context = replace(face.context(), principal=Principal(AccountId("home"), Role.DESIGNER))
    result = await face.ask(CHECK, context, rule="year > 1990", region="UK")
    assert [error.message for error in result.errors or ()] == [
        "region: 'UK' is not a region of ISO 3166. Did you mean GB?"
    ]


async def test_without_the_catalogue_a_rule_is_still_read(filled: StoreUrls, open_face: Any) -> None:
    dark = replace(filled, elasticsearch_url="http://127.0.0.1:9")
    async with open_face(dark) as face:
        answer = await check(face, "year > 1990")
    assert (answer["written"], answer["matchCount"], answer["titles"]) == ("year > 1990", None, [])
