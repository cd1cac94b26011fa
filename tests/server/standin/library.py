"""The scenes a server can play: the built-in ones, and those scripted at run time before them.

A scripted scene hides a built-in one of the same name until it is removed. Count and size are bounded, for the
server must outlive a test that scripts in a loop.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from threading import Lock

from .fields import nearest
from .scene import Scene

MAX_SCRIPTED = 1000
MAX_SCRIPTED_BYTES = 64 << 20


class LibraryFull(Exception):
    """A scene does not fit any more; the text says which bound was met."""


class Library:
    """Finds scenes by name, in a stable order. Safe to use from several threads."""

    def __init__(self, built_in: Iterable[Scene], faults: Iterable[Scene] = ()) -> None:
        self._built_in = {scene.name: scene for scene in built_in}
        self._faults = {scene.name: scene for scene in faults}
        self._scripted: dict[str, Scene] = {}
        self._scripted_bytes = 0
        self._lock = Lock()

    def put(self, scene: Scene) -> bool:
        """Define or replace a scene; True when the name was not known before."""
        with self._lock:
            before = self._scripted.get(scene.name)
            size = self._scripted_bytes + len(scene.reply.body) - (len(before.reply.body) if before else 0)
            if size > MAX_SCRIPTED_BYTES:
                raise LibraryFull(f"the bodies of all scripted scenes may have {MAX_SCRIPTED_BYTES} bytes together")
            if before is None and len(self._scripted) >= MAX_SCRIPTED:
                raise LibraryFull(f"at most {MAX_SCRIPTED} scenes may be scripted")
            self._scripted[scene.name] = scene
            self._scripted_bytes = size
            return before is None and scene.name not in self._built_in and scene.name not in self._faults

    def remove(self, name: str) -> bool:
        """Remove a scripted scene; False when no scripted scene has the name."""
        with self._lock:
            scene = self._scripted.pop(name, None)
            if scene is not None:
                self._scripted_bytes -= len(scene.reply.body)
            return scene is not None

    def clear(self) -> None:
        """Remove every scripted scene."""
        with self._lock:
            self._scripted.clear()
            self._scripted_bytes = 0

    def find(self, name: str) -> Scene | None:
        with self._lock:
            return self._scripted.get(name) or self._built_in.get(name) or self._faults.get(name)

    def is_scripted(self, name: str) -> bool:
        with self._lock:
            return name in self._scripted

    def all(self) -> list[Scene]:
        """Every scene but the faults: the built-in order first, then what was added, oldest first."""
        with self._lock:
            return list({**self._built_in, **self._scripted}.values())

    def faults(self) -> list[Scene]:
        """The scenes that are kept apart, for a reader of all scenes would not survive them unprepared."""
        return list(self._faults.values())

    def hint(self, name: str) -> str:
        """`; did you mean X?` when a scene has nearly this name."""
        return nearest(name, [scene.name for scene in (*self.all(), *self.faults())])

    def no_scene(self, name: str) -> str:
        """The sentence for a wrong name. It comes from outside and may go into a header: quoted, ASCII, and short."""
        return f"there is no scene {json.dumps(name[:100])}{self.hint(name[:100])}"
