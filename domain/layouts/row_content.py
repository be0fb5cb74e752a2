"""Checks of what a row says: options, titles, pins, languages and the rows it is placed by.

Without them such a mistake shows to viewers, or has no effect, without a word. They hold for what is written from now
on: a layout that is live already stays live.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from domain.catalog.languages import is_language, language_advice
from domain.filter_rules.compiler import BadRule, compile_rule, require_valid_rule
from domain.ids import is_title_id
from domain.json_schema import Path, Problem, check, did_you_mean
from domain.layouts.row_kinds import ROW_KINDS, RowKind, RowSource
from domain.layouts.row_options import TITLES
from domain.layouts.row_validation import UTC_ZONE, Node
from domain.layouts.schedules import parse_instant

PIVOT = "{pivot}"
PLACEHOLDER = re.compile(r"[$%#]?\{+[^{}]*\}*|\}+|%\([^()]*\)s?|%s\b|<[A-Za-z_]+>|\[\[?[A-Za-z_]+\]?\]")
"""What other systems fill in, too: ${name}, %(name)s, %s, <name>, [name]."""

SEPARATORS = re.compile(r"[,;]")


def row_content_problems(row: Node, names: frozenset[str]) -> Iterator[Problem]:
    """Of a whole row; paths are within it. `names`: the ids of all rows of the layout, also of its patches."""
    kind = ROW_KINDS.get(RowSource(row["source"]))
    if kind is not None:
        yield from _option_problems(row.get("options") or {}, kind, ("options",))
        yield from _title_problems(row.get("title") or {}, kind)
    for index, share in enumerate(row.get("mix") or ()):
        mixed = ROW_KINDS.get(RowSource(share["source"]))
        if mixed is not None:
            yield from _option_problems(share.get("options") or {}, mixed, ("mix", index, "options"))
    yield from _rule_problems(row)
    yield from _pin_problems(row.get("pins") or ())
    yield from _place_problems(row.get("place") or {}, names)


def _option_problems(options: Node, kind: RowKind, path: Path) -> Iterator[Problem]:
    known = {option.name: option.schema for option in kind.options}
    for name, value in options.items():
        if name not in known:
            yield Problem((*path, name), _unknown_option(name, kind, known))
        else:
            yield from (
                Problem((*path, name, *problem.path), problem.message)
                for problem in check(value, known[name])
            )
    if TITLES.name in known:
        yield from _listed_title_problems(options.get(TITLES.name), (*path, TITLES.name))


def _unknown_option(name: str, kind: RowKind, known: Mapping[str, object]) -> str:
    others = [
        other.source.value
        for other in ROW_KINDS.values()
        if any(option.name == name for option in other.options)
    ]
    owner = f"is an option of {_list_words(others)}" if others else "is no option"
    hint = did_you_mean(name, known)
    usable = f"has the options {', '.join(known)}" if known else "has no options"
    return f"{name!r} {owner}, so it has no effect here: {kind.source.value} {usable}.{hint}"


def _list_words(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _listed_title_problems(listed: object, path: Path) -> Iterator[Problem]:
    """Of an editorial row."""
    ids = listed.split() if isinstance(listed, str) else []
    form = "Write raw ids with spaces between them: {titles: m00042 m00007}."
    if not ids:
        yield Problem(
            path[:-1], f"an editorial row shows the titles that you list, and this one lists none. {form}"
        )
    elif SEPARATORS.search(str(listed)):
        right = " ".join(SEPARATORS.sub(" ", str(listed)).split())
        yield Problem(path, f"ids stand with spaces between them, not commas. Write: {right[:200]}")
    else:
        for title_id in dict.fromkeys(ids):
            if not is_title_id(title_id):
                yield Problem(path, f"{title_id[:80]!r} cannot be the id of a title. {form}")
            elif ids.count(title_id) > 1:
                yield Problem(path, f"{title_id} is listed {ids.count(title_id)} times; keep one.")


_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff\ufffe\uffff]")
"""Line breaks, control characters, halves of a character, and what turns the direction of a whole line."""


def _title_problems(title: Node, kind: RowKind) -> Iterator[Problem]:
    for language, text in title.items():
        if text is None:
            continue
        path: Path = ("title", language)
        if not is_language(language):
            yield Problem(path, f"{language_advice(language)} No viewer reads this title.")
        if not text.strip():
            yield Problem(path, "holds only spaces. Write a title, or leave it out for the source's own.")
        if found_character := _NOT_SHOWN.search(text):
            code = f"U+{ord(found_character.group()):04X}"
            yield Problem(path, f"holds {code}, which no screen shows as a letter. Remove it.")
        for found in PLACEHOLDER.findall(text):
            if found != PIVOT:
                yield Problem(
                    path, f"{found!r} is filled by nothing: viewers would read it as it stands. {_form(kind)}"
                )
            elif not kind.has_seed:
                yield Problem(
                    path,
                    f"{PIVOT} is the title that a row is about, and this row is about none. {_form(kind)}",
                )


def _form(kind: RowKind) -> str:
    if kind.has_seed:
        return f"Write {PIVOT} for the title that the row is about, or plain words."
    seeded = " and ".join(one.source.value for one in ROW_KINDS.values() if one.has_seed)
    return f"Write plain words; only rows of {seeded} fill in {PIVOT}."


def _rule_problems(row: Node) -> Iterator[Problem]:
    """Values that no title can have, in rules that compile."""
    rules: list[tuple[Path, str]] = [(("filter",), row.get("filter") or "")]
    for part in ("boosts", "quotas"):
        rules += [((part, index, "match"), one["match"]) for index, one in enumerate(row.get(part) or ())]
    for path, text in rules:
        try:
            rule = compile_rule(text) if text else None
        except BadRule:
            continue
        try:
            if rule is not None:
                require_valid_rule(text)
        except BadRule as error:
            yield Problem(path, str(error))


def _pin_problems(pins: list[Node] | tuple[Node, ...]) -> Iterator[Problem]:
    """Two pins of one slot at one time. Pins that follow each other are a plan."""
    for (_, one), (index, two) in combinations(enumerate(pins), 2):
        if one["slot"] != two["slot"] or not _meet(one, two):
            continue
        when = f"until {min(one['until'], two['until'])}"
        message = f"slot {two['slot']} is already pinned to {one['title_id']} {when}."
        yield Problem(
            ("pins", index, "slot"), f"{message} Use another slot, or begin with `since` when that ends."
        )


def _meet(one: Node, two: Node) -> bool:
    """Times that are in no calendar meet nothing."""
    try:
        starts = [parse_instant(pin["since"], UTC_ZONE) for pin in (one, two) if pin.get("since")]
        ends = [parse_instant(pin["until"], UTC_ZONE) for pin in (one, two)]
    except ValueError:
        return False
    return not starts or max(starts) < min(ends)


def _place_problems(place: Node, names: frozenset[str]) -> Iterator[Problem]:
    """Rows and sources that do not exist are never met."""
    for name in ("after", "before"):
        row = place.get(name)
        if row is not None and row not in names:
            yield Problem(("place", name), f"there is no row {row!r}.{did_you_mean(row, names)}")
    sources = [source.value for source in RowSource]
    for index, row in enumerate(place.get("apart_from") or ()):
        if row not in names and row not in sources:
            hint = did_you_mean(row, [*names, *sources])
            yield Problem(("place", "apart_from", index), f"there is no row or source {row!r}.{hint}")
