"""Parses filter rules. Length and nesting are bounded; BadRule is the only error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from domain.catalog.genres import GENRES, canonical_genre
from domain.catalog.languages import is_language, language_advice
from domain.filter_rules.syntax import (
    FIELD_SPECS,
    KEYWORDS,
    MAX_DEPTH,
    MAX_TEXT,
    MAX_VALUE,
    MAX_VALUES,
    AllOf,
    AnyOf,
    BadRule,
    Comparison,
    Expression,
    Field,
    FieldSpec,
    Not,
    Operator,
    Value,
    ValueKind,
    is_word_letter,
    join_words,
)

MAX_SUGGESTED_LENGTH = 40
MAX_NUMBER_LENGTH = 12
EXAMPLE = "Write a rule like: genre = Drama and year >= 1990."


class TokenKind(Enum):
    WORD = "a word"
    TEXT = "a quoted text"
    OPERATOR = "an operator"
    OPEN = "("
    CLOSE = ")"
    COMMA = ","
    END = "the end of the rule"


_SINGLE_LETTER_TOKENS = {"(": TokenKind.OPEN, ")": TokenKind.CLOSE, ",": TokenKind.COMMA}


@dataclass(frozen=True, slots=True)
class Token:
    kind: TokenKind
    text: str
    column: int

    @property
    def keyword(self) -> str:
        """Lower case, or ""."""
        word = self.text.lower() if self.kind is TokenKind.WORD else ""
        return word if word in KEYWORDS else ""

    def __str__(self) -> str:
        return self.kind.value if self.kind is TokenKind.END else f"{self.text[:MAX_SUGGESTED_LENGTH]!r}"


def parse(text: str, check_codes: bool = False) -> Expression:
    """`check_codes` also refuses values that no title can have, such as `language = Korean`. Raises BadRule."""
    if len(text) > MAX_TEXT:
        raise BadRule(f"A rule has at most {MAX_TEXT} characters; this one has {len(text)}.", MAX_TEXT + 1)
    parser = _Parser(list(_tokens(text)), check_codes)
    expression = parser.any_of(0)
    if parser.peek().kind is not TokenKind.END:
        raise BadRule(f'Expected "and", "or" or the end, found {parser.peek()}.', parser.peek().column)
    if len(str(expression)) > MAX_TEXT:
        raise BadRule(
            f"Written with its spaces, the rule has more than {MAX_TEXT} characters.", len(text) + 1
        )
    return expression


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        letter, start = text[at], at
        if letter.isspace():
            at += 1
        elif letter in _SINGLE_LETTER_TOKENS:
            at += 1
            yield Token(_SINGLE_LETTER_TOKENS[letter], letter, start + 1)
        elif letter in "\"'":
            content, at = _read_quoted(text, at)
            yield Token(TokenKind.TEXT, content, start + 1)
        elif letter in "=!<>":
            at += 2 if text[at + 1 : at + 2] == "=" else 1
            yield Token(TokenKind.OPERATOR, text[start:at], start + 1)
        elif is_word_letter(letter):
            while at < len(text) and is_word_letter(text[at]):
                at += 1
            yield Token(TokenKind.WORD, text[start:at], start + 1)
        else:
            raise BadRule(f"{letter!r} has no meaning here. Put texts in quotes.", start + 1)
    yield Token(TokenKind.END, "", len(text) + 1)


def _read_quoted(text: str, start: int) -> tuple[str, int]:
    """The text, and the position after its quotes."""
    letters: list[str] = []
    at = start + 1
    while at < len(text):
        letter = text[at]
        if letter == text[start]:
            return "".join(letters), at + 1
        if letter == "\\" and at + 1 < len(text):
            at += 1
            letter = text[at]
        if not letter.isprintable():
            raise BadRule("A text in quotes holds visible characters and spaces only.", at + 1)
        letters.append(letter)
        at += 1
    raise BadRule("The quote that opens here is never closed.", start + 1)


class _Parser:
    """Recursive descent; one method per grammar line."""

    def __init__(self, tokens: list[Token], check_codes: bool) -> None:
        self._tokens = tokens
        self._check_codes = check_codes
        self._at = 0

    def peek(self) -> Token:
        return self._tokens[self._at]

    def take(self) -> Token:
        token = self.peek()
        self._at += token.kind is not TokenKind.END
        return token

    def any_of(self, depth: int) -> Expression:
        parts = [self.all_of(depth)]
        while self.peek().keyword == "or":
            self.take()
            parts.append(self.all_of(depth))
        return AnyOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def all_of(self, depth: int) -> Expression:
        parts = [self.unary(depth)]
        while self.peek().keyword == "and":
            self.take()
            parts.append(self.unary(depth))
        return AllOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def unary(self, depth: int) -> Expression:
        self.check_depth(depth)
        if self.peek().keyword == "not":
            self.take()
            return Not(self.unary(depth + 1))
        if self.peek().kind is TokenKind.OPEN:
            opened = self.take()
            condition = self.any_of(depth + 1)
            if self.peek().kind is not TokenKind.CLOSE:
                message = f'Expected "and", "or" or the ")" of column {opened.column}, found {self.peek()}.'
                raise BadRule(message, self.peek().column)
            self.take()
            return condition
        return self.comparison(depth)

    def check_depth(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            message = f'Parentheses and "not" nest at most {MAX_DEPTH} deep.'
            raise BadRule(message, self.peek().column)

    def comparison(self, depth: int) -> Expression:
        field = _parse_field(self.take())
        negated = self.peek().keyword == "not"
        if negated:
            self.check_depth(depth + 1)
            self.take()
        operator = _parse_operator(self.take(), field)
        if negated and operator not in (Operator.IN, Operator.CONTAINS):
            message = '"not" stands before a field, or before "in" or "contains".'
            raise BadRule(message, self.peek().column)
        values = self.values(field) if operator is Operator.IN else (self.value(field, operator),)
        comparison = Comparison(field, operator, values)
        return Not(comparison) if negated else comparison

    def values(self, field: Field) -> tuple[Value, ...]:
        if self.peek().kind is not TokenKind.OPEN:
            raise BadRule(f'Expected "(" and a list of values, found {self.peek()}.', self.peek().column)
        self.take()
        values = [self.value(field, Operator.IN)]
        while self.peek().kind is TokenKind.COMMA:
            comma = self.take()
            if len(values) == MAX_VALUES:
                raise BadRule(f"A list has at most {MAX_VALUES} values.", comma.column)
            values.append(self.value(field, Operator.IN))
        if self.peek().kind is not TokenKind.CLOSE:
            raise BadRule(f'Expected "," or ")", found {self.peek()}.', self.peek().column)
        self.take()
        return tuple(values)

    def value(self, field: Field, operator: Operator) -> Value:
        token = self.take()
        spec = FIELD_SPECS[field]
        if token.keyword == "none":
            if spec.is_optional and operator in (Operator.IS, Operator.IS_NOT):
                return None
            message = f'"none" goes with = and != and fields a title may lack; {field} {operator} is not one.'
            raise BadRule(message, token.column)
        if token.kind not in (TokenKind.WORD, TokenKind.TEXT) or token.keyword:
            raise BadRule(f"Expected a value for {field}, found {token}.", token.column)
        if spec.is_numeric:
            return _parse_number(token, field, spec)
        if self._check_codes and field is Field.LANGUAGE and operator is not Operator.CONTAINS:
            _check_language(token)
        return _parse_text(token, field, spec)


def _parse_field(token: Token) -> Field:
    if token.kind is TokenKind.END and token.column == 1:
        raise BadRule(f"The rule is empty. {EXAMPLE}", token.column)
    if token.kind is not TokenKind.WORD or token.keyword:
        raise BadRule(f"Expected a field, found {token}. {EXAMPLE}", token.column)
    fields = [field.value for field in Field]
    word = token.text.lower()
    if word not in fields:
        message = f"There is no field {token}. {_suggestion(word, fields)}"
        raise BadRule(message, token.column)
    return Field(word)


def _parse_operator(token: Token, field: Field) -> Operator:
    allowed = FIELD_SPECS[field].operators
    names = [operator.value for operator in allowed]
    written = "=" if token.text == "==" else token.text.lower()
    if token.kind not in (TokenKind.OPERATOR, TokenKind.WORD) or written not in names:
        found = f"{token}"
        raise BadRule(f"Expected one of {' '.join(names)} after {field}, found {found}.", token.column)
    return Operator(written)


def _parse_number(token: Token, field: Field, spec: FieldSpec) -> Value:
    digits = token.text.removeprefix("-")
    whole = spec.value_kind is ValueKind.WHOLE
    plain = digits if whole else digits.replace(".", "", 1)
    if not (plain.isascii() and plain.isdecimal() and len(digits) <= MAX_NUMBER_LENGTH):
        kind = "a whole number" if whole else "a number"
        raise BadRule(f"{field} is {kind}; {token} is not.", token.column)
    number = int(token.text) if whole else float(token.text)
    if not spec.minimum <= number <= spec.maximum:
        raise BadRule(f"{field} lies between {spec.minimum} and {spec.maximum}.", token.column)
    return number


def _parse_text(token: Token, field: Field, spec: FieldSpec) -> Value:
    if not token.text.strip():
        raise BadRule("A text must not be empty.", token.column)
    if len(token.text) > MAX_VALUE:
        raise BadRule(f"A text has at most {MAX_VALUE} characters.", token.column)
    if spec.value_kind is ValueKind.CHOICE:
        if token.text.lower() not in spec.choices:
            raise BadRule(f"{token} is not a {field}. {_suggestion(token.text, spec.choices)}", token.column)
        return token.text.lower()
    if field is Field.GENRE:
        genre = canonical_genre(token.text)
        if genre is None:
            raise BadRule(f"{token} is not a genre. {_suggestion(token.text, GENRES)}", token.column)
        return genre
    return token.text


def _check_language(token: Token) -> None:
    if not is_language(token.text.lower()):
        raise BadRule(language_advice(token.text), token.column)


def _suggestion(word: str, choices: tuple[str, ...] | list[str]) -> str:
    """ "Did you mean ...?", or all choices."""
    folded = {one.lower(): one for one in choices}
    close = (
        get_close_matches(word.lower(), folded, n=1, cutoff=0.6) if len(word) <= MAX_SUGGESTED_LENGTH else []
    )
    return f'Did you mean "{folded[close[0]]}"?' if close else f"Use {join_words(choices)}."
