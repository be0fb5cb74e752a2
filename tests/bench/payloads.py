"""What servers answer: whether it is the same for all of them, and the peers' data, taken from one of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ARTWORK = {"poster": "POSTER", "landscape": "LANDSCAPE", "backdrop": "HERO"}
"""Key in the answer to the TV page's query -> shape of the picture."""


def data_of(file: Path, name: str = "") -> Any:
    """The data of an answer. Ends the run when it has errors, for nothing is to be measured then."""
    answer = json.loads(file.read_bytes())
    if answer.get("errors") or not (answer.get("data") or {}).get("home"):
        raise SystemExit(f"{name or file} answers without a page: {json.dumps(answer)[:500]}")
    return answer["data"]


def check_equal(name: str, files: Sequence[Path], reference: Sequence[Path]) -> None:
    """Ends the run when an answer differs from the reference in anything, the order of keys included."""
    for place, (file, expected_file) in enumerate(zip(files, reference, strict=True)):
        given, expected = data_of(file, name), data_of(expected_file)
        if spelled(given) != spelled(expected):
            where = difference(given, expected) or "the order of keys"
            raise SystemExit(f"{name} answers request {place} differently: {where}")


def spelled(data: Any) -> bytes:
    """The same JSON text for the same data in the same order."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def difference(given: Any, expected: Any, path: str = "data") -> str | None:
    """The first place at which two answers differ, with both values."""
    if isinstance(given, dict) and isinstance(expected, dict):
        if list(given) != list(expected):
            return f"{path} has {list(given)}, not {list(expected)}"
        pairs = [(f"{path}.{key}", given[key], expected[key]) for key in expected]
    elif isinstance(given, list) and isinstance(expected, list):
        if len(given) != len(expected):
            return f"{path} has {len(given)} items, not {len(expected)}"
        pairs = [(f"{path}[{place}]", *both) for place, both in enumerate(zip(given, expected, strict=True))]
    else:
        return None if given == expected else f"{path} is {given!r}, not {expected!r}"
    return next((found for where, *both in pairs if (found := difference(*both, where))), None)


def write_peers_data(profile_ids: Sequence[str], answers: Sequence[Path], sdl: str, folder: Path) -> None:
    """schema.graphql, titles.json and homes.jsonl: each title once, and pages whose cards name theirs by id."""
    folder.mkdir(parents=True, exist_ok=True)
    titles: dict[str, Any] = {}
    with (folder / "homes.jsonl").open("w") as homes:
        for profile_id, answer in zip(profile_ids, answers, strict=True):
            home = data_of(answer)["home"]
            for card in cards_of(home):
                _put_apart(card, titles)
            homes.write(spelled({"profileId": profile_id, "home": home}).decode() + "\n")
    (folder / "titles.json").write_bytes(spelled(titles))
    (folder / "schema.graphql").write_text(sdl)


def cards_of(home: dict[str, Any]) -> list[dict[str, Any]]:
    """All cards of a page; a row that could not be had has none."""
    return [card for row in home["rows"]["nodes"] if row["cards"] for card in row["cards"]["nodes"]]


def _put_apart(card: dict[str, Any], titles: dict[str, Any]) -> None:
    """What belongs to the title goes from the card to the title."""
    title = card["title"]
    title["art"] = {shape: card.pop(key) for key, shape in ARTWORK.items()}
    titles[title["id"]] = title
    card["title"] = title["id"]
