"""Puts a reply on the wire, well or badly, as its `Wire` says."""

from __future__ import annotations

import asyncio
import gzip
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from .reply import Reply, WireKind
from .request import PIECE, Request

WRITE_TIMEOUT_S = 60.0
BODYLESS = (204, 304)


class Player:
    """Answers on one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def play(self, reply: Reply, request: Request) -> bool:
        """Send the reply; True when the connection can carry another request."""
        match reply.wire.kind:
            case WireKind.CLOSED:
                return False
            case WireKind.TRUNCATED:
                await self._send_part(reply, request)
                return False
            case WireKind.STALLED:
                await self._send_part(reply, request)
                if request.method != "HEAD":
                    await self._hold(reply.wire.hold_ms)
                return False
            case WireKind.CHUNKED if request.minor_version >= 1:
                return await self._send_chunked(reply, request)
            case WireKind.GZIP:
                return await self._send_gzip(reply, request)
            case _:
                return await self._send_whole(reply, request, reply.body)

    async def proceed(self) -> None:
        """Tell a client that asked (`Expect: 100-continue`) to send its body."""
        await self._write(b"HTTP/1.1 100 Continue\r\n\r\n")

    async def refuse(self, reply: Reply) -> None:
        """Answer where no request could be read."""
        framing = f"Content-Length: {len(reply.body)}\r\nConnection: close\r\n"
        await self._write(head(reply, framing) + reply.body)

    async def _send_gzip(self, reply: Reply, request: Request) -> bool:
        headers = (*reply.headers, ("Vary", "Accept-Encoding"))
        body = reply.body
        if request.accepts_gzip and reply.status not in BODYLESS:
            headers = (*headers, ("Content-Encoding", "gzip"))
            body = compressed(body)
        return await self._send_whole(Reply(reply.status, headers), request, body)

    async def _send_whole(self, reply: Reply, request: Request, body: bytes) -> bool:
        if reply.status in BODYLESS:
            await self._write(head(reply, _connection(request)))
            return request.keeps_alive
        await self._write(head(reply, f"Content-Length: {len(body)}\r\n{_connection(request)}"))
        if request.method != "HEAD":
            await self._write(body)
        return request.keeps_alive

    async def _send_chunked(self, reply: Reply, request: Request) -> bool:
        if reply.status in BODYLESS:
            return await self._send_whole(reply, request, b"")
        await self._write(head(reply, f"Transfer-Encoding: chunked\r\n{_connection(request)}"))
        if request.method == "HEAD":
            return request.keeps_alive
        step = reply.wire.chunk_bytes
        for start in range(0, len(reply.body), step):
            chunk = reply.body[start : start + step]
            await self._write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        await self._write(b"0\r\n\r\n")
        return request.keeps_alive

    async def _send_part(self, reply: Reply, request: Request) -> None:
        announced = len(reply.body) + reply.wire.extra_bytes
        await self._write(head(reply, f"Content-Length: {announced}\r\n{_connection(request)}"))
        if request.method != "HEAD":
            await self._write(reply.body[: reply.wire.after_bytes])

    async def _hold(self, hold_ms: int) -> None:
        """Send nothing more until the client leaves or the time is over."""
        try:
            async with asyncio.timeout(hold_ms / 1000):
                while await self._reader.read(PIECE):
                    pass
        except TimeoutError:
            pass

    async def _write(self, data: bytes) -> None:
        # In pieces: a client that does not read must not make the server buffer a whole body for it.
        view = memoryview(data)
        for start in range(0, len(data), PIECE):
            self._writer.write(view[start : start + PIECE])
            async with asyncio.timeout(WRITE_TIMEOUT_S):
                await self._writer.drain()


def head(reply: Reply, framing: str) -> bytes:
    """Status line and headers. A reply's own Date wins, for the sake of dates that are compared with it."""
    try:
        reason = HTTPStatus(reply.status).phrase
    except ValueError:
        reason = "Unnamed"
    lines = [f"HTTP/1.1 {reply.status} {reason}\r\n"]
    if not any(name.lower() == "date" for name, _ in reply.headers):
        lines.append(f"Date: {formatdate(usegmt=True)}\r\n")
    lines += [f"{name}: {value}\r\n" for name, value in reply.headers]
    return ("".join(lines) + framing + "\r\n").encode()


@lru_cache(maxsize=16)
def compressed(body: bytes) -> bytes:
    """gzip with no time stamp, so that two servers send the same bytes."""
    return gzip.compress(body, mtime=0)


def _connection(request: Request) -> str:
    if not request.keeps_alive:
        return "Connection: close\r\n"
    return "Connection: keep-alive\r\n" if request.minor_version == 0 else ""
