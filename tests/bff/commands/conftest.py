"""A layout file, and `marquee layout` over the small world's stores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bff.commands.layout import layout
from bff.local_stack import StoreUrls

DRAFT = """layout: home
order: [picks, because]
rows:
  picks: {source: top_picks, title: {en: Chosen for You}}
  because: {source: because_you_watched}
"""


@pytest.fixture
def draft_file(tmp_path: Path) -> Path:
    path = tmp_path / "home.yaml"
    path.write_text(DRAFT)
    return path


@pytest.fixture
def run_layout(urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("MARQUEE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MARQUEE_MONGO_URL", urls.mongo_url)
    monkeypatch.setenv("MARQUEE_ELASTICSEARCH_URL", urls.elasticsearch_url)
    monkeypatch.setenv("MARQUEE_REDIS_URL", urls.redis_url)
    return lambda *arguments: CliRunner().invoke(layout, [str(each) for each in arguments])
