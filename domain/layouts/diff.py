"""What changed between two versions of a layout, in sentences: "Trending moved from 4 to 2 on TV."

The base comes first, then each group of viewers that overrides or arms speak of. What follows for a group from the
base alone is not said again.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from domain.catalog.regions import region_name
from domain.layouts.patches import Patch, apply_all
from domain.layouts.schema import PAGE

DEVICE_NAMES = {"tv": "TV", "web": "web", "mobile": "mobile", "tablet": "tablet"}
KEYS = ("targets", "schedule", "priority", *PAGE)
USUAL = "as usual"


def differences(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences, most important first; empty: the same layout. `old` None: there was none."""
    if old is None:
        count = len(new["rows"])
        return (f"The layout is new, with {count} {'row' if count == 1 else 'rows'}.",)
    told = [*_rows(old, new), *_keys(old, new)]
    told += [line for line in _groups(old, new) if line not in told]
    told += _weights(old, new)
    if not told and _canonical(old) != _canonical(new):
        told.append("Patches are written differently; no row changes for anybody")
    return tuple(f"{line}." for line in told)


def row_name(row_id: str, document: Mapping[str, Any]) -> str:
    """How people call a row: by its English title, else by its id."""
    row = document["rows"].get(row_id) or document.get("stand_ins", {}).get(row_id) or {}
    title = (row.get("title") or {}).get("en", "")
    return title or row_id.replace("-", " ").replace("_", " ").capitalize()


def condition_words(when: Mapping[str, Any]) -> str:
    """ "on TV in Germany", "where kids is true"."""
    words = []
    if "device" in when:
        words.append("on " + " or ".join(DEVICE_NAMES[name] for name in _many(when["device"])))
    if "market" in when:
        words.append("in " + " or ".join(region_name(name) for name in _many(when["market"])))
    others = [
        f"{name} is {_shown(value)}" for name, value in when.items() if name not in ("device", "market")
    ]
    if others:
        words.append("where " + " and ".join(others))
    return " ".join(words)


def _rows(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = old["order"], new["order"]
    yield from (f"{row_name(row, old)} is taken away" for row in before if row not in after)
    for place, row in enumerate(after, start=1):
        if row not in before:
            yield f"{row_name(row, new)} is added at position {place}"
    for row in _moved([row for row in before if row in after], [row for row in after if row in before]):
        yield f"{row_name(row, new)} moved from {before.index(row) + 1} to {after.index(row) + 1}"
    for part in ("rows", "stand_ins"):
        ours, theirs = old.get(part, {}), new.get(part, {})
        for row in theirs:
            if row in ours:
                yield from (f"{row_name(row, new)}: {line}" for line in _changes(ours[row], theirs[row]))
            elif part == "stand_ins":
                yield f"{row_name(row, new)} can stand in for another row"
        if part == "stand_ins":
            yield from (f"{row_name(row, old)} stands in no more" for row in ours if row not in theirs)


def _moved(before: list[str], after: list[str]) -> list[str]:
    """The fewest rows whose moving makes one order of the other."""
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    kept = {row for block in matcher.get_matching_blocks() for row in before[block.a : block.a + block.size]}
    return [row for row in after if row not in kept]


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in KEYS:
        if old.get(name) != new.get(name):
            for line in _changes({name: old.get(name)}, {name: new.get(name)}):
                yield line[0].upper() + line[1:]


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], lead: str = "") -> Iterator[str]:
    """Key by key: "max_cards is 20, was 10"."""
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if isinstance(before, Mapping | None) and isinstance(after, Mapping | None):
            yield from _changes(before or {}, after or {}, f"{lead}{name}.")
        else:
            yield f"{lead}{name} is {_shown(after)}, was {_shown(before)}"


def _groups(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What changes for viewers that patches speak of, beyond what the base changes for everybody."""
    everybody = set(_rows(old, new)) | set(_keys(old, new))
    before, after = _grouped(old), _grouped(new)
    for words in dict.fromkeys((*after, *before)):
        left = apply_all(old, before.get(words, [])).document
        right = apply_all(new, after.get(words, [])).document
        for line in (*_rows(left, right), *_keys(left, right)):
            if line not in everybody:
                yield f"{line} {words}"


def _grouped(document: Mapping[str, Any]) -> dict[str, list[Patch]]:
    """Patches by whom they are for, in words."""
    groups: dict[str, list[Patch]] = {}
    for patch in document.get("overrides", []):
        groups.setdefault(condition_words(patch["when"]), []).append(patch)
    for key, variant in document.get("variants", {}).items():
        for arm, patches in variant.items():
            for patch in patches if arm != "weights" else ():
                words = f"in arm {arm} of {key} {condition_words(patch.get('when', {}))}".rstrip()
                groups.setdefault(words, []).append(patch)
    return groups


def _weights(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = old.get("variants", {}), new.get("variants", {})
    yield from (f"Experiment {key} ends" for key in before if key not in after)
    for key, variant in after.items():
        if key not in before:
            yield f"Experiment {key} begins with {_shown(variant['weights'])}"
        elif before[key]["weights"] != variant["weights"]:
            was = _shown(before[key]["weights"])
            yield f"Experiment {key} is dealt {_shown(variant['weights'])}, was {was}"


def _canonical(document: Mapping[str, Any]) -> str:
    """The order of keys says nothing; that of lists does."""
    return json.dumps(document, sort_keys=True)


def _many(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _shown(value: Any) -> str:
    if value is None:
        return USUAL
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in value.items()) or "empty"
    if isinstance(value, list):
        return ", ".join(_shown(inner) for inner in value) or "empty"
    return str(value)
