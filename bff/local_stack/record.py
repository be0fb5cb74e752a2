"""`<home>/stack.json`: which servers run, where they answer and who started them.

The night shift reads the three URLs from the same file, so this is also how the two sides find the stores.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

RECORD = "stack.json"


@dataclass(frozen=True, slots=True)
class StoreUrls:
    """Where the three stores answer."""

    mongo_url: str
    elasticsearch_url: str
    redis_url: str


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """`born` tells it from another process that got the same id later."""

    pid: int
    born: str


@dataclass(frozen=True, slots=True)
class Running:
    """A server that was started."""

    process: ServerProcess
    port: int


@dataclass(frozen=True, slots=True)
class Record:
    """`owner` is the process that the servers are tethered to (a demo, a test), None for `stack up`."""

    urls: StoreUrls
    servers: Mapping[str, Running] = field(default_factory=dict)
    owner: ServerProcess | None = None


def read_record(home: Path) -> Record | None:
    """None when there is none, or when it cannot be read: then nothing we know of runs."""
    try:
        found = json.loads((home / RECORD).read_text())
        servers = {
            name: Running(ServerProcess(**server["process"]), server["port"])
            for name, server in found["servers"].items()
        }
        urls = StoreUrls(found["mongo_url"], found["elasticsearch_url"], found["redis_url"])
        owner = ServerProcess(**found["owner"]) if found["owner"] else None
        return Record(urls, servers, owner)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_record(home: Path, record: Record) -> None:
    """Whole or not at all: readers never see half a file."""
    content = {
        **asdict(record.urls),
        "servers": {name: asdict(server) for name, server in record.servers.items()},
        "owner": asdict(record.owner) if record.owner else None,
    }
    new = home / f"{RECORD}.{os.getpid()}.new"
    new.write_text(json.dumps(content, indent=2) + "\n")
    new.replace(home / RECORD)


def remove_record(home: Path) -> None:
    (home / RECORD).unlink(missing_ok=True)
