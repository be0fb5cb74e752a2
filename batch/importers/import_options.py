"""What the person who imports decides, and how a command asks and reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import BadInput

OWN_SOURCE = "own"
LARGE_WITHDRAWAL = 0.2


class NotConfirmed(BadInput):
    """More would be withdrawn than a person confirmed."""


def refuse(question: str) -> bool:
    """The answer of a command that nobody watches."""
    return False


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`source` names the deliverer: a full export replaces what the same source brought. `add`: a part of an export.

    `confirm` is asked before a large withdrawal; True goes on. A dry run tells it the question, and goes on anyway.
    """

    source: str = OWN_SOURCE
    add: bool = False
    dry_run: bool = False
    allow_changed_ids: bool = False
    confirm: Callable[[str], bool] = refuse

    def confirm_withdrawal(self, things: str, withdrawn: int, stored: int) -> None:
        """Above a fifth of what the source brought. Raises NotConfirmed, but not in a dry run."""
        if not stored or withdrawn <= LARGE_WITHDRAWAL * stored:
            return
        share = (
            f"{withdrawn:,} of the {stored:,} {things} of source {self.source!r} ({withdrawn / stored:.0%})"
        )
        is_confirmed = self.confirm(f"This file lacks {share}; importing it withdraws them. Continue?")
        if not is_confirmed and not self.dry_run:
            raise NotConfirmed(
                f"the file lacks {share}; nothing was written. Confirm their withdrawal with --yes, or import a part "
                "of an export with --add."
            )
