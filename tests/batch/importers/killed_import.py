"""Runs one import and kills its own process at the Nth command to MongoDB, as `kill -9` would.

python killed_import.py MONGO_URL FOLDER KIND N; a process that is not killed ends with 0.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from pymongo import monitoring

from batch.importers.catalog_import import load_catalog
from batch.importers.events_import import load_events
from batch.importers.import_options import ImportOptions
from batch.importers.input_files import Problems
from batch.importers.own_data import InputFile
from batch.importers.profiles_import import load_profiles
from batch.storage.clients import open_mongo
from tests.batch.importers.own_files import NOW

WRITES = {"insert", "update", "delete"}


class Killer(monitoring.CommandListener):
    def __init__(self, last: int) -> None:
        self.left = last

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in WRITES:
            self.left -= 1
            if self.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


def main(url: str, folder: Path, kind: str, last: int) -> None:
    monitoring.register(Killer(last))
    database, file = open_mongo(url), InputFile(folder / f"{kind}.jsonl", kind, Problems())
    options = ImportOptions(confirm=lambda _: True)
    if kind == "catalog":
        load_catalog(database, file, NOW, options)
    elif kind == "profiles":
        load_profiles(database, file, NOW, options)
    else:
        load_events(database, folder, file, NOW, options)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
