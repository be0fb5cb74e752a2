"""Load that does not wait for answers: requests at random instants at a given rate, as people send them.

python open_loop.py < PLAN > OUTCOME

PLAN: {url, seconds, patience, rates: {kind: a second}, requests: {kind: [{body, headers}]}}. OUTCOME: by kind a list
of [instant, status, seconds] since the start and since the request was due; status 0 for one that was given up.
A request finds an idle connection or opens one, so a slow server never slows its load down.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any
from urllib.parse import urlsplit

from volley import answer, wire

SEED = 7


class Line(asyncio.Protocol):
    """One kept-alive connection; `answered` gets the whole answer to the last request."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.buffer = bytearray()
        self.due: tuple[str, float] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def send(self, kind: str, due: float, request: bytes) -> None:
        self.due = (kind, due)
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.buffer[:end]).lower()
        _, _, rest = head.partition(b"\r\ncontent-length:")
        if len(self.buffer) < end + 4 + int(rest.partition(b"\r\n")[0]):
            return
        self.buffer.clear()
        self._over(int(head[9:12]))
        self.load.idle.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self.load.idle:
            self.load.idle.remove(self)
        self._over(0)

    def _over(self, status: int) -> None:
        if self.due is not None:
            kind, due = self.due
            self.due = None
            self.load.note(kind, due, status)

    def give_up(self, before: float) -> None:
        if self.due is not None and self.due[1] < before:
            self.transport.abort()


class Load:
    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.target = urlsplit(plan["url"])
        self.requests = {
            kind: [wire(self.target, each) for each in requests]
            for kind, requests in plan["requests"].items()
        }
        self.idle: list[Line] = []
        self.lines: list[Line] = []
        self.outcome: dict[str, list[tuple[float, int, float]]] = {kind: [] for kind in plan["rates"]}
        self.sent = dict.fromkeys(plan["rates"], 0)
        self.tasks: set[asyncio.Task[None]] = set()

    def note(self, kind: str, due: float, status: int) -> None:
        now = time.perf_counter()
        self.outcome[kind].append((due - self.began, status, now - due))

    async def send(self, kind: str, due: float) -> None:
        requests = self.requests[kind]
        request = requests[self.sent[kind] % len(requests)]
        self.sent[kind] += 1
        if self.idle:
            self.idle.pop().send(kind, due, request)
            return
        loop = asyncio.get_running_loop()
        try:
            _, line = await loop.create_connection(lambda: Line(self), self.target.hostname, self.target.port)
        except OSError:
            self.note(kind, due, 0)
            return
        self.lines.append(line)
        line.send(kind, due, request)

    async def run(self) -> None:
        chance, rates = random.Random(SEED), self.plan["rates"]
        total, patience = sum(rates.values()), self.plan["patience"]
        self.began = due = time.perf_counter()
        while (due := due + chance.expovariate(total)) < self.began + self.plan["seconds"]:
            [kind] = chance.choices(list(rates), list(rates.values()))
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            task = asyncio.create_task(self.send(kind, due))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
            for line in self.lines:
                line.give_up(time.perf_counter() - patience)
            self.lines = [line for line in self.lines if not line.transport.is_closing()]
        ends = time.perf_counter() + patience
        while time.perf_counter() < ends and any(line.due for line in self.lines):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        for line in self.lines:
            line.give_up(float("inf"))
        await asyncio.sleep(0.05)


async def fire(plan: dict[str, Any]) -> dict[str, Any]:
    load = Load(plan)
    await load.run()
    return load.outcome


if __name__ == "__main__":
    answer(fire)
