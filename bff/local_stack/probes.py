"""Is a server ready? The smallest ping of each protocol over a plain socket.

No driver is imported: `marquee stack status` stays instant, and a driver's retries would hide the answer.
"""

from __future__ import annotations

import socket
import struct
from contextlib import ExitStack

TIMEOUT_SECONDS = 2.0

_PING_BSON = b"\x10ping\x00\x01\x00\x00\x00" + b"\x02$db\x00\x06\x00\x00\x00admin\x00" + b"\x00"
_PING_DOCUMENT = struct.pack("<i", len(_PING_BSON) + 4) + _PING_BSON
_OP_MSG = 2013
_PING_BODY = struct.pack("<iB", 0, 0) + _PING_DOCUMENT
MONGO_PING = struct.pack("<iiii", len(_PING_BODY) + 16, 1, 0, _OP_MSG) + _PING_BODY
"""`{ping: 1, $db: "admin"}` as an OP_MSG."""


def mongo_answers(host: str, port: int) -> bool:
    return b"ok\x00" in _ask(host, port, MONGO_PING, enough=38)


def redis_answers(host: str, port: int) -> bool:
    return _ask(host, port, b"PING\r\n", enough=5).startswith(b"+PONG")


def elasticsearch_answers(host: str, port: int) -> bool:
    request = f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    return _ask(host, port, request.encode(), enough=12).startswith(b"HTTP/1.1 200")


def why_not_free(host: str, port: int) -> str:
    """Why nothing can listen on this port now ("Address already in use"), "" when it is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def free_ports(host: str, count: int) -> list[int]:
    """Ports that were free a moment ago, all different: they are held until the last one is found."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((host, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _ask(host: str, port: int, request: bytes, enough: int) -> bytes:
    """The beginning of the answer, `enough` bytes or more; shorter, or empty, when there is none."""
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT_SECONDS) as connection:
            connection.sendall(request)
            answer = b""
            while len(answer) < enough and (piece := connection.recv(4096)):
                answer += piece
            return answer
    except OSError:
        return b""
