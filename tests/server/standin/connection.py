"""One client's connection: requests in, replies out, until one side has had enough."""

from __future__ import annotations

import asyncio

from .play import Player
from .request import MAX_BODY, PIECE, BadRequest, Request, body_pieces, read_request
from .routes import MAX_DESCRIPTION, Stage, answer, complaint, wants_body

IDLE_TIMEOUT_S = 60.0
LINGER_S = 1.0


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stage: Stage) -> None:
    """Answer requests in order; returns when the connection is to be closed."""
    player = Player(reader, writer)
    try:
        while await _exchange(reader, player, stage):
            pass
    except BadRequest as wrong:
        await player.refuse(complaint(wrong.status, str(wrong)))
    except TimeoutError:
        return
    await linger(reader, writer)


async def linger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close in a way that lets the last reply arrive.

    Closing with unread bytes in the socket makes the kernel send a reset, which may overtake the reply
    (RFC 9112, section 9.6): so the writing side first, then read what still comes, for a bounded time.
    """
    if writer.can_write_eof():
        writer.write_eof()
    read = 0
    try:
        async with asyncio.timeout(LINGER_S):
            while (piece := await reader.read(PIECE)) and read < MAX_BODY:
                read += len(piece)
    except TimeoutError:
        pass


async def _exchange(reader: asyncio.StreamReader, player: Player, stage: Stage) -> bool:
    async with asyncio.timeout(IDLE_TIMEOUT_S):
        request = await read_request(reader)
    if request is None:
        return False
    if request.has_body and request.expects_continue:
        await player.proceed()
    body = await _receive(reader, request, stage)
    return await player.play(answer(stage, request.method, request.path, body), request)


async def _receive(reader: asyncio.StreamReader, request: Request, stage: Stage) -> bytes:
    """Take the body in, keep it if it is a description, and write the request into the journal."""
    wanted = wants_body(request.method, request.path)
    kept = bytearray()
    body_bytes = 0
    try:
        async for piece in body_pieces(reader, request):
            body_bytes += len(piece)
            if wanted:
                kept += piece
            if len(kept) > MAX_DESCRIPTION:
                raise BadRequest(413, f"a description may have {MAX_DESCRIPTION} bytes")
    finally:
        if request.path != "/journal":
            stage.journal.add(request.method, request.path, body_bytes)
    return bytes(kept)
