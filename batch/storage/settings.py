"""Data folder and store URLs: from the environment, else from a file of secrets, else from `marquee stack up`.

The service reads the same variables in its own settings, which `batch` must not import.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import BadInput
from domain.storage_names import cluster_url

STACK_FILE = "stack.json"
HOME_VARIABLE = "MARQUEE_HOME"
STORES_FILE_VARIABLE = "MARQUEE_STORES_FILE"
"""Names a JSON file with the URLS, so that no password is on a command line or in an environment."""

CLUSTER_VARIABLE = "MARQUEE_REDIS_CLUSTER"
TRUE = ("true", "1", "yes", "on", "t", "y")
"""As the service's settings read it."""

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
    """`home` overrides the environment. Raises BadInput for an unreadable file of URLs."""
    variables = os.environ if environment is None else environment
    data_folder = home if home is not None else Path(variables.get(HOME_VARIABLE) or DEFAULT_HOME)
    local_urls = _urls_of(data_folder / STACK_FILE, "Run `marquee stack up` again.", required=False)
    if named := variables.get(STORES_FILE_VARIABLE):
        remedy = f"{STORES_FILE_VARIABLE} names it; it must be a JSON object with {', '.join(URLS)}."
        local_urls |= _urls_of(Path(named), remedy, required=True)
    urls = {name: variables.get(environment_variable(name)) or local_urls.get(name, "") for name in URLS}
    if urls["redis_url"] and variables.get(CLUSTER_VARIABLE, "").lower() in TRUE:
        # In the URL it travels to executors.
        urls["redis_url"] = cluster_url(urls["redis_url"])
    return BatchSettings(home=data_folder, **urls)


def write_stores_file(settings: BatchSettings, path: Path) -> Path:
    """Readable by its owner alone. Raises BadInput for an unknown URL."""
    content = json.dumps({name: settings.require_url(name) for name in URLS})
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.part")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content)
    draft.replace(path)
    return path.resolve()


def _urls_of(path: Path, remedy: str, required: bool) -> dict[str, str]:
    """No content in the messages: it has passwords."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        if not required:
            return {}
        raise BadInput(f"{path}: does not exist. {remedy}") from error
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}). {remedy}") from error
    except ValueError as error:
        raise BadInput(f"{path}: cannot be read: it is no JSON. {remedy}") from error
    if not isinstance(content, dict):
        raise BadInput(f"{path}: has no URLs. {remedy}")
    return {name: str(content[name]) for name in URLS if isinstance(content.get(name), str)}
