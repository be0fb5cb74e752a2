"""Tests beside a filter rule: a title in a few fields and the expected result.

    filter_tests:
      - title: {kind: movie, genre: [Crime, Drama], year: 1994}
        matches: true
      - title: {language: en}
        matches: false

Unnamed fields are missing. `launched` and `leaving` are days from now, so tests do not age.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches

from domain.catalog.genres import canonical_genre
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.errors import BadInput
from domain.filter_rules.compiler import Rule
from domain.filter_rules.matcher import DAY, MINUTE
from domain.filter_rules.syntax import FIELD_SPECS, Field, join_words
from domain.ids import TitleId

REFERENCE_TIME = datetime(2026, 1, 1, 12, tzinfo=UTC)
LICENCE_START = REFERENCE_TIME - 3650 * DAY
MAX_TESTS = 50
NO_PALETTE = ("#000000", "#000000", "#000000")


@dataclass(frozen=True, slots=True)
class RuleTest:
    title: Title
    matches: bool


def run_rule_tests(rule: Rule, tests: object) -> list[str]:
    """Problems of the tests, or of the rule under them; empty when all pass."""
    if not isinstance(tests, Sequence) or isinstance(tests, str):
        return ["expected a list of {title, matches}"]
    if len(tests) > MAX_TESTS:
        return [f"at most {MAX_TESTS} cases, found {len(tests)}"]
    problems: list[str] = []
    for number, document in enumerate(tests, 1):
        try:
            test = rule_test_from_document(document)
        except BadInput as error:
            problems.append(f"case {number}: {error}")
            continue
        if rule.matches(test.title, REFERENCE_TIME) != test.matches:
            found = "does not match, but should" if test.matches else "matches, but should not"
            problems.append(f"case {number}: {found}: {document['title']}")
    return problems


def rule_test_from_document(document: object) -> RuleTest:
    """Raises BadInput."""
    if not isinstance(document, Mapping) or set(document) != {"title", "matches"}:
        raise BadInput("write {title: {...}, matches: true or false}")
    if not isinstance(document["matches"], bool):
        raise BadInput("matches: expected true or false")
    if not isinstance(document["title"], Mapping):
        raise BadInput("title: expected fields, such as {kind: movie}")
    return RuleTest(
        _title({_field(name): value for name, value in document["title"].items()}), document["matches"]
    )


def _field(name: object) -> Field:
    names = [field.value for field in Field]
    if name in names:
        return Field(name)
    close = get_close_matches(str(name)[:40], names, n=1)
    hint = f"did you mean {close[0]}?" if close else f"use {join_words(names)}"
    raise BadInput(f"title: there is no field {str(name)[:40]!r}; {hint}")


def _title(fields: Mapping[Field, object]) -> Title:
    runtime, leaving = _whole(fields, Field.RUNTIME), _whole(fields, Field.LEAVING)
    ends_at = None if leaving is None else REFERENCE_TIME + leaving * DAY + DAY / 4
    return Title(
        id=TitleId("case"),
        kind=TitleKind(_text(fields, Field.KIND) or TitleKind.MOVIE),
        name=_text(fields, Field.NAME) or "",
        year=_whole(fields, Field.YEAR),
        synopsis="",
        genres=_texts(fields, Field.GENRE),
        cast=(),
        language=_text(fields, Field.LANGUAGE) or "",
        runtime_seconds=None if runtime is None else runtime * MINUTE,
        maturity_age=_whole(fields, Field.MATURITY),
        windows=(LicenceWindow((), LICENCE_START, ends_at),),
        launched_at=REFERENCE_TIME - (_whole(fields, Field.LAUNCHED) or 0) * DAY,
        palette=NO_PALETTE,
        franchise=_text(fields, Field.FRANCHISE),
        popularity=_number(fields, Field.POPULARITY) or 0.0,
        plans=_texts(fields, Field.PLAN),
    )


def _number(fields: Mapping[Field, object], field: Field) -> float | None:
    value, spec = fields.get(field), FIELD_SPECS[field]
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise BadInput(f"title, {field}: expected a number")
    if not spec.minimum <= value <= spec.maximum:
        raise BadInput(f"title, {field}: expected {spec.minimum} to {spec.maximum}")
    return value


def _whole(fields: Mapping[Field, object], field: Field) -> int | None:
    value = _number(fields, field)
    if isinstance(value, float):
        raise BadInput(f"title, {field}: expected a whole number")
    return value


def _text(fields: Mapping[Field, object], field: Field) -> str | None:
    value, choices = fields.get(field), FIELD_SPECS[field].choices
    if value is None or (isinstance(value, str) and (not choices or value in choices)):
        return value
    raise BadInput(f"title, {field}: expected {join_words(choices) if choices else 'a text'}")


def _texts(fields: Mapping[Field, object], field: Field) -> tuple[str, ...]:
    value = fields.get(field) or ()
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
        raise BadInput(f"title, {field}: expected a text or a list of texts")
    if field is not Field.GENRE:
        return tuple(texts)
    genres = {text: canonical_genre(text) for text in texts}
    unknown = [text for text, genre in genres.items() if genre is None]
    if unknown:
        raise BadInput(f"title, genre: {unknown[0][:40]!r} is not a genre")
    return tuple(genre for genre in genres.values() if genre is not None)
