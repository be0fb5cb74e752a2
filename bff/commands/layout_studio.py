"""Layouts looked at before anybody sees them: lint over files and sampled pages.

Part of `marquee layout`. Sampling composes real pages from the stores of the settings; nothing is published, served
or kept.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bff.settings import read_settings

if TYPE_CHECKING:
    from bff.layout_files.reporting import Located
    from bff.layout_files.yaml_file import LayoutFile
    from domain.layouts.lint.lint import LintFinding

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)
DEVICES = ("tv", "web", "mobile", "tablet")
DEVICE = click.option("--device", type=click.Choice(DEVICES), default="tv", show_default=True)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option(
    "--profiles", type=click.IntRange(0, 5000), default=0, help="Compose the pages of so many profiles."
)
@click.option(
    "--market", "markets", multiple=True, help="Only profiles of this market, such as DE; again for more."
)
@DEVICE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lint(
    files: tuple[Path, ...], profiles: int, markets: tuple[str, ...], device: str, as_json: bool
) -> None:
    """Check FILES by themselves, against each other, and with --profiles on real pages.

    Asks no store without --profiles, which are so many of each market. Exit code 1 when there is an error, 2 when it
    could not be looked at.
    """
    from bff.layout_files.reporting import findings_in, located

    if markets and not profiles:
        raise click.UsageError("--market is about sampled profiles: say how many with --profiles.")
    read = read_files(files)
    findings = findings_in(read)
    if profiles and not any(file.problems for file in read):
        found = asyncio.run(_sampled(read, profiles, markets, device))
        findings = located([*(each.finding for each in findings), *found], read)
    _tell(findings, len(files), as_json)


def _tell(findings: Sequence[Located], files: int, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(str(finding))
        if not findings:
            click.echo(f"{files} {'file' if files == 1 else 'files'}: nothing to mend.")
    sys.exit(1 if any(finding.finding.level == "error" for finding in findings) else 0)


async def _sampled(
    files: Sequence[LayoutFile], count: int, markets: Sequence[str], device: str
) -> list[LintFinding]:
    from bff.layout_files.reporting import book_of_files
    from bff.layout_files.sampling import sample_stores
    from domain.ids import Region
    from domain.layouts.lint.sampled_rules import findings_of
    from resolvers.publishing.layout_previews import samples_of

    found: list[LintFinding] = []
    now = datetime.now(UTC)
    async with sample_stores(read_settings(), book_of_files(files)) as shop:
        places: list[Region | None] = [Region(name) for name in markets] or [None]
        for market in places:
            people = await shop.sampled(count, market)
            samples = await samples_of(shop.studio, people, device, now, market, _progress)
            if sys.stderr.isatty():
                click.echo(err=True)
            if not samples:
                raise _nobody(market)
            found += [finding for sample in samples for finding in findings_of(sample)]
    return found


def _nobody(market: str | None) -> click.ClickException:
    where = f" in {market}" if market else ""
    return click.UsageError(f"There are no profiles{where} to sample: bring data in first.")


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rcomposing pages: {done} of {total}", err=True, nl=False)


def read_files(files: Sequence[Path]) -> list[LayoutFile]:
    from bff.layout_files.yaml_file import read

    try:
        return [read(path) for path in files]
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"A file cannot be read: {error}") from error
