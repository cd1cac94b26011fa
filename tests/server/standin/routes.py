"""Which reply answers a request: a page of the stand-in's own, or one after the other: who may call, gates, scripts,
endpoints and scenes.

A path that none of them knows is answered as the API answers it.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from .arrival import Arrival
from .auth import TOKEN_PATH
from .control import control_page
from .endpoints import Endpoint, redirect, tasks
from .endpoints.download import download
from .endpoints.echo import echo
from .endpoints.pages import pages
from .envelope import complaint, failure
from .reply import Reply
from .request import MAX_BODY, Request
from .stage import Stage
from .step import with_wire
from .wire import Wire

SCENE_PATH = "/scene/"
MAX_FORM = 64 << 10
MAX_DESCRIPTION = 8 << 20


@dataclass(frozen=True, slots=True)
class Plan:
    """How a request will be answered; made of its head alone, so that a fault can strike before its body."""

    make: Endpoint
    wire: Wire | None = None
    """The wire that is known beforehand; None leaves it to the reply."""
    keeps_bytes: int | None = None
    """The most that the body may have to be kept for `make`; None drops a body of any length."""
    is_control: bool = False

    def reply(self, arrival: Arrival) -> Reply:
        made = self.make(arrival)
        return made if self.wire in (None, made.wire) else with_wire(made, self.wire)


def plan_for(stage: Stage, request: Request, is_control_door: bool) -> Plan:
    """Choose how to answer, and count the call at the gate or script that decides."""
    page = control_page(stage, request)
    if page is not None:
        return Plan(page, keeps_bytes=MAX_DESCRIPTION, is_control=True)
    if is_control_door:
        note = "this door leads to /_standin, /scenes and /journal alone"
        return Plan(lambda _: complaint(404, note), is_control=True)
    if request.path == TOKEN_PATH:
        stage.auth.count_request()
        refused = stage.gates.refusal(request.method, request.path)
    else:
        refused = stage.auth.refusal(request) or stage.gates.refusal(request.method, request.path)
    if refused is not None:
        return _fixed(refused)
    step = stage.scripts.next(request.method, request.path)
    if step is not None and step.reply is not None:
        return _fixed(step.reply)
    return _endpoint(stage, request, None if step is None else step.wire)


def _endpoint(stage: Stage, request: Request, wire: Wire | None) -> Plan:
    path = request.path
    if path == TOKEN_PATH:
        return Plan(lambda arrival: stage.auth.token_reply(request, arrival.body), wire, MAX_FORM)
    if path == "/echo" or path.startswith("/echo/"):
        return Plan(echo, wire)
    if path == "/upload":
        return Plan(stage.uploads.answer, wire, MAX_BODY)
    if path == "/download":
        return Plan(download, wire)
    if path == "/pages":
        return Plan(pages, wire)
    if path == tasks.PATH or path.startswith(tasks.PATH + "/"):
        return Plan(stage.tasks.answer, wire)
    if path.startswith(redirect.PATH):
        return Plan(lambda arrival: redirect.redirect(arrival, stage.doors.url), wire)
    if path.startswith(SCENE_PATH):
        return _scene(stage, unquote(path.removeprefix(SCENE_PATH)), wire)
    return _fixed(failure(67200101, "Path Not Found", 404), wire)


def _scene(stage: Stage, name: str, wire: Wire | None) -> Plan:
    scene = stage.library.find(name)
    if scene is None:
        return _fixed(failure(67200101, "Path Not Found", 404, stage.library.no_scene(name)), wire)
    return _fixed(scene.reply, wire)


def _fixed(reply: Reply, wire: Wire | None = None) -> Plan:
    return Plan(lambda _: reply, wire or reply.wire)
