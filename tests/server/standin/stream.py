"""asyncio's stream protocol for a connection on which TLS begins later than the connection does.

The handshake is not left to the listening socket: so a connection is known, counted and perhaps broken before it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

from .request import MAX_LINE

HANDSHAKE_TIMEOUT_S = 10.0

Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class StreamProtocol(asyncio.StreamReaderProtocol):
    """One connection; a factory for `create_server`."""

    def __init__(self, accept: Accept) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(asyncio.StreamReader(limit=MAX_LINE, loop=loop), accept, loop=loop)
        self.is_secured = False

    def eof_received(self) -> bool:
        # To be asked to stay half open under TLS makes asyncio log a warning, and a client may leave in the middle of
        # the handshake, before the original has learnt of it.
        return bool(super().eof_received()) and not self.is_secured


async def secure(writer: asyncio.StreamWriter, context: ssl.SSLContext) -> None:
    """Do the handshake as the server. Raises `OSError`, which an `ssl.SSLError` is.

    Nothing may be awaited between the connection, or the word that makes the client begin, and this: what the client
    sends must go to the handshake and not into the reader.
    """
    protocol = writer.transport.get_protocol()
    if isinstance(protocol, StreamProtocol):
        protocol.is_secured = True
    await writer.start_tls(context, ssl_handshake_timeout=HANDSHAKE_TIMEOUT_S)
