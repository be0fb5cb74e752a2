"""Figures, difference and sample pages of a version, from the stores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo.database import Database

from batch.reports.list_figures import exposure, list_figures
from batch.reports.parts import DatasetSize, ListFigures, SamplePage, VersionDiff
from batch.reports.sample_pages import NO_PAGES, PAGES, build_pages, choose_profiles, read_titles
from batch.reports.sampled_lists import read_lists, sample_profiles
from batch.reports.version_diff import diff_versions
from domain.errors import BadInput
from domain.ids import ProfileId
from domain.ports.page_composer import ComposedPages
from domain.serialization import Document
from domain.storage_names import TITLES
from domain.timestamps import to_millis

ComposePages = Callable[[Sequence[ProfileId], Sequence[str]], ComposedPages]
"""Of these profiles and versions."""

SHOWS = {"kind": {"$ne": "episode"}}


@dataclass(frozen=True, slots=True)
class MeasuredLists:
    """All None where the version has no lists, as of a job without them."""

    figures: ListFigures | None = None
    difference: VersionDiff | None = None
    pages: tuple[SamplePage, ...] | None = None


def measure_lists(
    database: Database[Document],
    before: str | None,
    after: str,
    now: datetime,
    sizes: Sequence[DatasetSize] = (),
    share: float = 1.0,
    compose: ComposePages | None = None,
) -> MeasuredLists:
    """`share`: of the accounts that the version is of. `compose` None: the service is not here."""
    profiles = sample_profiles(database, share=share)
    new = read_lists(database, after, profiles)
    if not new:
        return MeasuredLists()
    old = read_lists(database, before, profiles) if before else {}
    titles = read_titles(database, exposure(old).keys() | exposure(new).keys())
    ages = {
        one: (to_millis(now) - facts.launched_at) / 1000
        for one, facts in titles.items()
        if facts.launched_at is not None
    }
    catalogue = database[TITLES].count_documents(SHOWS)
    names = {one: facts.name for one, facts in titles.items()}
    chosen = choose_profiles(profiles, old, new)
    shown = before if old else None
    ids = [ProfileId(one.profile.id) for one in chosen]
    composed = compose(ids, [one for one in (shown, after) if one]) if compose else NO_PAGES
    return MeasuredLists(
        list_figures(profiles, new, old or None, catalogue, ages),
        diff_versions(before, after, old, new, names, sizes) if before and old else None,
        build_pages(database, chosen, (shown, after), old, new, composed),
    )


def diff_stored(
    database: Database[Document],
    before: str,
    after: str,
    sizes: Sequence[DatasetSize] = (),
    compose: ComposePages | None = None,
) -> tuple[VersionDiff, tuple[SamplePage, ...]]:
    """Of any two versions; also the pages of ten profiles, personas first; without `compose` rows of their lists.

    Raises BadInput for a version without lists.
    """
    profiles = sample_profiles(database)
    old, new = read_lists(database, before, profiles), read_lists(database, after, profiles)
    for version, lists in ((before, old), (after, new)):
        if not lists:
            raise BadInput(f"Version {version} has no Top Picks: it was swept, or it never had any.")
    titles = read_titles(database, exposure(old).keys() | exposure(new).keys())
    names = {one: facts.name for one, facts in titles.items()}
    chosen = choose_profiles(profiles, old, new, personas=PAGES)
    composed = (
        compose([ProfileId(one.profile.id) for one in chosen], [before, after]) if compose else NO_PAGES
    )
    pages = build_pages(database, chosen, (before, after), old, new, composed)
    return diff_versions(before, after, old, new, names, sizes), pages
