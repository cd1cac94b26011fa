"""Replies that do not arrive whole, and bodies that were broken before HTTP saw them."""

from __future__ import annotations

from ..patents import Order, Spelling, page
from ..scene import Scene
from ..wire import Wire, WireKind
from .builder import BALANCE, CHARGED, Builder

SIZE = 10 << 10


def scenes() -> list[Scene]:
    """Group `wire`."""
    build = Builder("wire")
    body = page(SIZE, Order.DATA_FIRST, Spelling.COMPACT)
    flag_first = page(SIZE, Order.ENVELOPE_FIRST, Spelling.COMPACT)
    return [
        build.scene(
            "truncated-page",
            "A whole success page, 1 KB less than announced",
            body=body,
            headers=CHARGED,
            wire=Wire(WireKind.TRUNCATED),
        ),
        build.scene(
            "truncated-error",
            "A failure that breaks off inside its message",
            body=BALANCE,
            wire=Wire(WireKind.TRUNCATED, after_bytes=BALANCE.index(b"balance")),
        ),
        build.scene(
            "stalled-body",
            "A page that stops half way, with the connection open",
            body=body,
            headers=CHARGED,
            wire=Wire(WireKind.STALLED, after_bytes=SIZE // 2),
        ),
        build.scene("closed", "The connection closes before any reply", 0, kind=None, wire=Wire(WireKind.CLOSED)),
        build.scene(
            "cut-success", "JSON cut inside the data of a success", body=flag_first[: SIZE // 2], headers=CHARGED
        ),
        build.scene(
            "cut-failure",
            "JSON cut inside the message of a failure",
            body=BALANCE[: BALANCE.index(b"balance")],
        ),
    ]
