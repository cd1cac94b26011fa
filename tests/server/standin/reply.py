"""What the stand-in puts on the wire for one request: status, headers, body, and how the bytes leave."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Headers = tuple[tuple[str, str], ...]


class WireKind(StrEnum):
    """How the bytes of a reply leave the server."""

    PLAIN = "plain"
    GZIP = "gzip"
    CHUNKED = "chunked"
    TRUNCATED = "truncated"
    STALLED = "stalled"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Wire:
    """The manner of sending, with its numbers; each number is used by the kinds named beside it.

    `truncated` and `stalled` announce `extra_bytes` more than the body has, so that even a body sent whole
    is one the client goes on waiting for.
    """

    kind: WireKind = WireKind.PLAIN
    after_bytes: int | None = None
    """truncated, stalled: how much of the body is sent; None is all of it."""
    extra_bytes: int = 1024
    """truncated, stalled: by how much the Content-Length exceeds the body."""
    hold_ms: int = 60_000
    """stalled: how long the connection stays open when the client does not leave."""
    chunk_bytes: int = 4096
    """chunked: the size of each chunk but the last."""


PLAIN = Wire()


@dataclass(frozen=True, slots=True)
class Reply:
    """One complete answer. `status` is 0 when nothing is answered (`closed`)."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    wire: Wire = PLAIN
