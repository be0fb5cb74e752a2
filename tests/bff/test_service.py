"""The service as a whole: health, schema file, demo session, pages, and what every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from domain.recommendations import DataVersion

pytestmark = pytest.mark.stores

HOME = """
query Home($profileId: ID!, $first: Int) {
  home(profileId: $profileId, device: {formFactor: TV}) {
    degradations { rowId what }
    rows(first: $first) { nodes { kind title cards(first: 20) { nodes { title { id name } } } } }
  }
}
"""


def test_ready_names_the_live_version_and_every_store(client: TestClient, version: DataVersion) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "stores": {"mongo": "ok", "elasticsearch": "ok", "redis": "ok"},
        "dataVersion": version.version,
        "missing": [],
    }


def test_a_home_page_has_rows(ask: Callable[..., dict[str, Any]]) -> None:
    answer = ask(HOME, profileId="profile_ade", first=10)
    assert "errors" not in answer
    home = answer["data"]["home"]
    assert home["degradations"] == []
    assert {"TOP_PICKS", "TRENDING"} <= {row["kind"] for row in home["rows"]["nodes"]}
    print(answer["extensions"], [(r["title"], len(r["cards"]["nodes"])) for r in home["rows"]["nodes"]])
