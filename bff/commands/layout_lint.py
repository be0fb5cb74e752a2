"""`marquee layout lint`: checks layout files and pages composed with them. It publishes and stores nothing."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bff.commands.layout_files import FILES, read_files
from bff.commands.region_option import RegionCode
from bff.commands.remote_option import SERVICE, say_what_is_down, say_who_composed
from bff.settings import read_settings
from domain.errors import StoreUnavailable
from domain.layouts.lint.incomplete_pages import CODE as INCOMPLETE

if TYPE_CHECKING:
    from bff.layout_files.layout_api import LayoutService
    from bff.layout_files.reporting import LocatedFinding
    from bff.layout_files.yaml_file import LayoutFile
    from domain.layouts.lint.model import LintFinding

T = TypeVar("T")

MOST_OF_SERVICE = 100
"""Profiles of one request."""

OUTAGE = 2
"""Exit code."""

DEVICES = ("tv", "web", "mobile", "tablet")
DEVICE = click.option("--device", type=click.Choice(DEVICES), default="tv", show_default=True)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option(
    "--profiles",
    type=click.IntRange(0, 5000),
    default=0,
    help="Number of profiles (per market) to compose pages for.",
)
@click.option(
    "--market",
    "markets",
    type=RegionCode(),
    multiple=True,
    help="Only profiles of this market, such as DE. Repeatable.",
)
@DEVICE
@SERVICE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lint(
    files: tuple[Path, ...],
    profiles: int,
    markets: tuple[str, ...],
    device: str,
    service_address: str | None,
    as_json: bool,
) -> None:
    """Check FILES individually, against each other, and with --profiles on real pages.

    Only --profiles uses the stores. Exit code 1 if there is an error, 2 if pages could not be composed: pages that an
    outage leaves incomplete are not counted.
    """
    from bff.layout_files.layout_api import find_service
    from bff.layout_files.reporting import file_sets, lint_files, locate_findings, sort_located

    if markets and not profiles:
        raise click.UsageError("--market limits sampled profiles: give their number with --profiles.")
    layout_files = read_files(files)
    findings = lint_files(layout_files, datetime.now(UTC))
    if profiles and not any(file.problems for file in layout_files):
        service = find_service(read_settings(), service_address)
        if not isinstance(service, str) and profiles > MOST_OF_SERVICE:
            service = f"the service composes {MOST_OF_SERVICE} at once"
        say_who_composed(service)
        for chosen in file_sets(layout_files):
            sampled = run_or_exit(_lint_sampled_pages(chosen, profiles, markets, device, service))
            findings = (*findings, *locate_findings(sampled, chosen))
        findings = sort_located(findings)
    _print_findings(findings, len(files), as_json)


def run_or_exit(work: Coroutine[object, object, T]) -> T:
    """Exits with 2 when a store does not answer at all."""
    try:
        return asyncio.run(work)
    except StoreUnavailable as error:
        click.echo(f"Error: {error}, so no page was looked at. Start the stores, then try again.", err=True)
        sys.exit(OUTAGE)


def _print_findings(findings: Sequence[LocatedFinding], files: int, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(str(finding))
        if not findings:
            click.echo(f"{files} {'file' if files == 1 else 'files'}: no findings.")
    codes = {finding.finding.code for finding in findings}
    is_error = any(finding.finding.level == "error" for finding in findings)
    sys.exit(OUTAGE if INCOMPLETE in codes else int(is_error))


async def _lint_sampled_pages(
    files: Sequence[LayoutFile],
    count: int,
    markets: Sequence[str],
    device: str,
    service: LayoutService | str,
) -> list[LintFinding]:
    from bff.layout_files.remote_lint import lint_by_service
    from bff.layout_files.reporting import layouts_from_files
    from bff.layout_files.sample_stores import open_sample_stores
    from domain.ids import Region
    from resolvers.publishing.layout_samples import sample_layouts
    from resolvers.publishing.title_lookup import unknown_titles

    findings: list[LintFinding] = []
    now = datetime.now(UTC)
    async with open_sample_stores(read_settings(), layouts_from_files(files)) as stores:
        say_what_is_down(stores.down)
        regions: list[Region | None] = [Region(name) for name in markets] or [None]
        for region in regions:
            profiles = await stores.sample_profiles(count, region)
            if not isinstance(service, str) and profiles:
                findings += [
                    one for file in files for one in lint_by_service(service, file, profiles, device)
                ]
                continue
            sampled = await sample_layouts(stores.previewer, profiles, device, now, region, _print_progress)
            if sys.stderr.isatty():
                click.echo(err=True)
            if not sampled.total:
                market = f" in {region}" if region else ""
                raise click.UsageError(f"There are no profiles{market} to sample: load data first.")
            findings += sampled.findings()
        for file in files if isinstance(service, str) else ():
            findings += await unknown_titles(stores.previewer.base, file.document)
    return findings


def _print_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rComposing pages: {done} of {total}", err=True, nl=False)
