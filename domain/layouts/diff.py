"""Differences between two versions of a layout, in sentences: "Trending moved from 4 to 2 on TV."

Differences of the base come first, then the further ones of each group of viewers with overrides or arms.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from domain.catalog.regions import region_name
from domain.layouts.patches import Patch, apply_patches
from domain.layouts.schema import PAGE

DEVICE_NAMES = {"tv": "TV", "web": "web", "mobile": "mobile", "tablet": "tablet"}
TOP_LEVEL_KEYS = ("targets", "schedule", "priority", *PAGE)
DEFAULT = "the default"


def differences(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> tuple[str, ...]:
    """Most important first. `old` is None for a new layout."""
    if old is None:
        count = len(new["rows"])
        return (f"The layout is new, with {count} {'row' if count == 1 else 'rows'}.",)
    sentences = [*_row_differences(old, new), *_key_differences(old, new)]
    sentences += [line for line in _group_differences(old, new) if line not in sentences]
    sentences += _weight_differences(old, new)
    if not sentences and _canonical(old) != _canonical(new):
        sentences.append("Patches are written differently; no viewer's rows change")
    return tuple(f"{line}." for line in sentences)


def row_name(row_id: str, document: Mapping[str, Any]) -> str:
    """Its English title, else its id."""
    row = document["rows"].get(row_id) or document.get("stand_ins", {}).get(row_id) or {}
    title = (row.get("title") or {}).get("en", "")
    return title or row_id.replace("-", " ").replace("_", " ").capitalize()


def describe_condition(when: Mapping[str, Any]) -> str:
    """ "on TV in Germany", "where kids is true"."""
    words = []
    if "device" in when:
        words.append("on " + " or ".join(DEVICE_NAMES[name] for name in _as_list(when["device"])))
    if "market" in when:
        words.append("in " + " or ".join(region_name(name) for name in _as_list(when["market"])))
    others = [
        f"{name} is {_format(value)}" for name, value in when.items() if name not in ("device", "market")
    ]
    if others:
        words.append("where " + " and ".join(others))
    return " ".join(words)


def _row_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = old["order"], new["order"]
    yield from (f"{row_name(row, old)} is removed" for row in before if row not in after)
    for position, row in enumerate(after, start=1):
        if row not in before:
            yield f"{row_name(row, new)} is added at position {position}"
    for row in _moved_rows([row for row in before if row in after], [row for row in after if row in before]):
        yield f"{row_name(row, new)} moved from {before.index(row) + 1} to {after.index(row) + 1}"
    for part in ("rows", "stand_ins"):
        ours, theirs = old.get(part, {}), new.get(part, {})
        for row in theirs:
            if row in ours:
                yield from (f"{row_name(row, new)}: {line}" for line in _changes(ours[row], theirs[row]))
            elif part == "stand_ins":
                yield f"{row_name(row, new)} can stand in for another row"
        if part == "stand_ins":
            yield from (f"{row_name(row, old)} no longer stands in" for row in ours if row not in theirs)


def _moved_rows(before: list[str], after: list[str]) -> list[str]:
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    unmoved = {
        row for block in matcher.get_matching_blocks() for row in before[block.a : block.a + block.size]
    }
    return [row for row in after if row not in unmoved]


def _key_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in TOP_LEVEL_KEYS:
        if old.get(name) != new.get(name):
            for line in _changes({name: old.get(name)}, {name: new.get(name)}):
                yield line[0].upper() + line[1:]


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Key by key: "max_cards is 20, was 10"."""
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if isinstance(before, Mapping | None) and isinstance(after, Mapping | None):
            yield from _changes(before or {}, after or {}, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name} is {_format(after)}, was {_format(before)}"


def _group_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    of_base = set(_row_differences(old, new)) | set(_key_differences(old, new))
    before, after = _patches_by_group(old), _patches_by_group(new)
    for group in dict.fromkeys((*after, *before)):
        left = apply_patches(old, before.get(group, [])).document
        right = apply_patches(new, after.get(group, [])).document
        for line in (*_row_differences(left, right), *_key_differences(left, right)):
            if line not in of_base:
                yield f"{line} {group}"


def _patches_by_group(document: Mapping[str, Any]) -> dict[str, list[Patch]]:
    """Keyed by a description of the viewers."""
    groups: dict[str, list[Patch]] = {}
    for patch in document.get("overrides", []):
        groups.setdefault(describe_condition(patch["when"]), []).append(patch)
    for key, variant in document.get("variants", {}).items():
        for arm, patches in variant.items():
            for patch in patches if arm != "weights" else ():
                group = f"in arm {arm} of {key} {describe_condition(patch.get('when', {}))}".rstrip()
                groups.setdefault(group, []).append(patch)
    return groups


def _weight_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = old.get("variants", {}), new.get("variants", {})
    yield from (f"Experiment {key} ends" for key in before if key not in after)
    for key, variant in after.items():
        weights = _format(variant["weights"])
        if key not in before:
            yield f"Experiment {key} starts with weights {weights}"
        elif before[key]["weights"] != variant["weights"]:
            yield f"Experiment {key} has weights {weights}, was {_format(before[key]['weights'])}"


def _canonical(document: Mapping[str, Any]) -> str:
    """The order of keys has no meaning; that of lists does."""
    return json.dumps(document, sort_keys=True)


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _format(value: Any) -> str:
    if value is None:
        return DEFAULT
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_format(inner)}" for name, inner in value.items()) or "empty"
    if isinstance(value, list):
        return ", ".join(_format(inner) for inner in value) or "empty"
    return str(value)
