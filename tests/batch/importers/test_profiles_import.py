"""A profiles file sets its own fields and nothing that viewers or experiments added."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo.database import Database

from batch.importers.import_options import NotConfirmed, refuse
from batch.importers.input_files import BrokenRows
from batch.storage.clients import open_mongo
from domain.serialization import Document
from tests.batch.importers.own_files import Importer, profile

pytestmark = pytest.mark.stores
FOUR = [profile(f"p{number}", f"a{number // 2}") for number in range(4)]


@pytest.fixture
def importer(mongo_database: str, tmp_path: Path) -> Iterator[Importer]:
    database: Database[Document] = open_mongo(mongo_database)
    yield Importer(database, tmp_path)
    database.client.close()


def test_the_same_file_again_erases_nothing_that_others_wrote(importer: Importer) -> None:
    row = profile("sofa", favourite_genres=["Crime"], plan="premium")
    importer.profiles(row)
    database = importer.database
    answers = {"welcomed_at": 5, "favourite_genres": ["Drama", "War"], "note": 1}
    database["profiles"].update_one({"_id": "sofa"}, {"$set": {**answers, "created_at": 7}})
    database["accounts"].update_one({"_id": "home"}, {"$set": {"arms": {"e": {"sofa": {}}}, "created_at": 3}})
    before = importer.one("profiles", "sofa"), importer.one("accounts", "home")
    assert importer.profiles(row)["unchanged"] == 1
    assert (importer.one("profiles", "sofa"), importer.one("accounts", "home")) == before


def test_a_value_that_the_file_changes_is_set_and_a_missing_one_stays(importer: Importer) -> None:
    importer.profiles(
        profile("sofa", favourite_genres=["Crime"], maturity_limit=12, blocked=["m1"], name="Sofa")
    )
    answered = {"welcomed_at": 5, "favourite_genres": ["War"]}
    importer.database["profiles"].update_one({"_id": "sofa"}, {"$set": answered})
    assert importer.profiles(profile("sofa", favourite_genres=["Comedy"], blocked=[]))["changed"] == 1
    stored = importer.one("profiles", "sofa")
    assert (stored["favourite_genres"], stored["blocked"], stored["welcomed_at"]) == (["Comedy"], [], 5)
    assert (stored["maturity_limit"], stored["name"]) == (12, "Sofa")


def test_a_profile_that_becomes_a_childs_gets_a_childs_limit(importer: Importer) -> None:
    importer.profiles(profile("sofa", language="en"))
    importer.profiles(profile("sofa", kids=True, language="de"))
    stored = importer.one("profiles", "sofa")
    assert (stored["maturity_limit"], stored["language"], stored["languages"]) == (7, "de", ["de"])


def test_profiles_that_left_are_withdrawn_with_their_empty_accounts(importer: Importer) -> None:
    importer.profiles(*FOUR)
    with pytest.raises(NotConfirmed, match=r"lacks 2 of the 4 profiles of source 'own' \(50%\)"):
        importer.profiles(*FOUR[:2], confirm=refuse)
    assert importer.profiles(*FOUR[:2])["withdrawn"] == 2
    assert (importer.ids("profiles"), importer.ids("accounts")) == ({"p0", "p1"}, {"a0"})
    told = importer.member_changes[-1]
    assert (set(told.profiles), told.accounts) == ({"p2", "p3"}, ["a1"])


def test_sources_do_not_withdraw_each_others_profiles_and_parts_none(importer: Importer) -> None:
    importer.profiles(*FOUR, source="north")
    importer.profiles(profile("q", "a0"), source="south")
    assert importer.profiles(profile("q2", "a9"), source="south", add=True)["withdrawn"] == 0
    assert importer.profiles(profile("p3", "a1"), source="north")["withdrawn"] == 3
    assert importer.ids("profiles") == {"p3", "q", "q2"}
    assert importer.ids("accounts") == {"a0", "a1", "a9"}


def test_moved_profiles_and_changed_regions_are_counted_and_told(importer: Importer) -> None:
    importer.profiles(*FOUR)
    rows = [
        profile("p0", "a1", region="US"),
        profile("p1", "a0"),
        *[profile(f"p{n}", "a1", region="US") for n in (2, 3)],
    ]
    counts = importer.profiles(*rows)
    assert (counts["changed"], counts["moved"], counts["unchanged"]) == (1, 1, 3)
    told = importer.member_changes[-1]
    assert (told.profiles, told.accounts) == (["p0"], ["a1"])
    assert importer.one("accounts", "a1")["region"] == "US"


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ((profile("a"), profile("a", name="Again")), "line 2: id: 'a' is on line 1 already"),
        ((profile("a"), profile("b", region="US")), "line 2: region: account 'home' has 'DE' on an earlier line"),
        ((profile("a", plan="x"), profile("b", plan="y")), "line 2: plan: account 'home' has 'x' on an earlier line"),
        ((profile("a", name="  "),), 'line 1: name: has "  "; write something other than spaces'),
        ((profile("a", created_at="1850-01-01T00:00:00Z"),), "line 1: created_at: 1850-01-01T00:00:00Z is not"),
    ],
)  # fmt: skip
def test_broken_profiles_are_named_and_nothing_is_written(
    importer: Importer, rows: tuple[dict[str, object], ...], what: str
) -> None:
    with pytest.raises(BrokenRows) as caught:
        importer.profiles(*rows)
    assert what in str(caught.value)
    assert importer.ids("profiles") == set()


def test_a_dry_run_counts_like_the_import_and_writes_nothing(importer: Importer) -> None:
    importer.profiles(*FOUR)
    rows = (profile("p0", "a1"), profile("p1", "a0"), profile("p9"))
    before = list(importer.database["profiles"].find().sort("_id"))
    dry = importer.profiles(*rows, dry_run=True)
    assert list(importer.database["profiles"].find().sort("_id")) == before
    assert importer.profiles(*rows) == dry
    assert (dry["new"], dry["moved"], dry["withdrawn"]) == (1, 1, 2)


def test_an_account_from_which_the_last_profile_moved_is_withdrawn_by_a_full_export(
    importer: Importer,
) -> None:
    importer.profiles(profile("ada", "one"), profile("bo", "two"))
    importer.profiles(profile("ada", "two"), add=True)
    assert importer.ids("accounts") == {"one", "two"}, "a part says nothing of the other accounts"
    importer.profiles(profile("ada", "one"), profile("bo", "two"))
    assert importer.profiles(profile("ada", "two"), profile("bo", "two"))["moved"] == 1
    assert importer.ids("accounts") == {"two"}
    assert importer.member_changes[-1].accounts == ["one"]
