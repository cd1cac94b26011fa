"""Which reply answers a request: the scenes and the pages that manage them.

Everything outside `/scenes`, `/scene/NAME` and `/journal` is a path the API does not know, and is answered as the
API does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import unquote

from .description import WrongDescription, parse_json, scene_from_json
from .journal import Journal
from .library import Library, LibraryFull
from .reply import Reply

JSON_TYPE = ("Content-Type", "application/json;charset=UTF-8")
SCENE_PATH = "/scene/"
MAX_DESCRIPTION = 8 << 20


@dataclass(frozen=True, slots=True)
class Stage:
    """What the requests of all connections share."""

    library: Library
    journal: Journal


def wants_body(method: str, path: str) -> bool:
    """Only a description is read; every other body is discarded on arrival."""
    return method == "PUT" and path.startswith(SCENE_PATH)


def answer(stage: Stage, method: str, path: str, body: bytes) -> Reply:
    """Choose the reply. `body` is empty unless `wants_body` said it is wanted."""
    if path == "/scenes":
        return _scenes(stage, method)
    if path == "/journal":
        return _journal(stage, method)
    if path.startswith(SCENE_PATH):
        return _scene(stage, method, unquote(path.removeprefix(SCENE_PATH)), body)
    return _path_not_found()


def complaint(status: int, sentence: str, *headers: tuple[str, str]) -> Reply:
    """An answer of the stand-in about itself; deliberately no envelope, so that nobody takes it for the API's."""
    return _json_reply(status, {"error": sentence}, *headers)


def _scenes(stage: Stage, method: str) -> Reply:
    if method not in ("GET", "HEAD"):
        return _not_allowed("GET, HEAD")
    return _json_reply(200, [scene.row() for scene in stage.library.all()])


def _journal(stage: Stage, method: str) -> Reply:
    if method == "DELETE":
        stage.journal.clear()
        return Reply(204)
    if method not in ("GET", "HEAD"):
        return _not_allowed("GET, HEAD, DELETE")
    return _json_reply(200, stage.journal.to_json())


def _scene(stage: Stage, method: str, name: str, body: bytes) -> Reply:
    match method:
        case "GET" | "HEAD" | "POST":
            scene = stage.library.find(name)
            return scene.reply if scene else _path_not_found(_no_scene(stage, name))
        case "PUT":
            return _define(stage, name, body)
        case "DELETE":
            return _remove(stage, name)
    return _not_allowed("GET, HEAD, POST, PUT, DELETE")


def _define(stage: Stage, name: str, body: bytes) -> Reply:
    try:
        scene = scene_from_json(parse_json(body, "the description"), name)
        is_new = stage.library.put(scene)
    except WrongDescription as error:
        return complaint(400, str(error))
    except LibraryFull as error:
        return complaint(507, str(error))
    return _json_reply(201 if is_new else 200, scene.row())


def _remove(stage: Stage, name: str) -> Reply:
    if stage.library.remove(name):
        return Reply(204)
    if stage.library.find(name):
        return complaint(409, f"the scene {name} is built in; it can be replaced, not deleted")
    return complaint(404, _no_scene(stage, name))


def _no_scene(stage: Stage, name: str) -> str:
    # The name comes from outside and may go into a header: quoted, in ASCII, and short.
    return f"there is no scene {json.dumps(name[:100])}{stage.library.hint(name[:100])}"


def _path_not_found(note: str | None = None) -> Reply:
    body = b'{"status":false,"error_code":67200101,"error_msg":"Path Not Found"}'
    headers = (JSON_TYPE, ("x-correlation-id", "00000000-0000-0000-0000-000067200101"))
    return Reply(404, headers if note is None else (*headers, ("x-standin-note", note)), body)


def _not_allowed(methods: str) -> Reply:
    return complaint(405, f"allowed here are {methods}", ("Allow", methods))


def _json_reply(status: int, value: object, *headers: tuple[str, str]) -> Reply:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Reply(status, (JSON_TYPE, *headers), body + b"\n")
