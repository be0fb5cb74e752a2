"""Data folder and store URLs: from the environment, else from the record of `marquee stack up`.

The service reads the same variables in its own settings, which `batch` must not import.
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
    """`home` is the data folder; unknown URLs are empty."""

    home: Path
    mongo_url: str = ""
    elasticsearch_url: str = ""
    redis_url: str = ""

    @property
    def lake(self) -> Path:
        return self.home / "lake"

    def require_url(self, name: str) -> str:
        """`name` is one of URLS. Raises BadInput."""
        url: str = getattr(self, name)
        if not url:
            variable = environment_variable(name)
            raise BadInput(
                f"No {name} is known: run `marquee stack up`, or set {variable} to your own server."
            )
        return url


def environment_variable(name: str) -> str:
    """ "mongo_url" -> "MARQUEE_MONGO_URL"."""
    return f"MARQUEE_{name.upper()}"


def read_settings(environment: Mapping[str, str] | None = None, home: Path | None = None) -> BatchSettings:
    """`home` overrides the environment. Raises BadInput for an unreadable `<home>/stack.json`."""
    variables = os.environ if environment is None else environment
    data_folder = home if home is not None else Path(variables.get(HOME_VARIABLE) or DEFAULT_HOME)
    local_urls = _local_stack_urls(data_folder / STACK_FILE)
    urls = {name: variables.get(environment_variable(name)) or local_urls.get(name, "") for name in URLS}
    return BatchSettings(home=data_folder, **urls)


def _local_stack_urls(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: cannot be read ({error}). Run `marquee stack up` again.") from error
    if not isinstance(content, dict):
        raise BadInput(f"{path}: is not what `marquee stack up` writes. Run `marquee stack up` again.")
    return {name: str(content[name]) for name in URLS if isinstance(content.get(name), str)}
