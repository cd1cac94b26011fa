"""The JSON form of a scene.

    {"status": 503, "headers": {"Retry-After": "2"}, "body": {"status": false}, "wire": {"kind": "stalled"}}

`body` is text (sent as UTF-8, exactly) or an object or array (sent as compact JSON); `body_base64` is any bytes.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from pathlib import Path

from .fields import (
    WrongDescription,
    choice,
    is_unicode,
    number,
    object_of,
    parse_json,
    shown,
    text,
    wrong,
)
from .reply import Headers, Reply
from .scene import Scene
from .wire import Wire
from .wire_description import wire_from_json, wire_to_json

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
METHODS = ("GET", "POST")
REPLY_FIELDS = ("status", "headers", "body", "body_base64", "wire")
FIELDS = ("name", "title", "group", "method", *REPLY_FIELDS)
OWN_GROUP = "own"

# The wire writes these; a scene that set them as well could not be sent as described.
FRAMING = ("connection", "content-length", "transfer-encoding")


def scene_from_json(value: object, name: str | None = None) -> Scene:
    """Make a scene of a description. `name` comes from the address where there is one, else from the field."""
    fields = object_of(value, "a scene", FIELDS)
    found_name = fields.get("name", name)
    if not isinstance(found_name, str) or not NAME.fullmatch(found_name):
        raise wrong("name", found_name, "1 to 100 letters, digits, dots, underscores or hyphens")
    if name is not None and found_name != name:
        raise wrong("name", found_name, f"the name in the address, {name}, or none")
    return Scene(
        name=found_name,
        title=text(fields, "title", found_name),
        group=text(fields, "group", OWN_GROUP),
        method=choice("method", fields.get("method", "GET"), METHODS),
        reply=reply_from_fields(fields),
    )


def reply_from_fields(fields: dict[str, object]) -> Reply:
    """Make a reply of the fields that describe one; others are the business of the caller."""
    wire = wire_from_json(fields.get("wire", "plain"))
    body = _body(fields)
    status = _status(fields, wire)
    if body and status in (204, 304):
        raise WrongDescription(f"body: found {len(body)} bytes; allowed is no body under status {status}")
    return Reply(status, _headers(fields.get("headers", [])), body, wire)


def scene_to_json(scene: Scene) -> dict[str, object]:
    """The description from which `scene_from_json` makes an equal scene."""
    reply = scene.reply
    described: dict[str, object] = {
        "name": scene.name,
        "title": scene.title,
        "group": scene.group,
        "method": scene.method,
        "status": reply.status,
        "headers": [list(header) for header in reply.headers],
    }
    try:
        described["body"] = reply.body.decode()
    except UnicodeDecodeError:
        described["body_base64"] = base64.b64encode(reply.body).decode()
    described["wire"] = wire_to_json(reply.wire)
    return described


def scenes_from_file(path: Path) -> list[Scene]:
    """Read a file that holds an array of descriptions, each with its name."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongDescription(f"cannot read the scenes of {path}: {error.strerror}") from None
    return scenes_from_json(parse_json(content, str(path)), str(path))


def scenes_from_json(values: object, where: str) -> list[Scene]:
    """Make scenes of an array of descriptions, each with its name."""
    if not isinstance(values, list):
        raise WrongDescription(f"{where}: found {shown(values)}; allowed is an array of scenes")
    scenes: dict[str, Scene] = {}
    for index, value in enumerate(values):
        try:
            scene = scene_from_json(value)
        except WrongDescription as error:
            raise WrongDescription(f"{where}, scene {index + 1}: {error}") from None
        if scene.name in scenes:
            raise WrongDescription(f"{where}, scene {index + 1}: the name {scene.name} is given twice")
        scenes[scene.name] = scene
    return list(scenes.values())


def _status(fields: dict[str, object], wire: Wire) -> int:
    if wire.sends_no_reply:
        if fields.get("status", 0) != 0:
            raise wrong("status", fields["status"], "0 or none, for the wire sends no reply")
        return 0
    return number("status", fields.get("status", 200), 200, 999)


def _headers(value: object) -> Headers:
    allowed = "an object of texts, or an array of [name, value] pairs"
    if isinstance(value, dict):
        pairs: list[object] = [list(pair) for pair in value.items()]
    elif isinstance(value, list):
        pairs = value
    else:
        raise wrong("headers", value, allowed)
    return tuple(_header(pair, allowed) for pair in pairs)


def _header(pair: object, allowed: str) -> tuple[str, str]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise wrong("headers", pair, allowed)
    name, value = pair
    if not isinstance(name, str) or not isinstance(value, str):
        raise wrong("headers", pair, allowed)
    if not TOKEN.fullmatch(name):
        raise wrong("headers", name, "a header name")
    if name.lower() in FRAMING:
        raise wrong("headers", name, "any header but those the wire writes itself")
    if any(ord(char) < 0x20 and char != "\t" or char == "\x7f" for char in value) or not is_unicode(value):
        raise wrong(f"headers, {name}", value, "one line of text")
    return name, value


def _body(fields: dict[str, object]) -> bytes:
    if "body_base64" in fields:
        if "body" in fields:
            raise WrongDescription("body_base64: found beside body; allowed is one of them")
        encoded = fields["body_base64"]
        try:
            return base64.b64decode(encoded if isinstance(encoded, str) else "?", validate=True)
        except (binascii.Error, ValueError):
            raise wrong("body_base64", encoded, "text in Base64") from None
    body = fields.get("body", "")
    if isinstance(body, (dict, list)):
        body = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    if not isinstance(body, str):
        raise wrong("body", body, "text, an object or an array")
    if not is_unicode(body):
        raise WrongDescription("body: found half of a surrogate pair; allowed is text, or any bytes as body_base64")
    return body.encode()
