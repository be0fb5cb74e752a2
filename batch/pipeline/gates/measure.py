"""Measures what the gates judge, in the stores: counts, and a bounded sample of lists."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pymongo.database import Database

from batch.jobs.context import NOT_MEASURED
from batch.pipeline.gates.facts import Evaluation, GateInput, ListFacts, LiveComparison, VersionFacts, World
from batch.pipeline.gates.samples import (
    GateProfile,
    read_lists,
    read_title_facts,
    sample_profiles,
    title_ids,
)
from batch.pipeline.staged import version_counts
from batch.storage.clients import BatchStores
from domain.catalog.maturity_ratings import ADULT_AGE, KIDS_AGE
from domain.ids import ProfileId, TitleId
from domain.recommendations.keys import trend_index_key
from domain.recommendations.lists import DataVersion, ListAudience
from domain.serialization import Document
from domain.storage_names import POPULAR, PROFILES, RUNS, TITLES, TOP_PICKS, TRENDING
from domain.timestamps import from_millis, to_millis
from domain.visibility.facts import TitleFacts

HOUR_MILLIS = 3_600_000
FIRST_TITLES = 10
KIDS_LISTS = 2000
"""Trending lists of kids that are read; popular ones are few."""

Facts = Mapping[TitleId, TitleFacts]


def measure(stores: BatchStores, staged: DataVersion, live: DataVersion | None, now: datetime) -> GateInput:
    """`live` None: nothing is published."""
    database = stores.mongo
    begun = (database[RUNS].find_one({"_id": staged.run_id}) or {}).get("started_at", to_millis(now))
    # Who signed up while the run was under way has no list yet.
    profiles = [one for one in sample_profiles(database) if one.created_at <= begun]
    new_lists = read_lists(database, staged.version_of(TOP_PICKS), profiles)
    old_lists = read_lists(database, live.version_of(TOP_PICKS), profiles) if live else {}
    listed = {
        one for lists in (new_lists, old_lists) for document in lists.values() for one in _safe(document)
    }
    titles = read_title_facts(database, listed)
    compared = compare(new_lists, old_lists)
    world = World(database[PROFILES].estimated_document_count(), database[TITLES].estimated_document_count())
    return GateInput(
        _version_facts(stores, staged, measure_lists(profiles, new_lists, titles, now), now),
        _version_facts(stores, live, measure_lists(profiles, old_lists, titles, now), None) if live else None,
        compared,
        world,
    )


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, example: str) -> None:
        self.counts[what] += 1
        self.examples.setdefault(what, example)


def measure_lists(
    profiles: Sequence[GateProfile], lists: Mapping[ProfileId, Document], titles: Facts, now: datetime
) -> ListFacts:
    tally, firsts, used, lengths = _Tally(), Counter[str](), set[str](), list[int]()
    for profile in profiles:
        document = lists.get(profile.id)
        if document is None:
            tally.add("missing", profile.id)
            continue
        ids = _checked_ids(document, profile, tally)
        lengths.append(len(ids))
        used.update(ids)
        firsts.update(ids[:1])
        _check_titles(profile, ids, titles, _instants(document, now), tally)
    first, lists_with_it = firsts.most_common(1)[0] if firsts else ("", 0)
    return ListFacts(
        profiles=len(profiles),
        missing=tally.counts["missing"],
        empty=tally.counts["empty"],
        broken=tally.counts["broken"],
        median_items=float(statistics.median(lengths)) if lengths else 0.0,
        first_title=first,
        first_title_lists=lists_with_it,
        titles_used=len(used),
        items=sum(lengths),
        unavailable=tally.counts["unavailable"],
        kids_lists=sum(profile.is_for_kids and profile.id in lists for profile in profiles),
        too_mature=tally.counts["too_mature"],
        examples=tally.examples,
    )


def compare(new: Mapping[ProfileId, Document], old: Mapping[ProfileId, Document]) -> LiveComparison:
    pairs = [(_safe(new[one])[:FIRST_TITLES], _safe(old[one])[:FIRST_TITLES]) for one in new if one in old]
    pairs = [(ours, theirs) for ours, theirs in pairs if theirs]
    shared = sum(len(set(ours) & set(theirs)) for ours, theirs in pairs)
    return LiveComparison(len(pairs), shared, sum(len(theirs) for _, theirs in pairs))


def _checked_ids(document: Document, profile: GateProfile, tally: _Tally) -> list[str]:
    try:
        ids = title_ids(document)
    except (KeyError, TypeError, IndexError):
        tally.add("broken", f"that of {profile.id}, which cannot be read")
        return []
    if len(set(ids)) < len(ids):
        tally.add("broken", f"that of {profile.id}, which holds a title twice")
    if document.get("profile_id", profile.id) != profile.id:
        tally.add("broken", f"that of {profile.id}, which is of {document['profile_id']}")
    if not ids:
        tally.add("empty", profile.id)
    return ids


def _check_titles(
    profile: GateProfile, ids: Sequence[str], titles: Facts, instants: Sequence[datetime], tally: _Tally
) -> None:
    """By the rules of the job (batch/jobs/input_snapshot.py): the title's own age, and its licences at the time of
    the events or now. A title that was withdrawn is unavailable.
    """
    for one in ids:
        facts = titles.get(TitleId(one))
        if facts is None or not any(
            window.covers(profile.region, instant) for window in facts.windows for instant in instants
        ):
            tally.add("unavailable", f"{one} for {profile.id} in {profile.region}")
        if facts is not None and _is_too_mature(facts, profile):
            tally.add("too_mature", f"{one} for {profile.id}")


def _is_too_mature(facts: TitleFacts, profile: GateProfile) -> bool:
    """Only profiles for kids count: for others the service's own check is enough."""
    if not profile.is_for_kids:
        return False
    return facts.maturity_age is None or facts.maturity_age > min(profile.age_limit, ADULT_AGE)


def _instants(document: Document, now: datetime) -> tuple[datetime, ...]:
    computed_at = document.get("computed_at")
    return (now,) if computed_at is None else (from_millis(computed_at), now)


def _safe(document: Document) -> list[str]:
    try:
        return title_ids(document)
    except (KeyError, TypeError, IndexError):
        return []


def _version_facts(
    stores: BatchStores, version: DataVersion, lists: ListFacts, now: datetime | None
) -> VersionFacts:
    """`now` None: the age of the events is that at publication."""
    run = stores.mongo[RUNS].find_one({"_id": version.run_id}) or {}
    newest = _newest_event(stores.mongo, version)
    if now is None or newest is None:
        age = run.get("input_age_hours")
    else:
        age = max(0.0, (now - from_millis(newest)).total_seconds() / 3600)
    days = run.get("event_days") or []
    problems, in_lists = _kids_problems(stores, version)
    return VersionFacts(
        version.version,
        version_counts(stores, version),
        _with_kids_lists(lists, problems, in_lists),
        newest,
        age,
        tuple(int(count) for count in days),
        evaluation_of(run),
        judged_fresh=run.get("freshness") in ("fresh", "stale, allowed"),
        evaluation_failed=_has_not_measured(run),
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


def _with_kids_lists(lists: ListFacts, problems: Sequence[str], checked: int) -> ListFacts:
    examples = dict(lists.examples)
    if problems:
        examples.setdefault("too_mature", problems[0])
    too_mature = lists.too_mature + len(problems)
    return replace(lists, too_mature=too_mature, kids_lists=lists.kids_lists + checked, examples=examples)


def _kids_problems(stores: BatchStores, version: DataVersion) -> tuple[list[str], int]:
    """Adult titles in the popular and trending lists that belong to kids, and how many lists were read."""
    of_kids = {"version": version.version_of(POPULAR), "audience": ListAudience.KIDS.value}
    lists = {one["_id"]: _safe(one) for one in stores.mongo[POPULAR].find(of_kids, {"items": 1})}
    lists |= _kids_trends(stores, version.version_of(TRENDING))
    facts = read_title_facts(stores.mongo, {one for ids in lists.values() for one in ids})
    found = [
        f"{one} in {name}"
        for name, ids in sorted(lists.items())
        for one in ids
        if (known := facts.get(TitleId(one))) is not None
        and (known.maturity_age is None or known.maturity_age > KIDS_AGE)
    ]
    return found, len(lists)


def _kids_trends(stores: BatchStores, version: str) -> dict[str, list[str]]:
    ending = f":{ListAudience.KIDS}"
    names: list[str] = []
    for name in stores.redis.sscan_iter(trend_index_key(version), match=f"*{ending}", count=1000):
        names.append(name)
        if len(names) == KIDS_LISTS:
            break
    return dict(zip(names, _read_texts(stores, names), strict=True))


def _read_texts(stores: BatchStores, names: Iterable[str]) -> list[list[str]]:
    pipeline = stores.redis.pipeline(transaction=False)
    for name in names:
        pipeline.get(name)
    texts = pipeline.execute()
    return [_safe(json.loads(text)) if text else [] for text in texts]
