"""The fallback page's file: made from live data, whole or not at all, the same bytes for the same version."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from batch.pipeline.fallback_page import fallback_page_path, write_live_pages, write_pages
from domain.catalog.documents import title_to_document
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.errors import BadInput
from domain.ids import GLOBAL, Region, TitleId
from domain.page.fallback_page import EVERYWHERE, fallback_page_rows, pages_from_document
from domain.recommendations.documents import data_version_to_document
from domain.recommendations.keys import popular_id
from domain.recommendations.lists import DataVersion, PopularKey
from domain.storage_names import LIVE_POINTER, POINTERS, POPULAR, TITLES
from domain.timestamps import to_millis
from domain.viewers.profiles import Audience

pytestmark = pytest.mark.stores

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
DE, US = Region("DE"), Region("US")
GENRES = ("Drama", "Comedy", "Crime", "Family")
LIVE = DataVersion("v9", "marquee-titles-v9", "run-9", str(date(2026, 11, 22)), NOW)


def a_title(number: int, **changes: Any) -> Title:
    facts: dict[str, Any] = {
        "id": TitleId(f"t{number:03}"),
        "kind": TitleKind.MOVIE,
        "name": f"Movie {number}",
        "year": 2024,
        "synopsis": "Something happens.",
        "genres": (GENRES[number % 4],),
        "cast": (),
        "language": "en",
        "runtime_seconds": 6000,
        "maturity_age": (0, 12)[number % 2],
        "windows": (LicenceWindow((DE, US), NOW - timedelta(days=9)),),
        "launched_at": NOW - timedelta(days=9),
        "palette": ("#101020", "#404060", "#a0a0c0"),
    }
    return Title(**(facts | changes))


@pytest.fixture(scope="module", autouse=True)
def live(batch_settings: Any) -> None:
    """200 titles, every tenth in the United States alone, in a version's popular lists; one list of an older
    version, and one title that no list names."""
    from batch.storage.clients import BatchStores

    titles = [
        a_title(number, windows=(LicenceWindow((US,), NOW - timedelta(days=9)),))
        if number % 10 == 0
        else a_title(number)
        for number in range(200)
    ]
    items = [[title.id, round(1 - place / 1000, 3), 50] for place, title in enumerate(titles)]
    with BatchStores(batch_settings) as stores:
        stores.mongo[TITLES].insert_many([title_to_document(title) for title in [*titles, a_title(999)]])
        stores.mongo[POPULAR].insert_many(
            [
                {
                    "_id": popular_id(version, PopularKey(region)),
                    "version": version,
                    "region": region,
                    "genre": None,
                    "items": items if version == "v9" else [["t999", 1.0, 1]],
                    "computed_at": to_millis(NOW),
                }
                for version, region in (("v9", DE), ("v9", US), ("v9", GLOBAL), ("v8", DE))
            ]
        )
        parts = {"_id": "v9:SCORES:0", "version": "v9", "items": [["t001", 0.75]]}
        stores.mongo[POPULAR].insert_one(parts)
        stores.mongo[POINTERS].insert_one(data_version_to_document(LIVE) | {"_id": LIVE_POINTER})


def read(path: Path) -> Any:
    return pages_from_document(json.loads(gzip.decompress(path.read_bytes())))


def test_every_region_and_age_has_four_rows_of_twenty_titles_and_more(stores: Any, tmp_path: Path) -> None:
    pages = write_live_pages(stores, tmp_path / "new" / "pages.json.gz", NOW)
    assert (pages.version, pages.made_at, pages.regions) == ("v9", NOW, (DE, US))
    assert read(tmp_path / "new" / "pages.json.gz") == pages
    for region in (DE, US, EVERYWHERE):
        for limit, kids in ((0, True), (10, True), (12, False), (18, False)):
            rows = fallback_page_rows(pages, Audience(region, limit, kids, NOW)).rows
            assert [len(row.candidates) for row in rows][:4] == [20, 20, 20, 20] or limit < 12
            assert sum(len(row.candidates) for row in rows) >= 80
            assert len(rows) >= 4


def test_titles_carry_their_popularity_and_only_listed_ones_travel(stores: Any, tmp_path: Path) -> None:
    pages = write_live_pages(stores, tmp_path / "pages.json.gz", NOW)
    assert pages.titles[TitleId("t001")].popularity == 0.75
    assert TitleId("t999") not in pages.titles


def test_the_same_version_gives_the_same_bytes_and_nothing_else_is_left(stores: Any, tmp_path: Path) -> None:
    write_live_pages(stores, tmp_path / "one.gz", NOW)
    write_live_pages(stores, tmp_path / "two.gz", NOW)
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.gz", "two.gz"]
    assert (tmp_path / "one.gz").stat().st_size < 15_000


def test_the_command_writes_it_where_services_look(
    stores: Any, batch_settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from batch.commands.data import data

    settings = batch_settings
    for name in ("mongo_url", "elasticsearch_url", "redis_url"):
        monkeypatch.setenv(f"MARQUEE_{name.upper()}", getattr(settings, name))
    monkeypatch.setenv("MARQUEE_HOME", str(settings.home))
    said = CliRunner().invoke(data, ["static-page"])
    path = fallback_page_path(settings)
    assert said.exit_code == 0
    assert said.output == (
        f"{path}: version v9, 2 regions, {len(read(path).titles)} titles, {path.stat().st_size:,} bytes\n"
    )


def test_before_the_first_publish_there_is_nothing_to_write(stores: Any, tmp_path: Path) -> None:
    stores.mongo[POINTERS].delete_one({"_id": LIVE_POINTER})
    with pytest.raises(BadInput, match="Nothing is published yet"):
        write_live_pages(stores, tmp_path / "pages.json.gz", NOW)
    assert list(tmp_path.iterdir()) == []


def test_the_made_sample_ships_four_rows_of_twenty_for_every_region_and_age_and_a_month(
    tmp_path: Path,
) -> None:
    """As popular as the names fall: what counts is how licences, ages and genres are spread."""
    from batch.sample.catalogue import make_catalogue
    from domain.page.fallback_page import build_fallback_pages
    from domain.recommendations.lists import POPULAR_SIZE, RankedList, RankedTitle

    titles = {work.title.id: work.title for work in make_catalogue(7, 3000, NOW)}
    regions = {region for title in titles.values() for window in title.windows for region in window.regions}
    lists: dict[PopularKey, list[RankedTitle]] = {}
    for place, title in enumerate(titles.values()):
        here = [region for region in regions if title.current_stretch(region, NOW)]
        for region in (*here, GLOBAL):
            for genre in (None, *title.genres):
                lists.setdefault(PopularKey(region, genre), []).append(RankedTitle(title.id, 1 / (1 + place)))
    popular = {key: RankedList(tuple(ranked[:POPULAR_SIZE]), NOW) for key, ranked in lists.items()}
    pages = build_fallback_pages("v1", NOW, popular, titles)
    for days in (0, 30):
        for region in (*regions, EVERYWHERE):
            for limit in (0, 6, 7, 10, 12, 16, 18):
                audience = Audience(region, limit, limit <= 10, NOW + timedelta(days=days))
                rows = fallback_page_rows(pages, audience).rows
                assert [len(row.candidates) for row in rows][:4] == [20, 20, 20, 20], (region, limit, days)
    write_pages(pages, tmp_path / "pages.json.gz")
    assert (tmp_path / "pages.json.gz").stat().st_size < 150_000
