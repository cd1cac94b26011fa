"""The broken ways to put a reply on the wire: what a client must survive, each exact to the byte."""

from __future__ import annotations

from dataclasses import replace

from .compression import broken
from .framing import BODYLESS, chunked_head, chunks, connection_field, head, keeps_alive, send_whole
from .outlet import Outlet
from .reply import Reply
from .request import Request
from .wire import Flaw, Phase, WireKind

SMUGGLED_BODY = b'{"status":true,"error_code":0,"data":"smuggled in"}'
SMUGGLED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(SMUGGLED_BODY),
    SMUGGLED_BODY,
)
DRIP_PAUSE_MS = 50
BATCH = 100


async def strike_early(outlet: Outlet, reply: Reply) -> bool:
    """The faults before any byte of a reply; False, for nothing more is to be said on the connection."""
    if reply.wire.kind is WireKind.RESET:
        outlet.reset()
    if reply.wire.kind is WireKind.STALLED:
        await outlet.hold(reply.wire.hold_ms)
    return False


async def send_broken_off(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """Half of the headers, or the headers and a part of the body; then nothing, an end or a reset."""
    wire = reply.wire
    announced = len(reply.body)
    part = len(reply.body) // 2
    if wire.kind in (WireKind.TRUNCATED, WireKind.STALLED):
        announced += wire.extra_bytes
        part = len(reply.body)
    start = head(reply, f"Content-Length: {announced}\r\n{connection_field(reply, request)}")
    if wire.struck_at is Phase.RESPONSE_HEAD:
        await outlet.write(_half_of(start))
    else:
        await outlet.write(start)
        if request.method != "HEAD":
            await outlet.write(reply.body[: part if wire.after_bytes is None else wire.after_bytes])
    if wire.kind is WireKind.RESET:
        outlet.reset()
    if wire.kind is WireKind.STALLED and (request.method != "HEAD" or wire.struck_at is Phase.RESPONSE_HEAD):
        await outlet.hold(wire.hold_ms)
    return False


async def send_dripping(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """A few bytes at a time: the body, or the headers as well."""
    wire = reply.wire
    start = head(reply, f"Content-Length: {len(reply.body)}\r\n{connection_field(reply, request)}")
    slow = b"" if request.method == "HEAD" else reply.body
    if wire.struck_at is Phase.RESPONSE_HEAD:
        slow = start + slow
    else:
        await outlet.write(start)
    for at in range(0, len(slow), wire.part_bytes):
        await outlet.pause(DRIP_PAUSE_MS if wire.pause_ms is None else wire.pause_ms)
        await outlet.write(slow[at : at + wire.part_bytes])
    return keeps_alive(reply, request)


async def send_short_length(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """A Content-Length that ends before the body does: the rest stands where the next reply should begin."""
    announced = max(0, len(reply.body) - reply.wire.missing_bytes)
    body = b"" if request.method == "HEAD" else reply.body
    await outlet.write(head(reply, f"Content-Length: {announced}\r\n{connection_field(reply, request)}") + body)
    return keeps_alive(reply, request)


async def send_broken_chunks(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """Chunks with one flaw, behind the first chunk where there are more."""
    first, *others = chunks(reply) or [b"1\r\n \r\n"]
    flaw = reply.wire.flaw or Flaw.BAD_SIZE
    sent = chunked_head(reply, request)
    rest = b"".join(others) + b"0\r\n\r\n"
    match flaw:
        case Flaw.BAD_SIZE:
            sent += first + b"xyz\r\n" + rest
        case Flaw.HUGE_SIZE:
            sent += first + b"FFFFFFFFFFFFFFFFF\r\n" + rest
        case Flaw.NO_NEWLINE:
            sent += first.removesuffix(b"\r\n") + rest
        case Flaw.NO_LAST_CHUNK:
            sent += first + b"".join(others)
        case _:
            sent += first[: len(first) // 2 + 2]
    await outlet.write(sent)
    return reply.wire.spoils_the_connection and keeps_alive(reply, request)


async def send_broken_gzip(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """Announced as gzip, also to those who did not ask for it; the framing is sound."""
    body = broken(reply.body, reply.wire.flaw or Flaw.GARBAGE)
    return await send_whole(outlet, _gzip_named(reply), request, body)


async def send_bomb(outlet: Outlet, reply: Reply, request: Request, body: bytes) -> bool:
    """Announced as gzip, also to those who did not ask for it."""
    return await send_whole(outlet, _gzip_named(reply), request, body)


async def send_huge_headers(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """Header lines without need, then the body."""
    wire = reply.wire
    status_line, rest = head(reply, f"Content-Length: {len(reply.body)}\r\n{connection_field(reply, request)}").split(
        b"\r\n", 1
    )
    await outlet.write(status_line + b"\r\n")
    batch = bytearray()
    for number in range(wire.lines):
        name = b"x-padding-%d: " % number
        batch += name + b"a" * max(1, wire.line_bytes - len(name) - 2) + b"\r\n"
        if number % BATCH == BATCH - 1:
            await outlet.write(bytes(batch))
            batch.clear()
    await outlet.write(bytes(batch) + rest + (b"" if request.method == "HEAD" else reply.body))
    return keeps_alive(reply, request)


async def send_after_interim(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """Responses of status 1xx, then the real one. To a client of HTTP/1.0 only the real one (RFC 9110, 15.2)."""
    wire = reply.wire
    one = b"HTTP/1.1 %d Interim\r\n\r\n" % wire.interim_status
    left = wire.count if request.minor_version >= 1 else 0
    while left > 0:
        batch = min(left, 1 if wire.pause_ms else BATCH)
        await outlet.write(one * batch)
        await outlet.pause(wire.pause_ms or 0)
        left -= batch
    return await send_whole(outlet, reply, request, reply.body)


async def send_smuggled(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """The reply with another one right behind it, in one write: whoever reuses the connection reads the wrong one."""
    body = b"" if request.method == "HEAD" or reply.status in BODYLESS else reply.body
    framing = "" if reply.status in BODYLESS else f"Content-Length: {len(reply.body)}\r\n"
    await outlet.write(head(reply, framing + connection_field(reply, request)) + body + SMUGGLED)
    return keeps_alive(reply, request)


def _gzip_named(reply: Reply) -> Reply:
    return replace(reply, headers=(*reply.headers, ("Content-Encoding", "gzip")))


def _half_of(start: bytes) -> bytes:
    """The status line and about half of the headers, cut inside a line."""
    headers = start.index(b"\r\n") + 2
    return start[: headers + (len(start) - headers) // 2]
