"""The deployment's root secret (MARQUEE_JWT_SECRET, or a file that only its owner may read) and keys derived from it.

Each purpose has its own key, so a signature for one is invalid for another.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from pathlib import Path

from bff.settings import Settings, SettingsProblem

FILE_NAME = "secret"
MIN_BYTES = 32


def root_secret(settings: Settings, create: bool = False) -> bytes:
    """`create` writes the file if there is none. Raises SettingsProblem."""
    if settings.jwt_secret is not None:
        secret = settings.jwt_secret.get_secret_value().encode()
        if len(secret) < MIN_BYTES:
            raise SettingsProblem(
                f"MARQUEE_JWT_SECRET has {len(secret)} bytes, which can be guessed: use {MIN_BYTES} or more, "
                "such as the output of `openssl rand -hex 32`."
            )
        return secret
    file = settings.home / FILE_NAME
    if create or settings.demo:
        _create_secret_file(file)
    return _read_secret_file(file)


def token_key(root: bytes) -> bytes:
    """The secret itself, because an external issuer signs with it too."""
    return root


def signing_key(root: bytes) -> bytes:
    """For cursors, tracking tokens and artwork URLs."""
    return hmac.digest(root, b"marquee signatures", "sha256")


def session_key(root: bytes) -> bytes:
    return hmac.digest(root, b"marquee sessions", "sha256")


def _create_secret_file(file: Path) -> None:
    """Atomic: several workers may start at once."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f"{file.name}.{os.getpid()}.new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as handle:
        handle.write(secrets.token_hex(MIN_BYTES) + "\n")
    with contextlib.suppress(FileExistsError):
        os.link(temporary, file)
    temporary.unlink()


def _read_secret_file(file: Path) -> bytes:
    try:
        secret = file.read_bytes().strip()
    except OSError as error:
        raise SettingsProblem(
            "There is no signing secret: set MARQUEE_JWT_SECRET, or run `marquee token` to create "
            f"{file} ({error.strerror})."
        ) from error
    if len(secret) < MIN_BYTES:
        raise SettingsProblem(
            f"{file} holds no secret: remove it and run `marquee token` to create a new one."
        )
    return secret
