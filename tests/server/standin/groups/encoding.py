"""The same page in other clothes: compressed, compressed without saying so, and in chunks."""

from __future__ import annotations

from ..patents import Order, Spelling, page
from ..compression import compressed
from ..scene import Scene
from ..wire import Wire, WireKind
from .builder import CHARGED, Builder

SIZE = 10 << 10


def scenes() -> list[Scene]:
    """Group `encoding`."""
    build = Builder("encoding")
    body = page(SIZE, Order.DATA_FIRST, Spelling.COMPACT)
    return [
        build.scene(
            "gzip",
            "Compressed when the client accepts gzip",
            body=body,
            headers=CHARGED,
            wire=Wire(WireKind.GZIP),
        ),
        build.scene("gzip-unlabelled", "Compressed, and no header says so", body=compressed(body), headers=CHARGED),
        build.scene(
            "chunked",
            "Sent in chunks of 1000 bytes",
            body=body,
            headers=CHARGED,
            wire=Wire(WireKind.CHUNKED, chunk_bytes=1000),
        ),
    ]
