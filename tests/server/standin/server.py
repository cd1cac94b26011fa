"""The listening socket and the connections it has accepted."""

from __future__ import annotations

import asyncio
from pathlib import Path

from .connection import converse, linger
from .description import scenes_from_file
from .groups import built_in
from .journal import Journal
from .library import Library
from .play import Player
from .profile import DEFAULT_PROFILE, load_profile
from .request import MAX_LINE
from .routes import Stage, complaint

HOST = "127.0.0.1"
MAX_CONNECTIONS = 900
"""Below the usual limit of 1,024 open files, so that the server answers 503 before `accept` fails."""


def make_stage(profile: Path | None = None, scenes: Path | None = None) -> Stage:
    """The built-in scenes and those of a file, with an empty journal."""
    library = Library(built_in(load_profile(profile or DEFAULT_PROFILE)))
    for scene in scenes_from_file(scenes) if scenes else ():
        library.put(scene)
    return Stage(library, Journal())


class Server:
    """Serves one stage on one port of the loopback interface, inside a running event loop."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> int:
        """Listen, and return the port: the one asked for, or any free one for 0. Raises `OSError`."""
        self._server = await asyncio.start_server(self._accept, HOST, port, limit=MAX_LINE, backlog=512)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Stop listening and leave every connection, also a stalled one."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if len(self._tasks) > MAX_CONNECTIONS:
                await Player(reader, writer).refuse(complaint(503, f"{MAX_CONNECTIONS} connections are open"))
                await linger(reader, writer)
            else:
                await converse(reader, writer, self._stage)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # The client has left, or the server is stopping: nobody is there to be told.
        finally:
            self._tasks.discard(task)
            writer.close()
