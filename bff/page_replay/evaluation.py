"""One page-level evaluation from the stores: the version, the sample, the replay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bff.page_replay.past_context import past_context
from bff.page_replay.replay import Edition, PageReplay, ReplayedViewer, trials_of
from bff.page_replay.versions import choose_version
from bff.settings import Settings
from bff.stores.mongo.runs import RunFacts, record_page_evaluation, run_facts
from bff.stores.open_stores import OpenStores
from domain import storage_names
from domain.errors import BadInput, NotFound
from domain.evaluation.table import EvaluationTable, table_to_document
from domain.ids import ProfileId, TitleId
from domain.layouts.lint.samples import sample_order
from domain.layouts.request_context import PageRequest
from domain.layouts.resolution import PublishedLayouts
from domain.recommendations.lists import DataVersion
from domain.viewers.activity import Activity
from resolvers.home.complete_page_poller import CompletePagePoller

READ_AT_ONCE = 200
PAGES_SECONDS = 600.0

Plays = Mapping[ProfileId, Sequence[TitleId]]


@dataclass(frozen=True, slots=True)
class ReplayOrder:
    """`plays`: what profiles played next, where that is not in the stores. `layouts` None: the published ones.
    `record`: keep the result in the ledger. `seconds`: no further profile is begun after them."""

    profiles: int
    version: str | None = None
    at: datetime | None = None
    device: str = "tv"
    layouts: PublishedLayouts | None = None
    plays: Plays | None = None
    record: bool = False
    seconds: float = PAGES_SECONDS


async def evaluate_pages(
    settings: Settings, order: ReplayOrder, on_page: Callable[[int, int], None] = lambda done, total: None
) -> EvaluationTable:
    """Raises BadInput for a version that has seen the future, NotFound when no sampled profile played anything."""
    async with past_context(settings, datetime.now(UTC)) as (_, opened):
        readable = await readable_versions(opened)
        runs = [run_facts(one) for one in await opened.mongo.database.find_all(storage_names.RUNS)]
        version, at = choose_version(readable, runs, order.version, order.at)
        live = await opened.mongo.live()
    async with past_context(settings, at) as (context, opened):
        trials = await _trials(opened, order, at)
        if not trials:
            raise NotFound(
                f"No profile played anything after {at:%Y-%m-%dT%H:%MZ}, so there is nothing to find on pages. Use "
                "an earlier --at with a version made before it (marquee data status)."
            )
        poller = CompletePagePoller(min(PAGES_SECONDS, order.seconds), context.process.background)
        replay = PageReplay(context, at, PageRequest(device=order.device), poller)
        edition = Edition(version, order.layouts)
        table = await replay.evaluate(
            trials, edition, _beside(edition, live, runs, at), on_page, order.seconds
        )
        if order.record:
            await record_page_evaluation(opened.mongo.database, version, table_to_document(table))
        return table


def _beside(
    edition: Edition, live: DataVersion | None, runs: Sequence[RunFacts], at: datetime
) -> Edition | None:
    """The live version if it is honest at the instant, else the same version with the published layouts."""
    as_of = {run.version: run.as_of for run in runs}
    is_honest = live is not None and live.version in as_of and as_of[live.version] <= at
    version = live if live is not None and is_honest else edition.version
    is_same = version.version == edition.version.version and edition.layouts is None
    return None if is_same else Edition(version)


async def readable_versions(opened: OpenStores) -> Mapping[str, DataVersion]:
    """Published or staged, by name. Raises BadInput without any."""
    readable, live = await opened.mongo.readable(), await opened.mongo.live()
    if live is not None:
        readable = {live.version: live, **readable}
    if not readable:
        raise BadInput("Nothing has been published or staged yet. Run: marquee jobs run nightly")
    return readable


async def _trials(opened: OpenStores, order: ReplayOrder, at: datetime) -> list[ReplayedViewer]:
    """The first of the sample's order that played something: the same profiles each time."""
    ids = list(order.plays) if order.plays is not None else await opened.mongo.profile_ids()
    found: list[ReplayedViewer] = []
    ordered = sample_order(ids)
    for start in range(0, len(ordered), READ_AT_ONCE):
        chunk = ordered[start : start + READ_AT_ONCE]
        known = set(await opened.mongo.profiles(chunk))
        activities = await opened.mongo.activities(chunk)
        members = [each for each in chunk if each in known]
        if order.plays is None:
            found += trials_of(activities, members, at)
        else:
            found += [
                ReplayedViewer(each, activities.get(each, Activity(each)), tuple(order.plays[each]))
                for each in members
                if order.plays[each]
            ]
        if len(found) >= order.profiles:
            break
    return found[: order.profiles]
