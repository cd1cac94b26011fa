"""What carries the bytes instead of the client's own transport."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import urllib3

import aftercall
from aftercall import Client, Fault, Outgoing, Policy, Request

from standin import Standin

QUICK = Policy(max_attempts=3, base_delay_ms=1, throttle_base_delay_ms=1, jitter="none")
DONE = b'{"status":true,"error_code":0,"data":[1]}'
LIBRARIES = {"requests": requests.Session, "httpx": httpx.Client, "urllib3": urllib3.PoolManager}


@pytest.fixture
def server(standin: Standin) -> Iterator[Standin]:
    standin.reset()
    yield standin
    standin.reset()


@pytest.fixture(params=LIBRARIES)
def transport(request: pytest.FixtureRequest) -> Iterator[Any]:
    made: Any = LIBRARIES[request.param]()
    yield made
    (made.close if hasattr(made, "close") else made.clear)()


def test_the_loop_stays_ours(server: Standin, transport: Any) -> None:
    server.script("/search", [{"scene": "code-68300008", "times": 2}, "page-1k"])
    client = Client(server.base_url, transport=transport, policy=QUICK)
    response = client.send(Request("GET", "/search"))
    assert [attempt.verdict.rule for attempt in response.attempts] == ["code:68300008", "code:68300008", "success"]
    assert server.counts()["by_header"]["x-resend-count"] == {"0": 1, "1": 1, "2": 1}
    assert server.counts()["connections"] == 1
    with pytest.raises(aftercall.ProtocolError):
        client.get("/redirect/302/here")
    assert "GET /echo" not in server.counts()["by_path"]


def test_what_is_sent_is_what_the_client_says(
    server: Standin, transport: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A library's own ideas of who is calling are not asked for.
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    client = Client(server.base_url, api_key="sk-1", transport=transport)
    echo = client.post("/echo", {"q": "a b"}, json={"n": "ä"})
    headers = dict(map(tuple, echo["headers"]))
    assert headers["authorization"] == "Bearer sk-1"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("aftercall/")
    assert echo["body_bytes"] == len('{"n":"ä"}'.encode())
    assert echo["query"] == [["q", "a b"]]
    echo = client.post("/upload", files={"file": ("a.pdf", b"%PDF")})
    assert "a.pdf" in str(echo)
    target = tmp_path / "report.pdf"
    assert client.get("/download", {"bytes": 100_000}, download=target) == target.stat().st_size == 100_000
    with pytest.raises(aftercall.TransportError) as raised:
        client.get("/scene/page-10k", max_body_bytes=1000)
    assert raised.value.verdict is not None
    assert raised.value.verdict.rule == "transport:too_large"


def test_headers_arrive_as_they_were_sent(server: Standin, transport: Any) -> None:
    server.script("/search", [{"headers": {"x-correlation-id": "c-1", "Retry-After": "7"}, "status": 503, "body": ""}])
    client = Client(server.base_url, transport=transport, policy=Policy(preset="none"))
    with pytest.raises(aftercall.ServerError) as raised:
        client.get("/search")
    assert (raised.value.correlation_id, raised.value.retry_after) == ("c-1", 7.0)


def test_a_function_or_an_object_carries_the_bytes() -> None:
    seen: list[Outgoing] = []

    def answer(outgoing: Outgoing) -> object:
        seen.append(outgoing)
        return 200, [("x-correlation-id", "c-1")], DONE

    class Own:
        def exchange(self, outgoing: Outgoing) -> object:
            return answer(outgoing)

    for transport in (answer, Own()):
        client = Client("https://api.example.com/v1", api_key="sk-canary", transport=transport)
        response = client.send(Request("POST", "/a", body=b"x", deadline_ms=5000))
        assert (response.data(), response.correlation_id) == ([1], "c-1")
    (outgoing, _) = seen
    assert (outgoing.method, outgoing.url, outgoing.body) == ("POST", "https://api.example.com/v1/a", b"x")
    assert ("authorization", "Bearer sk-canary") in outgoing.headers
    assert 0 < (outgoing.timeout_ms or 0) <= 5000
    assert (outgoing.connect_timeout_ms, outgoing.max_body_bytes) == (5000, 64 << 20)
    assert repr(outgoing) == "<Outgoing POST, body of 1 bytes>"


@pytest.mark.parametrize(
    ("error", "fault", "sends"),
    [
        (ConnectionRefusedError(), Fault.CONNECT, 3),
        (TimeoutError(), Fault.READ_TIMEOUT, 1),
        (requests.exceptions.ConnectTimeout(), Fault.CONNECT_TIMEOUT, 3),
        (requests.exceptions.InvalidURL(), Fault.BAD_REQUEST, 1),
        (httpx.ReadError("x"), Fault.RESET, 1),
        (urllib3.exceptions.IncompleteRead(1, 2), Fault.TRUNCATED, 1),
    ],
)
def test_exceptions_are_faults_and_decide_what_is_repeated(error: Exception, fault: Fault, sends: int) -> None:
    asked: list[Outgoing] = []

    def fail(outgoing: Outgoing) -> object:
        asked.append(outgoing)
        raise error

    with pytest.raises(aftercall.TransportError) as raised:
        Client("https://api.example.com", transport=fail, policy=QUICK).post("/tasks")
    assert raised.value.verdict is not None
    assert raised.value.verdict.rule == f"transport:{fault}"
    assert len(asked) == sends


def test_a_program_error_is_raised_as_it_is_and_nothing_is_repeated() -> None:
    asked: list[Outgoing] = []

    def fail(outgoing: Outgoing) -> object:
        asked.append(outgoing)
        raise KeyError("mine")

    client = Client("https://api.example.com", transport=fail, policy=QUICK)
    with pytest.raises(KeyError, match="mine"):
        client.get("/search")
    assert len(asked) == 1
    assert client.snapshot().calls_under_way == 0
    for wrong, sentence in (((200, None), "a tuple of 2"), (7, "response: "), ((True, None, b""), "http_status")):
        other = Client("https://api.example.com", transport=lambda outgoing, wrong=wrong: wrong)
        with pytest.raises(TypeError, match=sentence):
            other.get("/search")
    over = Client("https://api.example.com", transport=lambda outgoing: (70_000, None, b""))
    with pytest.raises(aftercall.TransportError):
        over.get("/search")


def test_a_program_error_ends_a_batch() -> None:
    asked: list[Outgoing] = []

    def fail(outgoing: Outgoing) -> object:
        asked.append(outgoing)
        raise KeyError("mine")

    client = Client("https://api.example.com", transport=fail, policy=QUICK)
    with pytest.raises(KeyError, match="mine"):
        client.map([Request("GET", "/a")] * 20, concurrency=2)
    assert len(asked) <= 2
    assert client.snapshot().calls_under_way == 0

    def interrupt(told: aftercall.Observed) -> None:
        raise KeyboardInterrupt

    client = Client("https://api.example.com", transport=lambda outgoing: (404, None, b""), observer=interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.map([Request("GET", "/a")] * 20, concurrency=2)
