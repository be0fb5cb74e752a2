"""Commands that change what readers see: publish, rollback, hold and release, pin, gc."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import TYPE_CHECKING

import click

from batch.commands.acting import (
    acting,
    by_option,
    confirm,
    json_option,
    now,
    person,
    reason_option,
    yes_option,
)
from batch.commands.data_canary import canary
from batch.storage.clients import BatchStores

if TYPE_CHECKING:
    from batch.pipeline.rollback import RollbackPlan


@click.command("publish")
@click.argument("run", metavar="RUN")
@click.option(
    "--resume", is_flag=True, help="Nights are held: publish all the same, and let them publish again."
)
@by_option
@reason_option
@json_option
def publish(run: str, resume: bool, by: str, reason: str, as_json: bool) -> None:
    """Publish what RUN staged: a nightly run, or one job's output beside what is live.

    RUN is a run id or a version. The gates judge it as in the night. Exit codes: 0 done or live already, 1 refused,
    2 no such run, 3 blocked by a gate, an older date or a hold, 75 try again later.
    """
    from batch.pipeline.pointer import ChangeAuthor, live_version
    from batch.pipeline.publish import publish_staged

    with acting() as stores:
        before = live_version(stores.mongo)
        after = publish_staged(stores, run, ChangeAuthor(person(by), now(), reason), resume)
    changed = before is None or before.version != after.version
    if as_json:
        click.echo(json.dumps({"version": after.version, "changed": changed, "parts": dict(after.parts)}))
    elif changed:
        others = f" Of {', '.join(sorted(set(after.parts.values())))} it keeps {', '.join(sorted(after.parts))}." if (
            after.parts
        ) else ""  # fmt: skip
        click.echo(f"Version {after.version} is live, before it {after.previous or 'nothing'}.{others}")
    else:
        click.echo(f"Version {after.version} is live already: nothing to do.")


@click.command("rollback")
@click.option("--to", metavar="RUN", help="A run or version that was live; default: the version before.")
@click.option("--dry-run", is_flag=True, help="Only print what would change.")
@yes_option
@by_option
@reason_option
@json_option
def rollback(to: str | None, dry_run: bool, yes: bool, by: str, reason: str, as_json: bool) -> None:
    """Return to a version that was live. Nothing is computed; readers follow within a second.

    Nights are held after it, until `marquee data release` or `marquee data publish RUN --resume`.
    """
    from batch.pipeline import rollback as rollbacks
    from batch.pipeline.pointer import ChangeAuthor

    with acting() as stores:
        plan = rollbacks.plan_rollback(stores, to)
        rows = ", ".join(f"{count:,} {name}" for name, count in plan.counts.items())
        effect = (
            f"Readers return from {plan.live.version} ({plan.live.logical_date}) to {plan.target.version} "
            f"({plan.target.logical_date}): {rows}. Nights are held until `marquee data release`."
        )
        if dry_run:
            click.echo(json.dumps(_plan_json(plan)) if as_json else effect)
            return
        confirm(effect, yes)
        started = time.monotonic()
        target = rollbacks.rollback(stores, ChangeAuthor(person(by), now(), reason), plan)
        seconds = time.monotonic() - started
    if as_json:
        click.echo(json.dumps({**_plan_json(plan), "seconds": round(seconds, 3)}))
        return
    click.echo(
        f"Version {target.version} is live; {target.previous} is kept, and another rollback returns to it. "
        f"Nights stage and do not publish until `marquee data release`. ({seconds:.2f} s)"
    )


def _plan_json(plan: RollbackPlan) -> dict[str, object]:
    return {"from": plan.live.version, "to": plan.target.version, "counts": plan.counts}


@click.command("hold")
@by_option
@reason_option
def hold(by: str, reason: str) -> None:
    """Let nights stage their versions and leave what is live."""
    from batch.pipeline import rollback as rollbacks
    from batch.pipeline.pointer import ChangeAuthor

    with acting() as stores:
        rollbacks.hold(stores.mongo, ChangeAuthor(person(by), now(), reason))
    click.echo("Nights are held: they stage and do not publish. `marquee data release` ends that.")


@click.command("release")
@by_option
@reason_option
def release(by: str, reason: str) -> None:
    """Let nights publish again, after a rollback, a hold or a canary."""
    from batch.pipeline import rollback as rollbacks
    from batch.pipeline.pointer import ChangeAuthor

    with acting() as stores:
        was_held = rollbacks.release(stores.mongo, ChangeAuthor(person(by), now(), reason))
    click.echo("The next night publishes again." if was_held else "Nights were not held: nothing to do.")


@click.command("pin")
@click.argument("run", metavar="RUN")
@click.option("--off", is_flag=True, help="No longer.")
@by_option
@reason_option
def pin(run: str, off: bool, by: str, reason: str) -> None:
    """Keep the version of RUN until it is unpinned."""
    from batch.pipeline import rollback as rollbacks
    from batch.pipeline.pointer import ChangeAuthor

    with acting() as stores:
        pinned = rollbacks.pin(stores.mongo, run, ChangeAuthor(person(by), now(), reason), not off)
    click.echo(f"Version {pinned.version} is {'no longer pinned' if off else 'kept until `data pin --off`'}.")


@click.command("gc")
@click.option(
    "--days", type=click.FloatRange(0), default=7.0, show_default=True, help="Keep what is younger."
)
@yes_option
@by_option
@json_option
def gc(days: float, yes: bool, by: str, as_json: bool) -> None:
    """List the versions that nothing needs; --yes deletes them. Nights do it, too, by a rule that keeps more.

    Never the live version, the one before it, pinned ones, those of running experiments and runs, or parts of them.
    """
    from batch.pipeline.retention import KeepRule
    from batch.pipeline.sweep import sweep_plan, sweep_versions

    rule = KeepRule(published=0, staged_days=0.0, days=days)
    with acting() as stores:
        moment = now()
        obsolete, kept = sweep_plan(stores.mongo, moment, rule)
        names = [run.version for run in obsolete]
        if yes:
            names = sweep_versions(stores, moment, rule)
            _record_gc(stores, person(by), moment, names)
    if as_json:
        click.echo(json.dumps({"deleted" if yes else "obsolete": names, "kept": kept}))
        return
    for version, reason in sorted(kept.items()):
        click.echo(f"keep    {version:<14} {reason}")
    for name in names:
        click.echo(f"{'deleted' if yes else 'delete'}  {name}")
    if not yes:
        click.echo(
            f"{len(names)} versions would be deleted. Delete them: marquee data gc --days {days:g} --yes"
        )


def _record_gc(stores: BatchStores, by: str, moment: datetime, names: list[str]) -> None:
    from batch.pipeline.history import record_act
    from batch.pipeline.pointer import Act, ChangeAuthor

    if names:
        record_act(stores.mongo, Act.GC, ChangeAuthor(by, moment, f"deleted {', '.join(names)}"), None)


MOVES = (publish, rollback, hold, release, pin, canary, gc)
