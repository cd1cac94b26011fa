"""The stand-in inside a test's own process: a server on a thread, for the length of a `with` block."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self

from .journal import Journal
from .library import Library
from .server import HOST, Server, make_stage


class Standin:
    """A running stand-in.

    with Standin() as standin:
        urllib.request.urlopen(standin.base_url + "/scene/page-1k")
    """

    def __init__(self, port: int = 0, profile: Path | None = None, scenes: Path | None = None) -> None:
        self._stage = make_stage(profile, scenes)
        self._asked_port = port
        self._port: Future[int] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="standin", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve; returns when requests are answered. Raises `OSError` when the port is busy."""
        self._thread.start()
        self._port.result()

    def stop(self) -> None:
        """Leave every connection and wait for the thread; harmless when it has already ended."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    @property
    def port(self) -> int:
        return self._port.result()

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def library(self) -> Library:
        return self._stage.library

    @property
    def journal(self) -> Journal:
        return self._stage.journal

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = Server(self._stage)
        try:
            self._port.set_result(await server.start(self._asked_port))
        except OSError as error:
            self._port.set_exception(error)
            return
        await self._stop.wait()
        await server.stop()
