"""The pages of the stand-in's own, from which a test in any language scripts it and reads what it counted.

Everything below `/_standin`, and the older `/scenes`, `/scene/NAME` (to define and delete) and `/journal`. They are
neither gated nor scripted nor counted.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from .arrival import Arrival
from .auth import rules_from_json
from .description import scene_from_json
from .doors import MAX_ACCIDENTS, Accident, Door
from .endpoints import Endpoint
from .envelope import complaint, page_reply
from .fields import WrongDescription, array_of, choice, parse_json
from .gate import gate_from_json
from .library import LibraryFull
from .manual import manual
from .reply import Reply
from .request import Request
from .script import script_from_json
from .stage import Stage

ROOT = "/_standin"
PLAYED = ("GET", "HEAD", "POST")

# A page takes what stands behind its address, and the body that was sent.
Page = Callable[[str, bytes], Reply]
Methods = dict[str, Page]


def control_page(stage: Stage, request: Request) -> Endpoint | None:
    """What answers a request for a page of the stand-in's own; None when the request is for the API."""
    path = request.path
    if path.startswith("/scene/"):
        if request.method in PLAYED:
            return None
        path = f"{ROOT}{path}"
    elif path in ("/scenes", "/journal"):
        path = f"{ROOT}{path}"
    elif path != ROOT and not path.startswith(ROOT + "/"):
        return None
    method = "GET" if request.method == "HEAD" else request.method
    return lambda arrival: _answer(stage, method, path.removeprefix(ROOT).lstrip("/"), arrival)


def _answer(stage: Stage, method: str, address: str, arrival: Arrival) -> Reply:
    noun, slash, rest = address.partition("/")
    methods = (_of_one(stage) if slash else _of_all(stage)).get(noun)
    if methods is None:
        return complaint(404, f"there is no such page; {ROOT} tells what there is")
    if method not in methods:
        allowed = ", ".join(["GET, HEAD" if name == "GET" else name for name in methods])
        if noun == "scene":
            allowed = f"GET, HEAD, POST, {allowed}"
        return complaint(405, f"allowed here are {allowed}", ("Allow", allowed))
    try:
        return methods[method](unquote(rest), arrival.body)
    except WrongDescription as error:
        return complaint(400, str(error))
    except LibraryFull as error:
        return complaint(507, str(error))


def _of_all(stage: Stage) -> dict[str, Methods]:
    """The pages without anything behind their address."""
    return {
        "": {"GET": lambda _, __: Reply(200, (("Content-Type", "text/plain; charset=utf-8"),), manual(stage))},
        "scenes": {"GET": _shows(lambda: [scene.row() for scene in stage.library.all()])},
        "faults": {"GET": _shows(lambda: [scene.row() for scene in stage.library.faults()])},
        "scripts": {"GET": _shows(stage.scripts.rows), "DELETE": _does(stage.scripts.clear)},
        "gates": {"GET": _shows(stage.gates.rows), "DELETE": _does(stage.gates.clear)},
        "doors": {"GET": _shows(stage.doors.urls)},
        "auth": {"GET": _shows(stage.auth.to_json), "PUT": lambda _, body: _put_auth(stage, body)},
        "journal": {"GET": _shows(stage.journal.to_json), "DELETE": _does(stage.journal.clear)},
        "counts": {"GET": _shows(stage.counts), "DELETE": _does(stage.clear_counts)},
        "watch": {"PUT": lambda _, body: _put_watch(stage, body)},
        "tasks": {"GET": _shows(stage.tasks.rows), "DELETE": _does(stage.tasks.clear)},
        "uploads": {"GET": _shows(stage.uploads.rows), "DELETE": _does(stage.uploads.clear)},
        "rewind": {"POST": _does(stage.rewind)},
        "reset": {"POST": _does(stage.reset)},
    }


def _of_one(stage: Stage) -> dict[str, Methods]:
    """The pages with a name or a path behind their address."""
    return {
        "scene": {
            "PUT": lambda name, body: _put_scene(stage, name, body),
            "DELETE": lambda name, _: _delete_scene(stage, name),
        },
        "script": {
            "PUT": lambda path, body: _put_script(stage, f"/{path}", body),
            "DELETE": lambda path, _: _deleted(stage.scripts.remove(f"/{path}"), f"the path /{path} has no script"),
        },
        "gate": {
            "PUT": lambda name, body: _put_gate(stage, name, body),
            "DELETE": lambda name, _: _deleted(stage.gates.remove(name), f"there is no gate {name}"),
        },
        "door": {"PUT": lambda name, body: _put_door(stage, name, body)},
        "auth": {"POST": lambda verb, _: _reject_tokens(stage, verb)},
    }


def _put_scene(stage: Stage, name: str, body: bytes) -> Reply:
    scene = scene_from_json(parse_json(body, "the description"), name)
    return page_reply(201 if stage.library.put(scene) else 200, scene.row())


def _delete_scene(stage: Stage, name: str) -> Reply:
    if stage.library.find(name) and not stage.library.is_scripted(name):
        return complaint(409, f"the scene {name} is built in; it can be replaced, not deleted")
    return _deleted(stage.library.remove(name), stage.library.no_scene(name))


def _put_script(stage: Stage, path: str, body: bytes) -> Reply:
    script = script_from_json(parse_json(body, "the script"), stage.library, path)
    return page_reply(201 if stage.scripts.put(script) else 200, script.row())


def _put_gate(stage: Stage, name: str, body: bytes) -> Reply:
    gate = gate_from_json(parse_json(body, "the gate"), stage.library, name)
    return page_reply(201 if stage.gates.put(gate) else 200, gate.row())


def _put_door(stage: Stage, name: str, body: bytes) -> Reply:
    allowed = [door.value for door in Door if door not in (Door.CONTROL, Door.REFUSED)]
    door = Door(choice("door", name, allowed))
    values = array_of("accidents", parse_json(body, "the accidents"), MAX_ACCIDENTS)
    kinds = [kind.value for kind in Accident]
    stage.doors.let_fail(door, [Accident(choice("accident", value, kinds)) for value in values])
    return Reply(204)


def _put_auth(stage: Stage, body: bytes) -> Reply:
    stage.auth.change(rules_from_json(parse_json(body, "auth")))
    return page_reply(200, stage.auth.to_json())


def _reject_tokens(stage: Stage, verb: str) -> Reply:
    if verb != "reject":
        return complaint(404, f"POST {ROOT}/auth/reject is what there is")
    return page_reply(200, {"rejected": stage.auth.reject_tokens()})


def _put_watch(stage: Stage, body: bytes) -> Reply:
    names = array_of("watch", parse_json(body, "watch"), 50)
    if not all(isinstance(name, str) for name in names):
        raise WrongDescription("watch: allowed is an array of header names")
    stage.journal.watch([str(name) for name in names])
    return Reply(204)


def _shows(value: Callable[[], object]) -> Page:
    return lambda _, __: page_reply(200, value())


def _does(action: Callable[[], None]) -> Page:
    def page(_: str, __: bytes) -> Reply:
        action()
        return Reply(204)

    return page


def _deleted(was_there: bool, otherwise: str) -> Reply:
    return Reply(204) if was_there else complaint(404, otherwise)
