"""Where the night shift finds its stores: the environment first, then what `marquee stack up` wrote down.

The service reads the same names through its own settings; `batch` must not import it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import BadInput

STACK_FILE = "stack.json"
HOME_VARIABLE = "MARQUEE_HOME"
DEFAULT_HOME = ".marquee"
URLS = ("mongo_url", "elasticsearch_url", "redis_url")


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """`home` is the data folder; an empty URL means that no such store is known."""

    home: Path
    mongo_url: str = ""
    elasticsearch_url: str = ""
    redis_url: str = ""

    @property
    def lake(self) -> Path:
        """Files that Spark reads: the event archive and, for the made sample, its hidden truth."""
        return self.home / "lake"

    def require(self, name: str) -> str:
        """The URL called `name` ("mongo_url" ...). Raises BadInput that says how to provide it."""
        url: str = getattr(self, name)
        if not url:
            variable = variable_of(name)
            raise BadInput(
                f"No {name} is known: run `marquee stack up`, or set {variable} to your own server."
            )
        return url


def variable_of(name: str) -> str:
    """ "mongo_url" -> "MARQUEE_MONGO_URL"."""
    return f"MARQUEE_{name.upper()}"


def read_settings(environment: Mapping[str, str] | None = None, home: Path | None = None) -> BatchSettings:
    """Settings of this process. `home` wins over the environment; each URL falls back to the local stack's.

    Raises BadInput when `<home>/stack.json` is there but cannot be read.
    """
    values = os.environ if environment is None else environment
    folder = home if home is not None else Path(values.get(HOME_VARIABLE) or DEFAULT_HOME)
    running = _running_stack(folder / STACK_FILE)
    urls = {name: values.get(variable_of(name)) or running.get(name, "") for name in URLS}
    return BatchSettings(home=folder, **urls)


def _running_stack(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: cannot be read ({error}). Run `marquee stack up` again.") from error
    if not isinstance(content, dict):
        raise BadInput(f"{path}: is not what `marquee stack up` writes. Run `marquee stack up` again.")
    return {name: str(content[name]) for name in URLS if isinstance(content.get(name), str)}
