"""Server health checks over plain sockets, because drivers import slowly and retry. Also free ports."""

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


def is_mongo_answering(host: str, port: int) -> bool:
    return b"ok\x00" in _send_request(host, port, MONGO_PING, size=38)


def is_redis_answering(host: str, port: int) -> bool:
    return _send_request(host, port, b"PING\r\n", size=5).startswith(b"+PONG")


def is_elasticsearch_answering(host: str, port: int) -> bool:
    request = f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    return _send_request(host, port, request.encode(), size=12).startswith(b"HTTP/1.1 200")


def port_problem(host: str, port: int) -> str:
    """Such as "Address already in use"; "" for a free port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def free_ports(host: str, count: int) -> list[int]:
    """Different free ports: each stays bound until the last one is found."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((host, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _send_request(host: str, port: int, request: bytes, size: int) -> bytes:
    """At least `size` bytes of the response; fewer on an error."""
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT_SECONDS) as connection:
            connection.sendall(request)
            response = b""
            while len(response) < size and (chunk := connection.recv(4096)):
                response += chunk
            return response
    except OSError:
        return b""
