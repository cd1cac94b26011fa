"""The client for event loops: one thread, whatever the number of calls."""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine, Iterator
from typing import Any

import aiohttp
import httpx
import pytest

import aftercall
from aftercall import AsyncClient, Client, Outgoing, Policy, Reason, Request, Response

from standin import Standin

QUICK = Policy(max_attempts=3, base_delay_ms=1, throttle_base_delay_ms=1, jitter="none")
DONE = b'{"status":true,"error_code":0,"data":[1]}'


@pytest.fixture
def server(standin: Standin) -> Iterator[Standin]:
    standin.reset()
    yield standin
    standin.reset()


def run(main: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(main, 20))


def test_everything_that_is_sent_arrives_as_with_the_other_client(server: Standin) -> None:
    async def main() -> list[Any]:
        async with AsyncClient(server.base_url, api_key="sk-1") as client:
            told = [await getattr(client, name)("/echo", {"a": [1, 2]}) for name in ("get", "put", "patch", "delete")]
            told.append(await client.post("/echo", json={"q": "ä"}))
            told.append(await client.request("OPTIONS", "/echo"))
            assert isinstance(await client.send(Request("GET", "/echo")), Response)
            return told

    async_told = run(main())
    with Client(server.base_url, api_key="sk-1") as client:
        told = [getattr(client, name)("/echo", {"a": [1, 2]}) for name in ("get", "put", "patch", "delete")]
        told += [client.post("/echo", json={"q": "ä"}), client.request("OPTIONS", "/echo")]
    for one, other in zip(async_told, told, strict=True):
        for name in ("method", "path", "query", "body_sha256"):
            assert one[name] == other[name]
        headers, other_headers = (dict(map(tuple, echo["headers"])) for echo in (one, other))
        for name in ("authorization", "content-type", "accept", "x-resend-count", "user-agent"):
            assert headers.get(name) == other_headers.get(name)


@pytest.mark.parametrize("library", ["aiohttp", "httpx"])
def test_a_session_of_ones_own_carries_the_bytes_and_stays_open(server: Standin, library: str) -> None:
    async def main() -> None:
        transport: Any = aiohttp.ClientSession() if library == "aiohttp" else httpx.AsyncClient()
        async with transport:
            async with AsyncClient(server.base_url, transport=transport, policy=QUICK) as client:
                server.script("/search", [{"scene": "code-68300008", "times": 2}, "page-1k"])
                response = await client.send(Request("GET", "/search"))
                assert len(response.attempts) == 3
                with pytest.raises(aftercall.BalanceError):
                    await client.get("/scene/code-67200005")
            assert not (transport.closed if library == "aiohttp" else transport.is_closed)

    run(main())


def test_a_coroutine_function_or_an_object_carries_the_bytes() -> None:
    seen: list[Outgoing] = []

    async def exchange(outgoing: Outgoing) -> tuple[int, dict[str, str], bytes]:
        seen.append(outgoing)
        return 200, {"x-correlation-id": "c-1"}, DONE

    class Own:
        async def exchange(self, outgoing: Outgoing) -> object:
            return await exchange(outgoing)

    async def main() -> None:
        for transport in (exchange, Own()):
            client = AsyncClient("https://api.example.com/v1", api_key="sk-canary", transport=transport)
            response = await client.send(Request("POST", "/a", json={"n": 1}, deadline_ms=5000))
            assert response.correlation_id == "c-1"
            assert response.data() == [1]

    run(main())
    assert seen[0].url == "https://api.example.com/v1/a"
    assert seen[0].body == b'{"n":1}'
    assert ("authorization", "Bearer sk-canary") in seen[0].headers
    assert 0 < (seen[0].timeout_ms or 0) <= 5000
    assert "canary" not in repr(seen[0])


def test_a_program_error_of_a_transport_is_raised_as_it_is() -> None:
    async def exchange(outgoing: Outgoing) -> object:
        raise KeyError("mine")

    async def main() -> None:
        client = AsyncClient("https://api.example.com", transport=exchange)
        with pytest.raises(KeyError, match="mine"):
            await client.get("/a")
        assert client.snapshot().calls_under_way == 0

    run(main())


def test_ten_tasks_with_an_expired_token_fetch_one(server: Standin) -> None:
    server.require(mode="oauth")

    async def main() -> None:
        settings = {"client_id": "standin", "client_secret": "standin-secret", "policy": QUICK}
        async with AsyncClient(server.base_url, **settings) as client:
            await client.get("/pages", {"limit": 1})
            server.stage.auth.reject_tokens()
            await asyncio.gather(*(client.get("/pages", {"limit": 1}) for _ in range(10)))
            token = client.snapshot().token
            assert token is not None
            assert token.refreshes == 2

    run(main())
    assert server.counts()["tokens_requested"] == 2


def test_a_hundred_calls_need_no_thread(server: Standin) -> None:
    async def main() -> None:
        async with AsyncClient(server.base_url) as client:
            await client.get("/pages", {"limit": 1})
            before = threading.active_count()
            calls = [asyncio.create_task(client.get("/pages", {"limit": 1})) for _ in range(100)]
            await asyncio.sleep(0)
            assert threading.active_count() == before
            await asyncio.gather(*calls)
            assert threading.active_count() == before

    run(main())


def test_a_cancelled_task_gives_back_what_it_holds(server: Standin) -> None:
    server.require(mode="oauth")
    server.script("/oauth/token", [{"body": "", "wire": "stalled"}, {"pass": True}])
    server.script("/busy", [{"status": 503, "headers": {"Retry-After": "60"}}])

    async def main() -> None:
        settings = {"client_id": "standin", "client_secret": "standin-secret"}
        async with AsyncClient(server.base_url, **settings) as client:
            fetching = asyncio.create_task(client.get("/pages", {"limit": 1}))
            waiting = asyncio.create_task(client.get("/pages", {"limit": 1}))
            await asyncio.sleep(0.2)
            fetching.cancel()
            # The other one takes over.
            assert await waiting
            with pytest.raises(asyncio.CancelledError):
                await fetching
            asleep = asyncio.create_task(client.get("/busy"))
            await asyncio.sleep(0.3)
            assert (client.snapshot().budget_tokens or 0) < 500
            asleep.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asleep
            assert client.snapshot().budget_tokens == 500
            assert client.snapshot().calls_under_way == 0

    run(main())


def test_a_deadline_ends_what_a_library_would_wait_for(server: Standin) -> None:
    server.script("/drip", [{"scene": "page-10k", "wire": {"kind": "drip", "phase": "response_head"}}])

    async def main() -> None:
        async with AsyncClient(server.base_url, policy=QUICK) as client:
            started = time.monotonic()
            with pytest.raises(aftercall.TransportTimeoutError) as raised:
                await client.get("/drip", deadline_ms=300)
            assert time.monotonic() - started < 3
            assert raised.value.reason in (Reason.DEADLINE, Reason.ATTEMPTS_EXHAUSTED)

    run(main())


def test_tls_and_proxies_are_settings(server: Standin) -> None:
    async def main() -> None:
        for ca in ({"ca_file": server.ca_file}, {"ca_pem": server.ca_file.read_bytes()}):
            async with AsyncClient(server.url("https"), **ca) as client:
                assert await client.get("/pages", {"limit": 1})
        async with AsyncClient("http://api.example.com", allow_plain_http=True, proxy=server.url("proxy")) as client:
            assert dict(map(tuple, (await client.get("/echo"))["headers"]))["host"] == "api.example.com"
        async with AsyncClient(server.url("https_expired"), ca_file=server.ca_file) as client:
            with pytest.raises(aftercall.TransportError) as raised:
                await client.get("/pages")
            assert raised.value.verdict is not None
            assert raised.value.verdict.rule == "transport:tls"

    run(main())


def test_many_requests_have_their_results_in_order(server: Standin) -> None:
    told: list[aftercall.Progress] = []

    async def main() -> list[Any]:
        requests = [Request("GET", "/pages", {"limit": 1, "offset": number}) for number in range(20)]
        requests.insert(7, Request("GET", "/scene/code-67200101"))
        async with AsyncClient(server.base_url) as client:
            return await client.map(requests, concurrency=5, progress=told.append)

    results = run(main())
    assert isinstance(results.pop(7), aftercall.NotFoundError)
    assert [response.data()["results"][0]["number"] for response in results] == list(range(20))
    assert [progress.ended for progress in told] == list(range(1, 22))
    assert told[-1].failed == 1
    assert server.counts()["connections"] <= 5


def test_what_no_request_expects_ends_a_batch() -> None:
    async def exchange(outgoing: Outgoing) -> object:
        raise KeyError("mine")

    async def main() -> None:
        client = AsyncClient("https://api.example.com", transport=exchange)
        with pytest.raises(KeyError, match="mine"):
            await client.map([Request("GET", "/a")] * 3)

    run(main())


def test_wrong_settings_and_transports_are_named() -> None:
    with pytest.raises(aftercall.SettingsError, match="deadline_ms: "):
        AsyncClient("https://api.example.com", deadline_ms=0)
    with pytest.raises(TypeError, match="transport: expected an AsyncClient of httpx"):
        AsyncClient("https://api.example.com", transport=lambda outgoing: None)
    with pytest.raises(TypeError, match="must be awaited; use AsyncClient"):
        Client("https://api.example.com", transport=httpx.AsyncClient())
    client = AsyncClient("https://api.example.com", api_key="sk-canary")
    assert repr(client) == "<AsyncClient https://api.example.com, profile 'eureka'>"
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(client)

    async def main() -> None:
        with pytest.raises(ValueError, match="cancel: expected none"):
            await client.get("/a", cancel=aftercall.Cancel())
        await client.aclose()
        with pytest.raises(RuntimeError, match="the client is closed"):
            await client.get("/a")

    run(main())


def test_without_a_library_it_says_what_to_install() -> None:
    program = """
import sys
sys.modules["aiohttp"] = sys.modules["httpx"] = None
from importlib import util
util.find_spec = lambda name: None
import aftercall
try:
    aftercall.AsyncClient("https://api.example.com")
except ImportError as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.startswith("an AsyncClient needs aiohttp or httpx to carry its bytes; install one of them")
