"""The accidents of the wire, each as a scene. Kept apart from the others: whoever plays all scenes must not meet them.

The body is the same page everywhere, so that a client that takes a broken reply for a whole one shows it.
"""

from __future__ import annotations

from ..patents import Order, Spelling, page
from ..scene import Scene
from ..wire import CHUNK_FLAWS, GZIP_FLAWS, Phase, Wire, WireKind
from .builder import Builder, success

SIZE = 2 << 10


def scenes() -> list[Scene]:
    """Group `fault`."""
    build = Builder("fault")
    body = page(SIZE, Order.DATA_FIRST, Spelling.COMPACT)
    small = success({"total": 3})
    broken_off = [
        build.scene(
            f"{kind.value}-{phase.value.replace('_', '-')}",
            f"{verb} {_WHEN[phase]}",
            0 if phase.is_before_the_reply else 200,
            b"" if phase.is_before_the_reply else body,
            kind=None,
            wire=Wire(kind, phase),
        )
        for kind, verb in ((WireKind.RESET, "A reset"), (WireKind.CLOSED, "An end"), (WireKind.STALLED, "Silence"))
        for phase in Phase
    ]
    wires: list[tuple[str, str, Wire, bytes]] = [
        ("drip", "One byte every 50 ms", Wire(WireKind.DRIP), small),
        ("drip-head", "The headers too, one byte every 50 ms", Wire(WireKind.DRIP, Phase.RESPONSE_HEAD), small),
        ("short-length", "A body longer than announced, the connection open", Wire(WireKind.SHORT_LENGTH), body),
        ("smuggled", "A second response right behind the first", Wire(WireKind.SMUGGLED), small),
        ("until-close", "HTTP/1.0 without a length", Wire(WireKind.UNTIL_CLOSE), body),
        ("idle-close", "Closed 10 ms after the reply", Wire(idle_ms=10), small),
        ("connection-close", "The reply says that it is the last", Wire(close=True), small),
        ("interim-storm", "A thousand responses of status 103 first", Wire(WireKind.INTERIM), small),
        ("header-lines", "Ten thousand header lines", Wire(WireKind.HUGE_HEADERS), small),
        (
            "header-line",
            "A header line of one megabyte",
            Wire(WireKind.HUGE_HEADERS, lines=1, line_bytes=1 << 20),
            small,
        ),
        ("gzip-bomb", "A quarter of a megabyte that becomes 256", Wire(WireKind.BOMB), b""),
    ]
    chunks = [
        (
            f"chunks-{flaw.value.replace('_', '-')}",
            f"Broken chunks: {flaw.value}",
            Wire(WireKind.BROKEN_CHUNKS, flaw=flaw, chunk_bytes=500),
            body,
        )
        for flaw in CHUNK_FLAWS
    ]
    gzips = [
        (f"gzip-{flaw.value}", f"Broken gzip: {flaw.value}", Wire(WireKind.BROKEN_GZIP, flaw=flaw), body)
        for flaw in GZIP_FLAWS
    ]
    return [
        *broken_off,
        *(
            build.scene(name, title, body=content, wire=wire)
            for name, title, wire, content in [*wires, *chunks, *gzips]
        ),
        build.scene(
            "unknown-encoding", "A content coding nobody knows", body=body, headers={"Content-Encoding": "x-nobody"}
        ),
        build.scene("brotli", "A content coding nobody asked for", body=body, headers={"Content-Encoding": "br"}),
    ]


_WHEN = {
    Phase.REQUEST_HEAD: "after the headers of the request",
    Phase.REQUEST: "after the request",
    Phase.RESPONSE_HEAD: "in the headers of the response",
    Phase.RESPONSE_BODY: "in the body of the response",
}
