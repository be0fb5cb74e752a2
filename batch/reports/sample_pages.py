"""Ten real profiles before and after: rows of titles, read back from the stores.

A report is kept for long and passed on, so a profile is named by a digest with a secret that is thrown away:
nobody finds the person again. Personas are invented, and are named.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pymongo.database import Database

from batch.reports.parts import SamplePage, SampleRow, SampleTitle
from batch.reports.sampled_lists import Lists, SampledProfile
from batch.reports.version_diff import overlap_at
from domain.ids import GLOBAL, TitleId
from domain.recommendations.documents import neighbours_from_document, ranked_list_from_document
from domain.recommendations.keys import popular_id, similar_id
from domain.recommendations.lists import ListAudience, Pick, PopularKey
from domain.serialization import Document
from domain.storage_names import POPULAR, SIMILAR, TITLES

PAGES = 10
CARDS = 8
FIRST_PERSONAS = 3
NO_COLOURS = ("#334155", "#64748b", "#cbd5e1")
_DIGEST_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Chosen:
    profile: SampledProfile
    why: str


def choose_profiles(profiles: Sequence[SampledProfile], old: Lists, new: Lists) -> list[Chosen]:
    """A few personas, then a kids profile, a newcomer, the most and the least changed, and others."""
    with_list = [one for one in profiles if one.id in new or one.id in old]
    changed = sorted(with_list, key=lambda one: _overlap(one, old, new))
    wishes: list[tuple[str, Iterable[SampledProfile]]] = [
        *[("a persona", [one]) for one in with_list if one.persona][:FIRST_PERSONAS],
        ("a kids profile", (one for one in with_list if one.kids)),
        ("no taste known yet", (one for one in with_list if not _has_taste(new.get(one.id, ())))),
        ("changed most", changed if old else ()),
        ("changed least", reversed(changed) if old else ()),
        *[("drawn by chance", with_list)] * PAGES,
    ]
    chosen: dict[str, Chosen] = {}
    for why, candidates in wishes:
        free = next((one for one in candidates if one.id not in chosen), None)
        if free is not None and len(chosen) < PAGES:
            chosen[free.id] = Chosen(free, why)
    return list(chosen.values())


def build_pages(
    database: Database[Document],
    chosen: Sequence[Chosen],
    versions: tuple[str | None, str],
    old: Lists,
    new: Lists,
) -> tuple[SamplePage, ...]:
    """`versions` are (before, after)."""
    before, after = versions
    sides = [
        (
            _rows(database, before, one.profile, old.get(one.profile.id, ())) if before else {},
            _rows(database, after, one.profile, new.get(one.profile.id, ())),
        )
        for one in chosen
    ]
    wanted = {title for pair in sides for side in pair for row in side.values() for title in row}
    seeds = {heading for pair in sides for side in pair for heading in side if heading not in _FIXED}
    titles = read_titles(database, wanted | seeds)
    secret = secrets.token_bytes(16)
    return tuple(
        SamplePage(
            profile=one.profile.persona or _digest(one.profile.id, secret),
            about=_about(one),
            before=_sample_rows(rows, other, titles),
            after=_sample_rows(other, rows, titles),
            command=_command(one.profile, other),
        )
        for one, (rows, other) in zip(chosen, sides, strict=True)
    )


TOP, POPULAR_ROW = "Top Picks", "Popular"
_FIXED = frozenset({TOP, POPULAR_ROW})

Rows = dict[str, tuple[str, ...]]
"""Heading, or the seed of "Because you watched", to the ids of titles."""


def _rows(database: Database[Document], version: str, profile: SampledProfile, picks: Sequence[Pick]) -> Rows:
    rows: Rows = {TOP: tuple(pick.title_id for pick in picks[:CARDS])} if picks else {}
    seed = next((pick.seed for pick in picks if pick.seed), None)
    if seed and (found := database[SIMILAR].find_one({"_id": similar_id(version, seed)})):
        rows[seed] = tuple(one.title_id for one in neighbours_from_document(found)[:CARDS])
    audience = ListAudience.KIDS if profile.kids else ListAudience.ALL
    for region in (profile.region, GLOBAL):
        popular = database[POPULAR].find_one({"_id": popular_id(version, PopularKey(region, None, audience))})
        if popular and popular["items"]:
            rows[POPULAR_ROW] = tuple(
                one.title_id for one in ranked_list_from_document(popular).entries[:CARDS]
            )
            break
    return rows


@dataclass(frozen=True, slots=True)
class NamedTitle:
    name: str
    palette: tuple[str, ...]
    launched_at: int | None
    """Epoch milliseconds."""


def read_titles(database: Database[Document], ids: Iterable[str]) -> dict[str, NamedTitle]:
    fields = {"name": 1, "palette": 1, "launched_at": 1}
    return {
        str(one["_id"]): NamedTitle(
            str(one.get("name") or one["_id"]),
            tuple(one.get("palette") or NO_COLOURS),
            one.get("launched_at"),
        )
        for one in database[TITLES].find({"_id": {"$in": sorted(ids)}}, fields)
    }


def _sample_rows(rows: Rows, other: Rows, titles: Mapping[str, NamedTitle]) -> tuple[SampleRow, ...]:
    found = []
    for heading, ids in rows.items():
        seed = titles.get(heading)
        words = heading if heading in _FIXED else f"Because you watched {seed.name if seed else heading}"
        elsewhere = set(other.get(heading, ()))
        found.append(
            SampleRow(
                words,
                tuple(
                    SampleTitle(
                        TitleId(one),
                        titles[one].name if one in titles else one,
                        titles[one].palette if one in titles else NO_COLOURS,
                        bool(other) and one not in elsewhere,
                    )
                    for one in ids
                ),
            )
        )
    return tuple(found)


def _overlap(profile: SampledProfile, old: Lists, new: Lists) -> float:
    a, b = ([pick.title_id for pick in lists.get(profile.id, ())] for lists in (old, new))
    overlap = overlap_at(a, b)
    return -1.0 if overlap is None else overlap


def _has_taste(picks: Sequence[Pick]) -> bool:
    return any(pick.seed for pick in picks)


def _about(chosen: Chosen) -> str:
    kids = ", kids" if chosen.profile.kids and "kids" not in chosen.why else ""
    return f"{chosen.profile.region}{kids}, {chosen.why}"


def _command(profile: SampledProfile, rows: Rows) -> str | None:
    if profile.persona is None or not rows.get(TOP):
        return None
    return f"marquee explain --profile {profile.persona} --title {rows[TOP][0]}"


def _digest(profile_id: str, secret: bytes) -> str:
    return hmac.new(secret, profile_id.encode(), hashlib.sha256).hexdigest()[:_DIGEST_CHARACTERS]
