"""The index and the service read the same age: of the region, else of the nearest one it belongs to, else the general
one."""

from __future__ import annotations

import uuid
from itertools import combinations

import pytest
from elasticsearch import Elasticsearch

from bff.local_stack import StoreUrls
from domain.candidates.eligibility import refusal
from domain.catalog.documents import title_to_document
from domain.catalog.titles import LicenceWindow
from domain.ids import Region
from domain.ports.stores import BrowseQuery
from domain.viewers.profiles import Audience
from search import indexing
from search.catalog import ElasticCatalog, open_client
from tests.domain.made import DAY, NOW, a_title

pytestmark = pytest.mark.stores

PLACES = [Region(one) for one in ("FR", "FR-IDF", "FR-75C", "US", "CA-QC")]
AGES = [((one, age), (two, 18 - age)) for one, two in combinations(PLACES, 2) for age in (6, 16)]
TITLES = [
    a_title(f"age{number}", region_ages=ages, maturity_age=general, windows=(LicenceWindow((), NOW - DAY),))
    for number, (ages, general) in enumerate((ages, general) for ages in AGES for general in (None, 6, 18))
]


async def test_a_young_viewer_of_a_sub_region_is_offered_what_suits_there(stack: StoreUrls) -> None:
    index = f"marquee-titles-{uuid.uuid4().hex[:12]}"
    catalog = ElasticCatalog(open_client(stack.elasticsearch_url), clock=lambda: NOW)
    with Elasticsearch(stack.elasticsearch_url) as client:
        try:
            indexing.build(client, index, (title_to_document(title) for title in TITLES))
            for region in (*PLACES, Region("CA"), Region("US-NY")):
                audience = Audience(region, 12, False, NOW)
                (found,) = (
                    await catalog.browse(index, [BrowseQuery(region, 12, kids=False, size=200)])
                ).values()
                suits = {title.id for title in TITLES if refusal(title, audience) is None}
                assert set(found) == suits
                assert 0 < len(suits) < len(TITLES)
        finally:
            indexing.drop(client, index)
            await catalog.close()


def test_the_nearest_age_counts() -> None:
    title = a_title("m", region_ages=((Region("FR"), 16), (Region("FR-IDF"), 6)), maturity_age=18)
    assert [title.maturity_age_in(Region(one)) for one in ("FR", "FR-IDF", "FR-75C", "BE")] == [16, 6, 6, 18]
