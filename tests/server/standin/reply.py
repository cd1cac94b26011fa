"""What the stand-in puts on the wire for one request: status, headers, body, and how the bytes leave."""

from __future__ import annotations

from dataclasses import dataclass

from .wire import PLAIN, Wire

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """One complete answer. `status` is 0 when nothing is answered (`closed`, `reset`)."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    wire: Wire = PLAIN
