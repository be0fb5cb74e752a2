"""`marquee doctor`: looks at machine, stores, archive and published data, and says what to do about what it finds.

It changes nothing. Each finding has a level: OK, WARN (a run works, something is off) or FAIL (a run would fail).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import MarqueeError
from domain.redaction import redact


class Severity(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """`fix`: what to type or do; empty when there is nothing to do."""

    check: str
    level: Severity
    detail: str
    fix: str = ""


Check = Callable[[], Finding]


def ok(check: str, detail: str) -> Finding:
    return Finding(check, Severity.OK, detail)


def warn(check: str, detail: str, fix: str) -> Finding:
    return Finding(check, Severity.WARN, detail, fix)


def fail(check: str, detail: str, fix: str) -> Finding:
    return Finding(check, Severity.FAIL, detail, fix)


def run_checks(checks: Sequence[tuple[str, Check]]) -> Iterator[Finding]:
    """A check that cannot be made is a finding itself."""
    for name, check in checks:
        try:
            found = check()
        except MarqueeError as error:
            found = fail(name, str(error), "")
        except Exception as error:
            reason = (str(error).strip().splitlines() or ["no details"])[0][:200]
            found = fail(name, f"could not be checked: {type(error).__name__}: {reason}", "")
        yield Finding(found.check, found.level, redact(found.detail), redact(found.fix))


def worst(findings: Sequence[Finding]) -> Severity:
    order = (Severity.OK, Severity.WARN, Severity.FAIL)
    return max((one.level for one in findings), key=order.index, default=Severity.OK)
