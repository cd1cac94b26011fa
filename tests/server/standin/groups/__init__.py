"""The built-in scenes, one file for each group, in the order in which `GET /scenes` lists them."""

from __future__ import annotations

from ..profile import Profile
from ..scene import Scene
from . import code, contradiction, encoding, fault, gateway, http, success, wire

GROUPS = ("success", "code", "http", "gateway", "contradiction", "encoding", "wire")


def built_in(profile: Profile) -> list[Scene]:
    """Every built-in scene. The same profile gives the same bytes, in every process and on every machine."""
    return [
        *success.scenes(),
        *code.scenes(profile),
        *http.scenes(),
        *gateway.scenes(),
        *contradiction.scenes(),
        *encoding.scenes(),
        *wire.scenes(),
    ]


def faults() -> list[Scene]:
    """The accidents of the wire, which are listed apart."""
    return fault.scenes()
