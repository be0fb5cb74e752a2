"""From the text of a filter rule to its condition: one pass over the letters, one over the words.

The time taken grows with the length of the text, which is bounded; so is how deep it may nest. Whatever the
text, the only error is BadRule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from domain.catalog.genres import GENRES, canonical_genre
from domain.filter_rules.syntax import (
    KEYWORDS,
    MAX_DEPTH,
    MAX_TEXT,
    MAX_VALUE,
    MAX_VALUES,
    NATURES,
    AllOf,
    AnyOf,
    BadRule,
    Comparison,
    Condition,
    Field,
    Nature,
    Not,
    Operator,
    Sort,
    Value,
    is_word_letter,
    listed,
)

LONGEST_GUESS = 40
"""Letters of a wrong word for which a right one is looked for."""
LONGEST_NUMBER = 12
EXAMPLE = "Write a rule like: genre = Drama and year >= 1990."


class Mark(Enum):
    WORD = "a word"
    TEXT = "a quoted text"
    OPERATOR = "an operator"
    OPEN = "("
    CLOSE = ")"
    COMMA = ","
    END = "the end of the rule"


_SINGLE = {"(": Mark.OPEN, ")": Mark.CLOSE, ",": Mark.COMMA}


@dataclass(frozen=True, slots=True)
class Token:
    mark: Mark
    text: str
    column: int

    @property
    def keyword(self) -> str:
        """ "and", "or", "not", "in", "contains", "none", or "" for any other token."""
        word = self.text.lower() if self.mark is Mark.WORD else ""
        return word if word in KEYWORDS else ""

    def __str__(self) -> str:
        return self.mark.value if self.mark is Mark.END else f"{self.text[:LONGEST_GUESS]!r}"


def parse(text: str) -> Condition:
    """Raises BadRule."""
    if len(text) > MAX_TEXT:
        raise BadRule(f"A rule has at most {MAX_TEXT} characters; this one has {len(text)}.", MAX_TEXT + 1)
    parser = _Parser(list(_tokens(text)))
    condition = parser.any_of(0)
    if parser.peek().mark is not Mark.END:
        raise BadRule(f'Expected "and", "or" or the end, found {parser.peek()}.', parser.peek().column)
    if len(str(condition)) > MAX_TEXT:
        raise BadRule(
            f"Written with its spaces, the rule has more than {MAX_TEXT} characters.", len(text) + 1
        )
    return condition


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        letter, start = text[at], at
        if letter.isspace():
            at += 1
        elif letter in _SINGLE:
            at += 1
            yield Token(_SINGLE[letter], letter, start + 1)
        elif letter in "\"'":
            content, at = _quoted(text, at)
            yield Token(Mark.TEXT, content, start + 1)
        elif letter in "=!<>":
            at += 2 if text[at + 1 : at + 2] == "=" else 1
            yield Token(Mark.OPERATOR, text[start:at], start + 1)
        elif is_word_letter(letter):
            while at < len(text) and is_word_letter(text[at]):
                at += 1
            yield Token(Mark.WORD, text[start:at], start + 1)
        else:
            raise BadRule(f"{letter!r} has no meaning here. Put texts in quotes.", start + 1)
    yield Token(Mark.END, "", len(text) + 1)


def _quoted(text: str, start: int) -> tuple[str, int]:
    """The content of the quotes that open at `start`, and where the rule goes on behind them."""
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
    """Recursive descent over the tokens; one method per line of the grammar."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self) -> Token:
        return self._tokens[self._at]

    def take(self) -> Token:
        token = self.peek()
        self._at += token.mark is not Mark.END
        return token

    def any_of(self, depth: int) -> Condition:
        parts = [self.all_of(depth)]
        while self.peek().keyword == "or":
            self.take()
            parts.append(self.all_of(depth))
        return AnyOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def all_of(self, depth: int) -> Condition:
        parts = [self.one(depth)]
        while self.peek().keyword == "and":
            self.take()
            parts.append(self.one(depth))
        return AllOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def one(self, depth: int) -> Condition:
        self.bounded(depth)
        if self.peek().keyword == "not":
            self.take()
            return Not(self.one(depth + 1))
        if self.peek().mark is Mark.OPEN:
            opened = self.take()
            condition = self.any_of(depth + 1)
            if self.peek().mark is not Mark.CLOSE:
                message = f'Expected "and", "or" or the ")" of column {opened.column}, found {self.peek()}.'
                raise BadRule(message, self.peek().column)
            self.take()
            return condition
        return self.comparison(depth)

    def bounded(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            message = f'Parentheses and "not" stand at most {MAX_DEPTH} deep inside one another.'
            raise BadRule(message, self.peek().column)

    def comparison(self, depth: int) -> Condition:
        field = _field(self.take())
        negated = self.peek().keyword == "not"
        if negated:
            self.bounded(depth + 1)
            self.take()
        operator = _operator(self.take(), field)
        if negated and operator not in (Operator.IN, Operator.CONTAINS):
            message = '"not" stands before a field, or before "in" or "contains".'
            raise BadRule(message, self.peek().column)
        values = self.values(field) if operator is Operator.IN else (self.value(field, operator),)
        comparison = Comparison(field, operator, values)
        return Not(comparison) if negated else comparison

    def values(self, field: Field) -> tuple[Value, ...]:
        if self.peek().mark is not Mark.OPEN:
            raise BadRule(f'Expected "(" and a list of values, found {self.peek()}.', self.peek().column)
        self.take()
        values = [self.value(field, Operator.IN)]
        while self.peek().mark is Mark.COMMA:
            comma = self.take()
            if len(values) == MAX_VALUES:
                raise BadRule(f"A list has at most {MAX_VALUES} values.", comma.column)
            values.append(self.value(field, Operator.IN))
        if self.peek().mark is not Mark.CLOSE:
            raise BadRule(f'Expected "," or ")", found {self.peek()}.', self.peek().column)
        self.take()
        return tuple(values)

    def value(self, field: Field, operator: Operator) -> Value:
        token = self.take()
        nature = NATURES[field]
        if token.keyword == "none":
            if nature.lacks and operator in (Operator.IS, Operator.IS_NOT):
                return None
            message = f'"none" goes with = and != and fields a title may lack; {field} {operator} is not one.'
            raise BadRule(message, token.column)
        if token.mark not in (Mark.WORD, Mark.TEXT) or token.keyword:
            raise BadRule(f"Expected a value for {field}, found {token}.", token.column)
        return _number(token, field, nature) if nature.numeric else _text(token, field, nature)


def _field(token: Token) -> Field:
    if token.mark is Mark.END and token.column == 1:
        raise BadRule(f"The rule is empty. {EXAMPLE}", token.column)
    if token.mark is not Mark.WORD or token.keyword:
        raise BadRule(f"Expected a field, found {token}. {EXAMPLE}", token.column)
    fields = [field.value for field in Field]
    word = token.text.lower()
    if word not in fields:
        message = f"There is no field {token}. {_guess(word, fields)}"
        raise BadRule(message, token.column)
    return Field(word)


def _operator(token: Token, field: Field) -> Operator:
    allowed = NATURES[field].operators
    names = [operator.value for operator in allowed]
    written = "=" if token.text == "==" else token.text.lower()
    if token.mark not in (Mark.OPERATOR, Mark.WORD) or written not in names:
        found = f"{token}"
        raise BadRule(f"Expected one of {' '.join(names)} after {field}, found {found}.", token.column)
    return Operator(written)


def _number(token: Token, field: Field, nature: Nature) -> Value:
    digits = token.text.removeprefix("-")
    whole = nature.sort is Sort.WHOLE
    plain = digits if whole else digits.replace(".", "", 1)
    if not (plain.isascii() and plain.isdecimal() and len(digits) <= LONGEST_NUMBER):
        kind = "a whole number" if whole else "a number"
        raise BadRule(f"{field} is {kind}; {token} is none.", token.column)
    number = int(token.text) if whole else float(token.text)
    if not nature.least <= number <= nature.most:
        raise BadRule(f"{field} lies between {nature.least} and {nature.most}.", token.column)
    return number


def _text(token: Token, field: Field, nature: Nature) -> Value:
    if not token.text.strip():
        raise BadRule("An empty text is no value.", token.column)
    if len(token.text) > MAX_VALUE:
        raise BadRule(f"A text has at most {MAX_VALUE} characters.", token.column)
    if nature.sort is Sort.CHOICE:
        if token.text.lower() not in nature.choices:
            raise BadRule(f"{token} is no {field}. {_guess(token.text, nature.choices)}", token.column)
        return token.text.lower()
    if field is Field.GENRE:
        genre = canonical_genre(token.text)
        if genre is None:
            raise BadRule(f"{token} is no genre. {_guess(token.text, GENRES)}", token.column)
        return genre
    return token.text


def _guess(word: str, right: tuple[str, ...] | list[str]) -> str:
    """ "Did you mean ...?", or all there is to choose from."""
    folded = {one.lower(): one for one in right}
    close = get_close_matches(word.lower(), folded, n=1, cutoff=0.6) if len(word) <= LONGEST_GUESS else []
    return f'Did you mean "{folded[close[0]]}"?' if close else f"Use {listed(right)}."
