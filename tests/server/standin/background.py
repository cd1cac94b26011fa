"""The stand-in inside a test's own process: a server on a thread, for the length of a `with` block."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from .auth import rules_from_json
from .doors import CA_FILE, Accident, Door
from .gate import gate_from_json
from .journal import Journal
from .library import Library
from .script import script_from_json
from .server import Server, make_stage
from .stage import Stage


class Standin:
    """A running stand-in.

    with Standin() as standin:
        standin.script("/search", ["code-68300008", "page-1k"])
        urllib.request.urlopen(standin.base_url + "/search")
        standin.counts()["requests"]  # 1
    """

    def __init__(
        self,
        port: int = 0,
        profile: Path | None = None,
        scenes: Path | None = None,
        script: Path | None = None,
    ) -> None:
        self._stage = make_stage(profile, scenes, script)
        self._asked_port = port
        self._ready: Future[None] = Future()
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
        self._ready.result()

    def stop(self) -> None:
        """Leave every connection and wait for the thread; harmless when it has already ended."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    @property
    def port(self) -> int:
        return int(urlsplit(self.base_url).port or 0)

    @property
    def base_url(self) -> str:
        return self.url("http")

    def url(self, door: str) -> str:
        """The base URL of a door: `https`, `elsewhere`, `proxy` and so on (see `Door`)."""
        self._ready.result()
        return self._stage.doors.url(door)

    @property
    def ca_file(self) -> Path:
        """What a client must trust to find the door `https` in order."""
        return CA_FILE

    @property
    def stage(self) -> Stage:
        """Everything that can be changed or read while the server runs."""
        return self._stage

    @property
    def library(self) -> Library:
        return self._stage.library

    @property
    def journal(self) -> Journal:
        return self._stage.journal

    def script(self, path: str, replies: Iterable[object], then: str = "last", method: str | None = None) -> None:
        """What a path answers from now on, one reply after the other. Raises `WrongDescription`."""
        described = {"path": path, "method": method, "replies": list(replies), "then": then}
        self._stage.scripts.put(script_from_json(described, self.library))

    def gate(self, name: str, reply: object, **numbers: object) -> None:
        """Put up a gate; `numbers` are its other fields, as `allow_calls`. Raises `WrongDescription`."""
        self._stage.gates.put(gate_from_json({"name": name, "reply": reply, **numbers}, self.library))

    def require(self, **rules: object) -> None:
        """Who may call from now on; the rules are the fields of `/_standin/auth`. Raises `WrongDescription`."""
        self._stage.auth.change(rules_from_json(rules))

    def let_fail(self, door: str, accidents: Iterable[str]) -> None:
        """What befalls the next connections of a door: `reset`, `closed`, `silent`, or `none` for one that is well."""
        self._stage.doors.let_fail(Door(door), [Accident(accident) for accident in accidents])

    def counts(self) -> dict[str, Any]:
        return self._stage.counts()

    def reset(self) -> None:
        """Forget all that was scripted, issued, uploaded and counted."""
        self._stage.reset()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = Server(self._stage)
        try:
            await server.start(self._asked_port)
        except Exception as error:  # Whatever it is: whoever waits for the start must hear of it.
            self._ready.set_exception(error)
            return
        self._ready.set_result(None)
        await self._stop.wait()
        await server.stop()
