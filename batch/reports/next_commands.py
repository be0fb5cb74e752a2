"""What to type after a run."""

from __future__ import annotations

from batch.reports.parts import NextCommand


def next_commands(
    run_id: str, job: str, date: str, status: str, published: bool, before: str | None
) -> tuple[NextCommand, ...]:
    """Most useful first."""
    show = NextCommand(f"marquee runs show {run_id}", "the run, stage by stage")
    again = NextCommand(f"marquee jobs run {job} --date {date}", "run it again")
    if status == "blocked":
        return (
            NextCommand(f"marquee runs open {run_id}", "look at the gates and pages that stopped it"),
            again,
            show,
        )
    if status != "succeeded":
        return (again, show, NextCommand("marquee data status", "what readers use meanwhile"))
    if not published:
        nightly = NextCommand(f"marquee jobs run nightly --date {date}", "compute and publish all lists")
        return (show, nightly)
    commands = [NextCommand("marquee data status", "the live version and its counts"), show]
    if before:
        back = NextCommand("marquee data rollback", f"readers return to {before}")
        commands = [
            back,
            NextCommand(f"marquee data diff {before} live", "what changed, title by title"),
            show,
        ]
    return tuple(commands)
