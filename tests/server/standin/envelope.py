"""Replies of the API's own form, for everything that is answered by rule and not from a scene."""

from __future__ import annotations

import json

from .reply import Reply

JSON_TYPE = ("Content-Type", "application/json;charset=UTF-8")


def success(data: object, status: int = 200) -> Reply:
    """The data in front, the documented order."""
    return json_reply(status, {"data": data, "status": True, "error_code": 0})


def failure(code: int, message: str, status: int = 200, note: str | None = None) -> Reply:
    """A failure; `note` tells the author of a test why, in a header, for the API would say no more."""
    headers = [("x-correlation-id", f"00000000-0000-0000-0000-{code:012d}")]
    if note is not None:
        headers.append(("x-standin-note", note.encode("ascii", "replace").decode()))
    return json_reply(status, {"status": False, "error_code": code, "error_msg": message}, *headers)


def complaint(status: int, sentence: str, *headers: tuple[str, str]) -> Reply:
    """An answer of the stand-in about itself; deliberately no envelope, so that nobody takes it for the API's."""
    return page_reply(status, {"error": sentence}, *headers)


def page_reply(status: int, value: object, *headers: tuple[str, str]) -> Reply:
    """JSON with a line end, for people who ask with curl."""
    reply = json_reply(status, value, *headers)
    return Reply(reply.status, reply.headers, reply.body + b"\n")


def json_reply(status: int, value: object, *headers: tuple[str, str]) -> Reply:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Reply(status, (JSON_TYPE, *headers), body)
