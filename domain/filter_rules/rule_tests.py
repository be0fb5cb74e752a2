"""Test cases that stand beside a filter rule: a title in a few words, and whether the rule is true of it.

    filter_tests:
      - title: {kind: movie, genre: [Crime, Drama], year: 1994}
        matches: true
      - title: {language: en}
        matches: false

A title says what the rule looks at, in the rule's own words; what it does not say, it lacks. `launched` and
`leaving` are days from now, so cases do not grow old.
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
from domain.filter_rules.syntax import NATURES, Field, listed
from domain.ids import TitleId

SOMETIME = datetime(2026, 1, 1, 12, tzinfo=UTC)
LONG_AGO = SOMETIME - 3650 * DAY
MAX_CASES = 50
NO_PALETTE = ("#000000", "#000000", "#000000")


@dataclass(frozen=True, slots=True)
class Case:
    title: Title
    matches: bool


def check_cases(rule: Rule, cases: object) -> list[str]:
    """What is wrong with the cases, or with the rule as they see it; empty when all agree."""
    if not isinstance(cases, Sequence) or isinstance(cases, str):
        return ["expected a list of {title, matches}"]
    if len(cases) > MAX_CASES:
        return [f"at most {MAX_CASES} cases, found {len(cases)}"]
    problems: list[str] = []
    for number, written in enumerate(cases, 1):
        try:
            case = case_from_document(written)
        except BadInput as error:
            problems.append(f"case {number}: {error}")
            continue
        if rule.matches(case.title, SOMETIME) != case.matches:
            found = "does not match, but should" if case.matches else "matches, but should not"
            problems.append(f"case {number}: {found}: {written['title']}")
    return problems


def case_from_document(written: object) -> Case:
    """Raises BadInput, naming what is wrong."""
    if not isinstance(written, Mapping) or set(written) != {"title", "matches"}:
        raise BadInput("write {title: {...}, matches: true or false}")
    if not isinstance(written["matches"], bool):
        raise BadInput("matches: expected true or false")
    if not isinstance(written["title"], Mapping):
        raise BadInput("title: expected fields, such as {kind: movie}")
    return Case(_title({_field(name): value for name, value in written["title"].items()}), written["matches"])


def _field(name: object) -> Field:
    names = [field.value for field in Field]
    if name in names:
        return Field(name)
    close = get_close_matches(str(name)[:40], names, n=1)
    hint = f"did you mean {close[0]}?" if close else f"use {listed(names)}"
    raise BadInput(f"title: there is no field {str(name)[:40]!r}; {hint}")


def _title(fields: Mapping[Field, object]) -> Title:
    """A title of which only these fields are known."""
    runtime, leaving = _whole(fields, Field.RUNTIME), _whole(fields, Field.LEAVING)
    ends_at = None if leaving is None else SOMETIME + leaving * DAY + DAY / 2
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
        windows=(LicenceWindow((), LONG_AGO, ends_at),),
        launched_at=SOMETIME - (_whole(fields, Field.LAUNCHED) or 0) * DAY,
        palette=NO_PALETTE,
        franchise=_text(fields, Field.FRANCHISE),
        popularity=_number(fields, Field.POPULARITY) or 0.0,
        plans=_texts(fields, Field.PLAN),
    )


def _number(fields: Mapping[Field, object], field: Field) -> float | None:
    value, nature = fields.get(field), NATURES[field]
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise BadInput(f"title, {field}: expected a number")
    if not nature.least <= value <= nature.most:
        raise BadInput(f"title, {field}: expected {nature.least} to {nature.most}")
    return value


def _whole(fields: Mapping[Field, object], field: Field) -> int | None:
    value = _number(fields, field)
    if isinstance(value, float):
        raise BadInput(f"title, {field}: expected a whole number")
    return value


def _text(fields: Mapping[Field, object], field: Field) -> str | None:
    value, choices = fields.get(field), NATURES[field].choices
    if value is None or (isinstance(value, str) and (not choices or value in choices)):
        return value
    raise BadInput(f"title, {field}: expected {listed(choices) if choices else 'a text'}")


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
        raise BadInput(f"title, genre: {unknown[0][:40]!r} is no genre")
    return tuple(genre for genre in genres.values() if genre is not None)
