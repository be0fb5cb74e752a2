"""The `marquee` command. Sub-commands are imported only when they run, so --help is instant.

The service's own verbs stand in `OWN_VERBS`; other packages bring theirs by the entry point group
"marquee.commands". The first line of a verb's module docstring is its line in --help, read from the source
without importing it.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
import textwrap
from importlib.metadata import entry_points
from pathlib import Path

import click

from domain.errors import MarqueeError

OWN_VERBS = {
    "demo": "bff.commands.demo:demo",
    "experiment": "bff.commands.experiment:experiment",
    "explain": "bff.commands.explain:explain",
    "layout": "bff.commands.layout:layout",
    "page": "bff.commands.page:page",
    "serve": "bff.commands.serve:serve",
    "stack": "bff.commands.stack:stack",
    "schema": "bff.commands.schema:schema",
    "token": "bff.commands.token:token",
    "version": "bff.commands.version:version",
}
ENTRY_POINT_GROUP = "marquee.commands"
INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group that knows where its commands are but imports only the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_verbs())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = _verbs().get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        found = getattr(importlib.import_module(module), name)
        if not isinstance(found, click.Command):
            raise click.ClickException(f"{target} is not a command.")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        verbs = sorted(_verbs().items())
        room = formatter.width - 6 - max(len(verb) for verb, _ in verbs)
        with formatter.section("Commands"):
            formatter.write_dl([(verb, _summary(target, room)) for verb, target in verbs])


@click.command(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option("-v", "--verbose", is_flag=True, help="Show the traceback of an unexpected error.")
def cli(verbose: bool) -> None:
    """Marquee: personalised home pages out of viewing data.

    Start with `marquee demo`.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 failed, 2 wrong usage, 130 interrupted. Never a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        result = cli.main(given, prog_name="marquee", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except MarqueeError as error:
        _fail(str(error))
    except Exception as error:
        if "-v" in given or "--verbose" in given:
            raise
        _fail(f"Unexpected: {type(error).__name__}: {error}. `marquee -v ...` shows where.")
    sys.exit(result if isinstance(result, int) else 0)


def _fail(message: str) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(1)


def _verbs() -> dict[str, str]:
    brought = {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP)}
    return brought | OWN_VERBS


def _summary(target: str, room: int) -> str:
    """First line of the module's docstring, cut to the room there is; "" when there is none."""
    spec = importlib.util.find_spec(target.partition(":")[0])
    if spec is None or spec.origin is None:
        return ""
    docstring = ast.get_docstring(ast.parse(Path(spec.origin).read_text("utf-8"))) or ""
    line = docstring.partition("\n")[0].removesuffix(".")
    return textwrap.shorten(line, room, placeholder=" …")


if __name__ == "__main__":
    main()
