"""Conversion of arguments and inputs to domain values."""

from __future__ import annotations

from typing import Any

import pytest
import strawberry

from domain.errors import BadInput
from domain.experiments.model import Unit
from domain.layouts.model import RowStyle
from domain.layouts.request_context import PageRequest
from resolvers.publishing.experiment_lifecycle import ExperimentRequest
from resolvers.types.arguments import parse_region, parse_search_text
from resolvers.types.device import DeviceInput
from resolvers.types.enums import FormFactor
from resolvers.types.experiments import ExperimentStartInput
from resolvers.types.layouts import LayoutDraftInput, parse_document
from resolvers.types.onboarding import OnboardingAnswerInput
from resolvers.types.scalars import LayoutDocument
from resolvers.viewing.onboarding import OnboardingAnswer


def test_a_device_is_a_request_for_a_page() -> None:
    assert DeviceInput(form_factor=FormFactor.TV).to_domain() == PageRequest()
    given = DeviceInput(form_factor=FormFactor.WEB, locale="de", client_version="4.2.0", schema_version="0.2")
    assert given.to_domain() == PageRequest("web", "de", (4, 2, 0), (0, 2))


@pytest.mark.parametrize("field", ["client_version", "schema_version"])
def test_a_version_that_is_none_is_refused(field: str) -> None:
    name = {"client_version": "clientVersion", "schema_version": "schemaVersion"}[field]
    with pytest.raises(BadInput, match=name):
        DeviceInput(form_factor=FormFactor.TV, **{field: "new"}).to_domain()  # type: ignore[arg-type]


def test_a_device_draws_every_style_unless_it_says_otherwise() -> None:
    assert DeviceInput(form_factor=FormFactor.TV).drawable().styles == set(RowStyle)
    assert DeviceInput(form_factor=FormFactor.TV, supports=[RowStyle.HERO]).drawable().styles == {
        RowStyle.HERO
    }


@pytest.mark.parametrize(("code", "meant"), [("de", "DE"), ("DEU", "DE"), ("UK", "GB"), ("CA_QC", "CA-QC")])
def test_a_code_that_is_no_region_is_refused_with_the_one_that_was_meant(code: str, meant: str) -> None:
    assert parse_region("market", meant) == meant
    with pytest.raises(BadInput, match=rf"market: '{code}' is not a region .* Did you mean {meant}\?"):
        parse_region("market", code)


@pytest.mark.parametrize("code", ["", "D", "ÄÖ", "ZZ", "QQ-QQ"])
def test_a_code_without_a_likely_meaning_is_refused_with_an_example(code: str) -> None:
    with pytest.raises(BadInput, match=r"Write two capital letters, such as DE, or a sub-region"):
        parse_region("market", code)


def test_a_search_text_is_trimmed_and_bounded() -> None:
    assert parse_search_text(" amber  harbour ") == "amber  harbour"
    assert parse_search_text("x" * 200) == "x" * 200
    for text in ("", "   ", "x" * 201):
        with pytest.raises(BadInput, match=f"text: search for 1 to 200 characters, not {len(text.strip())}."):
            parse_search_text(text)


def an_answer(**changes: Any) -> OnboardingAnswerInput:
    return OnboardingAnswerInput(profile_id=strawberry.ID("profile_new"), client_event_id="one", **changes)


def test_an_onboarding_answer_names_titles_and_genres() -> None:
    given = an_answer(liked_title_ids=["title_mv01", "title_sa"], genres=["Drama"])
    assert given.to_domain(from_session=False) == OnboardingAnswer("one", ["mv01", "sa"], ("Drama",))  # type: ignore[list-item]
    assert an_answer().to_domain(from_session=True) == OnboardingAnswer("one", [], ())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"liked_title_ids": ["title_a"] * 21}, "likedTitleIds: at most 20, not 21."),
        ({"liked_title_ids": ["mv01"]}, "This is not an id of this API."),
        ({"genres": ["Nope"]}, "Nope"),
        ({"genres": ["Drama"]}, "genres: a session remembers titles it liked, and no genres."),
    ],
)
def test_a_bad_onboarding_answer_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        an_answer(**changes).to_domain(from_session=True)


def test_an_experiment_with_a_draft_leaves_its_settings_alone() -> None:
    given = ExperimentStartInput(key=strawberry.ID("order"), draft_id=strawberry.ID("draft"), share=0.2)
    assert given.to_domain() == ExperimentRequest("order", "draft", "B", 0.2, {})


def test_an_experiment_names_only_the_settings_it_was_given() -> None:
    given = ExperimentStartInput(
        key=strawberry.ID("order"),
        variant="new",
        share=0.25,
        data_version="v2",
        layer="home",
        segments_to=0.5,
        coverage=0.5,
        unit=Unit.ACCOUNT,
        hypothesis="",
    )
    assert given.to_domain().settings == {
        "layer": "home",
        "coverage": 0.5,
        "hypothesis": "",
        "unit": "account",
        "segments": {"from": 0.0, "to": 0.5},
        "variants": {"A": {"weight": 0.75}, "new": {"weight": 0.25, "data_version": "v2"}},
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"share": 1.5}, "share: from 0 to 1, not 1.5."),
        ({"draft_id": "draft", "data_version": "v2"}, "draftId, dataVersion: a variant is one of the two"),
    ],
)
def test_an_experiment_that_cannot_be_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        ExperimentStartInput(key=strawberry.ID("order"), **changes).to_domain()


def test_a_draft_is_an_object_with_an_id_of_its_own_or_none() -> None:
    document = {"layout": "home"}
    for key in (None, "draft-1"):
        assert a_draft(document, key).to_domain() == (document, 3, key)
    with pytest.raises(BadInput, match="document: a draft is an object"):
        a_draft([], None).to_domain()
    for key in ("", "a.b", "a" * 65):
        with pytest.raises(BadInput, match="id: a draft's id is 1 to 64 letters"):
            a_draft(document, key).to_domain()


def a_draft(document: object, key: str | None) -> LayoutDraftInput:
    return LayoutDraftInput(
        id=None if key is None else strawberry.ID(key), document=LayoutDocument(document), base=3
    )


@pytest.mark.parametrize("document", [None, 1, "home", []])
def test_a_layout_is_an_object(document: object) -> None:
    assert parse_document({}, "layout") == {}
    with pytest.raises(BadInput, match="document: a layout is an object"):
        parse_document(document, "layout")
