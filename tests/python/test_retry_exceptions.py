"""What the exceptions of HTTP libraries say: the real ones, from real accidents on this machine."""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3

import aftercall
from aftercall import Fault, Policy
from aftercall._faults import fault_of, judged, of_type

Ask = Callable[[str], object]
QUERY = Policy(preset="none").using(kind="query")


def with_requests(url: str) -> object:
    return requests.get(url, timeout=0.5)


def with_httpx(url: str) -> object:
    return httpx.get(url, timeout=0.5)


def with_urllib3(url: str) -> object:
    with urllib3.PoolManager(retries=False) as pool:
        return pool.request("GET", url, timeout=0.5)


def with_urllib3_and_its_retries(url: str) -> object:
    with urllib3.PoolManager(retries=0) as pool:
        return pool.request("GET", url, timeout=0.5)


def with_urllib(url: str) -> object:
    with urllib.request.urlopen(url, timeout=0.5) as response:
        return response.read()


def with_http_client(url: str) -> object:
    parts = urllib3.util.parse_url(url)
    kind: Any = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.host, parts.port, timeout=0.5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    finally:
        connection.close()


async def with_aiohttp(url: str) -> object:
    timeout = aiohttp.ClientTimeout(sock_read=0.5, sock_connect=0.5)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
        return await response.read()


async def with_httpx_async(url: str) -> object:
    async with httpx.AsyncClient(timeout=0.5) as client:
        return await client.get(url)


ASKS: dict[str, Any] = {
    ask.__name__.removeprefix("with_"): ask
    for ask in (
        with_requests,
        with_httpx,
        with_urllib3,
        with_urllib3_and_its_retries,
        with_urllib,
        with_http_client,
        with_aiohttp,
        with_httpx_async,
    )
}


def rule_of(ask: Any, url: str) -> str:
    """The rule of the one attempt that was made."""
    is_awaited = asyncio.iscoroutinefunction(ask)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one it is differs
        asyncio.run(QUERY.call_async(ask, url)) if is_awaited else QUERY.call(ask, url)
    attempts: tuple[aftercall.AttemptRecord, ...] = getattr(caught.value, "attempts", ())
    assert len(attempts) == 1, repr(caught.value)
    assert not isinstance(caught.value, aftercall.AftercallError)
    return attempts[0].verdict.rule


@pytest.fixture(scope="module")
def accident() -> Iterator[Callable[[bytes | None], int]]:
    """Listens, takes one request, answers with these bytes (None: with silence) and hangs up."""
    listeners: list[socket.socket] = []
    over = threading.Event()

    def serve(listener: socket.socket, answer: bytes | None) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                if answer is None:
                    over.wait(2)
                else:
                    connection.sendall(answer)

    def start(answer: bytes | None) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=serve, args=(listener, answer), daemon=True).start()
        port: int = listener.getsockname()[1]
        return port

    yield start
    over.set()
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def a_closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_nobody_there_is_not_sent(ask: Ask) -> None:
    assert rule_of(ask, f"http://127.0.0.1:{a_closed_port()}/") == "transport:connect"


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_no_such_host_is_not_sent(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **keywords: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert rule_of(ask, "http://nobody.invalid/") == "transport:dns"


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_no_handshake_is_not_sent(ask: Ask, accident: Callable[[bytes | None], int]) -> None:
    port = accident(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    assert rule_of(ask, f"https://127.0.0.1:{port}/") == "transport:tls"


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_silence_is_a_timeout_while_reading(ask: Ask, accident: Callable[[bytes | None], int]) -> None:
    assert rule_of(ask, f"http://127.0.0.1:{accident(None)}/") == "transport:read_timeout"


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_hanging_up_before_the_reply_is_closed(ask: Ask, accident: Callable[[bytes | None], int]) -> None:
    assert rule_of(ask, f"http://127.0.0.1:{accident(b'')}/") == "transport:closed"


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhal",
    ],
    ids=["length", "chunks"],
)
def test_half_a_reply_is_truncated(ask: Ask, answer: bytes, accident: Callable[[bytes | None], int]) -> None:
    assert rule_of(ask, f"http://127.0.0.1:{accident(answer)}/") == "transport:truncated"


@pytest.mark.parametrize("name", ["requests", "httpx", "urllib3", "aiohttp", "httpx_async"])
def test_what_cannot_be_decoded_says_so(name: str, accident: Callable[[bytes | None], int]) -> None:
    answer = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope"
    assert rule_of(ASKS[name], f"http://127.0.0.1:{accident(answer)}/") == "transport:decode"


@pytest.mark.parametrize("name", ["requests", "httpx", "urllib3", "aiohttp"])
def test_what_cannot_be_sent_says_so(name: str) -> None:
    assert rule_of(ASKS[name], "ftp://127.0.0.1/") == "transport:bad_request"


def test_a_dead_proxy_is_not_sent() -> None:
    proxy = f"http://127.0.0.1:{a_closed_port()}"
    url = "http://api.invalid/"
    assert rule_of(lambda url: requests.get(url, proxies={"http": proxy}, timeout=1), url) == "transport:proxy"
    with urllib3.ProxyManager(proxy, retries=False) as pool:
        assert rule_of(lambda url: pool.request("GET", url), url) == "transport:proxy"


def test_a_status_that_was_raised_is_judged(accident: Callable[[bytes | None], int]) -> None:
    body = b'{"status":false,"error_code":67200005}'
    answer = b"HTTP/1.1 403 Forbidden\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    url = f"http://127.0.0.1:{accident(answer)}/"

    def requests_raises(url: str) -> None:
        requests.get(url, timeout=1).raise_for_status()

    def httpx_raises(url: str) -> None:
        httpx.get(url, timeout=1).raise_for_status()

    async def aiohttp_raises(url: str) -> None:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            response.raise_for_status()

    def urllib_raises(url: str) -> None:
        with urllib.request.urlopen(url, timeout=1):
            pass

    assert rule_of(requests_raises, url) == "code:67200005"
    assert rule_of(httpx_raises, url) == "code:67200005"
    assert rule_of(urllib_raises, url) == "code:67200005"
    assert rule_of(aiohttp_raises, url) == "http:403"  # aiohttp's exception has no body


def test_a_response_is_judged_as_it_is(accident: Callable[[bytes | None], int]) -> None:
    body = b'{"status":true,"error_code":0,"data":[1]}'
    port = accident(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
    url = f"http://127.0.0.1:{port}/"
    for ask in (with_requests, with_httpx, with_urllib3):
        response: Any = QUERY.call(ask, url)
        assert aftercall.judge(response).data() == [1]

    async def ask_aiohttp() -> object:
        async with aiohttp.ClientSession() as session:

            async def get() -> aiohttp.ClientResponse:
                return await session.get(url)

            return await (await QUERY.call_async(get)).json(content_type=None)

    assert asyncio.run(ask_aiohttp()) == {"status": True, "error_code": 0, "data": [1]}


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ConnectionResetError(), Fault.RESET),
        (BrokenPipeError(), Fault.RESET),
        (ConnectionRefusedError(), Fault.CONNECT),
        (OSError("something with a socket"), Fault.RESET),
        (OSError(113, "no route to host"), Fault.RESET),  # also said of a connection that was there
        (TimeoutError(), Fault.READ_TIMEOUT),
        (socket.gaierror(), Fault.DNS),
        (ssl.SSLCertVerificationError(), Fault.TLS),
        (ssl.SSLEOFError(), Fault.CLOSED),
        (asyncio.IncompleteReadError(b"", 5), Fault.TRUNCATED),
        (http.client.IncompleteRead(b""), Fault.TRUNCATED),
        (http.client.BadStatusLine("?"), Fault.RESET),
        (urllib.error.URLError(ConnectionRefusedError()), Fault.CONNECT),
        (urllib.error.URLError("unknown url type"), Fault.RESET),
        (requests.ConnectionError(), Fault.RESET),
        (requests.ConnectTimeout(), Fault.CONNECT_TIMEOUT),
        (requests.exceptions.SSLError(), Fault.TLS),
        (requests.exceptions.RetryError(), Fault.RESET),
        (requests.exceptions.MissingSchema(), Fault.BAD_REQUEST),
        (urllib3.exceptions.PoolError(None, "?"), Fault.RESET),  # type: ignore[arg-type]
        (urllib3.exceptions.InvalidHeader(), Fault.RESET),
        (httpx.ReadError("?"), Fault.RESET),
        (httpx.PoolTimeout("?"), Fault.CONNECT_TIMEOUT),
        (httpx.WriteTimeout("?"), Fault.READ_TIMEOUT),
        (httpx.ProxyError("?"), Fault.PROXY),
        (httpx.LocalProtocolError("?"), Fault.BAD_REQUEST),
        (aiohttp.ServerDisconnectedError(), Fault.CLOSED),
        (aiohttp.ClientError(), Fault.RESET),
        (aiohttp.ClientPayloadError(), Fault.TRUNCATED),
        (aiohttp.ServerTimeoutError(), Fault.READ_TIMEOUT),
        # nothing about a reply
        (KeyError(), None),
        (ValueError(), None),
        (Exception(), None),
        (RuntimeError(), None),
        (PermissionError(13, "denied"), None),
        (OSError(28, "no space left"), None),
        (OSError(5, "input/output error", "a file"), None),
        (requests.exceptions.JSONDecodeError("?", "", 0), None),
        (requests.exceptions.StreamConsumedError(), None),
        (httpx.TooManyRedirects("?"), None),
        (httpx.ResponseNotRead(), None),
        (http.client.ResponseNotReady(), None),
    ],
    ids=lambda value: f"{type(value).__module__}.{value!r}" if isinstance(value, BaseException) else "",
)
def test_only_what_proves_it_is_not_sent(error: Exception, fault: Fault | None) -> None:
    assert fault_of(error) is fault
    assert judged(error, "envelope", None) is fault
    assert of_type(type(error)) in (-1, fault or 0)


def test_what_was_proved_outside_is_not_doubted_inside() -> None:
    error = httpx.ConnectError("?")
    error.__cause__ = ConnectionResetError()
    assert fault_of(error) is Fault.CONNECT
    error.__cause__ = socket.gaierror()
    assert fault_of(error) is Fault.DNS
    # An error of the encryption that comes later proves nothing.
    late = requests.exceptions.SSLError(ssl.SSLError(1, "[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] bad record"))
    assert fault_of(late) is Fault.RESET


def test_an_exception_that_wraps_itself_ends() -> None:
    error = requests.ConnectionError()
    error.args = (error,)
    assert fault_of(error) is Fault.RESET


def test_a_class_for_each_exception_is_not_remembered_for_ever() -> None:
    for index in range(600):
        kind = type(f"Own{index}", (ConnectionResetError,), {})
        with pytest.raises(ConnectionResetError):
            QUERY.call(raising(kind()))


def raising(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_a_subclass_of_ones_own_is_known_by_its_parents() -> None:
    class Mine(requests.ReadTimeout):
        pass

    class Own(OSError):
        """Of a program, about who knows what."""

    assert fault_of(Mine()) is Fault.READ_TIMEOUT
    assert fault_of(Own()) is None


def test_an_exception_that_brings_a_response_is_judged_by_it() -> None:
    class ApiError(Exception):
        def __init__(self, response: httpx.Response) -> None:
            super().__init__()
            self.response = response

    error = ApiError(httpx.Response(429, headers={"retry-after": "2"}, text=""))
    with pytest.raises(ApiError) as caught:
        QUERY.call(raising(error))
    assert caught.value.attempts[0].verdict.rule == "http:429"  # type: ignore[attr-defined]
