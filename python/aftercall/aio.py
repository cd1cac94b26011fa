"""The client for event loops: no thread for any request, and every decision is the native half's.

>>> import aftercall, asyncio
>>> async def answer(outgoing):
...     return 200, None, b'{"status":true,"error_code":0,"data":{"id":7}}'
>>> async def main():
...     async with aftercall.AsyncClient("https://api.example.com", transport=answer) as client:
...         return await client.get("/search")
>>> asyncio.run(main())
{'id': 7}
"""

from __future__ import annotations

import asyncio

from . import _transports
from ._native import Client, Progress, Request, Response, Snapshot, _Session
from .enums import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from typing import Any, Literal, Self

    from .errors import AftercallError
    from .pages import Pages

__all__ = ["AsyncClient"]

_OF_THE_TRANSPORT = ("ca_file", "ca_pem", "proxy", "no_proxy")


class AsyncClient:
    """Sends requests to one API with one credential, and repeats them as the policy allows; to be awaited.

    The settings are those of Client. *transport* carries the bytes: an `httpx.AsyncClient`, an `aiohttp.ClientSession`,
    a coroutine function that is given an Outgoing and returns a response or (status, headers, body), or an object with
    such an `exchange()`. Without one, a session of aiohttp or else a client of httpx is made at the first call, and
    closed with this one.

    All tasks share tokens, the retry budget and the holds: ten tasks with an expired token fetch one new token. A task
    that is cancelled gives back what it holds. Use one client in one event loop.
    """

    def __init__(self, base_url: str, **settings: Any) -> None:
        transport = settings.pop("transport", None)
        self._exchange = None if transport is None else _transports.adapted_async(transport)
        self._settings: dict[str, Any] = {name: settings.get(name) for name in _OF_THE_TRANSPORT}
        self._settings["connect_timeout_ms"] = settings.get("connect_timeout_ms") or 5000
        self._settings["proxy_from_environment"] = settings.get("proxy_from_environment", False)
        self._client = Client._for_event_loop(base_url, settings)
        self._own: Any = None
        self._waiting: set[asyncio.Future[None]] = set()
        if self._exchange is None:
            _library()

    async def get(self, path: str, /, params: Any = None, **options: Any) -> Any:
        """GET a path of the API; return its data, decoded. See Client.get()."""
        return await self.request("GET", path, params, **options)

    async def post(self, path: str, /, params: Any = None, **options: Any) -> Any:
        """POST to a path of the API; return its data, decoded. See Client.post()."""
        return await self.request("POST", path, params, **options)

    async def put(self, path: str, /, params: Any = None, **options: Any) -> Any:
        """PUT to a path of the API; return its data, decoded. See Client.post()."""
        return await self.request("PUT", path, params, **options)

    async def patch(self, path: str, /, params: Any = None, **options: Any) -> Any:
        """PATCH a path of the API; return its data, decoded. See Client.post()."""
        return await self.request("PATCH", path, params, **options)

    async def delete(self, path: str, /, params: Any = None, **options: Any) -> Any:
        """DELETE a path of the API; return its data, decoded. See Client.get()."""
        return await self.request("DELETE", path, params, **options)

    async def request(self, method: str, path: str, /, params: Any = None, **options: Any) -> Any:
        """Any method on a path of the API; return its data, decoded. See Client.post()."""
        session = await self._driven(Request(method, path, params, **options))
        return session.finish_value()

    async def send(self, request: Request, /) -> Response:
        """Send a Request; return the whole Response."""
        return (await self._driven(request)).finish()

    async def map(
        self,
        requests: Iterable[Request],
        /,
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | bool | None = None,
    ) -> list[Response | AftercallError]:
        """Send many requests, at most *concurrency* at once. See Client.map(); what is cancelled is the task."""
        from .errors import AftercallError

        if not isinstance(concurrency, int) or isinstance(concurrency, bool):
            raise TypeError(f"concurrency: expected an integer; found {type(concurrency).__qualname__}")
        if concurrency < 1:
            raise ValueError(f"concurrency: expected an integer from 1, found {concurrency}")
        if not isinstance(progress, bool | None) and not callable(progress):
            raise TypeError(f"progress: expected a function, True, False or None; found {type(progress).__qualname__}")
        try:
            waiting = list(requests)
        except TypeError:
            raise TypeError(
                f"requests: expected Requests, in an iterable; found {type(requests).__qualname__}"
            ) from None
        results: list[Any] = [None] * len(waiting)
        told = None if progress is False else progress
        if progress is True:
            from ._progress import bar

            told = bar(len(waiting))
        ended = failed = 0
        indices = iter(range(len(waiting)))

        async def work() -> None:
            nonlocal ended, failed
            for index in indices:
                try:
                    results[index] = await self.send(waiting[index])
                except AftercallError as error:
                    results[index] = error
                    failed += 1
                ended += 1
                if callable(told):
                    is_success = isinstance(results[index], Response)
                    told(Progress(index, is_success, ended, failed, len(waiting)))

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(concurrency, len(waiting))):
                    group.create_task(work())
        except BaseExceptionGroup as raised:
            raise raised.exceptions[0] from None
        finally:
            close_bar = getattr(told, "close_bar", None)
            if close_bar is not None:
                close_bar()
        return results

    def pages(self, path: str, /, params: Any = None, **options: Any) -> Pages:
        """Go through a list of the API page by page, with `async for`. See Pages."""
        from .pages import Pages

        return Pages(self, path, params, **options)

    async def poll(self, path: str, /, params: Any = None, **options: Any) -> Any:
        """Ask about a task until it has come to an end. See Client.poll()."""
        from .tasks import poll_async

        return await poll_async(self, path, params, **options)

    def snapshot(self) -> Snapshot:
        """What the client has at this moment, for metrics."""
        return self._client.snapshot()

    def clear_hold(self) -> None:
        """End the hold of this credential."""
        self._client.clear_hold()

    def forget_token(self) -> None:
        """Forget the access token, so that the next call fetches another."""
        self._client.forget_token()

    async def aclose(self) -> None:
        """Close what was opened here. Later calls raise RuntimeError."""
        self._client.close()
        own, self._own = self._own, None
        if own is not None:
            await (own.aclose() if hasattr(own, "aclose") else own.close())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return repr(self._client).replace("<Client", "<AsyncClient", 1)

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(
            "an AsyncClient cannot be pickled: it holds connections and a credential; make one where it is used"
        )

    async def _driven(self, request: Request) -> _Session:
        """A call at its end."""
        session = self._client._session(request)
        try:
            while True:
                step, milliseconds = session.next()
                if step == "send":
                    await self._exchanged(session)
                elif step == "wait":
                    await asyncio.sleep(milliseconds / 1000)
                elif step == "await_token":
                    await self._news(milliseconds)
                else:
                    return session
                self._tell()
        except Exception:
            session.abandon()
            self._tell()
            raise
        except BaseException:
            session.cancel()
            self._tell()
            raise

    async def _exchanged(self, session: _Session) -> None:
        outgoing = session.outgoing()
        if outgoing is None:
            return
        exchange = self._exchange or self._opened()
        seconds = None if outgoing.timeout_ms is None else outgoing.timeout_ms / 1000
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                told = await exchange(outgoing)
        except Exception as error:
            if limit.expired():
                session.failed(Fault.READ_TIMEOUT, "the reply was not complete in time")
                return
            fault = _transports.fault_of(error)
            if fault is None:
                raise
            session.failed(Fault(fault[0]), fault[1])
        else:
            session.received(told)

    async def _news(self, at_most_ms: int) -> None:
        """Wait until some call has made a step, which may be the token."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait((future,), timeout=at_most_ms / 1000)
        finally:
            self._waiting.discard(future)

    def _tell(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def _opened(self) -> _transports._AsyncExchange:
        """The transport of a library that is installed."""
        made = _with_aiohttp if _library() == "aiohttp" else _with_httpx
        self._own, self._exchange = made(**self._settings)
        return self._exchange


def _library() -> Literal["aiohttp", "httpx"]:
    from importlib.util import find_spec

    if find_spec("aiohttp") is not None:
        return "aiohttp"
    if find_spec("httpx") is not None:
        return "httpx"
    raise ImportError(
        "an AsyncClient needs aiohttp or httpx to carry its bytes; install one of them, or give transport="
    )


def _with_aiohttp(
    ca_file: Any,
    ca_pem: Any,
    proxy: str | None,
    no_proxy: Any,
    *,
    connect_timeout_ms: int,
    proxy_from_environment: bool,
) -> tuple[Any, _transports._AsyncExchange]:
    import aiohttp

    _refuse_no_proxy(no_proxy)
    context = _context(ca_file, ca_pem)
    connector = aiohttp.TCPConnector(limit=0, ssl=True if context is None else context)
    # Its default limits would end what the client allows.
    session = aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=None, connect=connect_timeout_ms / 1000),
        trust_env=proxy_from_environment,
        auto_decompress=True,
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    always = {} if proxy is None else {"proxy": proxy}
    return session, _transports._Aiohttp(session, **always)


def _with_httpx(
    ca_file: Any,
    ca_pem: Any,
    proxy: str | None,
    no_proxy: Any,
    *,
    connect_timeout_ms: int,
    proxy_from_environment: bool,
) -> tuple[Any, _transports._AsyncExchange]:
    import httpx

    _refuse_no_proxy(no_proxy)
    context = _context(ca_file, ca_pem)
    client = httpx.AsyncClient(
        timeout=connect_timeout_ms / 1000,  # each request says its own
        verify=True if context is None else context,
        proxy=proxy,
        trust_env=proxy_from_environment,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
    )
    return client, _transports._AsyncHttpx(client)


def _refuse_no_proxy(no_proxy: Any) -> None:
    if no_proxy:
        raise ValueError("no_proxy: expected none for an AsyncClient; give transport= a session that knows it")


def _context(ca_file: Any, ca_pem: Any) -> Any:
    if ca_file is None and ca_pem is None:
        return None
    import ssl

    text = ca_pem.decode("ascii") if isinstance(ca_pem, bytes) else ca_pem
    return ssl.create_default_context(cafile=ca_file, cadata=text)
