"""`<home>/stack.json`: the running servers, their owner and their URLs, which the nightly run reads."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

RECORD_FILE = "stack.json"


@dataclass(frozen=True, slots=True)
class StoreUrls:
    mongo_url: str
    elasticsearch_url: str
    redis_url: str


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """`born`: the start time, because process ids are reused."""

    pid: int
    born: str


@dataclass(frozen=True, slots=True)
class RunningServer:
    process: ServerProcess
    port: int


@dataclass(frozen=True, slots=True)
class StackRecord:
    """`owner`: the process with which the servers end; None for `stack up`."""

    urls: StoreUrls
    servers: Mapping[str, RunningServer] = field(default_factory=dict)
    owner: ServerProcess | None = None


def read_record(home: Path) -> StackRecord | None:
    """None without a readable record."""
    try:
        content = json.loads((home / RECORD_FILE).read_text())
        servers = {
            name: RunningServer(ServerProcess(**server["process"]), server["port"])
            for name, server in content["servers"].items()
        }
        urls = StoreUrls(content["mongo_url"], content["elasticsearch_url"], content["redis_url"])
        owner = ServerProcess(**content["owner"]) if content["owner"] else None
        return StackRecord(urls, servers, owner)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_record(home: Path, record: StackRecord) -> None:
    """Replaces the file atomically."""
    content = {
        **asdict(record.urls),
        "servers": {name: asdict(server) for name, server in record.servers.items()},
        "owner": asdict(record.owner) if record.owner else None,
    }
    new = home / f"{RECORD_FILE}.{os.getpid()}.new"
    new.write_text(json.dumps(content, indent=2) + "\n")
    new.replace(home / RECORD_FILE)


def remove_record(home: Path) -> None:
    (home / RECORD_FILE).unlink(missing_ok=True)
