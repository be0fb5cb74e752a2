"""Ten real profiles before and after: their pages as the service composes them, else rows read back from the stores.

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
from domain.ids import GLOBAL, ProfileId, TitleId
from domain.ports.page_composer import ComposedPages
from domain.recommendations.documents import neighbours_from_document, ranked_list_from_document
from domain.recommendations.keys import popular_id, similar_id
from domain.recommendations.lists import ListAudience, Pick, PopularKey
from domain.serialization import Document
from domain.storage_names import POPULAR, SIMILAR, TITLES

PAGES = 10
ROWS, CARDS = 5, 8
NO_PAGES: ComposedPages = {}
FIRST_PERSONAS = 3
NO_COLOURS = ("#334155", "#64748b", "#cbd5e1")
_DIGEST_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Chosen:
    profile: SampledProfile
    why: str


def choose_profiles(
    profiles: Sequence[SampledProfile], old: Lists, new: Lists, personas: int = FIRST_PERSONAS
) -> list[Chosen]:
    """At most so many personas, then a kids profile, a newcomer, the most and the least changed, and others."""
    with_list = [one for one in profiles if one.id in new or one.id in old]
    changed = sorted(with_list, key=lambda one: _overlap(one, old, new))
    wishes: list[tuple[str, Iterable[SampledProfile]]] = [
        *[("a persona", [one]) for one in with_list if one.persona][:personas],
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
    composed: ComposedPages = NO_PAGES,
) -> tuple[SamplePage, ...]:
    """`versions` are (before, after). A page that is not in `composed` is rows of the version's lists."""
    before, after = versions
    sides = [
        (
            _rows(database, before, one.profile, old.get(one.profile.id, ()), composed) if before else {},
            _rows(database, after, one.profile, new.get(one.profile.id, ()), composed),
        )
        for one in chosen
    ]
    titles = read_titles(
        database, {title for pair in sides for side in pair for row in side.values() for title in row}
    )
    secret = secrets.token_bytes(16)
    return tuple(
        SamplePage(
            profile=one.profile.persona or _digest(one.profile.id, secret),
            about=_about(one),
            before=_sample_rows(rows, other, titles),
            after=_sample_rows(other, rows, titles),
            command=_command(one.profile, new.get(one.profile.id, ())),
        )
        for one, (rows, other) in zip(chosen, sides, strict=True)
    )


Rows = dict[str, tuple[TitleId, ...]]
"""By heading, top to bottom."""


def _rows(
    database: Database[Document],
    version: str,
    profile: SampledProfile,
    picks: Sequence[Pick],
    composed: ComposedPages,
) -> Rows:
    page = composed.get((version, ProfileId(profile.id)))
    if page is not None:
        return {row.heading: row.title_ids[:CARDS] for row in page[:ROWS]}
    return _rows_of_lists(database, version, profile, picks)


def _rows_of_lists(
    database: Database[Document], version: str, profile: SampledProfile, picks: Sequence[Pick]
) -> Rows:
    rows: Rows = {"Top Picks": tuple(pick.title_id for pick in picks[:CARDS])} if picks else {}
    seed = next((pick.seed for pick in picks if pick.seed), None)
    if seed and (found := database[SIMILAR].find_one({"_id": similar_id(version, seed)})):
        name = read_titles(database, [seed]).get(seed)
        neighbours = tuple(one.title_id for one in neighbours_from_document(found)[:CARDS])
        rows[f"Because you watched {name.name if name else seed}"] = neighbours
    audience = ListAudience.KIDS if profile.kids else ListAudience.ALL
    for region in (profile.region, GLOBAL):
        popular = database[POPULAR].find_one({"_id": popular_id(version, PopularKey(region, None, audience))})
        if popular and popular["items"]:
            entries = ranked_list_from_document(popular).entries
            rows["Popular"] = tuple(one.title_id for one in entries[:CARDS])
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
    unnamed = NamedTitle("", NO_COLOURS, None)
    return tuple(
        SampleRow(
            heading,
            tuple(
                SampleTitle(
                    one,
                    titles.get(one, unnamed).name or one,
                    titles.get(one, unnamed).palette,
                    bool(other) and one not in other.get(heading, ()),
                )
                for one in ids
            ),
        )
        for heading, ids in rows.items()
    )


def _overlap(profile: SampledProfile, old: Lists, new: Lists) -> float:
    a, b = ([pick.title_id for pick in lists.get(profile.id, ())] for lists in (old, new))
    overlap = overlap_at(a, b)
    return -1.0 if overlap is None else overlap


def _has_taste(picks: Sequence[Pick]) -> bool:
    return any(pick.seed for pick in picks)


def _about(chosen: Chosen) -> str:
    kids = ", kids" if chosen.profile.kids and "kids" not in chosen.why else ""
    return f"{chosen.profile.region}{kids}, {chosen.why}"


def _command(profile: SampledProfile, picks: Sequence[Pick]) -> str | None:
    if profile.persona is None or not picks:
        return None
    return f"marquee explain --profile {profile.persona} --title {picks[0].title_id}"


def _digest(profile_id: str, secret: bytes) -> str:
    return hmac.new(secret, profile_id.encode(), hashlib.sha256).hexdigest()[:_DIGEST_CHARACTERS]
