"""Which data version a replay reads: one whose lists have not seen what was played after the instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bff.stores.mongo.runs import RunFacts
from domain.errors import BadInput
from domain.recommendations.lists import DataVersion


def choose_version(
    readable: Mapping[str, DataVersion],
    runs: Iterable[RunFacts],
    named: str | None,
    instant: datetime | None,
) -> tuple[DataVersion, datetime]:
    """The version and the instant to replay at.

    `named` is a version or the id of its run; None: the newest that had not seen the instant. `instant` None: where
    the version's data ends. Raises BadInput for none, and for one that has seen more than the instant allows.
    """
    facts = {version: _without_run(found) for version, found in readable.items()}
    facts |= {run.version: run for run in runs if run.version in readable}
    if named is not None:
        found = next((run for run in facts.values() if named in (run.version, run.run_id)), None)
        if found is None:
            raise BadInput(
                f"--version: there is no readable version {named!r}. Use one of: "
                f"{', '.join(sorted(facts)) or 'none'}."
            )
        at = instant or found.as_of
        if found.as_of > at:
            raise BadInput(
                f"--version: the lists of {found.version} have seen viewing up to {found.as_of:%Y-%m-%dT%H:%MZ}, so "
                f"a replay at {at:%Y-%m-%dT%H:%MZ} would know the future. Use a later --at, or stage "
                "a version of that day."
            )
        return readable[found.version], at
    honest = [run for run in facts.values() if instant is None or run.as_of <= instant]
    if not honest:
        seen = min((run.as_of for run in facts.values()), default=None)
        hint = f"The oldest has seen viewing up to {seen:%Y-%m-%dT%H:%MZ}." if seen else "There is none."
        raise BadInput(f"--at: no version was made of earlier viewing alone. {hint}")
    newest = max(honest, key=lambda run: (run.as_of, run.version))
    return readable[newest.version], instant or newest.as_of


def _without_run(version: DataVersion) -> RunFacts:
    """Of a version that the ledger does not know: it has seen what was there when it was published, at most."""
    return RunFacts(
        version.run_id, "", version.version, version.logical_date, "", version.published_at, published=True
    )
