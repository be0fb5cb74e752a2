"""Who works on the command line: the name given, else git's, else the user's."""

from __future__ import annotations

import getpass
import subprocess

from bff.auth.tokens import clean_name

GIT_TIMEOUT_SECONDS = 2


def author_name(given: str = "") -> str:
    return clean_name(given) or _git_name() or _user_name()


def _git_name() -> str:
    """ "" without git, a repository or a name."""
    command = ["git", "config", "user.name"]
    try:
        found = subprocess.run(command, capture_output=True, timeout=GIT_TIMEOUT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return clean_name(found.stdout.decode("utf-8", "replace"))


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "command line"
