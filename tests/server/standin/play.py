"""Puts a reply on the wire, well or badly, as its `Wire` says."""

from __future__ import annotations

import asyncio

from . import faults, framing
from .compression import bomb
from .outlet import Outlet
from .reply import Reply
from .request import Request
from .wire import Phase, Wire, WireKind


async def play(outlet: Outlet, reply: Reply, request: Request) -> bool:
    """Send the reply; True when the connection can carry another request. A scripted reset raises `OSError`."""
    await outlet.pause(reply.wire.delay_ms)
    if reply.wire.sends_no_reply:
        return await faults.strike_early(outlet, reply)
    match reply.wire.kind:
        case WireKind.GZIP:
            return await framing.send_gzip(outlet, reply, request)
        case WireKind.CHUNKED if request.minor_version >= 1:
            return await framing.send_chunked(outlet, reply, request)
        case WireKind.UNTIL_CLOSE:
            return await framing.send_until_close(outlet, reply, request)
        case WireKind.TRUNCATED | WireKind.STALLED | WireKind.CLOSED | WireKind.RESET:
            return await faults.send_broken_off(outlet, reply, request)
        case WireKind.DRIP:
            return await faults.send_dripping(outlet, reply, request)
        case WireKind.SHORT_LENGTH:
            return await faults.send_short_length(outlet, reply, request)
        case WireKind.BROKEN_CHUNKS:
            return await faults.send_broken_chunks(outlet, reply, request)
        case WireKind.BROKEN_GZIP:
            return await faults.send_broken_gzip(outlet, reply, request)
        case WireKind.BOMB:
            # On a thread: the checksum of a gigabyte takes a moment, in which others are to be answered.
            packed = await asyncio.to_thread(bomb, reply.wire.inflated_bytes)
            return await faults.send_bomb(outlet, reply, request, packed)
        case WireKind.HUGE_HEADERS:
            return await faults.send_huge_headers(outlet, reply, request)
        case WireKind.INTERIM:
            return await faults.send_after_interim(outlet, reply, request)
        case WireKind.SMUGGLED:
            return await faults.send_smuggled(outlet, reply, request)
        case _:
            return await framing.send_whole(outlet, reply, request, reply.body)


def strikes_before_the_body(wire: Wire) -> bool:
    """True for a fault that leaves the request's body unread."""
    return wire.sends_no_reply and wire.struck_at is Phase.REQUEST_HEAD


async def proceed(outlet: Outlet) -> None:
    """Tell a client that asked (`Expect: 100-continue`) to send its body."""
    await outlet.write(b"HTTP/1.1 100 Continue\r\n\r\n")


async def refuse(outlet: Outlet, reply: Reply) -> None:
    """Answer where no request could be read."""
    lengths = f"Content-Length: {len(reply.body)}\r\nConnection: close\r\n"
    await outlet.write(framing.head(reply, lengths) + reply.body)
