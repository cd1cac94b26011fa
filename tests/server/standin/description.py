"""The JSON form of a scene, read strictly: a wrong field is refused with what was found and what is allowed.

    {"status": 503, "headers": {"Retry-After": "2"}, "body": {"status": false}, "wire": {"kind": "stalled"}}

`body` is text (sent as UTF-8, exactly) or an object or array (sent as compact JSON); `body_base64` is any bytes.
`wire` is a kind, or an object with `kind` and that kind's numbers.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from .reply import PLAIN, Headers, Reply, Wire, WireKind
from .scene import Scene

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
METHODS = ("GET", "POST")
FIELDS = ("name", "title", "group", "method", "status", "headers", "body", "body_base64", "wire")
OWN_GROUP = "own"

# Which numbers each kind of wire takes, and their ranges.
WIRE_NUMBERS: dict[WireKind, dict[str, tuple[int, int]]] = {
    WireKind.PLAIN: {},
    WireKind.GZIP: {},
    WireKind.CHUNKED: {"chunk_bytes": (1, 1 << 20)},
    WireKind.TRUNCATED: {"after_bytes": (0, 1 << 30), "extra_bytes": (1, 1 << 30)},
    WireKind.STALLED: {"after_bytes": (0, 1 << 30), "extra_bytes": (1, 1 << 30), "hold_ms": (1, 600_000)},
    WireKind.CLOSED: {},
}

# The wire writes these; a scene that set them as well could not be sent as described.
FRAMING = ("connection", "content-length", "transfer-encoding")


class WrongDescription(ValueError):
    """The description of a scene cannot be used; the text is one sentence for the person who wrote it."""


def parse_json(text: bytes | str, what: str) -> object:
    """Read JSON and refuse a field given twice, which a dictionary would hide."""
    try:
        value: object = json.loads(text, object_pairs_hook=_each_field_once)
    except WrongDescription:
        raise
    except RecursionError:
        raise WrongDescription(f"{what} is nested too deeply") from None
    except ValueError as error:
        raise WrongDescription(f"{what} is not valid JSON: {error}") from None
    return value


def scene_from_json(value: object, name: str | None = None) -> Scene:
    """Make a scene of a description. `name` comes from the address where there is one, else from the field."""
    fields = _object(value, "a scene", FIELDS)
    found_name = fields.get("name", name)
    if not isinstance(found_name, str) or not NAME.fullmatch(found_name):
        raise _wrong("name", found_name, "1 to 100 letters, digits, dots, underscores or hyphens")
    if name is not None and found_name != name:
        raise _wrong("name", found_name, f"the name in the address, {name}, or none")
    wire = _wire(fields.get("wire", "plain"))
    body = _body(fields)
    status = _status(fields, wire)
    if body and status in (204, 304):
        raise WrongDescription(f"body: found {len(body)} bytes; allowed is no body under status {status}")
    return Scene(
        name=found_name,
        title=_text(fields, "title", found_name),
        group=_text(fields, "group", OWN_GROUP),
        method=_choice("method", fields.get("method", "GET"), METHODS),
        reply=Reply(status, _headers(fields.get("headers", [])), body, wire),
    )


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
    wire: dict[str, object] = {"kind": reply.wire.kind.value}
    for number in WIRE_NUMBERS[reply.wire.kind]:
        if (amount := getattr(reply.wire, number)) is not None:
            wire[number] = amount
    described["wire"] = wire
    return described


def scenes_from_file(path: Path) -> list[Scene]:
    """Read a file that holds an array of descriptions, each with its name."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise WrongDescription(f"cannot read the scenes of {path}: {error.strerror}") from None
    values = parse_json(text, str(path))
    if not isinstance(values, list):
        raise WrongDescription(f"{path}: found {_shown(values)}; allowed is an array of scenes")
    scenes: dict[str, Scene] = {}
    for index, value in enumerate(values):
        try:
            scene = scene_from_json(value)
        except WrongDescription as error:
            raise WrongDescription(f"{path}, scene {index + 1}: {error}") from None
        if scene.name in scenes:
            raise WrongDescription(f"{path}, scene {index + 1}: the name {scene.name} is given twice")
        scenes[scene.name] = scene
    return list(scenes.values())


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean X` for a slip of the pen, else nothing."""
    found = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""


def _each_field_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for key, value in pairs:
        if key in fields:
            raise WrongDescription(f"the field {_shown(key)} is given twice in one object")
        fields[key] = value
    return fields


def _object(value: object, what: str, known: Iterable[str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise WrongDescription(f"{what}: found {_shown(value)}; allowed is an object")
    for key in value:
        if key not in known:
            hint = nearest(key, known) or f"; allowed are {', '.join(known)}"
            raise WrongDescription(f"{what}: unknown field {_shown(key)}{hint}")
    return value


def _status(fields: dict[str, object], wire: Wire) -> int:
    if wire.kind is WireKind.CLOSED:
        if fields.get("status", 0) != 0:
            raise _wrong("status", fields["status"], "0 or none, for the wire sends no reply")
        return 0
    return _number("status", fields.get("status", 200), 200, 999)


def _headers(value: object) -> Headers:
    allowed = "an object of texts, or an array of [name, value] pairs"
    if isinstance(value, dict):
        pairs: list[object] = [list(pair) for pair in value.items()]
    elif isinstance(value, list):
        pairs = value
    else:
        raise _wrong("headers", value, allowed)
    return tuple(_header(pair, allowed) for pair in pairs)


def _header(pair: object, allowed: str) -> tuple[str, str]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise _wrong("headers", pair, allowed)
    name, value = pair
    if not isinstance(name, str) or not isinstance(value, str):
        raise _wrong("headers", pair, allowed)
    if not TOKEN.fullmatch(name):
        raise _wrong("headers", name, "a header name")
    if name.lower() in FRAMING:
        raise _wrong("headers", name, "any header but those the wire writes itself")
    if any(ord(char) < 0x20 and char != "\t" or char == "\x7f" for char in value) or not _is_unicode(value):
        raise _wrong(f"headers, {name}", value, "one line of text")
    return name, value


def _body(fields: dict[str, object]) -> bytes:
    if "body_base64" in fields:
        if "body" in fields:
            raise WrongDescription("body_base64: found beside body; allowed is one of them")
        encoded = fields["body_base64"]
        try:
            return base64.b64decode(encoded if isinstance(encoded, str) else "?", validate=True)
        except (binascii.Error, ValueError):
            raise _wrong("body_base64", encoded, "text in Base64") from None
    body = fields.get("body", "")
    if isinstance(body, (dict, list)):
        body = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    if not isinstance(body, str):
        raise _wrong("body", body, "text, an object or an array")
    if not _is_unicode(body):
        raise WrongDescription("body: found half of a surrogate pair; allowed is text, or any bytes as body_base64")
    return body.encode()


def _wire(value: object) -> Wire:
    if isinstance(value, str):
        value = {"kind": value}
    if not isinstance(value, dict):
        raise _wrong("wire", value, "a kind, or an object with a kind")
    kind = WireKind(_choice("wire, kind", value.get("kind", "plain"), [kind.value for kind in WireKind]))
    ranges = WIRE_NUMBERS[kind]
    fields = _object(value, f"wire of kind {kind.value}", ("kind", *ranges))
    numbers = {
        field: _number(f"wire, {field}", fields[field], low, high)
        for field, (low, high) in ranges.items()
        if field in fields
    }
    if not numbers and kind is WireKind.PLAIN:
        return PLAIN
    return Wire(kind, **numbers)


def _number(field: str, value: object, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _wrong(field, value, f"a whole number from {low} to {high}")
    return value


def _choice(field: str, value: object, allowed: Iterable[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise _wrong(field, value, ", ".join(allowed))
    return value


def _text(fields: dict[str, object], field: str, default: str) -> str:
    value = fields.get(field, default)
    if not isinstance(value, str) or not 1 <= len(value) <= 200 or not _is_unicode(value):
        raise _wrong(field, value, "1 to 200 characters of text")
    return value


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _wrong(field: str, found: object, allowed: str) -> WrongDescription:
    return WrongDescription(f"{field}: found {_shown(found)}; allowed is {allowed}")


def _shown(value: object) -> str:
    shown = json.dumps(value)
    return shown if len(shown) <= 60 else shown[:60] + "…"
