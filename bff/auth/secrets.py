"""The one secret a deployment has: signs the demo's tokens, cursors, tracking tokens and artwork addresses.

MARQUEE_JWT_SECRET, or a file in the data folder that only its owner may read. Each use has a key of its own,
worked out from it, so that a signature made for one purpose is worth nothing for another.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from pathlib import Path

from bff.settings import Settings, SettingsProblem

FILE = "secret"
LEAST_BYTES = 32


def root_secret(settings: Settings, make: bool = False) -> bytes:
    """The deployment's secret; `make` creates the file when there is none. Raises SettingsProblem."""
    if settings.jwt_secret is not None:
        given = settings.jwt_secret.get_secret_value().encode()
        if len(given) < LEAST_BYTES:
            raise SettingsProblem(
                f"MARQUEE_JWT_SECRET has {len(given)} bytes, which can be guessed: use {LEAST_BYTES} or more, "
                "such as the output of `openssl rand -hex 32`."
            )
        return given
    file = settings.home / FILE
    if make or settings.demo:
        _make(file)
    return _read(file)


def token_key(root: bytes) -> bytes:
    """The HS256 key of tokens: the secret itself, as an issuer of your own has to use it too."""
    return root


def signing_key(root: bytes) -> bytes:
    """The key of cursors, tracking tokens and artwork addresses."""
    return hmac.digest(root, b"marquee signatures", "sha256")


def session_key(root: bytes) -> bytes:
    """The key of tokens for those who have not signed in (bff/auth/anonymous_sessions.py)."""
    return hmac.digest(root, b"marquee sessions", "sha256")


def _make(file: Path) -> None:
    """Whole or not at all, and never twice: several workers may start at once."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as handle:
        handle.write(secrets.token_hex(LEAST_BYTES) + "\n")
    with contextlib.suppress(FileExistsError):
        os.link(new, file)
    new.unlink()


def _read(file: Path) -> bytes:
    try:
        found = file.read_bytes().strip()
    except OSError as error:
        raise SettingsProblem(
            "There is no secret to sign and check with: set MARQUEE_JWT_SECRET, or let `marquee token` make "
            f"{file} ({error.strerror})."
        ) from error
    if len(found) < LEAST_BYTES:
        raise SettingsProblem(f"{file} holds no secret: remove it, and `marquee token` makes a new one.")
    return found
