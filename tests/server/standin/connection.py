"""One client's connection: requests in, replies out, until one side has had enough."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace

from . import proxy
from .arrival import Arrival
from .doors import Accident, Door, certificate_of
from .envelope import complaint
from .ledger import Record
from .outlet import Outlet
from .play import play, proceed, refuse, strikes_before_the_body
from .reply import Reply
from .request import MAX_BODY, PIECE, BadRequest, Request, body_pieces, read_request
from .routes import Plan, plan_for
from .stage import Stage
from .stream import secure

IDLE_TIMEOUT_S = 60.0
FIRST_BYTE_TIMEOUT_S = 0.1
SILENCE_MS = 60_000
LINGER_S = 1.0
EMPTY_SHA256 = hashlib.sha256().hexdigest()

# A record of type handshake that announces 122 bytes and brings 6 (RFC 8446, sections 4 and 5.1).
HALF_A_SERVER_HELLO = b"\x16\x03\x03\x00\x7a" + b"\x02\x00\x00\x76\x03\x03"


@dataclass(slots=True)
class Conversation:
    """What one connection is made of. `door` is where it came in, and behind a tunnel where that leads."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    stage: Stage
    record: Record
    door: Door
    name: str = ""
    """What the journal says of the door."""

    def __post_init__(self) -> None:
        self.name = self.name or self.door.value


async def enter(conversation: Conversation) -> None:
    """Take a connection in at its door: what befalls it there, the handshake, and then its requests."""
    outlet = Outlet(conversation.reader, conversation.writer)
    match conversation.stage.doors.accident(conversation.door):
        case Accident.RESET:
            await _first_byte(conversation.reader)
            outlet.reset()
        case Accident.CLOSED:
            await linger(conversation.reader, conversation.writer)
            return
        case Accident.SILENT:
            await outlet.hold(SILENCE_MS)
            return
    if conversation.door is Door.HTTPS_CUT:
        await _cut_handshake(conversation, outlet)
        return
    certificate = certificate_of(conversation.door)
    if certificate is not None:
        await secure(conversation.writer, certificate)
    await converse(conversation)


async def converse(conversation: Conversation) -> None:
    """Answer requests in order; returns when the connection is to be closed."""
    outlet = Outlet(conversation.reader, conversation.writer)
    patience_s: float | None = IDLE_TIMEOUT_S
    try:
        while patience_s is not None:
            async with asyncio.timeout(patience_s):
                request = await read_request(conversation.reader)
            patience_s = None if request is None else await _exchange(conversation, outlet, request)
    except BadRequest as wrong:
        await refuse(outlet, complaint(wrong.status, str(wrong)))
    except TimeoutError:
        return
    await linger(conversation.reader, conversation.writer)


async def linger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close in a way that lets the last reply arrive.

    Closing with unread bytes in the socket makes the kernel send a reset, which may overtake the reply
    (RFC 9112, section 9.6): so the writing side first, then read what still comes, for a bounded time. TLS has no
    half-closed connections: there only the end itself can tell the client.
    """
    if not writer.can_write_eof():
        return
    writer.write_eof()
    read = 0
    try:
        async with asyncio.timeout(LINGER_S):
            while (piece := await reader.read(PIECE)) and read < MAX_BODY:
                read += len(piece)
    except TimeoutError:
        pass


async def _exchange(conversation: Conversation, outlet: Outlet, request: Request) -> float | None:
    """Answer one request; how many seconds to wait for the next one, None when there shall be none."""
    stage, record = conversation.stage, conversation.record
    if conversation.door.is_proxy:
        refused = proxy.refusal(conversation.door, request)
        if refused is not None or request.method == "CONNECT":
            stage.ledger.asked(record)
            stage.journal.add(request, record.number, conversation.name, 0, EMPTY_SHA256)
            await (refuse(outlet, refused) if refused else _tunnel(conversation, outlet, request))
            return None
    plan = plan_for(stage, request, conversation.door is Door.CONTROL)
    if plan.is_control:
        stage.ledger.controlled(record)
    else:
        stage.ledger.asked(record)
    if plan.wire is not None and strikes_before_the_body(plan.wire):
        stage.journal.add(request, record.number, conversation.name, 0, EMPTY_SHA256)
        await play(outlet, Reply(0, wire=plan.wire), request)
        return None
    if request.has_body and request.expects_continue:
        await proceed(outlet)
    reply = plan.reply(await _receive(conversation, request, plan))
    if reply.wire.spoils_the_connection:
        stage.ledger.spoiled(record)
    if not await play(outlet, reply, request):
        return None
    return IDLE_TIMEOUT_S if reply.wire.idle_ms is None else reply.wire.idle_ms / 1000


async def _receive(conversation: Conversation, request: Request, plan: Plan) -> Arrival:
    """Take the body in, keep it if it is wanted, and write the request into the journal."""
    kept = bytearray()
    body_bytes = 0
    digest = hashlib.sha256()
    try:
        async for piece in body_pieces(conversation.reader, request):
            body_bytes += len(piece)
            digest.update(piece)
            if plan.keeps_bytes is not None:
                kept += piece
                if len(kept) > plan.keeps_bytes:
                    raise BadRequest(413, f"a body may have {plan.keeps_bytes} bytes here")
    finally:
        if not plan.is_control:
            conversation.stage.journal.add(
                request, conversation.record.number, conversation.name, body_bytes, digest.hexdigest()
            )
    return Arrival(request, bytes(kept), body_bytes, digest.hexdigest(), conversation.record.number, conversation.name)


async def _tunnel(conversation: Conversation, outlet: Outlet, request: Request) -> None:
    """What a proxy opens for CONNECT leads to another door of this server, never out of it."""
    door = proxy.target(conversation.stage.doors, request)
    if door is Door.REFUSED:
        await refuse(outlet, complaint(502, "nobody listens at the other end"))
        return
    await outlet.write(proxy.ESTABLISHED)
    name = f"{conversation.name}/{door.value}"
    await enter(replace(conversation, door=door, name=name))


async def _first_byte(reader: asyncio.StreamReader) -> None:
    """Wait until the client must know that it is connected; a reset before would sometimes fail its `connect`."""
    try:
        async with asyncio.timeout(FIRST_BYTE_TIMEOUT_S):
            await reader.read(1)
    except TimeoutError:
        pass


async def _cut_handshake(conversation: Conversation, outlet: Outlet) -> None:
    """Answer the client's first message with the beginning of a ServerHello, and leave."""
    await conversation.reader.read(PIECE)
    await outlet.write(HALF_A_SERVER_HELLO)
    await linger(conversation.reader, conversation.writer)
