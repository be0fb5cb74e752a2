"""The benches run: every one of them gives its figures. Their size is not tested."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bff.local_stack import StoreUrls

pytestmark = pytest.mark.stores

RUN = Path(__file__).parent / "bench" / "run.py"


@pytest.mark.timeout(900)  # it starts some thirty servers, one after the other
def test_a_smoke_run_gives_every_figure_and_leaves_the_stores_clean(stack: StoreUrls, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    environment = {
        "MARQUEE_MONGO_URL": stack.mongo_url,
        "MARQUEE_ELASTICSEARCH_URL": stack.elasticsearch_url,
        "MARQUEE_REDIS_URL": stack.redis_url,
    }
    before = databases(stack)
    finished = bench("--smoke", "--home", str(tmp_path / "bench"), "--json", str(file), **environment)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    figures = json.loads(file.read_text())["figures"]
    assert {figure["bench"] for figure in figures} == {
        "compose",
        "decode",
        "command line",
        "event import",
        "home",
        "variants",
        "growth",
        "live",
        "cold",
        "cold, 1 at once",
        "cold, 8 at once",
        "cold, 32 at once",
        "store growth",
        "overload",
        "overload, 1x",
        "overload, 3x",
        "overload, 3x, everybody let in",
        "ranking",
    }
    assert all(math.isfinite(figure["value"]) and figure["unit"] for figure in figures)
    pages = {figure["name"]: figure["value"] for figure in figures if figure["bench"] == "cold"}
    assert pages["answers without a page"] == 0
    assert pages["answers that failed under load"] == 0
    assert pages["cards per page"] > 0
    assert databases(stack) == before


def test_an_address_without_a_token_is_refused_in_a_sentence() -> None:
    finished = bench("--url", "http://127.0.0.1:1")
    assert finished.returncode == 2
    assert "--url and --token belong together" in finished.stderr


def bench(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RUN), *options],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def databases(stack: StoreUrls) -> set[str]:
    """Names of the benches' databases; those of other tests come and go."""
    from pymongo import MongoClient

    with MongoClient[dict[str, object]](stack.mongo_url) as client:
        return {name for name in client.list_database_names() if name.startswith("bench-")}
