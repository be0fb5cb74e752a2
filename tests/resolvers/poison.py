"""A poisoned world: every list, every history, every editor's row and pin names every title there is, and traps
stand where a mistake of the nightly run, a changed profile or a licence to the millisecond would put them.

The eligibility rule is written here a second time, in the product's words and not from the code.

    pl01 pl02   with the premium plan, with standard and premium
    sd          a series with the premium plan whose episodes claim to come with every plan
    rb01 rb02   for all but FSK 16 in Germany, 18 but FSK 6
    ed01 ed02   ends and begins a millisecond after NOW
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from hypothesis import strategies as st
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from domain import storage_names
from domain.catalog.titles import Title, TitleKind
from domain.ids import GLOBAL, AccountId, ProfileId, Region, TitleId
from domain.layouts.model import MAX_CARDS, Layout, Pin, RowSpec, RowStyle
from domain.layouts.row_kinds import RowSource
from domain.page.fallback_page import build_fallback_pages
from domain.recommendations.lists import PopularKey, RankedList, RankedTitle, TrendKey, TrendWindow
from domain.viewers.activity import Activity, Listing, Rating
from domain.viewers.documents import account_to_document, profile_to_document
from domain.viewers.profiles import Account, Profile
from domain.viewers.watches import one_playback
from tests.domain.made import DAY, DE, HOUR, JP, NOW, US, a_title
from tests.resolvers import world
from tests.resolvers.world import a_series, only

REGIONS = (DE, US, JP)
LIMITS = (0, 6, 7, 10, 12, 16, 18)
PLANS = ("standard", "premium")
MILLI = timedelta(milliseconds=1)
BLOCKED = (TitleId("mv03"), TitleId("sa"), TitleId("mv20"))

TITLES: dict[TitleId, Title] = world.TITLES | {
    title.id: title
    for title in (
        a_title("pl01", name="Golden Atlas", genres=("Drama",), plans=("premium",), popularity=0.94),
        a_title("pl02", name="Golden Compass Rose", genres=("Crime",), plans=PLANS, popularity=0.93),
        a_title("rb01", name="Boarded Window", maturity_age=0, region_ages=((DE, 16),), popularity=0.92),
        a_title(
            "rb02", name="Boarded Gate", maturity_age=18, region_ages=((DE, 6), (US, 18)), popularity=0.91
        ),
        a_title("ed01", name="Edge of Evening", popularity=0.9, **only(DE, US, end=NOW + MILLI)),
        a_title("ed02", name="Edge of Morning", popularity=0.89, **only(DE, US, start=NOW + MILLI)),
        *a_series("sd", "Velvet Terrace", {"plans": ()}, plans=("premium",)),
    )
}
EVERYTHING: list[TitleId] = list(TITLES)
TITLE_ID = re.compile(
    r"(?<![A-Za-z0-9])(?:mv|us|ex|fu|nr|pl|rb|ed)\d\d(?!\d)|(?<![A-Za-z0-9-])s[abcd](?:-\d-\d)?(?![A-Za-z0-9-])"
)
SIGNED = re.compile(r"-[A-Za-z0-9_-]{22}\.svg\?v=\w+")
"""Of an artwork's address the part that is chance."""


def may_see(title: Title, account: Account, profile: Profile, now: datetime) -> bool:
    """Licensed here and now, in the plan, suitable by this region's board, not blocked; an episode as its series."""
    if title.kind == TitleKind.EPISODE:
        assert title.series_id is not None
        if not may_see(TITLES[title.series_id], account, profile, now):
            return False
    licensed = any(
        account.region in window.regions
        and window.starts_at <= now
        and (window.ends_at is None or now < window.ends_at)
        for window in title.windows
    )
    paid = not title.plans or account.plan in title.plans
    limit = min(profile.maturity_limit, 10) if profile.kids else profile.maturity_limit
    age = dict(title.region_ages).get(account.region, title.maturity_age)
    suits = limit >= 18 or (age is not None and age <= limit)
    return licensed and paid and suits and title.id not in profile.blocked


def spoken_of(answer: dict[str, Any]) -> set[str]:
    """Ids of every title that the answer names, by id or by name."""
    text = SIGNED.sub(".svg", json.dumps(answer, ensure_ascii=False))
    by_id = set(TITLE_ID.findall(text)) | {
        match for match in re.findall(r"title_([A-Za-z0-9-]+)", text) if match in TITLES
    }
    return by_id | {title.id for title in TITLES.values() if title.name in text}


def leaked(answer: dict[str, Any], account: Account, profile: Profile, now: datetime) -> set[str]:
    """Titles the answer speaks of and must not."""
    return {one for one in spoken_of(answer) if not may_see(TITLES[TitleId(one)], account, profile, now)}


def an_account(region: Region, plan: str) -> Account:
    return Account(AccountId(f"acc-{region}-{plan}"), region, plan, world.SINCE)


def a_person(region: Region, plan: str, limit: int, kids: bool, blocked: bool) -> tuple[Account, Profile]:
    account = an_account(region, plan)
    profile = replace(
        world.ADE,
        id=ProfileId(f"p-{region}-{plan}-{limit}-{int(kids)}-{int(blocked)}"),
        account_id=account.id,
        kids=kids,
        maturity_limit=limit,
        favourite_genres=("Drama", "Crime"),
        blocked=BLOCKED if blocked else (),
    )
    return account, profile


PEOPLE = [a_person(*facts) for facts in product(REGIONS, PLANS, LIMITS, (False, True), (False, True))]
people = st.sampled_from(PEOPLE)
instants = st.sampled_from(
    [
        NOW - 600 * DAY, NOW - DAY, NOW - MILLI, NOW, NOW + MILLI, NOW + 2 * MILLI, NOW + DAY - MILLI, NOW + DAY,
        NOW + 3 * DAY - MILLI, NOW + 3 * DAY, NOW + 30 * DAY,
    ]
)  # fmt: skip
titles = st.sampled_from(list(TITLES.values()))
ids = st.sampled_from(EVERYTHING)


def an_activity(profile_id: ProfileId) -> Activity:
    """A third finished, a third begun, a third untouched, so that every kind of row has candidates left."""
    playable = [title for title in TITLES.values() if title.kind != TitleKind.SERIES]
    watched = {
        title.id: one_playback(
            NOW - number * DAY / 10,
            7440 if number % 3 == 0 else 1500,
            7440,
            number % 3 == 0,
            title.series_id or "",
        )
        for number, title in enumerate(playable)
        if number % 3 < 2 or title.kind == TitleKind.EPISODE
    }
    listed = {title_id: Listing(NOW, True) for title_id in EVERYTHING}
    return Activity(profile_id, 1, watched, listed, {one: Rating(NOW, 1.0) for one in EVERYTHING[::2]})


LISTS = world.Lists(
    picks={
        profile.id: [(title, EVERYTHING[-1 - number]) for number, title in enumerate(EVERYTHING)]
        for _, profile in PEOPLE
    },
    similar=dict.fromkeys(EVERYTHING, EVERYTHING),
    popular={
        PopularKey(region, genre): EVERYTHING for region in (*REGIONS, GLOBAL) for genre in (None, *world.GENRES)
    },
    trends={
        TrendKey(region, window): EVERYTHING for region in (*REGIONS, GLOBAL) for window in TrendWindow
    },
)  # fmt: skip


def rows() -> Iterator[RowSpec]:
    """Every source, as wide as a row can be; an editor's pins on whatever may not be shown somewhere."""
    pins = tuple(
        Pin(TitleId(trap), slot, NOW + 90 * DAY)
        for slot, trap in enumerate(
            ("us01", "ex01", "fu01", "nr01", "mv17", "pl01", "rb01", "ed01", "sb"), start=1
        )
    )
    chosen = {"titles": " ".join(EVERYTHING)}
    for source in RowSource:
        options: dict[str, str | int] = chosen if source == RowSource.EDITORIAL else {}
        yield RowSpec(source.value, source, min_cards=1, max_cards=MAX_CARDS, options=options, pins=pins)
    yield RowSpec("chart", RowSource.TRENDING, RowStyle.NUMBERED, min_cards=1, max_cards=MAX_CARDS)


LAYOUT = Layout("home", 5, tuple(rows()), NOW - HOUR)
CAST = [
    *((account, profile, an_activity(profile.id)) for account, profile in PEOPLE),
    (
        replace(PEOPLE[0][0], id=AccountId("shifting")),
        replace(PEOPLE[0][1], id=ProfileId("shifting"), account_id=AccountId("shifting")),
        an_activity(ProfileId("shifting")),
    ),
]

TITLE = """id name synopsis metadataLine artwork { url alt } availability { endsAt } __typename
  ... on Episode { seriesId seriesName }
  ... on Series { episodes(first: 50) { nodes { id name artwork { alt } } } }"""
HOME = f"""snapshotId refreshAfter degradations {{ what }} rows(first: 50) {{ nodes {{
    id title subtitle accessibilityLabel reason {{ text pivots {{ title {{ {TITLE} }} }} }} status servedFrom
    cards(first: 50) {{ nodes {{ title {{ {TITLE} }} reason {{ text }} resume {{ label target }}
      accessibilityLabel metadataLine actions {{ target }} artwork {{ url alt }} backdrop {{ url alt }} }} }}
  }} }}"""
PAGE = f"""query Page($p: ID!, $snapshot: ID) {{
  home(profileId: $p, device: {{formFactor: TV}}, snapshotId: $snapshot) {{ {HOME} }} }}"""
EVERY_WAY = f"""
query Everything($p: ID!, $home: ID!, $text: String!, $one: ID!, $another: ID!) {{
  home(profileId: $p, device: {{formFactor: TV}}) {{ {HOME} }}
  again: node(id: $home) {{ ... on Home {{ {HOME} }} }}
  searchTitles(profileId: $p, text: $text, first: 50) {{ nodes {{ {TITLE} }} }}
  one: title(id: $one, profileId: $p) {{ {TITLE} }}
  node(id: $another, profileId: $p) {{ ... on Title {{ {TITLE} }} }}
  anybody: node(id: $another) {{ ... on Title {{ {TITLE} }} }}
  similar(titleId: $one, profileId: $p, first: 50) {{ nodes {{ {TITLE} }} }}
  onboarding(profileId: $p, first: 50) {{ titles {{ {TITLE} }} }}
}}
"""

SHIFTING = ProfileId("shifting")
"""A profile whose facts a test changes between two pages: its region, plan, limit, kind and what is blocked."""

facts = st.tuples(
    st.sampled_from(REGIONS), st.sampled_from(PLANS), st.sampled_from(LIMITS), st.booleans(), st.booleans()
)


def become(
    urls: StoreUrls, region: Region, plan: str, limit: int, kids: bool, blocked: bool
) -> tuple[Account, Profile]:
    """Write the shifting profile and its account as they are from now on."""
    _, like = a_person(region, plan, limit, kids, blocked)
    account = replace(an_account(region, plan), id=AccountId(SHIFTING))
    profile = replace(like, id=SHIFTING, account_id=account.id)
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        database = client.get_default_database()
        for collection, document in (
            (storage_names.ACCOUNTS, account_to_document(account)),
            (storage_names.PROFILES, profile_to_document(profile)),
        ):
            database[collection].replace_one({"_id": document["_id"]}, document, upsert=True)
    return account, profile


SHIPPED = build_fallback_pages(
    "shipped",
    NOW - HOUR,
    {
        PopularKey(region): RankedList(
            tuple(RankedTitle(one, title.popularity) for one, title in TITLES.items()), NOW - HOUR
        )
        for region in (DE, US, GLOBAL)
    },
    TITLES,
)
"""The page that ships with the service; Japan is not in it."""
