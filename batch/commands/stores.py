"""Opening the stores for a command: a store that is missing or down is one sentence, not a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from batch.storage.clients import BatchStores
from batch.storage.settings import read_settings
from domain.errors import BadInput, Conflict, StoreUnavailable


@contextmanager
def opened_stores() -> Iterator[BatchStores]:
    """The stores of this environment. Ends the process with 2, 1 or 75 and a sentence when they fail."""
    from pymongo.errors import PyMongoError
    from redis.exceptions import RedisError

    try:
        with BatchStores(read_settings()) as stores:
            yield stores
    except BadInput as error:
        _end(str(error), 2)
    except Conflict as error:
        _end(str(error), 1)
    except (StoreUnavailable, PyMongoError, RedisError) as error:
        _end(
            f"A store did not answer: {str(error).splitlines()[0][:200]}. Is `marquee stack status` well?", 75
        )


def _end(sentence: str, code: int) -> None:
    click.echo(f"Error: {sentence}", err=True)
    sys.exit(code)
