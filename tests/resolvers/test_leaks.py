"""Nothing forbidden leaves by any way: poisoned lists, a poisoned history, every audience, the whole answer read.

Every list and every profile's history names every title there is, so each rule is tested where a mistake of
the night shift, a changed age limit or a licence that ended would put it. The rule is restated here.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bff.local_stack import StoreUrls
from domain.activity import Activity, Listing, Rating, Watch
from domain.ids import GLOBAL, AccountId, ProfileId, Region, TitleId
from domain.layouts import MAX_CARDS, RowSpec
from domain.profiles import Account, Profile
from domain.recommendations import DataVersion, PopularKey, TrendKey, Window
from domain.titles import Title, TitleKind
from tests.domain.made import DAY, DE, JP, NOW, US
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.world import TITLES

pytestmark = pytest.mark.stores

REGIONS = (DE, US, JP)
LIMITS = (0, 6, 7, 10, 12, 16, 18)
EXAMPLES = 60
EVERYTHING: list[str] = list(TITLES)
TITLE_ID = re.compile(
    r"(?<![A-Za-z0-9])(?:mv|us|ex|fu|nr)\d\d(?!\d)|(?<![A-Za-z0-9-])s[abc](?:-\d-\d)?(?![A-Za-z0-9-])"
)


def may_see(title: Title, region: Region, limit: int, kids: bool, now: datetime) -> bool:
    """The rule in the product's words: licensed here and now, suitable, and an episode only with its series."""
    if title.kind == TitleKind.EPISODE:
        assert title.series_id is not None
        if not may_see(TITLES[title.series_id], region, limit, kids, now):
            return False
    licensed = any(
        region in window.regions
        and window.starts_at <= now
        and (window.ends_at is None or now < window.ends_at)
        for window in title.windows
    )
    if not kids and limit >= 18:
        return licensed
    return licensed and title.maturity_age is not None and title.maturity_age <= limit


def poisoned_people() -> list[tuple[Account, Profile, Activity]]:
    """One account a region; in it a profile for every limit, grown up and kids; each has touched every title."""
    return [
        (
            Account(AccountId(f"acc-{region}"), region, "standard", world.SINCE),
            replace(
                world.ADE,
                id=ProfileId(f"p-{region}-{limit}-{int(kids)}"),
                account_id=AccountId(f"acc-{region}"),
                kids=kids,
                maturity_limit=limit,
                favourite_genres=("Drama", "Crime"),
            ),
            poisoned_activity(ProfileId(f"p-{region}-{limit}-{int(kids)}")),
        )
        for region, limit, kids in product(REGIONS, LIMITS, (False, True))
    ]


def poisoned_activity(profile_id: ProfileId) -> Activity:
    """A third finished, a third begun, a third untouched, so that every kind of row has candidates left."""
    playable = [title for title in TITLES.values() if title.kind != TitleKind.SERIES]
    watched = {
        title.id: Watch(
            NOW - number * DAY / 10,
            number % 3 == 0,
            7440 if number % 3 == 0 else 1500,
            7440,
            title.series_id or "",
        )
        for number, title in enumerate(playable)
        if number % 3 < 2 or title.kind == TitleKind.EPISODE
    }
    return Activity(
        profile_id,
        1,
        watched,
        {TitleId(title): Listing(NOW, True) for title in EVERYTHING},
        {TitleId(title): Rating(NOW, 1.0) for title in EVERYTHING[::2]},
    )


POISON = world.Lists(
    picks={
        profile.id: [(title, EVERYTHING[-1 - number]) for number, title in enumerate(EVERYTHING)]
        for _, profile, _ in poisoned_people()
    },
    similar=dict.fromkeys(EVERYTHING, EVERYTHING),
    popular={
        PopularKey(region, genre): EVERYTHING for region in (*REGIONS, GLOBAL) for genre in (None, *world.GENRES)
    },
    trends={
        TrendKey(region, window): EVERYTHING for region in (*REGIONS, GLOBAL) for window in Window
    },
)  # fmt: skip
WIDE = replace(
    world.LAYOUT,
    rows=tuple(
        RowSpec(spec.id, spec.source, spec.style, spec.card_shape, 1, MAX_CARDS, spec.options)
        for spec in world.LAYOUT.rows
    ),
)
TITLE = """id name synopsis metadataLine artwork { url alt } availability { endsAt } __typename
  ... on Episode { seriesId seriesName }
  ... on Series { episodes(first: 50) { nodes { id name artwork { alt } } } }"""
QUERY = f"""
query Everything($p: ID!, $text: String!, $one: ID!, $another: ID!) {{
  home(profileId: $p, device: {{formFactor: TV}}) {{ rows(first: 50) {{ nodes {{
    id title subtitle accessibilityLabel reason {{ text pivots {{ title {{ {TITLE} }} }} }}
    cards(first: 50) {{ nodes {{ title {{ {TITLE} }} reason {{ text }} resume {{ label target }}
      accessibilityLabel metadataLine actions {{ target }} artwork {{ url alt }} backdrop {{ url alt }} }} }}
  }} }} }}
  searchTitles(profileId: $p, text: $text, first: 50) {{ nodes {{ {TITLE} }} }}
  one: title(id: $one, profileId: $p) {{ {TITLE} }}
  node(id: $another, profileId: $p) {{ ... on Title {{ {TITLE} }} }}
  anybody: node(id: $another) {{ ... on Title {{ {TITLE} }} }}
  similar(titleId: $one, profileId: $p, first: 50) {{ nodes {{ {TITLE} }} }}
}}
"""


def spoken_of(answer: dict[str, Any]) -> set[str]:
    """Ids of every title that the answer names, by id or by name."""
    text = json.dumps(answer, ensure_ascii=False)
    by_id = set(TITLE_ID.findall(text)) | {
        match for match in re.findall(r"title_([A-Za-z0-9-]+)", text) if match in TITLES
    }
    return by_id | {title.id for title in TITLES.values() if title.name in text}


@pytest.fixture(scope="module")
async def poisoned(corner: StoreUrls, version: DataVersion) -> AsyncIterator[Face]:
    world.fill(corner, version, POISON, poisoned_people(), WIDE)
    async with opened(corner) as stores:
        yield Face(stores.ports)


def test_the_reader_of_answers_sees_ids_and_names_wherever_they_stand() -> None:
    answer = {
        "a": "/art/poster/mv07-xyz.svg",
        "b": "row_ade~because~sb",
        "c": "marquee://play/title_sc-1-2",
        "d": "Because you liked Granite Viaduct",
    }
    assert spoken_of(answer) == {"mv07", "sb", "sc-1-2", "us02"}


async def test_every_permitted_title_is_within_reach(poisoned: Face) -> None:
    """So the next test does not pass because nothing is ever shown."""
    context = poisoned.context("acc-DE")
    answer = await poisoned.data(
        QUERY, context, p="profile_p-DE-18-0", text="harbour", one="title_mv01", another="title_sa"
    )
    expected = {title.id for title in TITLES.values() if may_see(title, DE, 18, False, NOW)}
    assert spoken_of(answer) == expected
    assert len(expected) == 39


@given(
    region=st.sampled_from(REGIONS),
    limit=st.sampled_from(LIMITS),
    kids=st.booleans(),
    now=st.sampled_from([NOW - 600 * DAY, NOW - DAY, NOW, NOW + 2 * DAY, NOW + 3 * DAY, NOW + 30 * DAY]),
    wanted=st.sampled_from(list(TITLES.values())),
    one=st.sampled_from(EVERYTHING),
    another=st.sampled_from(EVERYTHING),
)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_answer_speaks_of_a_title_that_may_not_be_seen(
    poisoned: Face,
    region: Region,
    limit: int,
    kids: bool,
    now: datetime,
    wanted: Title,
    one: str,
    another: str,
) -> None:
    """60 audiences by every way there is to a title."""
    context = poisoned.context(f"acc-{region}", now=now)
    result = await poisoned.ask(
        QUERY,
        context,
        p=f"profile_p-{region}-{limit}-{int(kids)}",
        text=wanted.name,
        one=f"title_{one}",
        another=f"title_{another}",
    )
    real_limit = min(limit, 10) if kids else limit
    assert result.data is not None
    messages = [error.message for error in result.errors or ()]
    assert set(messages) <= {"There is no such title."}
    leaked = {
        title
        for title in spoken_of(result.data)
        if not may_see(TITLES[TitleId(title)], region, real_limit, kids, now)
    }
    assert leaked == set()
