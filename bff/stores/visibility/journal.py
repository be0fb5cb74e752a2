"""What this process heard, in a small file of the data folder, for a process that starts while no store answers.

    {"format": 2, "heard_at": ms, "since": ms, "titles": {"m00101": ms}, "profiles": {digest: ms}, "accounts": {...},
     "everything": ms}

Profiles and accounts are named by digests of their ids, as the file outlives them. A missing, damaged or older file
is as good as none: such a process trusts less.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from pathlib import Path

from domain.timestamps import from_millis, to_millis
from resolvers.runtime.known_changes import KnownChanges, Remembered

FILE = "visibility.json"
FORMAT = 2
SAVE_SECONDS = 5.0
CHECK_SECONDS = 0.25

log = logging.getLogger("marquee.stores")


class Journal:
    def __init__(self, path: Path, changes: KnownChanges) -> None:
        self._path = path
        self._changes = changes

    def load(self) -> bool:
        """At the start, before anything is heard."""
        try:
            document = json.loads(self._path.read_text())
            if document["format"] != FORMAT:
                return False
            changed = {
                (kind, str(one)): from_millis(at)
                for kind in ("profile", "account", "title")
                for one, at in document[f"{kind}s"].items()
            }
            everything = from_millis(document["everything"]) if document.get("everything") else None
            known = Remembered(
                from_millis(document["since"]), from_millis(document["heard_at"]), changed, everything
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False
        self._changes.recall(known)
        return True

    def save(self) -> None:
        known = self._changes.remembered()
        if known is None:
            return
        document: dict[str, object] = {
            "format": FORMAT,
            "heard_at": to_millis(known.heard_at),
            "since": to_millis(known.since),
            "everything": to_millis(known.everything) if known.everything else None,
        }
        for kind in ("profile", "account", "title"):
            document[f"{kind}s"] = {
                one: to_millis(at) for (found, one), at in known.changed.items() if found == kind
            }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
            temporary.write_text(json.dumps(document))
            temporary.replace(self._path)
        except OSError as error:
            log.debug("%s cannot be written: %s", self._path, error)

    async def run(self) -> None:
        """Until it is cancelled. What was heard is written soon, that nothing was heard now and then."""
        saved, waited = self._changes.mark().count, 0.0
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            waited += CHECK_SECONDS
            known = self._changes.mark().count
            if known != saved or waited >= SAVE_SECONDS:
                await asyncio.to_thread(self.save)
                saved, waited = known, 0.0
