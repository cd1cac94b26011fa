"""How the tests speak to a stand-in: with http.client, with bare sockets, and as a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any, Self

from standin import Standin

FOLDER = Path(__file__).resolve().parent
PATIENCE_S = 10.0


class Answer:
    """What http.client saw of one reply."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    server: Standin,
    path: str,
    method: str = "GET",
    body: object = None,
    headers: dict[str, str] | None = None,
    timeout: float = PATIENCE_S,
    port: int | None = None,
) -> Answer:
    """One request on its own connection; `body` is bytes, or something to send as JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port or server.port, timeout=timeout)
    sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    try:
        connection.request(method, path, sent, headers or {})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def talk(port: int, sent: bytes) -> bytes:
    """Send bytes as they are and read until the server closes."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as connection:
        connection.sendall(sent)
        received = bytearray()
        while piece := connection.recv(1 << 16):
            received += piece
        return bytes(received)


def talk_and_leave(port: int, sent: bytes) -> bytes:
    """Send bytes, take what comes at once, and hang up."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(1 << 16)


def get(path: str, *headers: str) -> bytes:
    """The bytes of a GET request."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE_S)


def read_to(connection: socket.socket, end: bytes) -> bytes:
    """Read until the bytes received end so."""
    received = b""
    while not received.endswith(end):
        piece = connection.recv(1 << 16)
        assert piece, f"the server left after {received!r}"
        received += piece
    return received


def until_the_end(connection: socket.socket) -> tuple[bytes, str]:
    """Everything that still comes, and whether it ended with an `end` or a `reset`."""
    received = bytearray()
    try:
        while piece := connection.recv(1 << 16):
            received += piece
    except ConnectionResetError:
        return bytes(received), "reset"
    return bytes(received), "end"


def exchange(port: int, sent: bytes, *, close: bool = False) -> tuple[bytes, str]:
    """Send bytes on a connection of their own and read until the server ends it; `close` asks it to."""
    if close:
        sent = sent.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    with connected(port) as connection:
        try:
            connection.sendall(sent)
        except (ConnectionResetError, BrokenPipeError):
            return b"", "reset"
        return until_the_end(connection)


def play(port: int, name: str) -> bytes:
    """The bytes of a scene on the wire, without the one header that tells the time."""
    raw = talk(port, f"GET /scene/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    return re.sub(rb"\r\nDate: [^\r]*", b"", raw, count=1)


class Command:
    """The server as its own process."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(FOLDER / "standin"), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def port(self) -> int:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.fullmatch(r"standin listening on http://127\.0\.0\.1:([0-9]+)\n", line)
        assert found, f"not the line that says where: {line!r}"
        return int(found[1])

    def outcome(self) -> tuple[int, str, str]:
        """Close stdin and wait: exit code, the rest of stdout, stderr."""
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out, err


class OnOneServer(unittest.TestCase):
    """Tests that share a server; each leaves the scenes as they were."""

    server: Standin

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Standin()
        cls.server.start()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.stop()

    def body(self, name: str) -> bytes:
        answer = ask(self.server, f"/scene/{name}")
        self.assertEqual(answer.status, 200, name)
        return answer.body
