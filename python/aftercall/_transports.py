"""What carries the bytes instead of the client's own transport; known by its shape, no library is imported.

A transport sends one request and brings one reply. `adapted` makes a function of whatever was given; the native half
calls it. Each function sends without redirects, without a second try and without credentials of its library's own,
reads no more of a body than the client takes, and looks at the clock between its pieces: most libraries have a limit
for each read alone.
"""

from __future__ import annotations

import time

from . import _faults
from ._responses import _as_received, _requests_headers, parts_of
from .enums import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator
    from typing import Any

    from ._native import Outgoing

    _Parts = tuple[Any, Any, Any]
    _Exchange = Callable[[Outgoing], _Parts]
    _AsyncExchange = Callable[[Outgoing], Awaitable[_Parts]]

_PIECE = 64 << 10


class _Stopped(Exception):
    """An exchange that was ended here, as this fault."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail


def fault_of(error: BaseException) -> tuple[int, str] | None:
    """The fault that an exception of an exchange is, and words about it; None if it is none.

    The words are the name of its class: its text may hold a URL.
    """
    if isinstance(error, _Stopped):
        return error.fault, error.detail
    fault = _faults.fault_of(error)
    if fault is None and type(error).__name__ == "ClientResponseError":
        fault = Fault.TRUNCATED  # what aiohttp says of a reply that breaks the rules of HTTP
    if fault is None:
        return None
    kind = type(error)
    return fault, kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def adapted(transport: Any) -> _Exchange:
    """The function that carries the bytes; TypeError if it cannot."""
    if is_awaited(transport):
        raise TypeError(f"transport: {_name(transport)} must be awaited; use AsyncClient")
    if hasattr(transport, "prepare_request") and hasattr(transport, "send"):
        return _Requests(transport)
    if hasattr(transport, "build_request") and hasattr(transport, "send"):
        return _Httpx(transport)
    if hasattr(transport, "urlopen") and hasattr(transport, "connection_from_url"):
        return _Urllib3(transport)
    exchange = getattr(transport, "exchange", transport)
    if not callable(exchange):
        raise TypeError(
            "transport: expected a session of requests, a client of httpx, a pool manager of urllib3, a function, "
            f"an object with exchange(), or None; found {_name(transport)}"
        )
    return _Own(exchange)


def adapted_async(transport: Any) -> _AsyncExchange:
    """The coroutine function that carries the bytes; TypeError if it cannot."""
    if hasattr(transport, "build_request") and hasattr(transport, "aclose"):
        return _AsyncHttpx(transport)
    if hasattr(transport, "request") and hasattr(transport, "ws_connect"):
        return _Aiohttp(transport)
    exchange = getattr(transport, "exchange", transport)
    if not callable(exchange) or not _is_coroutine_function(exchange):
        raise TypeError(
            "transport: expected an AsyncClient of httpx, a ClientSession of aiohttp, a coroutine function, an object "
            f"with async def exchange(), or None; found {_name(transport)}"
        )
    return _AsyncOwn(exchange)


def is_awaited(transport: Any) -> bool:
    """Whether a transport is for event loops."""
    if hasattr(transport, "ws_connect") or (hasattr(transport, "aclose") and hasattr(transport, "build_request")):
        return True
    return _is_coroutine_function(getattr(transport, "exchange", transport))


class _Requests:
    """A `requests.Session`."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def __call__(self, outgoing: Outgoing) -> _Parts:
        limit = _Limit(outgoing)
        response = self._session.request(
            outgoing.method,
            outgoing.url,
            headers=dict(outgoing.headers),
            data=outgoing.body,
            timeout=(limit.connect, limit.left()),
            allow_redirects=False,
            stream=True,
            auth=_unchanged,  # without one, it may take another from .netrc
        )
        with response:
            return response.status_code, _requests_headers(response), limit.whole(_as_it_comes(response.raw))


class _Httpx:
    """An `httpx.Client`."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __call__(self, outgoing: Outgoing) -> _Parts:
        limit = _Limit(outgoing)
        request = self._client.build_request(
            outgoing.method, outgoing.url, headers=outgoing.headers, content=outgoing.body, timeout=limit.of_httpx()
        )
        response = self._client.send(request, stream=True, follow_redirects=False, auth=None)
        try:
            return response.status_code, response.headers.raw, limit.whole(response.iter_bytes())
        finally:
            response.close()


class _Urllib3:
    """A `urllib3.PoolManager`."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager

    def __call__(self, outgoing: Outgoing) -> _Parts:
        limit = _Limit(outgoing)
        response = self._manager.urlopen(
            outgoing.method,
            outgoing.url,
            headers=dict(outgoing.headers),
            body=outgoing.body,
            redirect=False,
            retries=False,
            timeout=limit.left(),
            preload_content=False,
        )
        try:
            body = limit.whole(_as_it_comes(response))
            return response.status, _as_received(response.headers.items()), body
        finally:
            # A connection with a rest of the body on it is not used again.
            if response.closed:
                response.release_conn()
            else:
                response.close()


class _Own:
    """A function."""

    def __init__(self, exchange: Callable[[Outgoing], Any]) -> None:
        self._exchange = exchange

    def __call__(self, outgoing: Outgoing) -> _Parts:
        return _parts(self._exchange(outgoing))


class _AsyncHttpx:
    """An `httpx.AsyncClient`."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def __call__(self, outgoing: Outgoing) -> _Parts:
        limit = _Limit(outgoing)
        request = self._client.build_request(
            outgoing.method, outgoing.url, headers=outgoing.headers, content=outgoing.body, timeout=limit.of_httpx()
        )
        response = await self._client.send(request, stream=True, follow_redirects=False, auth=None)
        try:
            body = _Body(limit)
            async for piece in response.aiter_bytes():
                body.add(piece)
            return response.status_code, response.headers.raw, body.bytes()
        finally:
            await response.aclose()


class _Aiohttp:
    """An `aiohttp.ClientSession`, which from then on repeats nothing by itself."""

    def __init__(self, session: Any, **always: Any) -> None:
        # It would send a GET once more by itself when a connection breaks, and tell nobody.
        if hasattr(session, "_retry_connection"):
            session._retry_connection = False
        self._session = session
        self._always = always

    async def __call__(self, outgoing: Outgoing) -> _Parts:
        limit = _Limit(outgoing)
        async with self._session.request(
            outgoing.method,
            outgoing.url,
            headers=outgoing.headers,
            data=outgoing.body,
            allow_redirects=False,
            raise_for_status=False,
            skip_auto_headers=("Content-Type", "User-Agent"),
            **self._always,
        ) as response:
            body = _Body(limit)
            async for piece in response.content.iter_any():
                body.add(piece)
            return response.status, response.raw_headers, body.bytes()


class _AsyncOwn:
    """A coroutine function."""

    def __init__(self, exchange: Callable[[Outgoing], Awaitable[Any]]) -> None:
        self._exchange = exchange

    async def __call__(self, outgoing: Outgoing) -> _Parts:
        told = await self._exchange(outgoing)
        if isinstance(told, tuple):
            return _parts(told)
        from ._responses import _awaited_parts, must_be_awaited

        return await _awaited_parts(told) if must_be_awaited(told) else _parts(told)


class _Limit:
    """How long and how large a reply may be."""

    def __init__(self, outgoing: Outgoing) -> None:
        self.max_bytes = outgoing.max_body_bytes
        self.connect = outgoing.connect_timeout_ms / 1000
        self._until = None if outgoing.timeout_ms is None else time.monotonic() + outgoing.timeout_ms / 1000

    def left(self) -> float | None:
        """The time that is left, in seconds; some of it always is."""
        return None if self._until is None else max(self._until - time.monotonic(), 0.001)

    def of_httpx(self) -> tuple[float | None, ...]:
        left = self.left()
        return (min(self.connect, left or self.connect), left, left, self.connect)

    def check(self, length: int) -> None:
        if length > self.max_bytes:
            raise _Stopped(Fault.TOO_LARGE, f"the body is over the limit of {self.max_bytes} bytes")
        if self._until is not None and time.monotonic() > self._until:
            raise _Stopped(Fault.READ_TIMEOUT, "the reply was not complete in time")

    def whole(self, pieces: Iterable[bytes]) -> bytes:
        body = _Body(self)
        for piece in pieces:
            body.add(piece)
        return body.bytes()


class _Body:
    """What has come of a body."""

    def __init__(self, limit: _Limit) -> None:
        self._limit = limit
        self._pieces: list[bytes] = []
        self._length = 0

    def add(self, piece: bytes) -> None:
        self._length += len(piece)
        self._limit.check(self._length)
        self._pieces.append(piece)

    def bytes(self) -> bytes:
        return b"".join(self._pieces)


def _as_it_comes(response: Any) -> Iterator[bytes]:
    """The body of a response of urllib3. Who waits for a whole piece of it waits without a look at the clock."""
    if not hasattr(response, "read1"):  # before urllib3 2.1
        yield from response.stream(1, decode_content=True)
        return
    while piece := response.read1(_PIECE, decode_content=True):
        yield piece


def _unchanged(request: Any) -> Any:
    return request


def _parts(told: Any) -> _Parts:
    """Status, headers and body of what a function returned."""
    if isinstance(told, tuple):
        if len(told) == 3:
            return told
        raise TypeError(f"transport: expected (status, headers, body); found a tuple of {len(told)}")
    return parts_of(told)


def _is_coroutine_function(function: Any) -> bool:
    """Whether a function or an object's call is a coroutine function (CO_COROUTINE)."""
    for called in (function, vars(type(function)).get("__call__")):
        code = getattr(called, "__code__", None)
        if getattr(code, "co_flags", 0) & 0x80:
            return True
    return False


def _name(transport: object) -> str:
    return type(transport).__qualname__
