"""Named places at which a test, or an operator who rehearses a crash, stops a process of the pipeline.

`MARQUEE_FAILPOINT=<name>` kills the process at that place, as a power cut does; `<name>=error` raises FailpointError
there. The variable is read once at import. Without it a failpoint costs one comparison.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping

FAILPOINT_VARIABLE = "MARQUEE_FAILPOINT"

FAILPOINTS: Mapping[str, str] = {
    "stage.staged": "all stages have written their data, nothing is published",
    "publish.checked": "the counts of the staged data are right, no gate has been judged",
    "publish.gated": "the gates are judged and recorded, the pointer has not moved",
    "publish.pointed": "the pointer has moved, the history does not have it",
    "settle.recorded": "a move stands in the history, its run is not marked as published",
    "sweep.chosen": "the old versions are chosen, nothing is deleted",
    "sweep.condemned": "the ledger says that a version is going, its data is there",
    "sweep.documents": "the documents of an old version are gone, its index is there",
    "sweep.index": "its index is gone, its Redis lists are there",
    "sweep.lists": "its Redis lists are gone, its files are there",
    "sweep.files": "its files are gone",
    "rollback.chosen": "the version to go back to is checked, the pointer has not moved",
    "rollback.pointed": "the pointer has moved back, the history does not have it",
    "canary.begun": "nights are held for a canary, no viewer is assigned to it",
    "canary.returned": "no viewer is assigned to a canary any more, the history does not have it",
}
"""Name -> the state of the stores there."""


class FailpointError(Exception):
    """Raised at `<name>=error`."""


def _die(name: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _raise(name: str) -> None:
    raise FailpointError(f"Stopped at failpoint {name} ({FAILPOINT_VARIABLE}).")


_ACTIONS: Mapping[str, Callable[[str], None]] = {"kill": _die, "error": _raise}


def parse_failpoint(text: str) -> tuple[str, Callable[[str], None]]:
    """Raises ValueError for a name or an action that does not exist: a typing error would test nothing."""
    name, _, action = text.partition("=")
    if name not in FAILPOINTS or (action or "kill") not in _ACTIONS:
        raise ValueError(
            f"{FAILPOINT_VARIABLE}={text!r}: write one of {', '.join(FAILPOINTS)}, with =kill or =error behind it."
        )
    return name, _ACTIONS[action or "kill"]


_text = os.environ.get(FAILPOINT_VARIABLE)
_armed: tuple[str, Callable[[str], None]] | None = parse_failpoint(_text) if _text else None


def hit(name: str) -> None:
    if _armed is not None and _armed[0] == name:
        _armed[1](name)
