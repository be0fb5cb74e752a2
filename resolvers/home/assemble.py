"""Wave 3: titles, composing, and the fallback ladder for rows that need it. Never raises for a store.

Reserves are asked for before titles are, when a source failed, so that one catalogue call fetches both; only a
page whose rows turn out short once their titles are known costs a second one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.candidates.eligibility import Refusal
from domain.candidates.model import RowCandidates, Tier
from domain.candidates.title_ids import wanted_titles
from domain.candidates.trace import Trace
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.page.composition import Composition, compose
from domain.page.fallback_page import EVERYWHERE
from domain.page.inputs import CompositionInput
from domain.page.model import Degradation, DegradationKind, Row
from resolvers.home.fallbacks import INSTEAD, FallbackRows, fallback_rows, titles_from_memory
from resolvers.home.gather import Failure, SourceResults
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources
from resolvers.runtime.process import Process

MenuFor = Callable[[Mapping[TitleId, Title]], CompositionInput]
"""A menu over these titles, without reserves."""

LEFT_OUT = "the row is left out"
FROM_MEMORY = "titles this process served lately, and the page that ships with the service"
FEWER_ROWS = "fewer rows than the layout promises"


@dataclass(slots=True)
class AssembledRows:
    """Rows with what was found on the way: titles withheld, and what the page has to do without.

    `until` is when a licence next changes what may be shown of it.
    """

    rows: tuple[Row, ...]
    titles: Mapping[TitleId, Title]
    removed: Mapping[TitleId, Refusal]
    lost: Sequence[Degradation]
    until: datetime | None = None


@dataclass(slots=True)
class _TitleFetcher:
    """Titles fetched so far, for one page."""

    viewer: Viewer
    sources: Sources | None
    process: Process
    titles: dict[TitleId, Title]
    removed: dict[TitleId, Refusal]
    dark: bool = False
    """The catalogue did not answer."""
    until: datetime | None = None

    async def fetch(self, ids: Iterable[TitleId], reserved: FallbackRows) -> None:
        wanted = [one for one in ids if one not in self.titles and one not in self.removed]
        try:
            if self.sources is None:
                raise StoreUnavailable("mongo")
            found = await self.sources.shelf.load_with_refusals(wanted)
        except StoreUnavailable:
            self.dark = True
            self.titles |= titles_from_memory(wanted, self.viewer, self.process, reserved)
            return
        self.titles |= {title.id: title for title in found.kept}
        self.removed |= found.removed
        self.until = min((at for at in (self.until, found.until) if at is not None), default=None)
        if self.viewer.region == EVERYWHERE:
            # The catalogue is asked for one region; what may be shown in all of them is known to the file.
            self.titles |= reserved.titles


NONE = FallbackRows((), (), (), {})


async def assemble_rows(
    tried: Sequence[RowSpec],
    gathered: SourceResults,
    taste: Sequence[TitleId],
    viewer: Viewer,
    sources: Sources | None,
    process: Process,
    menu_for: MenuFor,
    trace: Trace | None = None,
) -> AssembledRows:
    """The rows of a page from what its sources proposed. `sources` None: no data version is known.

    `taste` are further titles that the menu wants to know, to rank by them.
    """
    kitchen = _TitleFetcher(viewer, sources, process, {}, {})
    reserved = NONE
    if gathered.failed:
        reserved = await fallback_rows(tried, viewer, sources, process)
        gathered.proposals = _with_last_good(tried, gathered, reserved)
    await kitchen.fetch([*_ids(gathered.proposals, reserved), *taste], reserved)
    if kitchen.dark and reserved is NONE:
        reserved = await fallback_rows(tried, viewer, None, process)
        await kitchen.fetch(_ids((), reserved), reserved)
    # Without the catalogue a row may have proposed titles that nobody can show: it needs the ladder too.
    failed = [spec.id for spec in tried] if kitchen.dark else list(gathered.failed)
    composed = _compose(menu_for, kitchen, reserved, failed, trace)
    if composed.lacking and reserved is NONE:
        reserved = await fallback_rows(_lacking(tried, composed), viewer, sources, process)
        await kitchen.fetch(_ids((), reserved), reserved)
        composed = _compose(menu_for, kitchen, reserved, failed, trace)
    lost = _losses(gathered.failed, composed, kitchen, process)
    return AssembledRows(composed.rows, kitchen.titles, kitchen.removed, lost, kitchen.until)


def _ids(proposals: Sequence[RowCandidates], reserved: FallbackRows) -> list[TitleId]:
    return wanted_titles([*proposals, *reserved.last_good, *reserved.proposals, *reserved.floor])


def _with_last_good(
    tried: Sequence[RowSpec], gathered: SourceResults, reserved: FallbackRows
) -> list[RowCandidates]:
    """What rows that failed held last stands where they would have, so that it keeps its titles from those below."""
    again = [proposal for proposal in reserved.last_good if proposal.spec.id in gathered.failed]
    places = {spec.id: place for place, spec in enumerate(tried)}
    return sorted([*gathered.proposals, *again], key=lambda proposal: places[proposal.spec.id])


def _compose(
    menu_for: MenuFor,
    kitchen: _TitleFetcher,
    reserved: FallbackRows,
    failed: Sequence[str],
    trace: Trace | None,
) -> Composition:
    if trace is not None:
        trace.clear()
    menu = menu_for(kitchen.titles)
    lower = (*reserved.last_good, *reserved.proposals)
    menu = replace(menu, failed=failed, reserves=lower, floor=reserved.floor)
    return compose(menu, trace)


def _lacking(tried: Sequence[RowSpec], composed: Composition) -> list[RowSpec]:
    named = {lack.spec_id for lack in composed.lacking}
    return [spec for spec in tried if spec.id in named]


def _losses(
    failed: Mapping[str, Failure], composed: Composition, kitchen: _TitleFetcher, process: Process
) -> list[Degradation]:
    tiers: dict[str, Tier] = {row.proposal.spec.id: row.tier for row in composed.rows}
    lost = [
        Degradation(
            DegradationKind.ROW_LATE if failure == Failure.LATE else DegradationKind.ROW_UNAVAILABLE,
            INSTEAD.get(tiers[spec_id], LEFT_OUT) if spec_id in tiers else LEFT_OUT,
            spec_id,
        )
        for spec_id, failure in failed.items()
    ]
    if kitchen.dark:
        lost.append(Degradation(DegradationKind.CATALOG_UNAVAILABLE, FROM_MEMORY))
    if any(lack.spec_id is None for lack in composed.lacking) and process.shipped.pages() is None:
        lost.append(Degradation(DegradationKind.SHIPPED_PAGE_MISSING, FEWER_ROWS))
    return lost
