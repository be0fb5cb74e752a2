"""`marquee page evaluate`: replays pages as at an earlier time and finds what was played next on them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bff.commands.instant_option import parse_at
from bff.commands.layout_files import FILES, read_valid_files
from bff.commands.layout_lint import DEVICE
from bff.settings import read_settings

if TYPE_CHECKING:
    from bff.page_replay.evaluation import Plays
    from domain.evaluation.table import EvaluationTable


@click.command()
@click.option(
    "--profiles", type=click.IntRange(1, 5000), default=200, show_default=True, help="Profiles to sample."
)
@click.option(
    "--version", help="Data version, or the run that made it; it need not be live. Default: the newest."
)
@click.option(
    "--layout", "files", type=FILES, multiple=True, help="Layout file instead of the published layouts."
)
@click.option(
    "--at", "moment", help="Instant, such as 2026-11-23T20:00Z. Default: where the version's data ends."
)
@click.option(
    "--plays",
    "plays_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='JSON file of what profiles played next, {"profile": ["title", ...]}. Default: the stored activity.',
)
@DEVICE
@click.option("--record", is_flag=True, help="Keep the result in the ledger entry of the version's run.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: rows of the evaluation table, level page.")
def evaluate(
    profiles: int,
    version: str | None,
    files: tuple[Path, ...],
    moment: str | None,
    plays_file: Path | None,
    device: str,
    record: bool,
    as_json: bool,
) -> None:
    """Measure where on the page the next play is: the real composition for sampled profiles at a past time.

    Beside it: one flat list of popular titles, one of top picks, and the live version or layout. Nothing is served;
    only --record stores something. Exit code 2 if pages were incomplete because of an outage.
    """
    from bff.layout_files.reporting import layouts_from_files
    from bff.page_replay.evaluation import ReplayOrder, evaluate_pages
    from domain.evaluation.table import table_to_document

    layouts = layouts_from_files(read_valid_files(files)) if files else None
    at = parse_at(moment, None) if moment else None
    plays = read_plays(plays_file) if plays_file else None
    order = ReplayOrder(profiles, version, at, device, layouts, plays, record)
    table = asyncio.run(evaluate_pages(read_settings(), order, _print_progress))
    if sys.stderr.isatty():
        click.echo(err=True)
    click.echo(json.dumps(table_to_document(table), indent=1)) if as_json else _print_table(table)
    sys.exit(2 if "incomplete" in table.note else 0)


def read_plays(path: Path) -> Plays:
    """Raises click.BadParameter with the key that is wrong."""
    from domain.ids import ProfileId, TitleId

    form = 'write {"profile": ["title", ...]}'
    try:
        content: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise click.BadParameter(
            f"{path} cannot be read as JSON ({error}); {form}", param_hint="--plays"
        ) from error
    if not isinstance(content, Mapping):
        raise click.BadParameter(f"{path} is not an object; {form}", param_hint="--plays")
    plays: dict[ProfileId, Sequence[TitleId]] = {}
    for profile, titles in content.items():
        if not isinstance(titles, list) or not all(isinstance(one, str) for one in titles):
            raise click.BadParameter(
                f"{path}: {profile!r} is not a list of title ids; {form}", param_hint="--plays"
            )
        plays[ProfileId(profile)] = [TitleId(one) for one in titles]
    return plays


def _print_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rReplaying pages: {done} of {total}", err=True, nl=False)


def _print_table(table: EvaluationTable) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading, side in (("slice", "left"), ("metric", "left"), ("model", "left"), ("value", "right")):
        shown.add_column(heading, justify="right" if side == "right" else "left")
    shown.add_column("95 %", justify="right")
    shown.add_column("profiles", justify="right")
    for one in table.scores:
        interval = "" if one.low is None or one.high is None else f"{one.low:.3f}..{one.high:.3f}"
        shown.add_row(one.slice, one.metric, one.model, f"{one.value:.3f}", interval, str(one.users))
    console = Console(highlight=False)
    console.print(table.note)
    console.print(shown)
    for each in table.differences:
        if each.slice == "all" and each.verdict != "no clear difference":
            console.print(f"{each.metric}: {each.verdict} than {each.against} ({each.value:+.3f})")
