"""The quick check says what the general validator says."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from batch.json_schemas import KINDS, RowValidator, schema_text
from batch.json_schemas.quick_checks import UnknownKeyword, quick_check

SCHEMAS = {kind: json.loads(schema_text(kind)) for kind in KINDS}
LEAVES = st.sampled_from(
    [None, True, 0, 1, 12.0, 1.5, -3, 2020, 90_000, "", " ", "\u200b", "DE", "de", "x", "movie", "episode", "rating",
     "progress", "2026-11-22T20:15:00Z", "tt0111161", "#1a2b3c", "a" * 400, [], ["Drama"], ["DE", "DE"], [1], {},
     {"DE": "FSK 12"}, {"de": 3}, [{"regions": ["DE"], "starts_at": "2026-11-22T20:15:00Z"}], [{"regions": []}]]
)  # fmt: skip


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    kind = draw(st.sampled_from(KINDS))
    names = [*SCHEMAS[kind]["properties"], "bogus"]
    required = dict.fromkeys(SCHEMAS[kind]["required"], "x") if draw(st.booleans()) else {}
    return kind, required | draw(st.dictionaries(st.sampled_from(names), LEAVES, max_size=5))


@given(rows())
def test_both_agree_and_every_error_names_a_field(sample: tuple[str, dict[str, object]]) -> None:
    kind, row = sample
    is_valid = Draft202012Validator(SCHEMAS[kind]).is_valid(row)
    assert quick_check(SCHEMAS[kind])(row) == is_valid
    error = RowValidator(kind).find_error(row)
    assert (error is None) == is_valid
    if error is not None:
        assert error.split(":")[0].split(".")[0] in {*SCHEMAS[kind]["properties"], "bogus"}
        error.encode()


@pytest.mark.parametrize("kind", KINDS)
def test_the_import_schemas_have_a_quick_check(kind: str) -> None:
    quick_check(SCHEMAS[kind])


def test_other_keywords_are_left_to_the_general_validator() -> None:
    with pytest.raises(UnknownKeyword, match="contains"):
        quick_check({"type": "array", "contains": {"type": "string"}})


@pytest.mark.parametrize(
    ("kind", "row", "sentence"),
    [
        ("catalog", {"id": "a", "kind": "film", "name": "A"},
         'kind: has "film"; write one of movie, series, episode'),
        ("catalog", {"id": "a b", "kind": "movie", "name": "A"},
         "id: has \"a b\"; write 1 to 64 letters, digits, '-' or '_'"),
        ("catalog", {"id": "a", "kind": "movie", "name": "  "},
         'name: has "  "; write something other than spaces, or leave the field out'),
        ("catalog", {"id": "a", "kind": "movie", "name": "A", "runtime_seconds": "90 min"},
         'runtime_seconds: has "90 min"; write a whole number'),
        ("catalog", {"id": "a", "kind": "movie", "name": "A", "year": 20161},
         "year: has 20161; write a whole number from 1870 to 2100"),
        ("catalog", {"id": "a", "kind": "episode", "name": "A", "season": 1, "episode": 1},
         "series_id: is missing; every such line needs it"),
        ("events", {"profile_id": "p", "title_id": "t", "type": "like", "occured_at": "x"},
         "occured_at: is not a field here (did you mean occurred_at?)"),
        ("profiles", {"id": "a", "account_id": "b", "region": "DE", "maturity_limit": 16, "kids": True},
         "maturity_limit: has 16; write a number of at most 10"),
    ],
)  # fmt: skip
def test_a_message_says_field_value_and_remedy(kind: str, row: dict[str, object], sentence: str) -> None:
    assert sentence in (RowValidator(kind).find_error(row) or "")
