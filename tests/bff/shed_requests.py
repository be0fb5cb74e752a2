"""A recording application behind the load shedder, and single requests through it."""

from __future__ import annotations

from starlette.types import Message, Receive, Scope, Send

from bff.http.concurrency_limiter import ConcurrencyLimiter
from bff.http.load_shedding import LoadShedder
from domain.resilience.concurrency_limit import Priority
from resolvers.runtime import deadlines

PREFETCH, HOME, PLAY = Priority.PREFETCH, Priority.HOME, Priority.PLAY
QUERY = b'{"query": "{ home { id } }"}'
MUTATION = b'{"query": "mutation Rate { titleRate { id } }"}'


class RecordingApp:
    """Records what reaches it and answers `status`."""

    def __init__(self, limiter: ConcurrencyLimiter, status: int = 200) -> None:
        self.limiter = limiter
        self.status = status
        self.bodies: list[bytes] = []
        self.left: list[float | None] = []
        self.in_flight: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        self.bodies.append(message["body"])
        self.left.append(deadlines.seconds_left_for_response())
        self.in_flight.append(self.limiter.in_flight)
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        self.in_flight.append(self.limiter.in_flight)
        await send({"type": "http.response.body", "body": b"whole"})


class ShedRequest:
    """One request through a load shedder, and its response."""

    def __init__(self, inner: RecordingApp, fixed: Priority | None = None, chance: float = 0.0) -> None:
        self._shedder = LoadShedder(inner, inner.limiter, fixed, random_fraction=lambda: chance)
        self.sent: list[Message] = []

    async def send(self, body: bytes = QUERY, method: str = "POST", **headers: str) -> ShedRequest:
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return waiting.pop()

        async def send(message: Message) -> None:
            self.sent.append(message)

        await self._shedder({"type": "http", "method": method, "headers": raw}, receive, send)
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


def app_under_load(count: int, most: int = 200) -> RecordingApp:
    """A service with so many requests under way already, and the limit of a fresh process: 30."""
    limiter = ConcurrencyLimiter(most)
    for _ in range(count):
        assert limiter.enter(PLAY)
    limiter.admitted.clear()
    return RecordingApp(limiter)
