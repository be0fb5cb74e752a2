"""`python -m batch run NAME --date D`, and the entry file of spark-submit."""

from __future__ import annotations

import sys
from pathlib import Path

# Started as a file, Python looks for modules in this folder first, where `io` would be ours.
_HERE = Path(__file__).resolve().parent
sys.path[:] = [entry for entry in sys.path if not entry or Path(entry).resolve() != _HERE]

from batch.commands.jobs import jobs  # noqa: E402

if __name__ == "__main__":
    jobs(prog_name="batch")
