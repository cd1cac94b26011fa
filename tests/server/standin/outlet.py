"""The writing side of one connection: bytes, waits, and the ways to leave."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys

from .request import PIECE

WRITE_TIMEOUT_S = 60.0
LINGER_FOR_NO_TIME = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Outlet:
    """Writes with patience for a slow client, and with none for one that never reads."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        if writer.get_extra_info("sslcontext") is None:
            # To have written must mean that the kernel has it: a reset would discard what waits in this process.
            # Under TLS a limit of 0 would never let a writer go on.
            writer.transport.set_write_buffer_limits(high=0)

    async def write(self, data: bytes) -> None:
        # In pieces: a client that does not read must not make the server buffer a whole body for it.
        view = memoryview(data)
        for start in range(0, len(data), PIECE):
            self._writer.write(view[start : start + PIECE])
            async with asyncio.timeout(WRITE_TIMEOUT_S):
                await self._writer.drain()

    async def pause(self, pause_ms: int) -> None:
        if pause_ms > 0:
            await asyncio.sleep(pause_ms / 1000)

    async def hold(self, hold_ms: int) -> None:
        """Send nothing more until the client leaves or the time is over."""
        try:
            async with asyncio.timeout(hold_ms / 1000):
                while await self._reader.read(PIECE):
                    pass
        except TimeoutError:
            pass

    def reset(self) -> None:
        """Leave with a TCP reset. Raises `ConnectionResetError`, for nothing can be said here any more."""
        connection: socket.socket | None = self._writer.get_extra_info("socket")
        if connection is not None:
            # Lingering for no time at all makes close() send RST instead of FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_FOR_NO_TIME)
        self._writer.transport.abort()
        raise ConnectionResetError("reset as scripted")
