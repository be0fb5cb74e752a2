"""Tell the running service whose or which visibility you changed in a store by hand.

Imports, nightly runs and the service itself announce what they write. After editing a store with another tool, name
what you changed; the service obeys from its next request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import click

from bff.settings import read_settings
from domain.errors import BadInput, StoreUnavailable
from domain.ids import AccountId, ProfileId, TitleId, is_raw_id, is_title_id
from domain.visibility.changes import VisibilityChange

T = TypeVar("T")

Names = tuple[str, ...]


@click.command(help=__doc__)
@click.option(
    "--profile", "profiles", multiple=True, metavar="ID", help="Age limit, blocked titles, account."
)
@click.option("--account", "accounts", multiple=True, metavar="ID", help="Region or plan. May be repeated.")
@click.option(
    "--title", "titles", multiple=True, metavar="ID", help="Licences, ages, plans. May be repeated."
)
@click.option("--everything", is_flag=True, help="After a restored backup, or when in doubt.")
def announce(profiles: Names, accounts: Names, titles: Names, everything: bool) -> None:
    change = VisibilityChange(
        _checked("--profile", profiles, ProfileId),
        _checked("--account", accounts, AccountId),
        _checked("--title", titles, TitleId),
        everything,
    )
    if not change:
        raise click.UsageError("Name what changed: --profile, --account, --title or --everything.")
    try:
        asyncio.run(_announce(change))
    except StoreUnavailable as error:
        raise BadInput(
            "Redis does not answer, so nothing was announced. Run the same command again when it does; until then "
            "the service finds the change by itself, as docs/visibility.md says."
        ) from error
    click.echo("Announced: the service obeys from its next request.")


def _checked(option: str, names: Names, make: Callable[[str], T]) -> tuple[T, ...]:
    """Ids as in the stores, without the prefix of the API."""
    for name in names:
        if not (is_title_id if make is TitleId else is_raw_id)(name):
            raise click.BadParameter(
                f"{name!r} is no id of the stores; write it like ade or m00101", param_hint=option
            )
    return tuple(make(name) for name in names)


async def _announce(change: VisibilityChange) -> None:
    from bff.settings import resolve_store_urls
    from bff.stores.redis.lists import RedisStore
    from bff.stores.visibility.log import VisibilityLog

    settings = read_settings()
    redis = RedisStore(resolve_store_urls(settings).redis_url, settings.redis_cluster, settings.timeouts)
    try:
        await VisibilityLog(redis).announce(change)
    finally:
        await redis.close()
