"""One connection to a Redis server for all commands of a process: whatever is asked in one turn of the loop leaves in
one write, and answers come back in the order of asking.

A pool gives each command a connection, a write and a read of its own, which costs several times the command. Nothing
that blocks may be asked here (BLPOP, subscriptions): everybody behind it would wait. The connection is made for the
first command and made anew when it is lost; whoever waits for an answer then hears of it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from typing import cast
from urllib.parse import unquote, urlsplit

import hiredis
from redis.exceptions import NoScriptError, ResponseError

LATE_SECONDS = 0.05

Word = bytes | str | int
Waiting = tuple["asyncio.Future[object]", float]


class _Wire(asyncio.Protocol):
    """One connection. What is asked is written at the end of the loop's turn."""

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._reader = hiredis.Reader()
        self._waiting: deque[Waiting] = deque()
        self._unsent: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._heard_at = 0.0
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not asked for its class: uvloop's has another.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        self._reader.feed(data)
        while (reply := self._reader.gets()) is not False:
            future, _ = self._waiting.popleft()
            if not future.done():
                future.set_result(reply)

    def connection_lost(self, error: Exception | None) -> None:
        self._end(ConnectionResetError("the connection was lost"))

    def ask(self, words: tuple[Word, ...]) -> asyncio.Future[object]:
        future: asyncio.Future[object] = self._loop.create_future()
        self._waiting.append((future, self._loop.time()))
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(hiredis.pack_command(words))  # type: ignore[arg-type]  # its stub knows tuples of one
        if self._watch is None:
            self._watch = self._loop.call_later(self._seconds, self._look)
        return future

    def close(self) -> None:
        self._end(ConnectionResetError("the connection was closed"))

    def _send(self) -> None:
        if self._transport is not None and not self.lost:
            self._transport.write(b"".join(self._unsent))
        self._unsent.clear()

    def _look(self) -> None:
        """One timer for all that wait: the connection is given up when it has been silent for so long.

        A loop that comes late to its timer comes late to what was answered, too: it gets another moment to read.
        """
        watch, self._watch = self._watch, None
        if not self._waiting or watch is None:
            return
        now = self._loop.time()
        left = max(self._waiting[0][1], self._heard_at) + self._seconds - now
        if left <= 0 and now - watch.when() < LATE_SECONDS:
            self._end(TimeoutError("no answer in time"))
        else:
            self._watch = self._loop.call_later(max(left, LATE_SECONDS), self._look)

    def _end(self, error: Exception) -> None:
        self.lost = True
        if self._watch is not None:
            self._watch.cancel()
        if self._transport is not None:
            self._transport.abort()
        while self._waiting:
            future, _ = self._waiting.popleft()
            if not future.done():
                future.set_exception(error)


class Pipelined:
    """Commands to the server of a redis:// or rediss:// address. Opens no connection before the first."""

    def __init__(self, url: str, seconds: float, connect_seconds: float) -> None:
        self._url = urlsplit(url)
        self._seconds = seconds
        self._connect_seconds = connect_seconds
        self._wire: _Wire | None = None
        self._connecting: asyncio.Task[_Wire] | None = None

    async def execute(self, *words: Word) -> object:
        """The answer as hiredis gives it. Raises OSError, TimeoutError, and RedisError for what the server refuses.

        Asked again once, on a new connection, when the old one is lost: ask only for what may be done twice.
        """
        wire = self._wire
        if wire is None or wire.lost:
            wire = await self._connected()
        try:
            reply = await wire.ask(words)
        except ConnectionError:
            reply = await (await self._connected()).ask(words)
        if _is_demoted(reply):
            # A failover: its name leads to another server by now, or will in a moment.
            wire.close()
            reply = await (await self._connected()).ask(words)
        return _checked(reply)

    async def close(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        if self._wire is not None:
            self._wire.close()

    async def _connected(self) -> _Wire:
        if self._wire is not None and not self._wire.lost:
            return self._wire
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect())
            self._connecting.add_done_callback(self._done)
        return await asyncio.shield(self._connecting)

    def _done(self, task: asyncio.Task[_Wire]) -> None:
        self._connecting = None
        if not task.cancelled():
            # Looked at here, so that a failure nobody waited for is not reported as forgotten.
            task.exception()

    async def _connect(self) -> _Wire:
        url = self._url
        context = ssl.create_default_context() if url.scheme == "rediss" else None
        async with asyncio.timeout(self._connect_seconds):
            _, wire = await asyncio.get_running_loop().create_connection(
                lambda: _Wire(self._seconds), url.hostname or "", url.port or 6379, ssl=context
            )
            if url.password:
                names = (unquote(url.username),) if url.username else ()
                _checked(await wire.ask(("AUTH", *names, unquote(url.password))))
            if url.path.strip("/"):
                _checked(await wire.ask(("SELECT", url.path.strip("/"))))
        self._wire = wire
        return wire


def _is_demoted(reply: object) -> bool:
    return isinstance(reply, hiredis.ReplyError) and str(reply).startswith(("READONLY", "MASTERDOWN"))


def _checked(reply: object) -> object:
    if isinstance(reply, hiredis.ReplyError):
        text = str(reply)
        raise NoScriptError(text) if text.startswith("NOSCRIPT") else ResponseError(text)
    return reply
