"""Every accident of the wire, through each way of carrying the bytes: what it is, what is decided, what is raised,
and how often the server was asked.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3

import aftercall
from aftercall import AftercallError, AsyncClient, Client, Effect, Fault, Policy, Reason, Request

from standin import Standin

POLICY = Policy(max_attempts=3, base_delay_ms=1, throttle_base_delay_ms=1, jitter="none")
# Under load, a reply that is in order must not be late.
TIMEOUT_MS = 400
PATIENCE_MS = 5000


@dataclass(frozen=True, slots=True)
class Case:
    """One accident and what has to come of it, with our own transport."""

    name: str
    fault: Fault
    wire: dict[str, Any] | None = None
    door: str = "http"
    effect: Effect = Effect.UNKNOWN
    is_final: bool = False

    @property
    def sends(self) -> dict[str, int]:
        """How often each kind of operation is sent."""
        if self.is_final:
            return {"query": 1, "mutation": 1}
        return {"query": 3, "mutation": 3 if self.effect is Effect.NOT_SENT else 1}

    @property
    def reasons(self) -> dict[str, Reason]:
        if self.is_final:
            return {"query": Reason.NOT_RETRYABLE, "mutation": Reason.NOT_RETRYABLE}
        is_sent = self.effect is not Effect.NOT_SENT
        mutation = Reason.UNSAFE_TO_REPLAY if is_sent else Reason.ATTEMPTS_EXHAUSTED
        return {"query": Reason.ATTEMPTS_EXHAUSTED, "mutation": mutation}


CASES = [
    Case("nobody listens", Fault.CONNECT, door="refused", effect=Effect.NOT_SENT),
    Case("another host's certificate", Fault.TLS, door="https_wrong_host", effect=Effect.NOT_SENT, is_final=True),
    Case("an expired certificate", Fault.TLS, door="https_expired", effect=Effect.NOT_SENT, is_final=True),
    Case("a certificate of its own", Fault.TLS, door="https_self_signed", effect=Effect.NOT_SENT, is_final=True),
    Case("a handshake that is cut", Fault.TLS, door="https_cut", effect=Effect.NOT_SENT, is_final=True),
    Case("closed before the status", Fault.CLOSED, {"kind": "closed"}),
    Case("closed in the head", Fault.CLOSED, {"kind": "closed", "phase": "response_head"}),
    Case("closed in the body", Fault.TRUNCATED, {"kind": "closed", "phase": "response_body"}),
    Case("reset before the status", Fault.RESET, {"kind": "reset"}),
    Case("reset in the head", Fault.RESET, {"kind": "reset", "phase": "response_head"}),
    Case("reset in the body", Fault.RESET, {"kind": "reset", "phase": "response_body"}),
    Case("fewer bytes than announced", Fault.TRUNCATED, {"kind": "truncated"}),
    Case("a chunk without a size", Fault.TRUNCATED, {"kind": "broken_chunks", "flaw": "bad_size"}),
    Case("no last chunk", Fault.TRUNCATED, {"kind": "broken_chunks", "flaw": "no_last_chunk"}),
    Case("a chunk that is cut", Fault.TRUNCATED, {"kind": "broken_chunks", "flaw": "cut_chunk"}),
    Case("gzip that is none", Fault.DECODE, {"kind": "broken_gzip", "flaw": "garbage"}),
    Case("gzip that is cut", Fault.DECODE, {"kind": "broken_gzip", "flaw": "cut"}),
    Case("gzip with a wrong sum", Fault.DECODE, {"kind": "broken_gzip", "flaw": "checksum"}),
    Case("silence before the status", Fault.READ_TIMEOUT, {"kind": "stalled", "phase": "request"}),
    Case("silence in the body", Fault.READ_TIMEOUT, {"kind": "stalled"}),
    Case("a drip in the body", Fault.READ_TIMEOUT, {"kind": "drip", "pause_ms": 150}),
    Case("a gzip bomb", Fault.TOO_LARGE, {"kind": "bomb"}, is_final=True),
]
SHOWN: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def matrix() -> Iterator[None]:
    """Shows what was seen: with `-s`, after a failure, and to whoever runs all tests."""
    yield
    table = "\n".join(SHOWN) + "\n"
    if folder := os.environ.get("AFTERCALL_FAULT_TABLES"):
        Path(folder, "python.txt").write_text(table)
    print(table)


@pytest.fixture
def server(standin: Standin) -> Iterator[Standin]:
    standin.reset()
    yield standin
    standin.reset()


def settings(case: Case, server: Standin) -> dict[str, Any]:
    is_late = case.fault is Fault.READ_TIMEOUT
    return {
        "base_url": server.url(case.door),
        "policy": POLICY,
        "ca_file": server.ca_file,
        "attempt_timeout_ms": TIMEOUT_MS if is_late else PATIENCE_MS,
        "deadline_ms": 20_000,
        "max_body_bytes": 1 << 20,
    }


def sent(server: Standin, path: str) -> int:
    by_path: dict[str, int] = server.counts()["by_path"]
    return by_path.get(f"GET {path}", 0)


@pytest.mark.parametrize("kind", ["query", "mutation"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_has_its_category_effect_decision_and_exception(case: Case, kind: Any, server: Standin) -> None:
    if case.wire is not None:
        server.script("/fault", [{"scene": "page-10k", "wire": case.wire}])
    client = Client(**settings(case, server))
    started = time.monotonic()
    with pytest.raises(AftercallError) as raised:
        client.get("/fault", kind=kind)
    took = time.monotonic() - started
    error = raised.value
    assert error.verdict is not None
    SHOWN.append(f"{case.name:<28} {kind:<9} {error.verdict.rule:<25} {error.verdict.effect:<9} {error.reason}")
    assert error.verdict.rule == f"transport:{case.fault}"
    assert isinstance(error, aftercall.TransportError)
    assert isinstance(error, TimeoutError) == (case.fault is Fault.READ_TIMEOUT)
    assert error.verdict.effect is case.effect
    assert error.reason is case.reasons[kind]
    assert len(error.attempts) == case.sends[kind]
    assert {attempt.verdict.rule for attempt in error.attempts} == {error.verdict.rule}
    assert took < 5
    if case.wire is not None:
        # Nothing was sent twice that must not be.
        assert sent(server, "/fault") == case.sends[kind]


# What the libraries tell apart less exactly than we do. What was not sent is never among it.
COARSER = {
    Fault.CLOSED: {Fault.CLOSED, Fault.RESET},
    Fault.RESET: {Fault.RESET, Fault.CLOSED, Fault.TRUNCATED, Fault.READ_TIMEOUT},
    Fault.TRUNCATED: {Fault.TRUNCATED, Fault.CLOSED, Fault.RESET},
    Fault.DECODE: {Fault.DECODE, Fault.TRUNCATED, Fault.RESET, Fault.CLOSED},
    Fault.TLS: {Fault.TLS, Fault.RESET, Fault.CLOSED, Fault.CONNECT},
}
# What some libraries do not notice: what came is judged, and proves no success of what did not.
UNNOTICED = {"gzip that is cut", "gzip with a wrong sum", "gzip that is none"}

PLUGS: dict[str, Callable[[Standin], Any]] = {
    "requests": lambda server: _requests(server),
    "httpx": lambda server: httpx.Client(verify=_context(server)),
    "urllib3": lambda server: urllib3.PoolManager(ca_certs=str(server.ca_file)),
}


def _requests(server: Standin) -> requests.Session:
    session = requests.Session()
    session.verify = str(server.ca_file)
    session.headers["Accept-Encoding"] = "gzip"
    return session


def _context(server: Standin) -> Any:
    import ssl

    return ssl.create_default_context(cafile=str(server.ca_file))


def check(case: Case, kind: str, error: AftercallError | None, server: Standin) -> None:
    """Another library may see less; it must not see what is not so."""
    if error is None:
        assert case.name in UNNOTICED
        return
    assert error.verdict is not None
    if isinstance(error, aftercall.ProtocolError):
        # A head that is cut is a head to http.client, and what is cut in the body is no JSON.
        assert error.verdict.effect is Effect.UNKNOWN
        assert len(error.attempts) == 1
        return
    fault = Fault[error.verdict.rule.removeprefix("transport:").upper()]
    assert fault in COARSER.get(case.fault, {case.fault})
    if case.effect is Effect.UNKNOWN:
        assert error.verdict.effect is Effect.UNKNOWN
        assert sent(server, "/fault") == len(error.attempts)
    if kind == "mutation" and case.effect is Effect.UNKNOWN:
        assert sent(server, "/fault") == 1


@pytest.mark.parametrize("kind", ["query", "mutation"])
@pytest.mark.parametrize("library", PLUGS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_another_library_that_carries_the_bytes_makes_nothing_look_safer(
    case: Case, library: str, kind: Any, server: Standin
) -> None:
    if case.wire is not None:
        server.script("/fault", [{"scene": "page-10k", "wire": case.wire}])
    transport = PLUGS[library](server)
    client = Client(**settings(case, server), transport=transport)
    started = time.monotonic()
    raised: AftercallError | None = None
    try:
        client.get("/fault", kind=kind)
    except AftercallError as error:
        raised = error
    finally:
        (transport.close if hasattr(transport, "close") else transport.clear)()
    assert time.monotonic() - started < 5
    check(case, kind, raised, server)


@pytest.mark.parametrize("kind", ["query", "mutation"])
@pytest.mark.parametrize("library", ["aiohttp", "httpx"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_of_libraries_that_are_awaited(case: Case, library: str, kind: Any, server: Standin) -> None:
    if case.wire is not None:
        server.script("/fault", [{"scene": "page-10k", "wire": case.wire}])

    async def call() -> AftercallError | None:
        transport: Any
        if library == "aiohttp":
            transport = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=_context(server)))
        else:
            transport = httpx.AsyncClient(verify=_context(server))
        async with transport, AsyncClient(**settings(case, server), transport=transport) as client:
            try:
                await client.get("/fault", kind=kind)
            except AftercallError as error:
                return error
        return None

    started = time.monotonic()
    raised = asyncio.run(call())
    assert time.monotonic() - started < 5
    check(case, kind, raised, server)


def test_a_name_that_nobody_has_is_a_dns_failure_and_was_not_sent() -> None:
    client = Client("https://nobody.invalid", policy=POLICY, deadline_ms=10_000)
    with pytest.raises(aftercall.TransportError) as raised:
        client.post("/tasks", json={})
    assert raised.value.verdict is not None
    assert raised.value.verdict.rule in ("transport:dns", "transport:connect_timeout")
    assert raised.value.verdict.effect is Effect.NOT_SENT


def test_a_spoiled_connection_is_not_used_again(server: Standin) -> None:
    for kind in ("short_length", "smuggled"):
        server.reset()
        server.script("/spoiled", [{"scene": "page-1k", "wire": kind}, "page-1k"], then="last")
        client = Client(server.base_url, policy=POLICY)
        for _ in range(3):
            try:
                client.send(Request("GET", "/spoiled"))
            except AftercallError as error:
                assert isinstance(error, aftercall.ProtocolError | aftercall.TransportError)  # noqa: PT017
        assert server.counts()["requests_after_desync"] == 0


def test_a_bomb_takes_no_more_memory_than_the_limit(server: Standin, in_a_new_interpreter: Any) -> None:
    server.script("/bomb", [{"scene": "page-1k", "wire": "bomb"}])
    told = in_a_new_interpreter(
        f"""
        import resource, aftercall
        client = aftercall.Client({server.base_url!r}, max_body_bytes=4 << 20)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            client.get("/bomb")
        except aftercall.TransportError as error:
            print(error.verdict.rule)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
        """
    )
    rule, kilobytes = told.split()
    assert rule == "transport:too_large"
    assert int(kilobytes) < (4 + 8) * 1024
