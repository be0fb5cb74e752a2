"""Pictures and trailers of an import, from the file to the API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from pymongo import MongoClient

from batch.commands.imports import import_
from bff.local_stack import StoreUrls
from domain.recommendations.lists import DataVersion
from domain.serialization import Document
from domain.storage_names import RUNS
from tests.resolvers.conftest import as_it_runs

pytestmark = pytest.mark.stores

ASK = """{ title(id: "title_tmdb-movie-77", profileId: "profile_ade") {
  name artwork(shape: POSTER, minWidth: 300) { url width language } preview { url mimeType }
} }"""


async def test_an_imported_movie_shows_its_own_poster_and_trailer(
    filled: StoreUrls, version: DataVersion, tmp_path: Path
) -> None:
    with MongoClient[Document](filled.mongo_url) as client:
        run = {"_id": version.version, "version": version.version, "published": True, "swept": False}
        client.get_default_database()[RUNS].replace_one({"_id": version.version}, run, upsert=True)
    movie = {
        "id": 77,
        "title": "Brought Along",
        "release_date": "2020-01-01",
        "release_dates": {"results": [{"iso_3166_1": "DE", "release_dates": [{"certification": "0"}]}]},
        "images": {"posters": [{"file_path": "/own.jpg", "width": 1000, "height": 1500, "iso_639_1": "en"}]},
        "videos": {"results": [{"type": "Trailer", "site": "YouTube", "key": "abc", "official": True}]},
    }
    path = tmp_path / "movie.json"
    path.write_text(json.dumps(movie), "utf-8")
    environment = {
        "MARQUEE_HOME": str(tmp_path),
        "MARQUEE_MONGO_URL": filled.mongo_url,
        "MARQUEE_ELASTICSEARCH_URL": filled.elasticsearch_url,
        "MARQUEE_REDIS_URL": filled.redis_url,
    }
    words = ["tmdb", str(path), "--image-base", "https://i.example/t", "--trailer-base", "/media"]
    result = CliRunner(env=environment).invoke(import_, words)
    assert result.exit_code == 0, result.output
    assert "MARQUEE_MEDIA_ORIGINS='https://i.example'" in result.output
    async with as_it_runs(filled) as face:
        title = (await face.data(ASK))["title"]
    assert title == {
        "name": "Brought Along",
        "artwork": {"url": "https://i.example/t/w342/own.jpg", "width": 342, "language": "en"},
        "preview": {"url": "/media/abc.mp4", "mimeType": "video/mp4"},
    }
