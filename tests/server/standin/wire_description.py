"""The JSON form of a wire: a kind, or an object with `kind` and that kind's numbers and words."""

from __future__ import annotations

from .fields import choice, number, object_of, truth, wrong
from .wire import CHUNK_FLAWS, GZIP_FLAWS, PLAIN, Flaw, Phase, Wire, WireKind

Range = tuple[int, int]

SIZE: Range = (0, 1 << 30)
TIME_MS: Range = (0, 600_000)

# Which numbers each kind takes, and their ranges.
NUMBERS: dict[WireKind, dict[str, Range]] = {
    WireKind.PLAIN: {},
    WireKind.GZIP: {},
    WireKind.CHUNKED: {"chunk_bytes": (1, 1 << 20), "pause_ms": TIME_MS},
    WireKind.UNTIL_CLOSE: {},
    WireKind.TRUNCATED: {"after_bytes": SIZE, "extra_bytes": (1, 1 << 30)},
    WireKind.STALLED: {"after_bytes": SIZE, "extra_bytes": (1, 1 << 30), "hold_ms": (1, 600_000)},
    WireKind.CLOSED: {"after_bytes": SIZE},
    WireKind.RESET: {"after_bytes": SIZE},
    WireKind.DRIP: {"part_bytes": (1, 1 << 20), "pause_ms": TIME_MS},
    WireKind.SHORT_LENGTH: {"missing_bytes": (1, 1 << 30)},
    WireKind.BROKEN_CHUNKS: {"chunk_bytes": (1, 1 << 20)},
    WireKind.BROKEN_GZIP: {},
    WireKind.BOMB: {"inflated_bytes": (1 << 10, 1 << 30)},
    WireKind.HUGE_HEADERS: {"lines": (1, 1_000_000), "line_bytes": (20, 64 << 20)},
    WireKind.INTERIM: {"count": (1, 1_000_000), "interim_status": (100, 199), "pause_ms": TIME_MS},
    WireKind.SMUGGLED: {},
}
EVERY_KIND: dict[str, Range] = {"delay_ms": TIME_MS, "idle_ms": TIME_MS}
MAX_HEAD = 64 << 20

AFTER_THE_REQUEST = (Phase.RESPONSE_HEAD, Phase.RESPONSE_BODY)
PHASES: dict[WireKind, tuple[Phase, ...]] = {
    WireKind.CLOSED: tuple(Phase),
    WireKind.RESET: tuple(Phase),
    WireKind.STALLED: tuple(Phase),
    WireKind.DRIP: AFTER_THE_REQUEST,
}
FLAWS: dict[WireKind, tuple[Flaw, ...]] = {
    WireKind.BROKEN_CHUNKS: CHUNK_FLAWS,
    WireKind.BROKEN_GZIP: GZIP_FLAWS,
}


def wire_from_json(value: object) -> Wire:
    """Make a wire of its description."""
    if isinstance(value, str):
        value = {"kind": value}
    if not isinstance(value, dict):
        raise wrong("wire", value, "a kind, or an object with a kind")
    kind = WireKind(choice("wire, kind", value.get("kind", "plain"), [kind.value for kind in WireKind]))
    ranges = {**NUMBERS[kind], **EVERY_KIND}
    phases, flaws = PHASES.get(kind, ()), FLAWS.get(kind, ())
    words = [name for name, allowed in (("phase", phases), ("flaw", flaws)) if allowed]
    fields = object_of(value, f"wire of kind {kind.value}", ("kind", *words, *ranges, "close"))
    numbers = {
        field: number(f"wire, {field}", fields[field], low, high)
        for field, (low, high) in ranges.items()
        if field in fields
    }
    wire = Wire(
        kind,
        Phase(choice("wire, phase", fields["phase"], phases)) if "phase" in fields else None,
        Flaw(choice("wire, flaw", fields["flaw"], flaws)) if "flaw" in fields else None,
        close=truth("wire, close", fields.get("close", False)),
        **numbers,
    )
    if wire.lines * wire.line_bytes > MAX_HEAD:
        raise wrong("wire, line_bytes", wire.line_bytes, f"lines and line_bytes of {MAX_HEAD} bytes together")
    return PLAIN if wire == PLAIN else wire


def wire_to_json(wire: Wire) -> dict[str, object]:
    """The description from which `wire_from_json` makes an equal wire."""
    described: dict[str, object] = {"kind": wire.kind.value}
    if wire.phase is not None:
        described["phase"] = wire.phase.value
    if wire.flaw is not None:
        described["flaw"] = wire.flaw.value
    for field in NUMBERS[wire.kind]:
        if (amount := getattr(wire, field)) is not None:
            described[field] = amount
    for field in (*EVERY_KIND, "close"):
        if (amount := getattr(wire, field)) != getattr(PLAIN, field):
            described[field] = amount
    return described
