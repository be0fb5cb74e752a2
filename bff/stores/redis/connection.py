"""One pipelined Redis connection per process: commands of one loop turn leave in one write, replies arrive in order.

A pool gives each command its own connection, write and read, which cost several times the command. Never send
blocking commands (BLPOP, subscriptions): all later ones would wait. A lost connection fails its pending commands and
reopens.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from typing import cast
from urllib.parse import unquote, urlsplit

import hiredis
from redis.exceptions import NoScriptError, ResponseError

GRACE_SECONDS = 0.05

CommandPart = bytes | str | int
PendingReply = tuple["asyncio.Future[object]", float]


class _Connection(asyncio.Protocol):
    def __init__(self, timeout_seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._timeout_seconds = timeout_seconds
        self._reader = hiredis.Reader()
        self._pending: deque[PendingReply] = deque()
        self._outbox: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._last_data_at = 0.0
        self.is_lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # No isinstance check: uvloop has its own class.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._last_data_at = self._loop.time()
        try:
            self._reader.feed(data)
            while (reply := self._reader.gets()) is not False:
                future, _ = self._pending.popleft()
                if not future.done():
                    future.set_result(reply)
        except (hiredis.HiredisError, IndexError) as error:
            # No reply of this connection can be told from another any more.
            self._fail(ConnectionResetError(f"the answer is not Redis protocol: {error!r}"))

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(ConnectionResetError("the connection was lost"))

    def send_command(self, parts: tuple[CommandPart, ...]) -> asyncio.Future[object]:
        future: asyncio.Future[object] = self._loop.create_future()
        self._pending.append((future, self._loop.time()))
        if not self._outbox:
            self._loop.call_soon(self._flush)
        self._outbox.append(hiredis.pack_command(parts))  # type: ignore[arg-type]  # its stub knows tuples of one
        if self._timer is None:
            self._timer = self._loop.call_later(self._timeout_seconds, self._check_timeout)
        return future

    def close(self) -> None:
        self._fail(ConnectionResetError("the connection was closed"))

    def _flush(self) -> None:
        if self._transport is not None and not self.is_lost:
            self._transport.write(b"".join(self._outbox))
        self._outbox.clear()

    def _check_timeout(self) -> None:
        """One timer for all pending commands: fails the connection after `timeout_seconds` of silence.

        A loop that runs the timer late reads replies late too, so they get another moment.
        """
        timer, self._timer = self._timer, None
        if not self._pending or timer is None:
            return
        now = self._loop.time()
        seconds_left = max(self._pending[0][1], self._last_data_at) + self._timeout_seconds - now
        if seconds_left <= 0 and now - timer.when() < GRACE_SECONDS:
            self._fail(TimeoutError("no answer in time"))
        else:
            self._timer = self._loop.call_later(max(seconds_left, GRACE_SECONDS), self._check_timeout)

    def _fail(self, error: Exception) -> None:
        self.is_lost = True
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()
        while self._pending:
            future, _ = self._pending.popleft()
            if not future.done():
                future.set_exception(error)


class PipelinedRedis:
    """For redis:// and rediss:// URLs. Connects at the first command."""

    def __init__(self, url: str, timeout_seconds: float, connect_timeout_seconds: float) -> None:
        self._url = urlsplit(url)
        self._timeout_seconds = timeout_seconds
        self._connect_timeout_seconds = connect_timeout_seconds
        self._connection: _Connection | None = None
        self._connecting: asyncio.Task[_Connection] | None = None

    async def execute(self, *parts: CommandPart) -> object:
        """Raises OSError, TimeoutError, and RedisError for an error reply.

        Retries once on a new connection after a loss, so commands must be idempotent.
        """
        connection = self._connection
        if connection is None or connection.is_lost:
            connection = await self._open_connection()
        try:
            reply = await connection.send_command(parts)
        except ConnectionError:
            reply = await (await self._open_connection()).send_command(parts)
        if _is_demoted(reply):
            # Failover: the host name leads, or soon will, to the new primary.
            connection.close()
            reply = await (await self._open_connection()).send_command(parts)
        return _raise_if_error(reply)

    async def close(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        if self._connection is not None:
            self._connection.close()

    async def _open_connection(self) -> _Connection:
        if self._connection is not None and not self._connection.is_lost:
            return self._connection
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect())
            self._connecting.add_done_callback(self._finish_connecting)
        return await asyncio.shield(self._connecting)

    def _finish_connecting(self, task: asyncio.Task[_Connection]) -> None:
        self._connecting = None
        if not task.cancelled():
            # Retrieve the exception, or asyncio logs it.
            task.exception()

    async def _connect(self) -> _Connection:
        url = self._url
        context = ssl.create_default_context() if url.scheme == "rediss" else None
        async with asyncio.timeout(self._connect_timeout_seconds):
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: _Connection(self._timeout_seconds), url.hostname or "", url.port or 6379, ssl=context
            )
            if url.password:
                names = (unquote(url.username),) if url.username else ()
                _raise_if_error(await connection.send_command(("AUTH", *names, unquote(url.password))))
            if url.path.strip("/"):
                _raise_if_error(await connection.send_command(("SELECT", url.path.strip("/"))))
        self._connection = connection
        return connection


def _is_demoted(reply: object) -> bool:
    return isinstance(reply, hiredis.ReplyError) and str(reply).startswith(("READONLY", "MASTERDOWN"))


def _raise_if_error(reply: object) -> object:
    if isinstance(reply, hiredis.ReplyError):
        text = str(reply)
        raise NoScriptError(text) if text.startswith("NOSCRIPT") else ResponseError(text)
    return reply
