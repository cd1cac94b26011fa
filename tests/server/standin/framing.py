"""The sound ways to put a reply on the wire (RFC 9112, sections 4 to 7)."""

from __future__ import annotations

from dataclasses import replace
from email.utils import formatdate
from http import HTTPStatus

from .compression import compressed
from .outlet import Outlet
from .reply import Reply
from .request import Request

BODYLESS = (204, 304)


async def send_whole(outlet: Outlet, reply: Reply, request: Request, body: bytes) -> bool:
    """Send with a Content-Length; True when the connection can carry another request."""
    if reply.status in BODYLESS:
        await outlet.write(head(reply, connection_field(reply, request)))
        return keeps_alive(reply, request)
    await outlet.write(head(reply, f"Content-Length: {len(body)}\r\n{connection_field(reply, request)}"))
    if request.method != "HEAD":
        await outlet.write(body)
    return keeps_alive(reply, request)


async def send_gzip(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """Send compressed to those who accept it."""
    body = reply.body
    reply = replace(reply, headers=(*reply.headers, ("Vary", "Accept-Encoding")))
    if request.accepts_gzip and reply.status not in BODYLESS:
        reply = replace(reply, headers=(*reply.headers, ("Content-Encoding", "gzip")))
        body = compressed(body)
    return await send_whole(outlet, reply, request, body)


async def send_chunked(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """Send in chunks, with a pause behind each if one is asked for."""
    if reply.status in BODYLESS:
        return await send_whole(outlet, reply, request, b"")
    await outlet.write(chunked_head(reply, request))
    if request.method == "HEAD":
        return keeps_alive(reply, request)
    for piece in chunks(reply):
        await outlet.write(piece)
        await outlet.pause(reply.wire.pause_ms or 0)
    await outlet.write(b"0\r\n\r\n")
    return keeps_alive(reply, request)


async def send_until_close(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """Send as HTTP/1.0 without a length: the end of the connection is the end of the body."""
    first_line, rest = head(reply, "").split(b" ", 1)
    await outlet.write(first_line.replace(b"1.1", b"1.0") + b" " + rest)
    if request.method != "HEAD":
        await outlet.write(reply.body)
    return False


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


def chunked_head(reply: Reply, request: Request) -> bytes:
    return head(reply, f"Transfer-Encoding: chunked\r\n{connection_field(reply, request)}")


def chunks(reply: Reply) -> list[bytes]:
    """The body in chunks, without the last one, which is empty."""
    step = reply.wire.chunk_bytes
    pieces = [reply.body[start : start + step] for start in range(0, len(reply.body), step)]
    return [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces]


def keeps_alive(reply: Reply, request: Request) -> bool:
    return request.keeps_alive and not reply.wire.close


def connection_field(reply: Reply, request: Request) -> str:
    if not keeps_alive(reply, request):
        return "Connection: close\r\n"
    return "Connection: keep-alive\r\n" if request.minor_version == 0 else ""
