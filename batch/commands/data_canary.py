"""The command of a data canary: a staged version for some viewers first."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from batch.commands.acting import acting, by_option, json_option, now, person, reason_option

if TYPE_CHECKING:
    from batch.pipeline.canary import Canary

BLOCKED = 3


@click.command("canary")
@click.argument("run", metavar="[RUN]", required=False)
@click.option("--advance", is_flag=True, help="Judge the running canary: one step on, back, or wait.")
@click.option("--force", is_flag=True, help="With --advance: do not wait for enough viewers and time.")
@click.option("--back", is_flag=True, help="End it: every viewer reads the live version.")
@by_option
@reason_option
@json_option
def canary(
    run: str | None, advance: bool, force: bool, back: bool, by: str, reason: str, as_json: bool
) -> None:
    """Show RUN's staged version to 1, 5, 25 and then all viewers. Without RUN and options: how it stands.

    RUN starts a canary, or advances it when it is RUN's. Harm to degraded pages, rows or plays ends it by itself.
    Nights are held meanwhile, and after an end. Exit codes: 0 done, 1 refused, 3 it has returned or a gate blocks.
    """
    from batch.pipeline import canary as canaries
    from batch.pipeline.pointer import ChangeAuthor

    actor = ChangeAuthor(person(by), now(), reason)
    says = ""
    with acting() as stores:
        current = canaries.read_canary(stores.mongo)
        is_running = current is not None and current.status == canaries.CanaryStatus.RUNNING
        if back:
            current = canaries.return_canary(stores, actor)
        elif advance or (is_running and current is not None and run in (current.run_id, current.version)):
            current, verdict = canaries.advance_canary(stores, actor, force)
            says = verdict.says
        elif run is not None:
            current = canaries.start_canary(stores, run, actor)
    if current is None:
        click.echo("null" if as_json else "There has been no canary. Start one: marquee data canary RUN.")
        return
    if as_json:
        click.echo(json.dumps(_canary_json(current)))
    else:
        _print_canary(current, says)
    if advance and current.status == canaries.CanaryStatus.RETURNED:
        sys.exit(BLOCKED)


def _print_canary(current: Canary, says: str) -> None:
    from batch.pipeline.canary import CanaryStatus

    sentence = {
        CanaryStatus.RUNNING: f"is read by {current.share:.0%} of viewers since {current.step_at:%Y-%m-%d %H:%M} UTC",
        CanaryStatus.PUBLISHED: "is live for all viewers",
        CanaryStatus.RETURNED: "has returned: every viewer reads the live version, and nights are held",
    }[current.status]
    reason = says or current.says
    click.echo(f"Version {current.version} {sentence}.{f' {reason}.' if reason else ''}")
    if current.status == CanaryStatus.RUNNING:
        click.echo(
            "See its pages: x-marquee-arms: data-canary=candidate. Next: marquee data canary --advance"
        )


def _canary_json(current: Canary) -> dict[str, object]:
    return {
        "run": current.run_id,
        "version": current.version,
        "status": current.status.value,
        "share": current.share,
        "startedAt": current.started_at.isoformat(),
        "stepAt": current.step_at.isoformat(),
        "by": current.by,
        "says": current.says,
    }
