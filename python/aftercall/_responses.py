"""Response objects of HTTP libraries, taken apart by what they can do; none of the libraries is imported.

* ``status_code`` and ``content``: requests, and httpx;
* ``status`` and ``data``: urllib3;
* ``status`` and ``read()``: http.client, and what urllib.request returns or raises;
* ``await response.read()`` or ``aread()``: aiohttp, and httpx from an asynchronous client.

A body that is not read yet is read. One that is gone, in whole or in part, is refused: judging what is left
would give a wrong verdict.
"""

from __future__ import annotations

from ._native import judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any, Literal, NoReturn

    from ._native import Profile, Verdict
    from .enums import Expect

    _Field = str | bytes
    _Headers = Iterable[tuple[_Field, _Field]]


class _WallClock(float):
    """Says that `now` was left out, which is not the same as None."""

    def __repr__(self) -> str:
        return "time.time()"


_WALL_CLOCK = _WallClock()


async def judge_async(
    response: object,
    *,
    expect: Expect | Literal["envelope", "raw"] = "envelope",
    now: float | datetime | None = _WALL_CLOCK,
    profile: Profile | None = None,
    request: tuple[str, str] | None = None,
) -> Verdict:
    """Judge a response whose body must be awaited: of aiohttp, or of an asynchronous httpx client.

    A body that was not read yet is read. The keywords are those of judge().

    >>> async def call(session, url):
    ...     async with session.get(url) as response:
    ...         return await aftercall.judge_async(response)
    """
    parts = await _awaited_parts(response)
    if now is _WALL_CLOCK:
        import time

        now = time.time()
    return judge(*parts, expect=expect, now=now, profile=profile, request=request)


def parts_of(response: Any) -> tuple[Any, _Headers, Any]:
    """Status, headers and body of a response; the native half calls this."""
    if _is_httpx(response):
        return response.status_code, response.headers.raw, _httpx_body(response)
    if hasattr(response, "status_code") and hasattr(response, "iter_content"):
        body = _requests_body(response)
        return response.status_code, _requests_headers(response), body
    if hasattr(response, "status") and hasattr(response, "headers"):
        if _is_awaitable(response):
            _refuse_async(response)
        if hasattr(response, "release_conn"):
            body = _urllib3_body(response)
            return response.status, _as_received(response.headers.items()), body
        if hasattr(response, "read"):
            body = _plain_body(response)
            return response.status, _as_received(response.headers.items()), body
    raise _unknown(
        response,
        "expected an integer http_status with headers and body, "
        "or a response object of requests, httpx, urllib3 or http.client",
    )


def is_response(value: Any) -> bool:
    """Whether a value is a response that this module can take apart, awaited or not."""
    if hasattr(value, "status_code"):
        return hasattr(value, "aread") or hasattr(value, "iter_content")
    return (
        hasattr(value, "status")
        and hasattr(value, "headers")
        and (hasattr(value, "read") or hasattr(value, "release_conn"))
    )


def must_be_awaited(response: Any) -> bool:
    """Whether the body of a response is read by awaiting it."""
    if _is_httpx(response):
        return not _is_read(response) and hasattr(response.stream, "__aiter__")
    return _is_awaitable(response)


def judged_if_response(
    value: Any, expect: Expect | Literal["envelope", "raw"], profile: Profile | None
) -> Verdict | None:
    """The verdict on a value, None if it is no response; the native half calls this."""
    if not is_response(value):
        return None
    parts = parts_of(value)
    _put_back(value, parts[2])
    import time

    return judge(*parts, expect=expect, now=time.time(), profile=profile)


def _put_back(response: Any, body: Any) -> None:
    """Lets a response of http.client, which gives its body once, give it again."""
    if hasattr(response, "isclosed") and hasattr(response, "fp") and response.fp is None and body:
        import io

        response.fp = io.BytesIO(body)
        response.chunked = False
        response.length = len(body)


async def _awaited_parts(response: Any) -> tuple[Any, _Headers, Any]:
    if _is_httpx(response):
        if _is_read(response):
            body = response.content
        elif not hasattr(response.stream, "__aiter__"):
            raise TypeError(f"response: {_name(response)} has no asynchronous body; use judge(response)")
        elif response.is_stream_consumed or response.is_closed:
            raise _gone(response)
        else:
            body = await response.aread()
        return response.status_code, response.headers.raw, body
    if hasattr(response, "status") and hasattr(response, "headers") and _is_awaitable(response):
        # aiohttp remembers a body that was read; of a stream read in pieces it gives what is left.
        body = await response.read()
        headers = response.raw_headers if hasattr(response, "raw_headers") else response.headers.items()
        return response.status, headers, body
    raise _unknown(response, "expected a response object of aiohttp or httpx")


def _is_httpx(response: Any) -> bool:
    return hasattr(response, "status_code") and hasattr(response, "aread")


def _is_read(response: Any) -> bool:
    try:
        response.content  # noqa: B018 - asked for the exception that it raises
    except RuntimeError:
        return False
    return True


def _httpx_body(response: Any) -> Any:
    if _is_read(response):
        return response.content
    if response.is_stream_consumed or response.is_closed:
        raise _gone(response)
    if not hasattr(response.stream, "__iter__"):
        _refuse_async(response)
    return response.read()


def _requests_body(response: Any) -> Any:
    try:
        body = response.content
    except RuntimeError:
        raise _gone(response) from None
    if body is None:  # what requests says when there is no connection behind the response
        return b""
    _refuse_rest(response, response.raw, body)
    return body


def _requests_headers(response: Any) -> _Headers:
    """The headers one by one, where the merged value is still what was received."""
    received = getattr(getattr(response, "raw", None), "headers", None)
    apart = getattr(received, "getlist", None)
    pairs: list[tuple[_Field, _Field]] = []
    for name, merged in response.headers.items():
        values = apart(name) if apart is not None else ()
        if ", ".join(values) != merged:
            values = (merged,)
        pairs.extend((name, value) for value in values)
    return _as_received(pairs)


def _urllib3_body(response: Any) -> Any:
    # A body that was neither kept nor is still to come.
    if getattr(response, "_body", b"") is None and response.closed:
        raise _gone(response)
    body = response.data
    _refuse_rest(response, response, body)
    return body


def _plain_body(response: Any) -> Any:
    if getattr(response, "closed", False) or (hasattr(response, "isclosed") and response.isclosed()):
        raise _gone(response)
    left = getattr(response, "length", None)
    announced = response.headers.get("content-length")
    has_begun = isinstance(getattr(response, "chunk_left", None), int)
    if has_begun or (left and announced and announced.isdecimal() and left < int(announced)):
        raise _gone(response)
    return response.read()


def _refuse_rest(response: Any, source: Any, body: bytes) -> None:
    """More bytes were taken off the wire than are here: somebody has read a part."""
    if hasattr(source, "tell") and "content-encoding" not in source.headers and source.tell() > len(body):
        raise _gone(response)


def _is_awaitable(response: Any) -> bool:
    """Whether `read` is a coroutine function (CO_COROUTINE), without calling it."""
    code = getattr(getattr(response, "read", None), "__code__", None)
    return bool(getattr(code, "co_flags", 0) & 0x80)


def _as_received(headers: _Headers) -> _Headers:
    """Undo the decoding of http.client, which takes every byte for a character."""
    return [(name, value if value.isascii() else _latin(value)) for name, value in headers]


def _latin(value: _Field) -> _Field:
    try:
        return value.encode("latin-1") if isinstance(value, str) else value
    except UnicodeEncodeError:
        return value


def _refuse_async(response: Any) -> NoReturn:
    raise TypeError(
        f"response: the body of {_name(response)} must be awaited; use await aftercall.judge_async(response)"
    )


def _gone(response: Any) -> ValueError:
    return ValueError(
        f"response: the body of this {_name(response)} was already read or closed; "
        "give status, headers and body to judge() instead"
    )


def _unknown(response: Any, expected: str) -> TypeError:
    return TypeError(f"response: {expected}; found {_name(response)}")


def _name(response: Any) -> str:
    return type(response).__qualname__
