"""Import catalogues in the shapes of TMDB and IMDb."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from batch.commands.own_imports import (
    OwnImport,
    ending_on_bad_data,
    given_options,
    load_and_print,
    own_options,
)
from batch.commands.stores import open_stores
from batch.console import ConsoleReporter
from batch.importers.imdb_titles import ImdbCatalog, ImdbChoice, read_only
from batch.importers.input_files import Problems
from batch.importers.mapped_catalog import MappedRow, imdb_rows, spool_rows, tmdb_rows
from batch.importers.tmdb_media import IMAGE_BASE, USUAL_LANGUAGES, TmdbMedia
from batch.importers.tmdb_titles import TmdbCatalog
from batch.importers.tmdb_values import tmdb_language
from domain.catalog.media_addresses import check_media_address, origin_of
from domain.errors import BadInput

ADULT_HELP = "Titles with the adult flag come in, from 18 in every region. Without it they stay out."
PATH = click.Path(path_type=Path)


def _check_base(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        return check_media_address(value).rstrip("/") if value else ""
    except BadInput as error:
        raise click.BadParameter(str(error)) from error


def _check_languages(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    languages = tuple(one.strip() for one in value.split(",") if one.strip())
    wrong = next((one for one in languages if tmdb_language(one) != one), None)
    if wrong is not None:
        raise click.BadParameter(
            f"{wrong!r} is no language; write codes with commas between them, such as en,de"
        )
    return languages


@click.command(name="tmdb")
@click.argument("path", type=PATH)
@click.option(
    "--image-base",
    default=IMAGE_BASE,
    show_default=True,
    callback=_check_base,
    metavar="URL",
    help="Where pictures are: before size and file.",
)
@click.option("--no-images", is_flag=True, help="Import no pictures; the service draws them.")
@click.option(
    "--image-languages",
    default=",".join(USUAL_LANGUAGES),
    show_default=True,
    callback=_check_languages,
    metavar="LANGUAGES",
    help="Of the words in pictures, such as en,de; those in a title's own language come in as well.",
)
@click.option(
    "--trailer-base",
    default="",
    callback=_check_base,
    metavar="URL",
    help="Where your trailers are: KEY.mp4 for TMDB's KEY of a video. Without it there are none.",
)
@click.option("--with-adult", is_flag=True, help=ADULT_HELP)
@own_options("tmdb")
def import_tmdb(
    path: Path, image_base: str, no_images: bool, image_languages: tuple[str, ...], trailer_base: str,
    with_adult: bool,
) -> None:  # fmt: skip
    """A catalogue in TMDB's shape: JSON of movies, series and episodes, a file or a folder of them.

    The mapping is in docs/importing-data.md. The files hold all titles of their source: others are withdrawn.
    """
    asked = OwnImport(str(path), "catalog", given_options())
    media = TmdbMedia(image_base, trailer_base, not no_images, image_languages)
    catalog = TmdbCatalog(media, with_adult)
    _import_rows(asked, lambda problems: tmdb_rows(catalog, path, problems))
    origins = {
        origin for base in (image_base * media.has_images, trailer_base) if (origin := origin_of(base or "/"))
    }
    if origins and not asked.options.as_json:
        named = " ".join(sorted(origins))
        click.echo(
            f"The TV page loads these pictures and trailers with MARQUEE_MEDIA_ORIGINS={named!r}.", err=True
        )


@click.command(name="imdb")
@click.argument("directory", type=PATH)
@click.option("--only", type=PATH, metavar="FILE", help="Ids of the movies and series to import, one a line.")
@click.option(
    "--min-votes",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Only movies and series with at least N votes in title.ratings.",
)
@click.option("--with-adult", is_flag=True, help=ADULT_HELP)
@own_options("imdb")
def import_imdb(directory: Path, only: Path | None, min_votes: int, with_adult: bool) -> None:
    """A catalogue in IMDb's shape. DIRECTORY holds title.basics.tsv (.gz) and other files of the data sets.

    The mapping is in docs/importing-data.md. The files hold all titles of their source: others are withdrawn.
    """
    asked = OwnImport(str(directory), "catalog", given_options())

    def rows(problems: Problems) -> Iterator[MappedRow]:
        choice = ImdbChoice(read_only(only) if only else frozenset(), min_votes, with_adult)
        return imdb_rows(ImdbCatalog(directory, choice, problems))

    _import_rows(asked, rows)


def _import_rows(asked: OwnImport, make_rows: Callable[[Problems], Iterator[MappedRow]]) -> None:
    reporter, mapping = ConsoleReporter(quiet=asked.options.as_json), Problems(asked.options.skip_bad)
    with tempfile.TemporaryDirectory(prefix="marquee-") as folder, open_stores() as stores:
        reporter.step(f"Reading {asked.file}.")
        with ending_on_bad_data():
            file = spool_rows(
                make_rows(mapping), Path(folder), mapping, reporter.share_listener(f"Checking {asked.file}")
            )
        load_and_print(stores, file, asked, reporter)
