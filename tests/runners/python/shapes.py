"""Responses in the shape of each library's, without the library: what judge() looks at, and no more.

That the libraries' own objects have these shapes is tested in ``tests/python``.
"""

from __future__ import annotations

from collections.abc import Iterator

Pairs = list[tuple[str, str]]


class _Repeating:
    """Headers that show each of several values by itself, as text of one character a byte."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = [(name, value.encode().decode("latin-1")) for name, value in pairs]

    def items(self) -> list[tuple[str, str]]:
        return self._pairs

    def get(self, name: str, default: str | None = None) -> str | None:
        return next((value for own, value in self._pairs if own.lower() == name), default)

    def getlist(self, name: str) -> list[str]:
        return [value for own, value in self._pairs if own.lower() == name.lower()]

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None


class _Merged(dict[str, str]):
    """Headers whose several values are joined by commas, as requests has them."""

    def __init__(self, headers: _Repeating) -> None:
        names = {name.lower(): name for name, _ in reversed(headers.items())}
        super().__init__((name, ", ".join(headers.getlist(name))) for name in reversed(names.values()))


class _Raw:
    """What is behind a response of requests."""

    def __init__(self, headers: _Repeating) -> None:
        self.headers = headers


class Requests:
    def __init__(self, status: int, headers: Pairs, body: bytes) -> None:
        received = _Repeating(headers)
        self.status_code = status
        self.headers = _Merged(received)
        self.raw = _Raw(received)
        self.content = body

    def iter_content(self) -> Iterator[bytes]:
        yield self.content


class _RawHeaders:
    def __init__(self, pairs: Pairs) -> None:
        self.raw = [(name.encode(), value.encode()) for name, value in pairs]


class Httpx:
    def __init__(self, status: int, headers: Pairs, body: bytes) -> None:
        self.status_code = status
        self.headers = _RawHeaders(headers)
        self.content = body

    async def aread(self) -> bytes:
        return self.content


class HttpxUnread(Httpx):
    """A stream that nobody has read."""

    is_stream_consumed = False
    is_closed = False

    def __init__(self, status: int, headers: Pairs, body: bytes) -> None:
        self._body: bytes | None = None
        super().__init__(status, headers, b"")
        self.stream = [body]
        self._body = None

    @property
    def content(self) -> bytes:
        if self._body is None:
            raise RuntimeError("not read")
        return self._body

    @content.setter
    def content(self, body: bytes) -> None:
        self._body = body

    def read(self) -> bytes:
        self.content = b"".join(self.stream)
        return self.content


class _AsyncStream:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def __aiter__(self) -> _AsyncStream:
        return self


class HttpxAsync(HttpxUnread):
    def __init__(self, status: int, headers: Pairs, body: bytes) -> None:
        super().__init__(status, headers, body)
        self._stream = _AsyncStream(body)
        self.stream = self._stream  # type: ignore[assignment]

    async def aread(self) -> bytes:
        self.content = self._stream.body
        return self.content


class Urllib3:
    closed = False

    def __init__(self, status: int, headers: Pairs, body: bytes) -> None:
        self.status = status
        self.headers = _Repeating(headers)
        self._body: bytes | None = None
        self._source = body

    @property
    def data(self) -> bytes:
        self._body = self._source
        return self._body

    def tell(self) -> int:
        return 0 if self._body is None else len(self._body)

    def read(self) -> bytes:
        raise AssertionError("its body is in data")

    def release_conn(self) -> None:
        pass


class HttpClient:
    length = None
    chunk_left = None

    def __init__(self, status: int, headers: Pairs, body: bytes) -> None:
        self.status = status
        self.headers = _Repeating(headers)
        self._body: bytes | None = body

    def isclosed(self) -> bool:
        return self._body is None

    def read(self) -> bytes:
        body, self._body = self._body, None
        return body or b""


class Aiohttp:
    def __init__(self, status: int, headers: Pairs, body: bytes) -> None:
        self.status = status
        self.headers = _Repeating(headers)
        self.raw_headers = tuple((name.encode(), value.encode()) for name, value in headers)
        self._body = body

    async def read(self) -> bytes:
        return self._body


SYNC = (Requests, Httpx, HttpxUnread, Urllib3, HttpClient)
ASYNC = (Httpx, HttpxAsync, Aiohttp)
