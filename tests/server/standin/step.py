"""What is answered in place of an endpoint: a scene by its name, a reply of one's own, or the endpoint after all.

"code-68300008"
{"scene": "page-10k", "wire": {"kind": "reset", "phase": "response_body"}}
{"status": 503, "body": "busy", "times": 2}
{"pass": true, "wire": {"kind": "plain", "delay_ms": 100}}
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .description import REPLY_FIELDS, reply_from_fields
from .fields import WrongDescription, number, object_of, shown, truth
from .library import Library
from .reply import Reply
from .wire import Wire
from .wire_description import wire_from_json

FIELDS = ("scene", "pass", *REPLY_FIELDS)
MAX_TIMES = 1_000_000


@dataclass(frozen=True, slots=True)
class Step:
    """One answer, played `times` times. Without a reply the endpoint answers, over `wire` if there is one."""

    reply: Reply | None
    wire: Wire | None = None
    times: int = 1

    @property
    def body_bytes(self) -> int:
        return len(self.reply.body) if self.reply else 0


def step_from_json(value: object, library: Library) -> Step:
    """Make a step of its description; a scene is looked up now, so that a wrong name is refused now."""
    if isinstance(value, str):
        value = {"scene": value}
    fields = object_of(value, "a reply", (*FIELDS, "times"))
    times = number("times", fields.get("times", 1), 1, MAX_TIMES)
    described = {name: found for name, found in fields.items() if name != "times"}
    if "scene" in described:
        return Step(_scene(described, library), times=times)
    if truth("pass", described.pop("pass", False)):
        wire = described.pop("wire", None)
        _no_others(described, "pass")
        return Step(None, None if wire is None else wire_from_json(wire), times)
    return Step(reply_from_fields(described), times=times)


def reply_from_json(value: object, library: Library) -> Reply:
    """Make a reply of a step's description, where there is no endpoint to pass to."""
    if isinstance(value, dict) and ("pass" in value or "times" in value):
        raise WrongDescription("reply: found pass or times; allowed is the name of a scene, or a reply")
    reply = step_from_json(value, library).reply
    assert reply is not None
    return reply


def _scene(described: dict[str, object], library: Library) -> Reply:
    name = described.pop("scene")
    scene = library.find(name) if isinstance(name, str) else None
    if scene is None:
        hint = library.hint(name[:100]) if isinstance(name, str) else ""
        raise WrongDescription(f"scene: found {shown(name)}; allowed is the name of a scene{hint}")
    wire = described.pop("wire", None)
    _no_others(described, "scene")
    if wire is None:
        return scene.reply
    return with_wire(scene.reply, wire_from_json(wire))


def with_wire(reply: Reply, wire: Wire) -> Reply:
    """The reply over another wire; one that answered nothing becomes an answer under 200."""
    return replace(reply, wire=wire, status=0 if wire.sends_no_reply else reply.status or 200)


def _no_others(left: dict[str, object], field: str) -> None:
    if left:
        raise WrongDescription(f"{next(iter(left))}: found beside {field}; allowed beside it are wire and times")
