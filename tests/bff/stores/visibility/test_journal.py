"""The journal of visibility: what it recalls, and that it names nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bff.stores.visibility.journal import Journal
from domain.ids import AccountId, ProfileId, TitleId
from domain.visibility.changes import VisibilityChange
from resolvers.runtime.known_changes import Channel, KnownChanges

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def knowing(*changes: VisibilityChange) -> KnownChanges:
    known = KnownChanges(ticks=lambda: 100.0, clock=lambda: NOW)
    known.heard(Channel.LOG, 100.0)
    for change in changes:
        known.note(change)
    return known


CHANGE = VisibilityChange(
    profiles=(ProfileId("mina"),), accounts=(AccountId("home-1"),), titles=(TitleId("lamp"),)
)


def test_a_later_process_knows_who_changed_and_the_file_does_not_say_it(tmp_path: Path) -> None:
    path = tmp_path / "visibility.json"
    Journal(path, knowing(CHANGE)).save()
    assert "mina" not in path.read_text()
    assert "home-1" not in path.read_text()
    later = knowing()
    assert Journal(path, later).load()
    assert later.may_profile_differ(ProfileId("mina"), NOW)
    assert later.may_viewer_differ(ProfileId("other"), AccountId("home-1"), NOW)
    assert later.has_account_changed(AccountId("home-1"), HOUR)
    assert later.may_title_differ(TitleId("lamp"), NOW)
    assert not later.may_viewer_differ(ProfileId("other"), AccountId("other"), NOW)


@pytest.mark.parametrize("spoil", [{"format": 1}, {"format": None}, {"profiles": 3}])
def test_an_older_or_damaged_file_is_as_good_as_none(tmp_path: Path, spoil: dict[str, object]) -> None:
    path = tmp_path / "visibility.json"
    Journal(path, knowing(CHANGE)).save()
    path.write_text(json.dumps({**json.loads(path.read_text()), **spoil}))
    later = knowing()
    assert not Journal(path, later).load()
    assert not later.may_profile_differ(ProfileId("mina"), NOW)
