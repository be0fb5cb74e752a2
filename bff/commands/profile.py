"""Erase, export or merge one profile, in every store, version and file, with a proof.

PROFILE is an id as in the stores (ade) or as in the API (profile_ade). Exit codes: 0 done and proven, 1 refused,
unknown, or something is left, 2 wrong usage, 75 a store did not answer: run the same command again.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bff.settings import Settings, read_settings
from domain.errors import BadInput, StoreUnavailable
from domain.ids import ProfileId, is_raw_id
from domain.serialization import Document
from domain.storage_names import EVENT_FILES
from domain.viewers.profile_export import with_archived_events
from domain.viewers.removal import Place, Removal, removal_to_json, removal_to_text

if TYPE_CHECKING:
    from bff.stores.open_stores import OpenStores
    from resolvers.request.context import Context

T = TypeVar("T")
Work = Callable[["Context", "OpenStores"], Awaitable[T]]
TRY_AGAIN = 75
PREFIX = "profile_"

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class ProfileName(click.ParamType[str]):
    name = "profile"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        name = str(value).removeprefix(PREFIX)
        if not is_raw_id(name):
            self.fail(f"{value!r} is no profile id; write it like ade or profile_ade.", param, ctx)
        return name


profile_argument = click.argument("name", type=ProfileName(), metavar="PROFILE")


@click.group(help=__doc__)
def profile() -> None:
    pass


@profile.command()
@profile_argument
@click.option("--last", is_flag=True, help="Even the account's last profile.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def erase(name: str, last: bool, yes: bool, as_json: bool) -> None:
    """Remove everything that is held about PROFILE, then search everything for it. Nothing brings it back."""
    from resolvers.viewing.departures import erase_profile

    _confirm(yes, f"Profile {name} will be erased from all stores and files. This cannot be taken back.")

    async def work(context: Context, stores: OpenStores) -> Removal:
        return await erase_profile(context, ProfileId(name), even_last=last)

    _remove(name, work, as_json)


@profile.command()
@profile_argument
@click.option("--into", required=True, type=ProfileName(), metavar="PROFILE", help="The profile that stays.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def merge(name: str, into: str, yes: bool, as_json: bool) -> None:
    """Make PROFILE and another one: all that PROFILE did becomes the other's, in files, too."""
    from resolvers.viewing.departures import merge_profiles

    _confirm(yes, f"Profile {name} will be part of {into} and gone itself. This cannot be taken back.")

    async def work(context: Context, stores: OpenStores) -> Removal:
        return await merge_profiles(context, ProfileId(name), ProfileId(into))

    _remove(name, work, as_json)


@profile.command()
@profile_argument
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: standard output."
)
def export(name: str, out: Path | None) -> None:
    """Write everything that is held about PROFILE as one JSON document (docs/privacy.md)."""
    from resolvers.viewing.departures import export_profile

    async def work(context: Context, stores: OpenStores) -> Document:
        return await export_profile(context, ProfileId(name))

    settings = read_settings()
    document = _run(settings, work)
    if (settings.home / "lake").is_dir():
        document = with_archived_events(document, _archived_events(settings.home, name))
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")
        click.echo(f"{out}: {len(document['events']):,} events, {len(text.encode()):,} bytes")


def _archived_events(home: Path, name: str) -> Iterator[Document]:
    for path in sorted(home.glob(EVENT_FILES)):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if name in line and (event := json.loads(line))["profile_id"] == name:
                    yield event


def _remove(name: str, work: Work[Removal], as_json: bool) -> None:
    settings = read_settings()

    async def remove(context: Context, stores: OpenStores) -> Removal:
        from domain.errors import NotFound

        try:
            return await work(context, stores)
        except NotFound:
            departure = await stores.ports.departures.departure(ProfileId(name))
            if departure is None:
                raise
            # It left earlier: what may be left are files, and the proof.
            return Removal(departure.key, departure.into, ())

    removal = _run(settings, remove)
    files, pending = _purge_files()
    removal = replace(removal, places=(*removal.places, *files), pending=pending)
    removal, searched = _prove(settings, removal, ProfileId(name))
    if as_json:
        click.echo(json.dumps(removal_to_json(removal) | {"searched": searched}))
    else:
        click.echo(removal_to_text(removal))
        click.echo(f"Searched: {', '.join(f'{count:,} in {store}' for store, count in searched.items())}.")
    sys.exit(0 if removal.is_proven else 1)


def _prove(settings: Settings, removal: Removal, name: ProfileId) -> tuple[Removal, dict[str, int]]:
    """Adds every place in which the id still stands."""
    from bff.stores.id_search import IdSearch, SearchResult

    async def search(context: Context, stores: OpenStores) -> SearchResult:
        everything = IdSearch(stores.mongo.database, stores.redis, stores.elastic.all_documents())
        return await everything.find(name, settings.home)

    result = _run(settings, search)
    more = tuple(Place(store, place, 0, 0, left) for (store, place), left in result.hits.items() if left)
    return replace(removal, places=(*removal.places, *more)), dict(result.searched)


def _purge_files() -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """By the command of batch, which knows the files. (what it did, what is left to do)"""
    from click.testing import CliRunner

    found = entry_points(group="marquee.commands", name="data")
    if not found:
        return (), ("files: run `marquee data purge` where batch is installed",)
    result = CliRunner().invoke(next(iter(found)).load(), ["purge", "--json"])
    if result.exit_code != 0:
        return (), (f"files: {result.stderr.strip() or result.exception!r}; run `marquee data purge`",)
    return tuple(Place(**place) for place in json.loads(result.stdout)), ()


def _run(settings: Settings, work: Work[T]) -> T:
    from bff.staff_context import staff_stores

    async def run() -> T:
        async with staff_stores(settings) as (context, stores):
            return await work(context, stores)

    try:
        return asyncio.run(run())
    except StoreUnavailable as error:
        click.echo(f"Error: {error}. Run the same command again: it goes on from there.", err=True)
        sys.exit(TRY_AGAIN)


def _confirm(yes: bool, question: str) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInput(f"{question} Confirm with --yes.")
    click.confirm(f"{question} Continue?", abort=True)
