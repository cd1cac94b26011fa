"""Makes built-in scenes: the headers they all have, and the envelope in its usual spellings."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

from ..reply import Reply
from ..scene import Scene
from ..wire import PLAIN, Wire

JSON = "application/json;charset=UTF-8"
HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
XML = "application/xml"

CHARGED = {"x-openapi-amount": "1"}
BALANCE = b'{"status":false,"error_code":67200005,"error_msg":"Insufficient balance, call failed!"}'


class Builder:
    """Builds the scenes of one group."""

    def __init__(self, group: str) -> None:
        self._group = group

    def scene(
        self,
        name: str,
        title: str,
        status: int = 200,
        body: bytes = b"",
        *,
        kind: str | None = JSON,
        headers: Mapping[str, str] | None = None,
        wire: Wire = PLAIN,
        method: str = "GET",
    ) -> Scene:
        """A scene with a content type and its own correlation id, which follows from the name alone."""
        fields = [("Content-Type", kind)] if kind is not None else []
        fields.append(("x-correlation-id", str(uuid.uuid5(uuid.NAMESPACE_URL, f"standin:/scene/{name}"))))
        fields += (headers or {}).items()
        return Scene(name, title, self._group, Reply(status, tuple(fields), body, wire), method)


def compact(value: object) -> bytes:
    """JSON without white space, in UTF-8, as the API sends it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def success(data: object) -> bytes:
    """A success with the data in front, the documented order."""
    return compact({"data": data, "status": True, "error_code": 0})


def failure(code: int | str, message: str) -> bytes:
    """A failure; a code that is a text comes with the flag "error" and a data field, as such operations send it."""
    if isinstance(code, str):
        return compact({"status": "error", "error_code": code, "error_msg": message, "data": None})
    return compact({"status": False, "error_code": code, "error_msg": message})
