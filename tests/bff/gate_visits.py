"""An application behind the gate that notes what reaches it, and single requests that go through."""

from __future__ import annotations

from starlette.types import Message, Receive, Scope, Send

from bff.http.concurrency_limiter import ConcurrencyLimiter
from bff.http.load_shedding import LoadShedder
from domain.resilience.concurrency_limit import Priority
from resolvers.runtime import deadlines

PREFETCH, HOME, PLAY = Priority.PREFETCH, Priority.HOME, Priority.PLAY
QUERY = b'{"query": "{ home { id } }"}'
MUTATION = b'{"query": "mutation Rate { titleRate { id } }"}'


class Inner:
    """The application behind the gate: notes what reached it and answers `status`."""

    def __init__(self, admission: ConcurrencyLimiter, status: int = 200) -> None:
        self.admission = admission
        self.status = status
        self.bodies: list[bytes] = []
        self.left: list[float | None] = []
        self.in_flight: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        self.bodies.append(message["body"])
        self.left.append(deadlines.left_for_answer())
        self.in_flight.append(self.admission.in_flight)
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        self.in_flight.append(self.admission.in_flight)
        await send({"type": "http.response.body", "body": b"whole"})


class Visit:
    """One request through a gate, and what came back."""

    def __init__(self, inner: Inner, fixed: Priority | None = None, chance: float = 0.0) -> None:
        self._gate = LoadShedder(inner, inner.admission, fixed, chance=lambda: chance)
        self.sent: list[Message] = []

    async def go(self, body: bytes = QUERY, method: str = "POST", **headers: str) -> Visit:
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return waiting.pop()

        async def send(message: Message) -> None:
            self.sent.append(message)

        await self._gate({"type": "http", "method": method, "headers": raw}, receive, send)
        return self

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


def holding(count: int, most: int = 200) -> Inner:
    """A service with so many requests under way already, and the limit of a fresh process: 30."""
    admission = ConcurrencyLimiter(most)
    for _ in range(count):
        assert admission.enter(PLAY)
    admission.admitted.clear()
    return Inner(admission)
