"""Measures what the gates judge, in the stores: counts, and a bounded sample of lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pymongo.database import Database

from batch.jobs.context import NOT_MEASURED
from batch.pipeline.gates.facts import Evaluation, GateInput, ListFacts, VersionFacts, World
from batch.pipeline.gates.samples import (
    GateProfile,
    read_lists,
    read_title_facts,
    sample_profiles,
    sample_titles,
)
from batch.pipeline.gates.shared_lists import SHARED_LISTS, SharedList, measure_shared, read_shared
from batch.pipeline.gates.stored_lists import StoredList, parse_list
from batch.pipeline.gates.tally import Tally, compare
from batch.pipeline.gates.title_rules import is_above_age, is_licensed
from batch.pipeline.staged import version_counts
from batch.storage.clients import BatchStores
from domain.catalog.maturity_ratings import ADULT_AGE
from domain.ids import ProfileId, TitleId
from domain.recommendations.lists import DataVersion
from domain.serialization import Document
from domain.storage_names import DATASETS, POPULAR, PROFILES, RUNS, SIMILAR, TITLES, TOP_PICKS
from domain.timestamps import from_millis, to_millis
from domain.visibility.facts import TitleFacts

COMPARED = (SIMILAR, POPULAR)
"""With the live version, beside Top Picks. Charts change with the hour."""

Facts = Mapping[TitleId, TitleFacts]


def measure(stores: BatchStores, staged: DataVersion, live: DataVersion | None, now: datetime) -> GateInput:
    """`live` None: nothing is published."""
    database = stores.mongo
    begun = (database[RUNS].find_one({"_id": staged.run_id}) or {}).get("started_at", to_millis(now))
    # Who signed up while the run was under way has no list yet.
    profiles = [one for one in sample_profiles(database) if one.created_at <= begun]
    sample = _Sample(profiles, sample_titles(database, SHARED_LISTS))
    new = _read(stores, staged, sample)
    old = _read(stores, live, sample) if live else None
    titles = read_title_facts(database, {*new.titles(), *(old.titles() if old else ())})
    world = World(database[PROFILES].estimated_document_count(), database[TITLES].estimated_document_count())
    return GateInput(
        _version_facts(stores, staged, new, titles, now, ages_now=True),
        _version_facts(stores, live, old, titles, now, ages_now=False) if live and old else None,
        compare(_pairs(new.picks, old.picks if old else {})),
        world,
        {name: compare(_pairs(new.named(name), old.named(name) if old else {})) for name in COMPARED},
        _unchanged(staged, live),
    )


def _unchanged(staged: DataVersion, live: DataVersion | None) -> frozenset[str]:
    return frozenset(name for name in DATASETS if live and staged.version_of(name) == live.version_of(name))


@dataclass(frozen=True, slots=True)
class _Sample:
    """The same for both versions."""

    profiles: Sequence[GateProfile]
    titles: Sequence[TitleId]


@dataclass(frozen=True, slots=True)
class _Contents:
    profiles: Sequence[GateProfile]
    picks: Mapping[ProfileId, StoredList]
    shared: Mapping[str, Sequence[SharedList]]

    def named(self, dataset: str) -> dict[str, StoredList]:
        return {one.name: one.content for one in self.shared[dataset]}

    def titles(self) -> Iterator[str]:
        yield from (one for content in self.picks.values() for one in (*content.ids, *content.more))
        yield from (one for lists in self.shared.values() for found in lists for one in found.content.ids)


def _read(stores: BatchStores, version: DataVersion, sample: _Sample) -> _Contents:
    documents = read_lists(stores.mongo, version.version_of(TOP_PICKS), sample.profiles)
    picks = {one: parse_list(TOP_PICKS, one, document, one) for one, document in documents.items()}
    return _Contents(sample.profiles, picks, read_shared(stores, version, sample.titles))


K = TypeVar("K", bound=str)


def _pairs(
    new: Mapping[K, StoredList], old: Mapping[K, StoredList]
) -> Iterator[tuple[StoredList, StoredList]]:
    return ((ours, old[name]) for name, ours in new.items() if name in old)


def measure_picks(
    profiles: Sequence[GateProfile], lists: Mapping[ProfileId, StoredList], titles: Facts, now: datetime
) -> ListFacts:
    tally = Tally(asked=len(profiles))
    for profile in profiles:
        one = lists.get(profile.id)
        if one is None:
            tally.add("missing", profile.id)
            continue
        tally.kids_lists += profile.is_for_kids
        tally.add_list(one)
        _check_titles(profile, one, titles, now, tally)
    return tally.facts()


def _check_titles(profile: GateProfile, one: StoredList, titles: Facts, now: datetime, tally: Tally) -> None:
    """A title that was withdrawn is unavailable. Ages count for kids alone: for others the service's own check is
    enough.
    """
    limit, instants = min(profile.age_limit, ADULT_AGE), one.instants(now)
    for title_id in one.ids:
        facts = titles.get(TitleId(title_id))
        if facts is None or not is_licensed(facts, profile.region, instants):
            tally.add("unavailable", f"{title_id} for {profile.id} in {profile.region}")
    for title_id in (*one.ids, *one.more):
        facts = titles.get(TitleId(title_id))
        if facts is not None and profile.is_for_kids and is_above_age(facts, limit):
            tally.add("too_mature", f"{title_id} for {profile.id}")


def _version_facts(
    stores: BatchStores,
    version: DataVersion,
    contents: _Contents,
    titles: Facts,
    now: datetime,
    ages_now: bool,
) -> VersionFacts:
    """Without `ages_now` the age of the events is that at publication."""
    run = stores.mongo[RUNS].find_one({"_id": version.run_id}) or {}
    newest = _newest_event(stores.mongo, version)
    age: float | None = run.get("input_age_hours")
    if ages_now and newest is not None:
        age = max(0.0, (now - from_millis(newest)).total_seconds() / 3600)
    days = run.get("event_days") or []
    return VersionFacts(
        version.version,
        version_counts(stores, version),
        measure_picks(contents.profiles, contents.picks, titles, now),
        newest,
        age,
        tuple(int(count) for count in days),
        evaluation_of(run),
        judged_fresh=run.get("freshness") in ("fresh", "stale, allowed"),
        evaluation_failed=_has_not_measured(run),
        shared={name: measure_shared(lists, titles, now) for name, lists in contents.shared.items()},
    )


def _has_not_measured(run: Mapping[str, Any]) -> bool:
    """Of a stage that was done again the last counts."""
    counts = {stage["name"]: stage.get("counts", {}) for stage in run.get("stages", [])}
    return any(one.get(NOT_MEASURED) for one in counts.values())


def evaluation_of(run: Mapping[str, Any]) -> Evaluation | None:
    """The run's `evaluation`: {ndcg10, ndcg10_low, popularity_ndcg10, profiles}, shares from 0 to 1."""
    found = run.get("evaluation")
    try:
        return found and Evaluation(
            float(found["ndcg10"]),
            float(found["ndcg10_low"]),
            float(found["popularity_ndcg10"]),
            int(found["profiles"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _newest_event(database: Database[Document], version: DataVersion) -> int | None:
    """The instant that counts as "now" in its lists, epoch milliseconds."""
    one = database[POPULAR].find_one(
        {"version": version.version_of(POPULAR), "computed_at": {"$exists": True}}, {"computed_at": 1}
    )
    return int(one["computed_at"]) if one else None
