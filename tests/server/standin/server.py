"""The listening sockets, one for each door, and the connections they have accepted."""

from __future__ import annotations

import asyncio
import socket
from functools import cache, partial
from pathlib import Path

from .connection import Conversation, enter, linger
from .description import scenes_from_file
from .doors import HOST, Door
from .envelope import complaint
from .groups import built_in, faults
from .library import Library
from .outlet import Outlet
from .play import refuse
from .profile import DEFAULT_PROFILE, load_profile
from .scene import Scene
from .stage import Stage
from .stream import StreamProtocol

MAX_CONNECTIONS = 900
"""Below the usual limit of 1,024 open files, so that the server answers 503 before `accept` fails."""


def make_stage(profile: Path | None = None, scenes: Path | None = None, script: Path | None = None) -> Stage:
    """The built-in scenes, those of a file, and what a script says; nothing counted yet."""
    stage = Stage(Library(built_in(load_profile(profile)) if profile else _default_scenes(), _faults()))
    for scene in scenes_from_file(scenes) if scenes else ():
        stage.library.put(scene)
    if script is not None:
        stage.read(script)
    return stage


# Made once in a process: a test that starts a server of its own for each case waits for the sockets alone.
_faults = cache(faults)


@cache
def _default_scenes() -> list[Scene]:
    return built_in(load_profile(DEFAULT_PROFILE))


class Server:
    """Serves one stage at all doors, on the loopback interface, inside a running event loop."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []
        self._refusing: socket.socket | None = None

    async def start(self, port: int) -> None:
        """Open every door, that for plain HTTP at the port asked for, or at any free one for 0. Raises `OSError`."""
        try:
            for door in Door:
                self._stage.doors.opened(door, await self._open(door, port if door is Door.HTTP else 0))
        except OSError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop listening and leave every connection, also a stalled one."""
        for server in self._servers:
            server.close()
        if self._refusing is not None:
            self._refusing.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _open(self, door: Door, port: int) -> int:
        if door is Door.REFUSED:
            # Bound and not listening: the kernel refuses, and gives the port to nobody else.
            self._refusing = socket.socket()
            self._refusing.bind((HOST, 0))
            return int(self._refusing.getsockname()[1])
        accept = partial(self._accept, door)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: StreamProtocol(accept), HOST, port, backlog=512)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _accept(self, door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        record = self._stage.ledger.opened(door.value)
        try:
            if len(self._tasks) > MAX_CONNECTIONS:
                await refuse(Outlet(reader, writer), complaint(503, f"{MAX_CONNECTIONS} connections are open"))
                await linger(reader, writer)
            else:
                await enter(Conversation(reader, writer, self._stage, record, door))
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # The client has left, or the server is stopping: nobody is there to be told.
        finally:
            self._stage.ledger.closed(record)
            self._tasks.discard(task)
            writer.close()
