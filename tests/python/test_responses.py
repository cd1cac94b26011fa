"""Response objects of the libraries themselves, over the wire from the stand-in."""

from __future__ import annotations

import asyncio
import http.client
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3

import aftercall
from aftercall import Category, Verdict, judge, judge_async

from standin import Reply, Scene, Standin, Wire, WireKind

# Scenes that every library must judge alike: name and rule.
SCENES = {
    "page-10k": "success",
    "no-content": "success",
    "null-data": "success",
    "chunked": "success",
    "code-67200005": "code:67200005",
    "code-68300008-http": "code:68300008",
    "http-401": "http:401",
    "http-302": "http:302",
    "http-429-retry-after": "http:429",
    "http-503-retry-after": "http:503",
    "html-502": "http:502",
    "success-under-500": "http:500",
    "cut-success": "protocol:malformed",
    "message-only": "message:67200005",
}

ANY: Any = judge  # what is no response by its type, but may be one by its shape

Fetch = Callable[[str], Verdict]


def by_requests(url: str) -> Verdict:
    with requests.get(url, allow_redirects=False, timeout=5) as response:
        return judge(response)


def by_requests_stream(url: str) -> Verdict:
    with requests.get(url, allow_redirects=False, timeout=5, stream=True) as response:
        return judge(response)


def by_httpx(url: str) -> Verdict:
    return judge(httpx.get(url, timeout=5))


def by_httpx_stream(url: str) -> Verdict:
    with httpx.stream("GET", url, timeout=5) as response:
        return judge(response)


def by_urllib3(url: str) -> Verdict:
    with urllib3.PoolManager() as pool:
        return judge(pool.request("GET", url, redirect=False, retries=False, timeout=5))


def by_urllib3_stream(url: str) -> Verdict:
    with urllib3.PoolManager() as pool:
        response = pool.request("GET", url, redirect=False, retries=False, timeout=5, preload_content=False)
        try:
            return judge(response)
        finally:
            response.release_conn()


def by_http_client(url: str) -> Verdict:
    with opened(url) as response:
        return judge(response)


class opened:  # noqa: N801 - used like a function
    """A response of http.client whose body nobody has read."""

    def __init__(self, url: str, method: str = "GET") -> None:
        address, _, path = url.removeprefix("http://").partition("/")
        self.connection = http.client.HTTPConnection(address, timeout=5)
        self.connection.request(method, "/" + path)
        self.response = self.connection.getresponse()

    def __enter__(self) -> http.client.HTTPResponse:
        return self.response

    def __exit__(self, *_: object) -> None:
        self.response.close()
        self.connection.close()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def by_urllib_request(url: str) -> Verdict:
    try:
        with urllib.request.build_opener(_NoRedirect).open(url, timeout=5) as response:
            return judge(response)
    except urllib.error.HTTPError as error:
        with error:
            return judge(error)


def by_aiohttp(url: str) -> Verdict:
    async def fetch() -> Verdict:
        async with aiohttp.ClientSession() as session, session.get(url, allow_redirects=False) as response:
            verdict = await judge_async(response)
            assert await judge_async(response) == verdict  # read once, judged as often as one likes
            return verdict

    return asyncio.run(fetch())


def by_httpx_async(url: str) -> Verdict:
    async def fetch() -> Verdict:
        async with httpx.AsyncClient() as client:
            response = await client.get(url)
            verdict = await judge_async(response)
            assert judge(response) == verdict
            return verdict

    return asyncio.run(fetch())


def by_httpx_async_stream(url: str) -> Verdict:
    async def fetch() -> Verdict:
        async with httpx.AsyncClient() as client, client.stream("GET", url) as response:
            return await judge_async(response)

    return asyncio.run(fetch())


FETCHES: list[Fetch] = [
    by_requests,
    by_requests_stream,
    by_httpx,
    by_httpx_stream,
    by_urllib3,
    by_urllib3_stream,
    by_http_client,
    by_urllib_request,
    by_aiohttp,
    by_httpx_async,
    by_httpx_async_stream,
]


@pytest.mark.parametrize("fetch", FETCHES, ids=lambda fetch: fetch.__name__)
def test_every_library_gets_the_same_verdicts(fetch: Fetch, standin: Standin) -> None:
    for name, rule in SCENES.items():
        verdict = fetch(f"{standin.base_url}/scene/{name}")
        assert verdict.rule == rule, name
        assert verdict == by_parts(standin, name), name


def by_parts(standin: Standin, name: str) -> Verdict:
    with opened(f"{standin.base_url}/scene/{name}") as response:
        return judge(response.status, response.headers, response.read())


@pytest.fixture
def played(standin: Standin) -> Iterator[Callable[[Reply], str]]:
    """Scripts one reply and tells its address."""

    def play(reply: Reply) -> str:
        standin.library.put(Scene("mine", "custom", "mine", reply))
        return f"{standin.base_url}/scene/mine"

    yield play
    standin.library.remove("mine")


@pytest.mark.parametrize("fetch", FETCHES, ids=lambda fetch: fetch.__name__)
def test_repeated_headers_are_kept_apart(fetch: Fetch, played: Callable[[Reply], str]) -> None:
    headers = (("Retry-After", "3"), ("Retry-After", "99"), ("X-Request-Id", "r-1"), ("X-Request-Id", "r-2"))
    verdict = fetch(played(Reply(503, headers, b"busy")))
    assert (verdict.retry_after, verdict.correlation_id) == (3.0, "r-1")


@pytest.mark.parametrize("fetch", FETCHES, ids=lambda fetch: fetch.__name__)
def test_header_bytes_arrive_as_they_were_sent(fetch: Fetch, played: Callable[[Reply], str]) -> None:
    assert fetch(played(Reply(404, (("X-Correlation-Id", "café-余"),), b""))).correlation_id == "café-余"


@pytest.mark.parametrize("fetch", FETCHES, ids=lambda fetch: fetch.__name__)
def test_a_compressed_body_is_judged_decoded_if_the_library_decodes(fetch: Fetch, standin: Standin) -> None:
    assert fetch(f"{standin.base_url}/scene/gzip").is_success
    assert fetch(f"{standin.base_url}/scene/gzip-unlabelled").rule == "protocol:compressed"


@pytest.mark.parametrize("fetch", FETCHES, ids=lambda fetch: fetch.__name__)
def test_an_error_while_reading_is_the_librarys_own(fetch: Fetch, played: Callable[[Reply], str]) -> None:
    url = played(Reply(200, (), b'{"status":true', Wire(WireKind.TRUNCATED)))
    libraries = requests.RequestException, httpx.HTTPError, urllib3.exceptions.HTTPError, aiohttp.ClientError
    with pytest.raises((*libraries, http.client.IncompleteRead)):
        fetch(url)


def test_a_response_is_judged_by_the_wall_clock_unless_told_otherwise(
    played: Callable[[Reply], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_795_435_190.0)  # 2026-11-23 11:59:50
    headers = (("Retry-After", "Mon, 23 Nov 2026 12:00:00 GMT"), ("Age", "1"))
    url = played(Reply(503, headers, b""))
    response = httpx.get(url)
    assert judge(response).retry_after == 10.0
    assert judge(response, now=None).retry_after is None
    assert judge(response, now=1_795_435_195).retry_after == 5.0
    assert by_aiohttp(url).retry_after == 10.0


def test_the_options_hold_for_responses(standin: Standin, root: Any) -> None:
    response = httpx.get(f"{standin.base_url}/scene/html-200")
    assert not judge(response).is_success
    assert judge(response, expect="raw").data_bytes == memoryview(response.content)
    profile = aftercall.Profile.from_file(root / "tests" / "vectors" / "profiles" / "plain_code.json")
    assert judge(httpx.Response(200, text='{"errcode":-1}'), profile=profile).category is Category.SERVER
    assert asyncio.run(judge_async(httpx.Response(200, text='{"errcode":-1}'), profile=profile)).category == 12


# A body that is gone.

GONE = r"response: the body of this \w+ was already read or closed; give status, headers and body to judge"


def test_a_stream_of_requests_that_was_consumed_is_refused(standin: Standin) -> None:
    url = f"{standin.base_url}/scene/page-10k"
    with requests.get(url, stream=True, timeout=5) as response:
        list(response.iter_content(1000))
        with pytest.raises(ValueError, match=GONE):
            judge(response)
    with requests.get(url, stream=True, timeout=5) as response:
        next(response.iter_content(1000))
        with pytest.raises(ValueError, match=GONE):
            judge(response)


def test_a_stream_of_httpx_that_was_consumed_or_closed_is_refused(standin: Standin) -> None:
    url = f"{standin.base_url}/scene/page-10k"
    with httpx.stream("GET", url) as response:
        next(response.iter_bytes())
        with pytest.raises(ValueError, match=GONE):
            judge(response)
    with httpx.stream("GET", url) as response:
        pass
    with pytest.raises(ValueError, match=GONE):
        judge(response)


def test_a_stream_of_urllib3_that_was_consumed_is_refused(standin: Standin) -> None:
    for scene, amount in (("page-10k", None), ("page-10k", 1000), ("gzip", None)):
        with urllib3.PoolManager(headers={"Accept-Encoding": "gzip"}) as pool:
            response = pool.request("GET", f"{standin.base_url}/scene/{scene}", preload_content=False)
            response.read(amount)
            with pytest.raises(ValueError, match=GONE):
                judge(response)
            response.drain_conn()


@pytest.mark.parametrize("scene", ["page-10k", "chunked", "http-404"])
def test_a_body_of_http_client_that_was_read_is_refused(scene: str, standin: Standin) -> None:
    url = f"{standin.base_url}/scene/{scene}"
    with opened(url) as response:
        response.read()
        with pytest.raises(ValueError, match=GONE):
            judge(response)
    with opened(url) as response:
        response.read(10)
        with pytest.raises(ValueError, match=GONE):
            judge(response)
    with opened(url) as response:
        assert judge(response).http_status == response.status
        with pytest.raises(ValueError, match=GONE):
            judge(response)


def test_an_answer_to_head_has_an_empty_body(standin: Standin) -> None:
    url = f"{standin.base_url}/scene/page-10k"
    assert judge(requests.head(url, timeout=5)).rule in ("protocol:empty", "http:405")


def test_an_asynchronous_stream_that_was_consumed_is_refused(standin: Standin) -> None:
    async def consume() -> None:
        url = f"{standin.base_url}/scene/page-10k"
        async with httpx.AsyncClient() as client, client.stream("GET", url) as response:
            async for _ in response.aiter_bytes():
                break
            with pytest.raises(ValueError, match=GONE):
                await judge_async(response)

    asyncio.run(consume())


# A body that must be awaited, and one that must not.


def test_a_body_that_must_be_awaited_is_refused_with_the_remedy(standin: Standin) -> None:
    async def refuse() -> None:
        url = f"{standin.base_url}/scene/page-10k"
        remedy = "must be awaited; use await aftercall.judge_async"
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            with pytest.raises(TypeError, match=remedy):
                ANY(response)
        async with httpx.AsyncClient() as client, client.stream("GET", url) as stream:
            with pytest.raises(TypeError, match=remedy):
                judge(stream)

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a coroutine that nobody awaits would warn
        asyncio.run(refuse())


def test_what_has_no_asynchronous_body_is_refused_with_the_remedy(standin: Standin) -> None:
    url = f"{standin.base_url}/scene/page-10k"
    with httpx.stream("GET", url) as response, pytest.raises(TypeError, match=r"use judge\(response\)"):
        asyncio.run(judge_async(response))
    for other in (requests.get(url, timeout=5), 200, None):
        with pytest.raises(TypeError, match="response: expected a response object of aiohttp or httpx; found"):
            asyncio.run(judge_async(other))


# By shape: objects that only look like responses.


def test_a_response_without_a_connection_has_an_empty_body() -> None:
    response = requests.Response()
    response.status_code = 404
    assert judge(response).rule == "http:404"
    with pytest.raises(TypeError, match="http_status: expected an integer"):
        judge(requests.Response())


def test_a_changed_header_of_requests_counts(standin: Standin) -> None:
    response = requests.get(f"{standin.base_url}/scene/http-503-retry-after", timeout=5)
    response.headers["Retry-After"] = "77"
    assert judge(response).retry_after == 77.0


@pytest.mark.parametrize("thing", ["text", b"bytes", {}, [], object(), None, 3.5, print])
def test_what_is_no_response_is_refused_by_its_type(thing: object) -> None:
    with pytest.raises(TypeError, match=f"response: expected .*; found {type(thing).__name__}"):
        ANY(thing)
