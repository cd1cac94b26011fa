"""A scene: one scripted reply under a name, with what a person needs to choose it from a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from .reply import Reply


class SceneRow(TypedDict):
    """One row of `GET /scenes`. `status` is 0 for a scene that closes the connection without a reply."""

    name: str
    title: str
    method: str
    path: str
    status: int
    group: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A named reply. `method` is the one the real operation would use; the stand-in accepts GET and POST for all."""

    name: str
    title: str
    group: str
    reply: Reply
    method: str = "GET"

    @property
    def path(self) -> str:
        return f"/scene/{self.name}"

    def row(self) -> SceneRow:
        """The scene as `GET /scenes` lists it."""
        return {
            "name": self.name,
            "title": self.title,
            "method": self.method,
            "path": self.path,
            "status": self.reply.status,
            "group": self.group,
        }
