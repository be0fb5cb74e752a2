"""An EIDR id is a title's id as it is: in global ids, stored maps and addresses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.artwork import ArtShape, title_artwork
from domain.errors import BadInput
from domain.ids import (
    ProfileId,
    TitleId,
    address_part,
    from_address_part,
    from_storage_key,
    global_id,
    is_raw_id,
    is_title_id,
    parse_global_id,
    raw_id,
    storage_key,
)
from domain.viewers.activity import Activity, Changes, Listing
from domain.viewers.documents import activity_from_document, activity_to_document, changes_to_update
from tests.domain.made import NOW, a_title

EIDR = "10.5240/7791-8534-2C23-9030-8610-5"
title_ids = st.from_regex(r"[A-Za-z0-9_-]{1,20}([./][A-Za-z0-9_-]{1,20}){0,2}", fullmatch=True)


def test_an_eidr_id_is_an_id_of_a_title_and_of_nothing_else() -> None:
    assert is_title_id(EIDR)
    assert not is_raw_id(EIDR)
    assert raw_id("title", global_id("title", EIDR)) == EIDR
    with pytest.raises(BadInput):
        raw_id("profile", global_id("profile", EIDR))


@pytest.mark.parametrize(
    "text", ["", ".", "a.", "/a", "a..b", "a//b", "a/../b", "$a", "a b", "a~b", "%2E", "x" * 65]
)
def test_what_is_no_id_stays_none(text: str) -> None:
    assert not is_title_id(text)


@given(title_ids)
def test_ids_come_back_from_every_form(title_id: str) -> None:
    assert parse_global_id(global_id("titlestate", "mina", title_id)) == ("titlestate", ("mina", title_id))
    assert from_storage_key(storage_key(title_id)) == title_id
    assert "." not in storage_key(title_id)
    assert from_address_part(address_part(title_id)) == title_id
    assert "/" not in address_part(title_id)


def test_an_activity_keeps_it_in_maps_and_paths() -> None:
    title_id = TitleId(EIDR)
    listing = Listing(NOW, True)
    activity = replace(Activity(ProfileId("mina")), listed={title_id: listing}, impressions={7: {EIDR: 3}})
    document = activity_to_document(activity)
    assert list(document["listed"]) == ["10%2E5240/7791-8534-2C23-9030-8610-5"]
    assert activity_from_document(document) == activity
    update = changes_to_update(Changes(listed={title_id: listing}))
    assert list(update["$max"]) == ["listed.10%2E5240/7791-8534-2C23-9030-8610-5"]


def test_the_address_of_its_picture_is_one_part() -> None:
    url = title_artwork(a_title(EIDR), ArtShape.POSTER, b"s" * 32).path
    assert url.startswith("/art/poster/10.5240~7791-8534-2C23-9030-8610-5-")
    assert url.count("/") == 3
