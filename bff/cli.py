"""The `marquee` command. It imports a sub-command only to run it, so `--help` is instant.

Other packages add commands by the entry point group "marquee.commands". The first line of a command's module
docstring is its line in `--help`.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import os
import sys
import textwrap
from importlib.metadata import entry_points
from pathlib import Path

import click

from domain.errors import MarqueeError

COMMANDS = {
    "announce": "bff.commands.announce:announce",
    "demo": "bff.commands.demo:demo",
    "experiment": "bff.commands.experiment:experiment",
    "explain": "bff.commands.explain:explain",
    "layout": "bff.commands.layout:layout",
    "page": "bff.commands.page:page",
    "serve": "bff.commands.serve:serve",
    "stack": "bff.commands.stack:stack",
    "profile": "bff.commands.profile:profile",
    "schema": "bff.commands.schema:schema",
    "token": "bff.commands.token:token",
    "version": "bff.commands.version:version",
}
ENTRY_POINT_GROUP = "marquee.commands"
INTERRUPTED = 130


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = _commands().get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            raise click.ClickException(f"{target} is not a command.")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = sorted(_commands().items())
        width = formatter.width - 6 - max(len(name) for name, _ in commands)
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(target, width)) for name, target in commands])


@click.command(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option("-v", "--verbose", is_flag=True, help="Show the traceback of an unexpected error.")
def cli(verbose: bool) -> None:
    """Marquee: personalised home pages from viewing data.

    Start with `marquee demo`.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 failed, 2 wrong usage, 130 interrupted. No traceback without -v."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        # https://no-color.org: click itself looks at the terminal alone.
        color = False if os.environ.get("NO_COLOR") else None
        result = cli.main(words, prog_name="marquee", standalone_mode=False, color=color)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except MarqueeError as error:
        _fail(str(error))
    except Exception as error:
        if "-v" in words or "--verbose" in words:
            raise
        _fail(f"Unexpected {type(error).__name__}: {error}. Run `marquee -v ...` to see the traceback.")
    sys.exit(result if isinstance(result, int) else 0)


def _fail(message: str) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(1)


def _commands() -> dict[str, str]:
    return {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP)} | COMMANDS


def _summary(target: str, width: int) -> str:
    """The first line of the module's docstring, cut to `width` characters."""
    spec = importlib.util.find_spec(target.partition(":")[0])
    if spec is None or spec.origin is None:
        return ""
    docstring = ast.get_docstring(ast.parse(Path(spec.origin).read_text("utf-8"))) or ""
    line = docstring.partition("\n")[0].removesuffix(".")
    return textwrap.shorten(line, width, placeholder=" …")


if __name__ == "__main__":
    main()
