"""What may be deleted, for every mixture of runs: never what is or may be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from batch.pipeline.retention import InUse, KeepRule, kept_versions, obsolete_runs
from batch.pipeline.staged import StagedRun

NOW = datetime(2026, 11, 20, tzinfo=UTC)
COUNT = 8
VERSIONS = [f"20261120-{number}" for number in range(COUNT)]


def make_run(number: int, days: float, published: bool, pinned: bool, parts: set[int]) -> StagedRun:
    ended = NOW - timedelta(days=days)
    return StagedRun(
        id=f"run-{number}",
        job="nightly",
        version=VERSIONS[number],
        logical_date="2026-11-20",
        status="succeeded" if published else "blocked",
        started_at=ended,
        ended_at=ended,
        published=published,
        swept=False,
        staged=published,
        pinned=pinned,
        parts={f"dataset-{part}": VERSIONS[part] for part in parts if part < number},
        counts={},
    )


run_facts = st.tuples(
    st.floats(0, 30), st.booleans(), st.booleans(), st.sets(st.integers(0, COUNT - 1), max_size=2)
)
names = st.frozensets(st.sampled_from(VERSIONS), max_size=2)


@given(
    st.lists(run_facts, min_size=1, max_size=COUNT),
    st.builds(InUse, names, names, names),
    st.builds(KeepRule, st.integers(0, 4), st.floats(0, 3), st.floats(0, 10)),
)
def test_nothing_that_is_read_pinned_or_young_goes_nor_a_part_of_what_stays(
    facts: list[tuple[float, bool, bool, set[int]]], in_use: InUse, rule: KeepRule
) -> None:
    runs = [make_run(number, *fact) for number, fact in enumerate(facts)]
    gone = {run.version for run in obsolete_runs(runs, in_use, NOW, rule)}
    stays = [run for run in runs if run.version not in gone]
    assert not gone & (in_use.live | in_use.experiments | in_use.alive)
    assert not [run for run in runs if run.pinned and run.version in gone]
    assert not [
        run for run in runs if NOW - run.started_at < timedelta(days=rule.days) and run.version in gone
    ]
    assert not {part for run in stays for part in run.parts.values()} & gone
    assert gone | set(kept_versions(runs, in_use, NOW, rule)) >= {run.version for run in runs}
    nights = [run.version for run in runs if run.published and not run.parts]
    assert not set(nights[len(nights) - min(rule.published, len(nights)) :]) & gone
