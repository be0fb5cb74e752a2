"""Opens the stores for a command; failures give one message."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from batch.storage.clients import BatchStores
from batch.storage.settings import read_settings
from domain.errors import BadInput, Conflict, StoreUnavailable


@contextmanager
def open_stores() -> Iterator[BatchStores]:
    """Ends the process with 2 (settings), 1 (conflict) or 75 (store failure)."""
    from pymongo.errors import PyMongoError
    from redis.exceptions import RedisError

    try:
        with BatchStores(read_settings()) as stores:
            yield stores
    except BadInput as error:
        _exit_with(str(error), 2)
    except Conflict as error:
        _exit_with(str(error), 1)
    except (StoreUnavailable, PyMongoError, RedisError) as error:
        _exit_with(
            f"A store did not answer: {str(error).splitlines()[0][:200]}. Check `marquee stack status`.", 75
        )


def _exit_with(message: str, code: int) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)
