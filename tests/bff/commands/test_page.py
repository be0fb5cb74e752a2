"""marquee page, as typed, beside a running service: a page as served, its changes, invariant violations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient
from redis import Redis

from bff.commands.page import page
from bff.local_stack import StoreUrls
from domain import storage_names
from domain.errors import NotFound
from domain.layouts.model import Promise
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.layouts.versions import layout_to_record
from domain.page.invariants import Invariant
from domain.snapshots.keys import violation_key
from resolvers.home import complete_page_poller

pytestmark = pytest.mark.stores

HOME = """{ home(profileId: "profile_ade", device: {formFactor: WEB}) {
  snapshotId layout { version }
  rows(first: 20) { nodes { title cards(first: 20) { nodes { title { id name } } } } } } }"""
FINISH = """mutation { eventsRecord(input: {profileId: "profile_ade", events: [
  {clientEventId: "seen", type: COMPLETE, titleId: "title_m1"}]}) { ... on EventsRecorded { acceptedCount } } }"""


TRACKED = """{ home(profileId: "profile_mina", device: {formFactor: TV}) { snapshotId rows(first: 2) { nodes {
  cards(first: 5) { nodes { title { id } tracking { cardToken } } } } } } }"""
SEEN = "mutation Seen($input: EventsRecordInput!) { eventsRecord(input: $input) { __typename } }"


@pytest.fixture
def run(urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("MARQUEE_HOME", str(tmp_path))
    monkeypatch.setenv("MARQUEE_MONGO_URL", urls.mongo_url)
    monkeypatch.setenv("MARQUEE_ELASTICSEARCH_URL", urls.elasticsearch_url)
    monkeypatch.setenv("MARQUEE_REDIS_URL", urls.redis_url)
    monkeypatch.setenv("COLUMNS", "150")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(page, arguments)

    return invoke


@pytest.fixture
def no_samples(urls: StoreUrls) -> Iterator[None]:
    keys = [violation_key(invariant) for invariant in Invariant]
    with Redis.from_url(urls.redis_url) as redis:
        redis.delete(*keys)
        yield
        redis.delete(*keys)


def test_a_page_is_shown_as_served_and_then_its_changes(
    run: Callable[..., Result], ask: Callable[..., dict[str, Any]], version: Any
) -> None:
    home = ask(HOME)["data"]["home"]
    rows = home["rows"]["nodes"]

    shown = run("show", home["snapshotId"])
    assert shown.exit_code == 0
    lines = [line.rstrip() for line in shown.stdout.splitlines()]
    assert any(line.startswith("Ade's page on web, 20") for line in lines)
    assert any(
        f"page {home['snapshotId']} · layout home v0 · data {version.version}" in line for line in lines
    )
    assert all(any(row["title"] in line for line in lines) for row in rows)
    first = rows[0]["cards"]["nodes"][0]["title"]["name"]
    assert sum(first in line for line in lines) >= 1

    document = json.loads(run("show", home["snapshotId"], "--json").stdout)
    assert [[card[0] for card in row["cards"]] for row in document["rows"]] == [
        [card["title"]["id"].removeprefix("title_") for card in row["cards"]["nodes"]] for row in rows
    ]

    same = run("diff", home["snapshotId"])
    assert (same.exit_code, "The page is the same now." in same.stdout) == (0, True)
    ask(FINISH)
    changed = run("diff", home["snapshotId"])
    assert changed.exit_code == 1
    # Ranking depends on the hour of the day, so the page says at which place m1 was.
    top_picks = next(row for row in rows if row["title"] == "Top Picks for You")
    place = 1 + [card["title"]["id"] for card in top_picks["cards"]["nodes"]].index("title_m1")
    gone = f"Movie m1 is gone from “Top Picks for You”; it stood in place {place}."
    assert f"− {gone}" in changed.stdout
    told = json.loads(run("diff", home["snapshotId"], "--json").stdout)
    assert {
        "kind": "card_removed",
        "row": "top-picks",
        "title_id": "m1",
        "text": gone,
    } in told


def test_a_page_that_is_not_stored_is_not_found(run: Callable[..., Result]) -> None:
    for verb in ("show", "diff"):
        result = run(verb, "0" * 24)
        assert isinstance(result.exception, NotFound)
        assert str(result.exception) == "This page was never served, or is no longer stored."


def test_pages_that_violated_an_invariant_are_listed(
    run: Callable[..., Result], ask: Callable[..., dict[str, Any]], urls: StoreUrls, no_samples: None
) -> None:
    """In demo mode, the service checks every page after its response."""
    assert ask(HOME)["data"]["home"]["rows"]["nodes"]
    nothing = run("violations")
    assert (nothing.exit_code, nothing.stdout) == (
        0, "No checked page violated an invariant in the last week.\n",
    )  # fmt: skip
    record = layout_to_record(replace(SHIPPED_LAYOUT, version=7, promise=Promise(min_rows=20)))
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        layouts = client.get_default_database()[storage_names.LAYOUTS]
        layouts.insert_one(record)
        try:
            home = ask(HOME)["data"]["home"]
            while home["layout"]["version"] != 7:
                # Published behind the service's back it is found when the layouts are read again, within a second.
                home = ask(HOME)["data"]["home"]
        finally:
            layouts.delete_one({"_id": record["_id"]})
    listed = run("violations")
    count = len(home["rows"]["nodes"])
    assert listed.exit_code == 1
    [line] = [line for line in listed.stdout.splitlines() if home["snapshotId"] in line]
    assert line.split("min_rows")[1].strip() == f"{count} rows, and 20 are promised."
    [fault] = json.loads(run("violations", "--json").stdout)
    assert (fault["invariant"], fault["page"]["id"], fault["page"]["layout"]) == (
        "min_rows", home["snapshotId"], ["home", 7],
    )  # fmt: skip


def test_what_was_seen_is_joined_to_what_was_served_by_page_and_places(
    run: Callable[..., Result], ask: Callable[..., dict[str, Any]], urls: StoreUrls, tmp_path: Path
) -> None:
    """Offline, with nothing but the archive: the event's tracking and the exported pages."""
    home = ask(TRACKED)["data"]["home"]
    cards = [card for row in home["rows"]["nodes"] for card in row["cards"]["nodes"]]
    events = [
        {"clientEventId": f"shown-{number}", "type": "IMPRESSION", "titleId": card["title"]["id"],
         "trackingToken": card["tracking"]["cardToken"]}
        for number, card in enumerate(cards)
    ]  # fmt: skip
    ask(SEEN, input={"profileId": "profile_mina", "events": events})

    out = tmp_path / "pages.jsonl"
    assert run("export", "--out", str(out)).exit_code == 0
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    pages = {page["id"]: page for page in lines}
    assert len(pages) == len(lines)
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        kept = list(client.get_default_database()[storage_names.EVENTS].find({"type": "impression"}))
    joined = []
    for event in kept:
        page_id, _, position, column, title, source = event["tracking"].split("|")
        card = pages[page_id]["rows"][int(position)]["cards"][int(column)]
        joined.append((card[0], card[1]) == (title, source) == (event["title_id"], source))
    assert joined == [True] * len(cards)
    page = pages[home["snapshotId"]]
    assert (page["profile"], page["asked"][0], page["rows"][0]["tiers"][0]) == ("mina", "tv", "fresh")


def test_a_page_that_an_outage_leaves_incomplete_is_compared_with_a_warning_and_exit_code_2(
    run: Callable[..., Result], ask: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    page_id = ask(HOME)["data"]["home"]["snapshotId"]
    assert run("diff", page_id, "--service", "none").exit_code in (0, 1)
    monkeypatch.setenv("MARQUEE_ELASTICSEARCH_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(complete_page_poller, "PATIENCE_SECONDS", 0.0)
    result = run("diff", page_id, "--service", "none")
    assert result.exit_code == 2
    assert (
        "The page now is incomplete, so differences may be none: a store did not answer for row"
        in result.stderr
    )
    assert "The page is the same now." not in result.stdout
