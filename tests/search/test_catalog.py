"""The catalogue on the real local server: what people type finds what they mean, and only what they may see."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from bff.local_stack import StoreUrls
from domain.candidates.eligibility import filter_eligible
from domain.catalog.documents import title_to_document
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.errors import StoreUnavailable
from domain.ids import Region, TitleId
from domain.ports.stores import BrowseQuery, SearchQuery
from domain.viewers.profiles import Audience
from search.catalog import ElasticCatalog, open_client
from search.mapping import MAPPINGS, index_settings

pytestmark = pytest.mark.stores

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
LONG_AGO, TOMORROW, YESTERDAY = NOW - timedelta(days=900), NOW + timedelta(days=1), NOW - timedelta(days=1)
DE, US = Region("DE"), Region("US")
ADULT = Audience(DE, 18, kids=False, now=NOW)


def a_title(title_id: str, name: str, popularity: float = 0.1, **changes: Any) -> Title:
    values: dict[str, Any] = {
        "kind": TitleKind.MOVIE, "year": 2000, "synopsis": "", "genres": ("Drama",), "cast": (),
        "language": "en", "runtime_seconds": 6000, "maturity_age": 12,
        "windows": (LicenceWindow((DE, US), LONG_AGO),), "launched_at": LONG_AGO,
        "palette": ("#000000", "#111111", "#222222"),
    }  # fmt: skip
    return Title(TitleId(title_id), name=name, popularity=popularity, **{**values, **changes})


TITLES = [
    a_title("gf", "The Godfather", 0.9, cast=("Marlon Brando", "Al Pacino"), franchise="The Godfather",
            genres=("Crime",)),
    a_title("gf2", "The Godfather: Part II", 0.7, cast=("Al Pacino", "Robert De Niro"), franchise="The Godfather"),
    a_title("heat", "Heat", 0.6, cast=("Al Pacino", "Robert De Niro", "Val Kilmer"), genres=("Crime",)),
    a_title("heated", "Heated Nights", 0.95),
    a_title("spirited", "Spirited Away", 0.3, other_names=("Sen to Chihiro no kamikakushi", "Heat")),
    a_title("amelie", "Amélie", 0.5, cast=("Audrey Tautou",), genres=("Comedy", "Romance")),
    a_title("alien", "Alien", 0.8, cast=("Sigourney Weaver",), franchise="Alien", maturity_age=16,
            genres=("Horror", "Science Fiction")),
    a_title("aliens", "Aliens", 0.85, cast=("Sigourney Weaver",), franchise="Alien", maturity_age=16,
            genres=("Horror", "Science Fiction")),
    a_title("up", "Up", 0.4, maturity_age=0, genres=("Animation", "Family")),
    a_title("king", "The Return of the King", 0.97, cast=("Elijah Wood", "Ian McKellen")),
    a_title("samurai", "七人の侍", 0.5, cast=("Toshirō Mifune",)),
    a_title("street", "Ångströms Straße", 0.2),
    a_title("unrated", "Unrated Thing", maturity_age=None),
    a_title("usa", "Only in America", windows=(LicenceWindow((US,), LONG_AGO),)),
    a_title("over", "Over Already", windows=(LicenceWindow((DE,), LONG_AGO, YESTERDAY),)),
    a_title("leaving", "Leaving Soon", windows=(LicenceWindow((DE,), LONG_AGO, TOMORROW),)),
    a_title("coming", "Coming Soon", windows=(LicenceWindow((DE,), TOMORROW),)),
    a_title("mixed", "Mixed Licences", windows=(LicenceWindow((DE,), TOMORROW), LicenceWindow((US,), LONG_AGO))),
    a_title("premium", "Only Premium", plans=("premium", "family")),
    a_title("milder", "Milder Here", maturity_age=16, region_ages=((DE, 6), (US, 18))),
    a_title("stricter", "Stricter Here", maturity_age=0, region_ages=((DE, 16),)),
    a_title("rated", "Rated Only Here", maturity_age=None, region_ages=((DE, 12),)),
    a_title("renewed", "Renewed", windows=(LicenceWindow((DE,), LONG_AGO, TOMORROW), LicenceWindow((DE,), TOMORROW))),
    a_title("later", "Leaves Later", windows=(
        LicenceWindow((DE,), LONG_AGO, TOMORROW), LicenceWindow((DE,), LONG_AGO, NOW + timedelta(days=14)))),
    a_title("fifteen", "Leaves After Two Weeks", windows=(
        LicenceWindow((DE,), LONG_AGO, NOW + timedelta(days=15)),
        LicenceWindow((US,), LONG_AGO, TOMORROW))),
    a_title("unborn", "Launches in 2029", launched_at=datetime(2029, 1, 1, tzinfo=UTC)),
    a_title("show", "The Godfather Show", 0.3, kind=TitleKind.SERIES, launched_at=YESTERDAY),
    a_title("pilot", "Godfather Pilot", kind=TitleKind.EPISODE, series_id=TitleId("show")),
]  # fmt: skip


@dataclass(frozen=True)
class Shop:
    catalog: ElasticCatalog
    index: str

    async def search(self, text: str, audience: Audience = ADULT, **options: Any) -> list[str]:
        return list(await self.catalog.search(self.index, SearchQuery(text, audience, **options)))


@pytest.fixture(scope="module")
def index(stack: StoreUrls) -> Iterator[str]:
    name = f"marquee-titles-{uuid.uuid4().hex[:12]}"
    with Elasticsearch(stack.elasticsearch_url) as client:
        client.indices.create(index=name, settings=index_settings(), mappings=MAPPINGS)
        operations: list[dict[str, Any]] = []
        for title in TITLES:
            document = title_to_document(title)
            operations += [{"index": {"_index": name, "_id": document.pop("_id")}}, document]
        client.index(index=name, id="rotten", document={"kind": "movie", "name": 5})
        client.bulk(operations=operations, refresh=True)
        yield name
        client.indices.delete(index=name)


@pytest.fixture
async def shop(stack: StoreUrls, index: str) -> AsyncIterator[Shop]:
    catalog = ElasticCatalog(open_client(stack.elasticsearch_url), clock=lambda: NOW)
    yield Shop(catalog, index)
    await catalog.close()


FINDS = {
    "the godfather": "gf gf2 show",
    "godfather": "gf gf2 show",
    "godf": "gf gf2 show",
    "godfahter": "gf gf2 show",
    "gofather": "gf gf2 show",
    "heat": "heat heated spirited",
    "sen to chihiro": "spirited",
    "chihiro kamik": "spirited",
    "sen to chihirro": "spirited",
    "al pacino": "gf gf2 heat",
    "pacino": "gf gf2 heat",
    "al pac": "gf gf2 heat",
    "pacino heat": "heat",
    "de niro crime": "heat",
    "sigorney weaver": "aliens alien",
    "elijah wod": "king",
    "amelie": "amelie",
    "AMÉLIE": "amelie",
    "tautou": "amelie",
    "alien": "alien aliens",
    "ailen": "alien aliens",
    "science fiction": "aliens alien",
    "return king": "king",
    "mifune": "samurai",
    "toshiro": "samurai",
    "七人": "samurai",
    "angstroms strasse": "street",
    "only in america": "",
    "over already": "",
    "coming soon": "",
    "mixed licences": "",
    "leaving soon": "leaving",
    "pilot": "",
    "zzzzzz": "",
    "* OR name:*": "",
    "name:up": "",
    '{"match_all":{}}': "",
}


@pytest.mark.parametrize(("text", "expected"), FINDS.items(), ids=FINDS.keys())
async def test_what_is_typed_finds_what_is_meant_best_first(shop: Shop, text: str, expected: str) -> None:
    assert await shop.search(text) == expected.split()


async def test_searches_can_be_narrowed(shop: Shop) -> None:
    assert await shop.search("godfather", kind=TitleKind.SERIES) == ["show"]
    assert await shop.search("al pacino", genre="Crime") == ["gf", "heat"]
    assert await shop.search("godfather", size=1) == ["gf"]


AUDIENCES = [
    ADULT,
    Audience(US, 18, kids=False, now=NOW),
    Audience(DE, 12, kids=False, now=NOW),
    Audience(DE, 10, kids=True, now=NOW),
    Audience(DE, 18, kids=True, now=NOW),
    Audience(Region("JP"), 18, kids=False, now=NOW),
    Audience(DE, 18, kids=False, now=NOW + timedelta(days=2)),
    Audience(DE, 18, kids=False, now=NOW, plan="premium"),
    Audience(US, 16, kids=False, now=NOW, plan="standard"),
]


@pytest.mark.parametrize("audience", AUDIENCES, ids=str)
async def test_browse_returns_exactly_what_the_eligibility_check_passes(
    shop: Shop, stack: StoreUrls, audience: Audience
) -> None:
    catalog = ElasticCatalog(open_client(stack.elasticsearch_url), clock=lambda: audience.now)
    query = BrowseQuery(audience.region, audience.maturity_limit, audience.kids, size=200, plan=audience.plan)
    found = (await catalog.browse(shop.index, [query]))[query]
    await catalog.close()
    shown = [title for title in TITLES if title.kind != TitleKind.EPISODE]
    assert set(found) - {"rotten"} == {title.id for title in filter_eligible(shown, audience).eligible}


async def test_what_leaves_within_two_weeks_comes_soonest_first(shop: Shop, stack: StoreUrls) -> None:
    """Joined licences of this region count: a title that is renewed in time does not leave."""
    here, elsewhere = (BrowseQuery(place, 18, kids=False, leaving_days=14) for place in (DE, US))
    found = await shop.catalog.browse(shop.index, [here, elsewhere])
    assert found == {here: ("leaving", "later"), elsewhere: ("fifteen",)}
    a_day_on = ElasticCatalog(open_client(stack.elasticsearch_url), lambda: NOW + timedelta(days=1))
    found = await a_day_on.browse(shop.index, [here])
    await a_day_on.close()
    assert found[here] == ("later", "fifteen")


async def test_the_browse_lists_of_a_page_are_one_call(shop: Shop) -> None:
    newest = BrowseQuery(DE, 18, kids=False, newest=True, size=1)
    crime = BrowseQuery(DE, 18, kids=False, genre="Crime")
    kids = BrowseQuery(DE, 10, kids=True)
    assert await shop.catalog.browse(shop.index, [newest, crime, kids]) == {
        newest: ("show",),
        crime: ("gf", "heat"),
        kids: ("up", "milder"),
    }


async def test_titles_come_back_as_they_went_in_and_unknown_ones_are_absent(shop: Shop) -> None:
    wanted = [TitleId("gf"), TitleId("nothing"), TitleId("pilot"), TitleId("rotten")]
    found = await shop.catalog.titles(shop.index, wanted)
    assert found == {title.id: title for title in TITLES if title.id in ("gf", "pilot")}


async def test_no_keys_ask_nothing(shop: Shop) -> None:
    assert await shop.catalog.titles(shop.index, []) == {}
    assert await shop.catalog.browse(shop.index, []) == {}


Ask = Callable[[ElasticCatalog, str], Any]
ASKS: dict[str, Ask] = {
    "titles": lambda catalog, index: catalog.titles(index, [TitleId("gf")]),
    "browse": lambda catalog, index: catalog.browse(index, [BrowseQuery(DE, 18, kids=False)]),
    "search": lambda catalog, index: catalog.search(index, SearchQuery("up", ADULT)),
}


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())
async def test_an_index_that_is_gone_is_an_outage_and_not_an_empty_answer(shop: Shop, ask: Ask) -> None:
    with pytest.raises(StoreUnavailable) as raised:
        await ask(shop.catalog, "marquee-titles-gone")
    assert raised.value.store == "elasticsearch"


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())
async def test_a_cluster_that_is_not_there_is_an_outage(ask: Ask) -> None:
    catalog = ElasticCatalog(open_client("http://127.0.0.1:9"))
    with pytest.raises(StoreUnavailable):
        await ask(catalog, "any")
    await catalog.close()


async def test_a_cluster_that_never_answers_is_an_outage_within_the_time_out() -> None:
    silent = await asyncio.start_server(lambda reader, writer: asyncio.sleep(30), "127.0.0.1", 0)
    catalog = ElasticCatalog(open_client(f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"))
    began = time.perf_counter()
    with pytest.raises(StoreUnavailable):
        await catalog.titles("any", [TitleId("gf")])
    assert time.perf_counter() - began < 2.5
    await catalog.close()
    silent.close()


async def test_an_index_from_before_boards_were_known_serves_young_viewers(
    stack: StoreUrls, shop: Shop
) -> None:
    """A new release of the service reads the last run's index until the next run."""
    name = f"marquee-titles-{uuid.uuid4().hex[:12]}"
    fields = {key: value for key, value in MAPPINGS["properties"].items() if key != "region_ages"}
    with Elasticsearch(stack.elasticsearch_url) as client:
        client.indices.create(
            index=name, settings=index_settings(), mappings={**MAPPINGS, "properties": fields}
        )
        document = title_to_document(a_title("up", "Up", maturity_age=0))
        client.index(index=name, id=document.pop("_id"), document=document, refresh=True)
        try:
            query = BrowseQuery(DE, 7, kids=True)
            assert await shop.catalog.browse(name, [query]) == {query: ("up",)}
        finally:
            client.indices.delete(index=name)
