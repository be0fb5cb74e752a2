"""What Elasticsearch counts for a filter rule is what the rule is true of, title by title."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bff.local_stack import StoreUrls
from domain.catalog.documents import title_to_document
from domain.catalog.regions import start_of_day
from domain.catalog.titles import LicenceWindow, TitleKind
from domain.filter_rules.compiler import Rule, compile_rule
from domain.filter_rules.syntax import MAX_VALUE
from domain.ids import Region, TitleId
from search.documents import index_document
from search.mapping import MAPPINGS, index_settings
from search.rule_query import rule_body, rule_query
from tests.domain.made import DAY, DE, HOUR, NOW, US, a_title
from tests.domain.made_rules import rules

NAMES = (
    "Heat",
    "harbour nights",
    "a b",
    "it's",
    "é A",
    "9",
    "-",
    "*a?",
    'Z"\\(',
    "and",
    "七人の侍",
    "premium",
)
MILLI = timedelta(milliseconds=1)
CA, QC = Region("CA"), Region("CA-QC")
PLACES = [DE, US, CA, QC, Region("CA-ON"), Region("FR-75C"), Region("JP"), Region("KI"), Region("NZ"), None]


def _ends(region: Region) -> list[datetime | None]:
    """None, in a moment, and around midnights of this region's market."""
    midnights = [start_of_day(NOW, region, days) for days in (1, 2, 15)]
    around = [midnight + offset for midnight in midnights for offset in (-MILLI, 0 * MILLI, MILLI)]
    return [None, NOW, NOW + MILLI, *around, NOW + 45 * DAY]


def windows(number: int) -> tuple[LicenceWindow, ...]:
    """Up to three licences: of all regions, of some, of sub-regions; joined or apart, with and without end."""
    pick = random.Random(number)
    places: list[tuple[Region, ...]] = [
        (),
        (DE,),
        (US,),
        (DE, US),
        (CA,),
        (QC,),
        (QC, US),
        (Region("FR-IDF"), DE),
    ]
    found: list[LicenceWindow] = []
    for _ in range(pick.randrange(4)):
        regions = pick.choice(places)
        start = NOW + pick.choice([-400, -30, -1, 0, 1, 2, 5]) * DAY + pick.choice([-1, 0, 1]) * MILLI
        joins = [window.ends_at for window in found if window.ends_at is not None]
        if joins and pick.random() < 0.4:
            start = pick.choice(joins) + pick.choice([-1, 0, 0, 1]) * MILLI
        end = pick.choice(_ends(pick.choice([DE, US, CA, Region("KI")])))
        found.append(LicenceWindow(regions, start, end))
    return tuple(found)


def launch(number: int) -> datetime:
    """Around midnights and around now, past and to come."""
    pick = random.Random(1000 + number)
    midnight = start_of_day(
        NOW, pick.choice([DE, US, Region("NZ")]), pick.choice([-30, -2, -1, 0, 1, 2, 900])
    )
    return pick.choice([midnight, NOW, NOW + 3 * HOUR]) + pick.choice([-1, 0, 1]) * MILLI


TITLES = [
    replace(
        a_title(f"t{number}"),
        kind=list(TitleKind)[number % 3],
        name=NAMES[number % 12],
        year=(None, 1989, 1990, 1991, 2030)[number % 5],
        genres=((), ("Crime",), ("Crime", "Drama"), ("Science Fiction",))[number % 4],
        language=("en", "de", "a b")[number % 3],
        runtime_seconds=(None, 1, 59, 60, 5399, 5400, 5401, 5460)[number % 8],
        maturity_age=(None, 0, 6, 12, 18)[number % 5],
        franchise=(None, *NAMES)[number % 13],
        popularity=(0.0, 0.1, 0.5, 0.500001, 0.8, 1.0)[number % 6],
        launched_at=launch(number),
        windows=windows(number),
        plans=((), ("premium",), ("basic", "premium"), ("none",))[number % 4],
    )
    for number in range(400)
]


@pytest.fixture(scope="module")
def index(stack: StoreUrls) -> Iterator[tuple[Elasticsearch, str]]:
    name = f"marquee-titles-{uuid.uuid4().hex[:12]}"
    with Elasticsearch(stack.elasticsearch_url) as client:
        client.indices.create(index=name, settings=index_settings(), mappings=MAPPINGS)
        operations: list[dict[str, Any]] = []
        for title in TITLES:
            document = index_document(title_to_document(title))
            operations += [{"index": {"_index": name, "_id": document.pop("_id")}}, document]
        client.bulk(operations=operations, refresh=True)
        yield client, name
        client.indices.delete(index=name)


@pytest.mark.stores
@given(
    rule=rules,
    after=st.sampled_from(
        [timedelta(0), MILLI, DAY, DAY / 2, -DAY, 3 * HOUR, 4 * HOUR, timedelta(microseconds=1500)]
    ),
    region=st.sampled_from(PLACES),
)
@example(rule=compile_rule("leaving <= 14"), after=timedelta(0), region=DE)
@example(rule=compile_rule("leaving = 0 or leaving > 13"), after=timedelta(0), region=None)
@example(rule=compile_rule("not launched < 3"), after=DAY, region=DE)
@example(rule=compile_rule("launched <= 30 or launched = -1"), after=timedelta(0), region=US)
@example(rule=compile_rule("leaving < 1"), after=timedelta(0), region=QC)
@example(rule=compile_rule("leaving = none"), after=timedelta(0), region=CA)
@example(
    rule=compile_rule('name contains "z\\"\\\\(" or franchise = "IT\'S" or name = "é a"'),
    after=DAY,
    region=DE,
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_index_answers_as_the_rule_does(
    index: tuple[Elasticsearch, str], rule: Rule, after: timedelta, region: Any
) -> None:
    client, name = index
    now = NOW + after
    answer = client.search(index=name, query=rule_query(rule, now, region), size=1000, source=False)
    found = {TitleId(hit["_id"]) for hit in answer["hits"]["hits"]}
    assert found == {title.id for title in TITLES if rule.matches(title, now, region)}


@pytest.mark.stores
def test_a_body_counts_all_movies_and_series_and_lists_the_most_watched(
    index: tuple[Elasticsearch, str],
) -> None:
    client, name = index
    answer = client.search(index=name, **rule_body(compile_rule("popularity > 0"), NOW, None, 3))
    wanted = [title for title in TITLES if title.popularity > 0 and title.kind != TitleKind.EPISODE]
    assert answer["hits"]["total"] == {"value": len(wanted), "relation": "eq"}
    listed = [one for hit in answer["hits"]["hits"] for one in wanted if one.id == hit["_id"]]
    assert [title.popularity for title in listed] == [0.8] * 3


@given(st.text('aZ9.?+*|{}[]()^$-\\"#@&<>~ é七', min_size=1, max_size=30).filter(str.strip))
def test_a_text_is_only_ever_a_pattern_of_its_own_letters(text: str) -> None:
    """Without the brackets and escapes that hold each letter, what is left is the text."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    pattern = rule_query(compile_rule(f'name = "{quoted}"'), NOW)["regexp"]["name.raw"]["value"]
    letters: list[str] = []
    at = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            letters.append(pattern[at + 1])
            at += 2
        elif pattern[at] == "[":
            letters.append(pattern[at + 1].lower())
            at = pattern.index("]", at) + 1
        else:
            assert pattern[at] not in ".?+*|{}()^$"
            letters.append(pattern[at])
            at += 1
    assert "".join(letters) == text.lower()


def test_the_longest_text_stays_within_the_clusters_bound_for_patterns() -> None:
    body = rule_query(compile_rule(f"name contains {'a' * MAX_VALUE}"), NOW)
    assert len(body["regexp"]["name.raw"]["value"]) < 1000


@given(rules)
def test_bodies_are_plain_json_without_scripts(rule: Rule) -> None:
    written = json.dumps(rule_body(rule, NOW, DE, 5))
    assert "script" not in written.replace("\\", "")
