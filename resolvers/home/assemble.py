"""Wave 3: loads titles, composes rows and adds fallback rows where they are needed. Never raises for a store.

When a source failed, fallback rows are loaded before titles, so that one catalogue call serves both. Only a page
whose rows turn out short once their titles are known costs a second call, and one whose sources have more for short
or filtered rows costs one read of those sources.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.candidates.eligibility import Refusal
from domain.candidates.model import RowCandidates, Tier, title_ids
from domain.candidates.trace import Trace
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.page.composition import Composition, compose
from domain.page.fallback_page import EVERYWHERE
from domain.page.inputs import CompositionInput
from domain.page.model import Degradation, DegradationKind, Row
from resolvers.home.fallbacks import TIER_TEXTS, FallbackRows, fallback_rows, last_known_titles
from resolvers.home.gather import Failure, SourceResults
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources
from resolvers.runtime.process import Process

ReadOn = Callable[[Collection[str]], Awaitable[bool]]
"""Asks the sources of these specs for all they have, into the results; False when nothing was added."""

InputFor = Callable[[Mapping[TitleId, Title]], CompositionInput]
"""The composition input over these titles, without fallback rows."""

LEFT_OUT = "the row is left out"
FROM_MEMORY = "titles this process served lately, and the page that ships with the service"
FEWER_ROWS = "fewer rows than the layout promises"


@dataclass(slots=True)
class AssembledRows:
    """The rows of a page and what the page lacks.

    `changes_at` is when a licence next changes what may be shown.
    """

    rows: tuple[Row, ...]
    titles: Mapping[TitleId, Title]
    degradations: Sequence[Degradation]
    changes_at: datetime | None = None
    refusals: Mapping[TitleId, Refusal] = field(default_factory=dict)


@dataclass(slots=True)
class _TitleFetcher:
    """Loads titles for one page and keeps them."""

    viewer: Viewer
    sources: Sources | None
    process: Process
    titles: dict[TitleId, Title]
    refusals: dict[TitleId, Refusal]
    catalog_failed: bool = False
    changes_at: datetime | None = None

    async def fetch(self, ids: Iterable[TitleId], fallback: FallbackRows) -> None:
        wanted = [one for one in ids if one not in self.titles and one not in self.refusals]
        try:
            if self.sources is None:
                raise StoreUnavailable("mongo")
            found = await self.sources.title_loader.load_with_refusals(wanted)
        except StoreUnavailable:
            self.catalog_failed = True
            self.titles |= last_known_titles(wanted, self.viewer, self.process, fallback)
            return
        self.titles |= {title.id: title for title in found.eligible}
        self.refusals |= found.refused
        self.changes_at = min(
            (at for at in (self.changes_at, found.valid_until) if at is not None), default=None
        )
        if self.viewer.region == EVERYWHERE:
            # The catalogue knows one region; the shipped page knows what may be shown in every region.
            self.titles |= fallback.titles


NO_FALLBACK = FallbackRows((), (), (), {})


async def assemble_rows(
    tried: Sequence[RowSpec],
    results: SourceResults,
    taste: Sequence[TitleId],
    viewer: Viewer,
    sources: Sources | None,
    process: Process,
    input_for: InputFor,
    read_on: ReadOn | None = None,
    trace: Trace | None = None,
) -> AssembledRows:
    """The rows of a page from the results of its sources. `sources` is None while no data version is known.

    `taste` are further titles that ranking needs. `read_on` None: rows that are not full stay as they are.
    """
    fetcher = _TitleFetcher(viewer, sources, process, {}, {})
    fallback = NO_FALLBACK
    if results.failures:
        fallback = await fallback_rows(tried, viewer, sources, process)
        results.row_candidates = _with_last_known(tried, results, fallback)
    await fetcher.fetch([*_wanted_ids(results.row_candidates, fallback), *taste], fallback)
    if fetcher.catalog_failed and fallback is NO_FALLBACK:
        fallback = await fallback_rows(tried, viewer, None, process)
        await fetcher.fetch(_wanted_ids((), fallback), fallback)
    # Without the catalogue any row may hold titles that cannot be shown, so every row may need a fallback.
    failed = [spec.id for spec in tried] if fetcher.catalog_failed else list(results.failures)
    composition = _compose(input_for, fetcher, fallback, failed, trace)
    if composition.cut_rows and read_on is not None and await read_on(composition.cut_rows):
        await fetcher.fetch(_wanted_ids(results.row_candidates, fallback), fallback)
        composition = _compose(input_for, fetcher, fallback, failed, trace)
    if composition.short_rows and fallback is NO_FALLBACK:
        fallback = await fallback_rows(_short_specs(tried, composition), viewer, sources, process)
        await fetcher.fetch(_wanted_ids((), fallback), fallback)
        composition = _compose(input_for, fetcher, fallback, failed, trace)
    found = _degradations(results.failures, composition, fetcher, process)
    return AssembledRows(composition.rows, fetcher.titles, found, fetcher.changes_at, fetcher.refusals)


def _wanted_ids(rows: Sequence[RowCandidates], fallback: FallbackRows) -> list[TitleId]:
    return title_ids([*rows, *fallback.last_known, *fallback.lower_tiers, *fallback.filler_rows])


def _with_last_known(
    tried: Sequence[RowSpec], results: SourceResults, fallback: FallbackRows
) -> list[RowCandidates]:
    """Last known rows take the places of the rows that failed, so that they claim their titles before lower rows."""
    last_known = [row for row in fallback.last_known if row.spec.id in results.failures]
    places = {spec.id: place for place, spec in enumerate(tried)}
    return sorted([*results.row_candidates, *last_known], key=lambda row: places[row.spec.id])


def _compose(
    input_for: InputFor,
    fetcher: _TitleFetcher,
    fallback: FallbackRows,
    failed: Sequence[str],
    trace: Trace | None,
) -> Composition:
    if trace is not None:
        trace.clear()
    composition_input = input_for(fetcher.titles)
    lower = (*fallback.last_known, *fallback.lower_tiers)
    composition_input = replace(
        composition_input, failed_specs=failed, fallback_rows=lower, filler_rows=fallback.filler_rows
    )
    return compose(composition_input, trace)


def _short_specs(tried: Sequence[RowSpec], composition: Composition) -> list[RowSpec]:
    named = {lack.spec_id for lack in composition.short_rows}
    return [spec for spec in tried if spec.id in named]


def _degradations(
    failed: Mapping[str, Failure], composition: Composition, fetcher: _TitleFetcher, process: Process
) -> list[Degradation]:
    tiers: dict[str, Tier] = {row.candidates.spec.id: row.tier for row in composition.rows}
    found = [
        Degradation(
            DegradationKind.ROW_LATE if failure == Failure.LATE else DegradationKind.ROW_UNAVAILABLE,
            TIER_TEXTS.get(tiers[spec_id], LEFT_OUT) if spec_id in tiers else LEFT_OUT,
            spec_id,
        )
        for spec_id, failure in failed.items()
    ]
    if fetcher.catalog_failed:
        found.append(Degradation(DegradationKind.CATALOG_UNAVAILABLE, FROM_MEMORY))
    if any(lack.spec_id is None for lack in composition.short_rows) and process.shipped_pages.pages() is None:
        found.append(Degradation(DegradationKind.SHIPPED_PAGE_MISSING, FEWER_ROWS))
    return found
