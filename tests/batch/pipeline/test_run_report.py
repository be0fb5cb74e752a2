"""The report of a run, from what the stores hold; and that a report never stands in a run's way."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from batch.commands.data import data
from batch.commands.runs import runs
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus, StageReport
from batch.pipeline.pointer import Act, ChangeAuthor, move_pointer, read_pointer
from batch.pipeline.run_report import RunNotes, report_run
from batch.reports.files import PAGE, RESULTS, read_results
from batch.reports.json_document import json_schema
from batch.storage.event_archive import EventArchive
from domain.recommendations.keys import index_name
from domain.recommendations.lists import DataVersion
from domain.storage_names import ACCOUNTS, POPULAR, PROFILES, SIMILAR, TITLES, TOP_PICKS
from domain.timestamps import to_millis

pytestmark = pytest.mark.stores

NEWEST = datetime(2026, 11, 20, 20, tzinfo=UTC)
VIEWERS = 14


def write_version(stores: Any, run: RunRecord, first: str) -> None:
    """Lists of all viewers but the last, which has none; `first` leads the list of each."""
    ids = [first, *[f"t{number}" for number in range(12) if f"t{number}" != first]]
    stores.mongo[TOP_PICKS].insert_many(
        {
            "_id": f"{run.version}:viewer-{number}",
            "version": run.version,
            "profile_id": f"viewer-{number}",
            "items": [[one, 1 - place / 20, "similar", "t5", 0] for place, one in enumerate(ids)],
            "genres": [],
            "computed_at": to_millis(NEWEST),
        }
        for number in range(VIEWERS - 1)
    )
    shared = {"version": run.version, "computed_at": to_millis(NEWEST)}
    stores.mongo[SIMILAR].insert_one({"_id": f"{run.version}:t5", "items": [["t1", 0.5, 3]], **shared})
    stores.mongo[POPULAR].insert_one({"_id": f"{run.version}:US:all", "items": [["t2", 1.0, 3]], **shared})


@pytest.fixture(scope="module")
def nights(stores: Any, batch_settings: Any) -> list[RunRecord]:
    """Two published nights of a service with 14 viewers in two regions."""
    stores.mongo[TITLES].insert_many(
        {
            "_id": f"t{number}",
            "kind": "movie",
            "name": f"Title {number}",
            "launched_at": 0,
            "palette": ["#111111"],
        }
        for number in range(12)
    )
    stores.mongo[ACCOUNTS].insert_many([{"_id": "us", "region": "US"}, {"_id": "de", "region": "DE"}])
    stores.mongo[PROFILES].insert_many(
        {"_id": f"viewer-{number}", "account_id": "us" if number % 2 else "de", "kids": number == 3}
        | ({"persona": "mina"} if number == 0 else {})
        for number in range(VIEWERS)
    )
    with EventArchive(batch_settings.lake, "world") as archive:
        archive.add([{"id": "e1", "occurred_at": to_millis(NEWEST)}])
    ledger, ended = Ledger(stores.mongo), []
    for first in ("t0", "t11"):
        run = ledger.start_run("nightly", date(2026, 11, 20))
        write_version(stores, run, first)
        ledger.add_stage(run.id, StageReport("top_picks", 2.0, {"events": 1, "top_picks": VIEWERS - 1}))
        before = read_pointer(stores.mongo)
        previous = before.live.version if before.live else None
        after = DataVersion(run.version, index_name(run.version), run.id, run.logical_date, NEWEST, previous)
        move_pointer(stores.mongo, before, after, Act.PUBLISH, ChangeAuthor(f"run {run.id}", NEWEST), None)
        ledger.mark_published(run.id)
        ended.append(ledger.finish(run.id, RunStatus.SUCCEEDED))
    return ended


def report(stores: Any, run: RunRecord) -> tuple[dict[str, Any], str]:
    said: list[str] = []
    page = report_run(stores, run, RunNotes(as_of=to_millis(NEWEST)), said.append, None)
    assert said == []
    assert page is not None
    assert page.name == PAGE
    results: dict[str, Any] = json.loads((page.parent / RESULTS).read_text("utf-8"))
    assert list(Draft202012Validator(json_schema()).iter_errors(results)) == []
    return results, page.read_text("utf-8")


def test_a_published_run_is_reported_from_the_stores(nights: list[RunRecord], stores: Any) -> None:
    results, page = report(stores, nights[1])
    assert (results["publish"]["is_live"], results["publish"]["pointer_from"]) == (True, nights[0].version)
    assert results["metrics"]["profiles"] == VIEWERS
    assert results["metrics"]["coverage"] == pytest.approx((VIEWERS - 1) / VIEWERS)
    assert [(one["region"], one["profiles"]) for one in results["metrics"]["markets"]] == [
        ("DE", 7),
        ("US", 7),
    ]
    delta = results["delta_vs_live"]
    assert (delta["before"], delta["after"], delta["profiles"]) == (nights[0].version, nights[1].version, 13)
    assert (delta["overlap_at_10"], delta["share_changed_first_screen"]) == (pytest.approx(0.9), 1.0)
    assert [one["name"] for one in delta["lost"]] == ["Title 9"]
    assert results["inputs"][0]["fingerprint"] == report(stores, nights[1])[0]["inputs"][0]["fingerprint"]
    assert results["stages"][0]["last_seconds"] == 2.0
    assert "Yes. Readers use it." in page


def test_a_run_reports_what_detectors_found_and_what_they_could_not_measure(
    nights: list[RunRecord], stores: Any
) -> None:
    found = report(stores, nights[1])[0]["detections"]
    assert [(one["detector"], one["checked"] is None) for one in found] == [
        ("played but ranked low", False),
        ("new titles below their impressions", True),
        ("rows never opened", True),
        ("profiles with thin pages", False),
    ]


def test_ten_profiles_are_shown_and_no_real_one_is_named(nights: list[RunRecord], stores: Any) -> None:
    results, page = report(stores, nights[1])
    samples = results["samples"]
    assert len(samples) == 10
    assert (samples[0]["profile"], samples[0]["command"]) == (
        "viewer-0",
        "marquee explain --profile viewer-0 --title t11",
    )
    assert [row["heading"] for row in samples[0]["after"]] == ["Top Picks", "Because you watched Title 5"]
    assert [one["name"] for one in samples[0]["after"][0]["titles"]][:2] == ["Title 11", "Title 0"]
    assert "viewer-" not in json.dumps(samples[1:])
    assert page.count("viewer-") == 2
    again = report(stores, nights[1])[0]["samples"]
    assert {one["profile"] for one in samples[1:]}.isdisjoint(one["profile"] for one in again[1:])


def test_a_run_that_failed_is_reported_too(nights: list[RunRecord], stores: Any) -> None:
    ledger = Ledger(stores.mongo)
    run = ledger.start_run("nightly", date(2026, 11, 20))
    failed = ledger.finish(run.id, RunStatus.FAILED, "Spark: no space left on device")
    results, page = report(stores, failed)
    assert (results["status"], results["error"]) == ("failed", "Spark: no space left on device")
    assert (results["metrics"], results["delta_vs_live"], results["publish"]["is_live"]) == (
        None,
        None,
        False,
    )
    assert "No. The run failed." in page
    assert results["next_commands"][0]["command"] == "marquee jobs run nightly --date 2026-11-20"


def test_a_report_that_cannot_be_written_stops_nothing(
    nights: list[RunRecord], stores: Any, batch_settings: Any
) -> None:
    said: list[str] = []
    nowhere = replace(nights[1], id="not/a/folder\0")
    assert report_run(stores, nowhere, RunNotes(), said.append, None) is None
    assert len(said) == 1
    assert "was not written, which changes nothing else" in said[0]


def test_a_part_that_cannot_be_measured_leaves_a_note(
    nights: list[RunRecord], stores: Any, batch_settings: Any
) -> None:
    broken = f"{nights[1].version}:viewer-1"
    document = stores.mongo[TOP_PICKS].find_one({"_id": broken})
    stores.mongo[TOP_PICKS].update_one({"_id": broken}, {"$set": {"items": [["t1"]]}})
    results, page = report(stores, nights[1])
    stores.mongo[TOP_PICKS].replace_one({"_id": broken}, document)
    assert results["metrics"] is None
    assert results["notes"][0].startswith("The lists could not be measured: ValueError:")
    assert "The lists could not be measured" in page
    assert results["inputs"][0]["rows"] == 1


def command(settings: Any, group: Any, *arguments: str) -> tuple[int, str]:
    names = ("mongo_url", "elasticsearch_url", "redis_url")
    variables = {f"MARQUEE_{name.upper()}": getattr(settings, name) for name in names}
    result = CliRunner().invoke(group, arguments, env={**variables, "MARQUEE_HOME": str(settings.home)})
    return result.exit_code, result.output


def test_a_report_is_found_by_its_run(nights: list[RunRecord], stores: Any, batch_settings: Any) -> None:
    for night in nights:
        report(stores, night)
    page = str(batch_settings.home.resolve() / "reports" / nights[1].id / PAGE)
    assert command(batch_settings, runs, "open", nights[1].id) == (0, f"{page}\n")
    assert json.loads(command(batch_settings, runs, "open", nights[1].id, "--json")[1])["html"] == page
    assert command(batch_settings, runs, "open", "nobody") == (
        2,
        "Error: There is no run nobody. `marquee runs list` lists the runs.\n",
    )


def test_a_run_without_a_report_says_where_it_is(stores: Any, batch_settings: Any) -> None:
    run = Ledger(stores.mongo).start_run("trending", date(2026, 11, 20))
    Ledger(stores.mongo).finish(run.id, RunStatus.SUCCEEDED)
    code, output = command(batch_settings, runs, "open", "last")
    assert code == 2
    assert f"There is no report of run {run.id}" in output
    assert "It is on the host that ran it" in output


def test_two_runs_are_compared(nights: list[RunRecord], stores: Any, batch_settings: Any) -> None:
    for night in nights:
        report(stores, night)
    code, output = command(batch_settings, runs, "compare", nights[0].id, nights[1].id)
    assert code == 0
    assert re.search(rf"version +{nights[0].version} +{nights[1].version}", output)
    assert "values are equal." in output
    found = json.loads(command(batch_settings, runs, "compare", nights[0].id, nights[1].id, "--json")[1])
    assert {one["name"]: one["change"] for one in found["values"]}["top_picks seconds"] == 0


def test_two_versions_are_compared(nights: list[RunRecord], stores: Any, batch_settings: Any) -> None:
    code, output = command(batch_settings, data, "diff", "previous", "live")
    assert (code, output.count("  BEFORE ")) == (0, 10)
    versions = f"From {nights[0].version} to {nights[1].version}"
    assert output.startswith(f"{versions}, 13 sampled profiles with both lists\n")
    assert re.search(r"overlap@10 +0.900", output)
    assert "0.0% -> 100.0%  Title 11 (t11)" in output
    assert re.search(r"\nSizes\n  top_picks +13 -> 13 lists\nGained", output)
    assert re.search(r"\n  BEFORE +AFTER\n  Top Picks +Top Picks\n +Title 0 +\* Title 11\n", output)
    _, output = command(batch_settings, data, "diff", nights[0].version, "--composed", "--json")
    assert output.startswith("The pages of 10 of 10 profiles are rows of the lists: ")
    found = json.loads(output.splitlines()[-1])
    assert (found["after"], found["profiles"]) == (nights[1].version, 13)
    assert (found["sizes"][0]["after"], found["pages"][0]["profile"]) == (13, "viewer-0")
    gone = command(batch_settings, data, "diff", "19990101-1")
    assert gone == (2, "Error: Version 19990101-1 has no Top Picks: it was swept, or it never had any.\n")


def test_what_detectors_print_is_a_part_of_a_report(
    nights: list[RunRecord], stores: Any, batch_settings: Any, tmp_path: Path
) -> None:
    own = report(stores, nights[1])[0]["detections"]
    code, printed = command(batch_settings, data, "detectors", "--json")
    assert (code, [one["detector"] for one in own]) == (
        0,
        [one["detector"] for one in json.loads(printed)["detections"]],
    )
    (tmp_path / "found.json").write_text(printed)
    given = ("report", nights[1].id, "--detections", str(tmp_path / "found.json"))
    assert command(batch_settings, runs, *given)[0] == 0
    again = read_results(batch_settings, nights[1].id)["detections"]
    assert [(one["summary"], one["found"], one["checked"]) for one in again] == [
        (one["summary"], one["found"], one["checked"]) for one in own
    ]


def test_parts_measured_later_are_added_to_a_report(
    nights: list[RunRecord], stores: Any, batch_settings: Any, tmp_path: Path
) -> None:
    folder = batch_settings.lake / "versions" / nights[1].version
    folder.mkdir(parents=True)
    score = {"level": "title", "slice": "all", "model": "candidate", "metric": "NDCG@10"}
    score |= {"value": 0.1, "low": 0.09, "high": 0.11, "users": 500}
    (folder / "evaluation.json").write_text(json.dumps({"scores": [score], "note": "Full ranking."}))
    (folder / "learned.json").write_text(json.dumps({"weights": {"next": 0.5, "decay": {"rank": 2.0}}}))
    results, page = report(stores, nights[1])
    assert results["evaluation"]["scores"] == [score | {"model": "this version"}]
    assert results["weights"] == {"next": 0.5, "decay.rank": 2.0}
    assert "Full ranking." in page

    pages, found = tmp_path / "pages.json", tmp_path / "found.json"
    of_page = score | {"level": "page", "value": 0.4}
    pages.write_text(json.dumps({"scores": [of_page], "headline": None}))
    detection = {"detector": "thin_pages", "summary": "Two thin pages."}
    detection |= {"found": 2, "examples": [], "command": None}
    found.write_text(json.dumps({"detections": [detection]}))
    given = ("--evaluation", str(pages), "--detections", str(found))
    for _ in range(2):
        code, output = command(batch_settings, runs, "report", nights[1].id, *given)
        assert (code, output) == (0, f"{batch_settings.home.resolve()}/reports/{nights[1].id}/report.html\n")
    again = read_results(batch_settings, nights[1].id)
    assert [one["level"] for one in again["evaluation"]["scores"]] == ["title", "page"]
    assert again["detections"] == [{**detection, "checked": None}]
    assert {**again, "evaluation": None, "detections": None} == {
        **results,
        "evaluation": None,
        "detections": None,
    }
    found.write_text('{"detections": [{"detector": 1}]}')
    code, output = command(batch_settings, runs, "report", nights[1].id, "--detections", str(found))
    assert (code, output) == (2, "Error: detections[0]: summary is missing.\n")
    shutil.rmtree(folder)


def test_the_schema_is_printed() -> None:
    assert json.loads(CliRunner().invoke(runs, ["schema"]).output) == json_schema()
