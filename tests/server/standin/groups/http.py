"""Bare HTTP failures: a status, at most a few words, and the headers that say when to come back."""

from __future__ import annotations

from ..scene import Scene
from .builder import HTML, TEXT, Builder

# A reply's own Date and a moment half a minute later, so that the wait does not depend on anyone's clock.
DATE = "Mon, 23 Nov 2026 12:00:00 GMT"
HALF_A_MINUTE_LATER = "Mon, 23 Nov 2026 12:00:30 GMT"

# A redirect stays on this server: a client that follows it is seen in the journal, and its key goes nowhere.
TARGET = {"Location": "/scene/page-1k"}


def scenes() -> list[Scene]:
    """Group `http`."""
    build = Builder("http")
    moved = b"<html><head><title>Moved</title></head><body>Moved</body></html>\n"
    made = [
        build.scene("http-301", "Moved permanently", 301, moved, kind=HTML, headers=TARGET),
        build.scene("http-302", "Moved for now, with no body", 302, kind=None, headers=TARGET),
        build.scene("http-401", "Unauthorized, with no body", 401, kind=None, headers={"WWW-Authenticate": "Bearer"}),
    ]
    small: list[tuple[int, str, bytes]] = [
        (400, "Bad request, with no body", b""),
        (402, "Payment required", b"Payment Required\n"),
        (403, "Forbidden", b"Forbidden\n"),
        (404, "Not found", b"404 page not found\n"),
        (408, "The server waited too long for the request", b""),
        (413, "The request is too large", b"Request Entity Too Large\n"),
        (429, "Too many requests, and no word when to come back", b""),
        (500, "Internal error, with no body", b""),
        (501, "Not implemented", b"Not Implemented\n"),
        (502, "Bad gateway, with no body", b""),
        (503, "Unavailable, and no word for how long", b"no healthy upstream"),
        (504, "Gateway timeout", b"upstream request timeout"),
    ]
    for status, title, body in small:
        made.append(build.scene(f"http-{status}", title, status, body, kind=TEXT if body else None))
    waits: list[tuple[str, str, int, dict[str, str]]] = [
        ("http-429-retry-after", "Too many requests, come back in 3 seconds", 429, {"Retry-After": "3"}),
        ("http-429-retry-after-ms", "Too many requests, come back in 1500 ms", 429, {"retry-after-ms": "1500"}),
        ("http-503-retry-after", "Unavailable for 2 seconds", 503, {"Retry-After": "2"}),
        (
            "http-503-retry-after-date",
            "Unavailable until a date half a minute after the reply's own",
            503,
            {"Date": DATE, "Retry-After": HALF_A_MINUTE_LATER},
        ),
    ]
    for name, title, status, headers in waits:
        made.append(build.scene(name, title, status, kind=None, headers=headers))
    return sorted(made, key=lambda scene: scene.reply.status)
