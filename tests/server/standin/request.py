"""Reads one HTTP/1.1 request from a stream, within bounds (RFC 9112, sections 2 to 7).

Strict where leniency would blur what a client did (two lengths, a folded header, a missing Host), lenient where
the RFC asks for it (a bare LF, an empty line before the request).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

MAX_LINE = 16 << 10
MAX_HEADER_BYTES = 64 << 10
MAX_HEADERS = 100
MAX_BODY = 64 << 20
PIECE = 64 << 10
PIECE_TIMEOUT_S = 30.0

_REQUEST_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}) ([!-~]+) HTTP/([0-9])\.([0-9])")
_HEADER = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):(.*)")
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_TLS_HANDSHAKE = b"\x16"


class BadRequest(Exception):
    """The bytes are no request this server can answer; `status` is what to answer instead."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """The head of a request. `path` has no query and no host; header names are in lower case.

    `authority` is the host and port of a target that names them, as a proxy sees it; else empty.
    """

    method: str
    path: str
    minor_version: int
    headers: tuple[tuple[str, str], ...]
    query: str = ""
    authority: str = ""

    def header(self, name: str) -> str:
        """All values of a header, joined as RFC 9110, section 5.3 says; empty when there is none."""
        return ", ".join(value for key, value in self.headers if key == name)

    def tokens(self, name: str) -> list[str]:
        return [token.strip().lower() for token in self.header(name).split(",")]

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return next((value for key, value in parse_qsl(self.query, keep_blank_values=True) if key == name), None)

    @property
    def keeps_alive(self) -> bool:
        connection = self.tokens("connection")
        if self.minor_version == 0:
            return "keep-alive" in connection
        return "close" not in connection

    @property
    def accepts_gzip(self) -> bool:
        """RFC 9110, section 12.5.3: named (or `*`) with a weight other than 0; without the header, no."""
        weights: dict[str, float] = {}
        for part in self.tokens("accept-encoding"):
            coding, _, parameter = part.partition(";")
            weight = re.fullmatch(r"q=([01](?:\.[0-9]{0,3})?)", parameter.strip())
            weights[coding.strip()] = float(weight[1]) if weight else 1.0
        return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0

    @property
    def expects_continue(self) -> bool:
        return self.minor_version >= 1 and "100-continue" in self.tokens("expect")

    @property
    def is_chunked(self) -> bool:
        return self.tokens("transfer-encoding") == ["chunked"]

    @property
    def body_length(self) -> int:
        return int(self.header("content-length") or 0)

    @property
    def has_body(self) -> bool:
        return self.is_chunked or self.body_length > 0


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Read a request up to its body; None when the client is done. Raises `BadRequest`."""
    first = await reader.read(1)
    if first == _TLS_HANDSHAKE:
        # It may hold no line end for long: wait for none.
        raise BadRequest(400, "this port speaks plain HTTP, and a TLS handshake came")
    if not first:
        return None
    line = b"" if first == b"\n" else await _line(reader, 414)
    if line is None:
        raise BadRequest(400, "the request breaks off")
    line = await _line(reader, 414) if first in (b"\r", b"\n") and line == b"" else first + line
    if line is None:
        return None
    match = _REQUEST_LINE.fullmatch(line)
    if not match:
        raise BadRequest(400, "the request line is not METHOD TARGET HTTP/1.1")
    method, target, major, minor = match.groups()
    if major != b"1":
        raise BadRequest(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
    headers = await _headers(reader)
    name, (path, query, authority) = method.decode("ascii"), _parted(method, target.decode("ascii"))
    request = Request(name, path, int(minor), headers, query, authority)
    _check_framing(request)
    return request


async def body_pieces(reader: asyncio.StreamReader, request: Request) -> AsyncIterator[bytes]:
    """The request's body, piece by piece, so that nobody has to hold it. Raises `BadRequest`."""
    if not request.is_chunked:
        async for piece in _exactly(reader, request.body_length):
            yield piece
        return
    total = 0
    while True:
        line = await _body_line(reader)
        size = re.fullmatch(rb"([0-9A-Fa-f]{1,8})(?:[ \t]*;.*)?", line)
        if not size:
            raise BadRequest(400, "a chunk of the body has no size")
        length = int(size[1], 16)
        total += length
        if total > MAX_BODY:
            raise BadRequest(413, f"a body may have {MAX_BODY} bytes")
        if length == 0:
            break
        async for piece in _exactly(reader, length):
            yield piece
        if await _body_line(reader) != b"":
            raise BadRequest(400, "a chunk of the body is longer than its size")
    for _ in range(MAX_HEADERS):
        if await _body_line(reader) == b"":
            return
    raise BadRequest(431, "the body has too many trailers")


def _parted(method: bytes, target: str) -> tuple[str, str, str]:
    """Path, query and authority of a request's target (RFC 9112, section 3.2)."""
    if method == b"CONNECT":
        return target, "", target
    absolute = _ABSOLUTE.match(target)
    path, _, query = target[absolute.end() if absolute else 0 :].partition("#")[0].partition("?")
    authority = absolute[1].rpartition("@")[2] if absolute else ""
    return path or "/", query, authority


async def _exactly(reader: asyncio.StreamReader, length: int) -> AsyncIterator[bytes]:
    while length > 0:
        async with asyncio.timeout(PIECE_TIMEOUT_S):
            piece = await reader.read(min(length, PIECE))
        if not piece:
            raise BadRequest(400, "the body is shorter than announced")
        length -= len(piece)
        yield piece


async def _body_line(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PIECE_TIMEOUT_S):
        line = await _line(reader, 400)
    if line is None:
        raise BadRequest(400, "the body is shorter than announced")
    return line


async def _headers(reader: asyncio.StreamReader) -> tuple[tuple[str, str], ...]:
    headers: list[tuple[str, str]] = []
    size = 0
    while line := await _line(reader, 431):
        size += len(line)
        if size > MAX_HEADER_BYTES or len(headers) >= MAX_HEADERS:
            raise BadRequest(431, f"{MAX_HEADERS} headers of {MAX_HEADER_BYTES} bytes together are allowed")
        match = _HEADER.fullmatch(line)
        if not match or _FORBIDDEN.search(match[2]):
            raise BadRequest(400, "a header is not NAME: VALUE on one line")
        headers.append((match[1].decode("ascii").lower(), match[2].strip(b" \t").decode("latin-1")))
    if line is None:
        raise BadRequest(400, "the headers break off")
    return tuple(headers)


async def _line(reader: asyncio.StreamReader, status_when_long: int) -> bytes | None:
    """One line without its end; None when the stream ended before it."""
    try:
        line = await reader.readuntil(b"\n")
    except asyncio.LimitOverrunError:
        raise BadRequest(status_when_long, f"a line may have {MAX_LINE} bytes") from None
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise BadRequest(400, "the request breaks off") from None
        return None
    return line[:-1].removesuffix(b"\r")


def _check_framing(request: Request) -> None:
    names = [name for name, _ in request.headers]
    if request.minor_version >= 1 and names.count("host") != 1:
        raise BadRequest(400, "an HTTP/1.1 request has exactly one Host header")
    if "transfer-encoding" in names:
        if "content-length" in names:
            raise BadRequest(400, "a body has a Content-Length or a Transfer-Encoding, not both")
        if not request.is_chunked:
            raise BadRequest(501, "the only transfer coding understood is chunked")
    lengths = [value for name, value in request.headers if name == "content-length"]
    if len(lengths) > 1 or not all(re.fullmatch("[0-9]{1,18}", length) for length in lengths):
        raise BadRequest(400, "the Content-Length is not one whole number")
    if request.body_length > MAX_BODY:
        raise BadRequest(413, f"a body may have {MAX_BODY} bytes")
