"""How the bytes of a reply leave the server, well or badly: the kinds, and the numbers of each.

What each kind does on the socket stands in `framing` (the good ones) and `faults` (the bad ones); which numbers a
kind takes from JSON stands in `wire_description`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WireKind(StrEnum):
    """The manner of sending."""

    PLAIN = "plain"
    GZIP = "gzip"
    CHUNKED = "chunked"
    UNTIL_CLOSE = "until_close"
    TRUNCATED = "truncated"
    STALLED = "stalled"
    CLOSED = "closed"
    RESET = "reset"
    DRIP = "drip"
    SHORT_LENGTH = "short_length"
    BROKEN_CHUNKS = "broken_chunks"
    BROKEN_GZIP = "broken_gzip"
    BOMB = "bomb"
    HUGE_HEADERS = "huge_headers"
    INTERIM = "interim"
    SMUGGLED = "smuggled"


class Phase(StrEnum):
    """Where in an exchange a fault strikes. What strikes right after `accept` is a matter of the door."""

    REQUEST_HEAD = "request_head"
    """The request's headers were read, its body was not."""
    REQUEST = "request"
    """The request was read, nothing was answered."""
    RESPONSE_HEAD = "response_head"
    """Half of the response's headers were sent."""
    RESPONSE_BODY = "response_body"
    """The response's headers and `after_bytes` of its body were sent."""

    @property
    def is_before_the_reply(self) -> bool:
        return self in (Phase.REQUEST_HEAD, Phase.REQUEST)


class Flaw(StrEnum):
    """What is wrong with chunks or with compressed bytes."""

    BAD_SIZE = "bad_size"
    HUGE_SIZE = "huge_size"
    NO_NEWLINE = "no_newline"
    NO_LAST_CHUNK = "no_last_chunk"
    CUT_CHUNK = "cut_chunk"
    GARBAGE = "garbage"
    CUT = "cut"
    CHECKSUM = "checksum"


CHUNK_FLAWS = (Flaw.BAD_SIZE, Flaw.HUGE_SIZE, Flaw.NO_NEWLINE, Flaw.NO_LAST_CHUNK, Flaw.CUT_CHUNK)
GZIP_FLAWS = (Flaw.GARBAGE, Flaw.CUT, Flaw.CHECKSUM)


@dataclass(frozen=True, slots=True)
class Wire:
    """The manner of sending, with its numbers; each is used by the kinds named beside it, the last three by all.

    `truncated` and `stalled` announce `extra_bytes` more than the body has, so that even a body sent whole
    is one the client goes on waiting for.
    """

    kind: WireKind = WireKind.PLAIN
    phase: Phase | None = None
    """closed, reset, stalled, drip: where it strikes; None is the kind's usual place (see `struck_at`)."""
    flaw: Flaw | None = None
    """broken_chunks, broken_gzip: what is wrong; None is the first of the kind's flaws."""
    after_bytes: int | None = None
    """truncated, stalled, closed, reset: how much of the body is sent; None is all of it (closed, reset: half)."""
    extra_bytes: int = 1024
    """truncated, stalled: by how much the Content-Length exceeds the body."""
    missing_bytes: int = 16
    """short_length: by how much the Content-Length falls short of the body."""
    hold_ms: int = 60_000
    """stalled: how long the connection stays open when the client does not leave."""
    chunk_bytes: int = 4096
    """chunked, broken_chunks: the size of each chunk but the last."""
    part_bytes: int = 1
    """drip: how many bytes leave at once."""
    pause_ms: int | None = None
    """chunked, drip, interim: the wait between two parts; None is 50 for drip and no wait for the others."""
    inflated_bytes: int = 256 << 20
    """bomb: what the body becomes when it is decompressed, a JSON object with a success envelope."""
    lines: int = 10_000
    """huge_headers: how many header lines are sent."""
    line_bytes: int = 100
    """huge_headers: how long each of them is."""
    count: int = 1000
    """interim: how many responses of status 1xx come before the real one."""
    interim_status: int = 103
    """interim: their status."""
    delay_ms: int = 0
    """All: the wait before the first byte."""
    idle_ms: int | None = None
    """All: the server closes the connection when this long after the reply no request has come; None is a minute."""
    close: bool = False
    """All: the reply says `Connection: close`, and the connection is closed behind it."""

    @property
    def struck_at(self) -> Phase:
        """The place of a fault that has a place."""
        if self.phase is not None:
            return self.phase
        return Phase.REQUEST if self.kind in (WireKind.CLOSED, WireKind.RESET) else Phase.RESPONSE_BODY

    @property
    def sends_no_reply(self) -> bool:
        """True when the client sees no byte of a reply, not even its status."""
        return self.kind in (WireKind.CLOSED, WireKind.RESET, WireKind.STALLED) and self.struck_at.is_before_the_reply

    @property
    def spoils_the_connection(self) -> bool:
        """True when client and server no longer agree where the next reply begins, with the connection open."""
        if self.kind is WireKind.BROKEN_CHUNKS:
            return self.flaw in (None, Flaw.BAD_SIZE, Flaw.HUGE_SIZE, Flaw.NO_NEWLINE)
        return self.kind in (WireKind.SHORT_LENGTH, WireKind.SMUGGLED)


PLAIN = Wire()
