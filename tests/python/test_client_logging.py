"""The lines of the package's logger that clients write: those of a policy's loops, and where the request went."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import aftercall
from aftercall import AsyncClient, Cancel, Client, Policy, Request

from standin import Standin

QUICK = Policy(max_attempts=2, base_delay_ms=1, throttle_base_delay_ms=1, jitter="none")
OAUTH: dict[str, Any] = {"client_id": "standin", "client_secret": "standin-secret"}
CANARY = "sk-canary-51f0"
ECHOED = {
    "status": 200,
    "headers": {"x-correlation-id": CANARY},
    "body": {"status": False, "error_code": 4711, "error_msg": f"key {CANARY}\n\x1b[31m", "data": {"token": CANARY}},
}


@pytest.fixture
def server(standin: Standin) -> Iterator[Standin]:
    standin.reset()
    yield standin
    standin.reset()


def texts(lines: list[logging.LogRecord]) -> list[str]:
    """Level and line, but for what the stand-in makes up."""
    told = []
    for line in lines:
        parts = [part for part in line.getMessage().split("; ") if not part.startswith("correlation id")]
        told.append(f"{line.levelname} {'; '.join(parts)}")
    return told


def extra(line: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(line).items() if "." in name}


def called(kind: str, server: Standin, request: Request, **settings: Any) -> None:
    """One call, by this kind of client."""

    async def main() -> None:
        async with AsyncClient(server.base_url, **settings) as client:
            await client.send(request)

    if kind == "async":
        asyncio.run(main())
    else:
        Client(server.base_url, **settings).send(request)


@pytest.mark.parametrize("kind", ["blocking", "async"])
def test_there_is_one_line_for_each_decision(server: Standin, lines: list[logging.LogRecord], kind: str) -> None:
    server.script("/search", [{"scene": "code-68300008"}, {"scene": "code-67200101"}])
    with pytest.raises(aftercall.NotFoundError) as raised:
        called(kind, server, Request("GET", "/search", {"q": "solar"}), policy=QUICK)
    assert texts(lines) == [
        'DEBUG attempt 1 failed: server (code 68300008, HTTP 200), "Service error, please try again later!"; '
        "retry after 1 ms (backoff); GET /search",
        'WARNING attempt 2 failed: not_found (code 67200101, HTTP 200), "Path Not Found"; '
        "stop: not_retryable; GET /search",
    ]
    assert {(line.name, line.filename) for line in lines} == {("aftercall", "test_client_logging.py")}
    # The names of a record's attributes: of the last attempt the same.
    attributes = raised.value.record().attributes()
    del attributes["aftercall.profile"]
    assert extra(lines[1]) == attributes
    assert attributes["url.full"] == f"{server.base_url}/search"
    last = raised.value.attempts[1]
    assert isinstance(last, aftercall.Attempted)
    assert attributes["http.request.header.x-request-id"] == [last.request_id]
    assert extra(lines[0])["aftercall.delay_ms"] == 1


@pytest.mark.parametrize("kind", ["blocking", "async"])
def test_a_call_that_succeeds_at_once_has_no_line(server: Standin, lines: list[logging.LogRecord], kind: str) -> None:
    server.require(mode="oauth")
    called(kind, server, Request("GET", "/pages", {"limit": 1}), **OAUTH)
    assert not lines
    server.script("/search", [{"scene": "http-503"}, "page-1k"])
    called(kind, server, Request("GET", "/search"), policy=QUICK, **OAUTH)
    assert texts(lines) == [
        "DEBUG attempt 1 failed: server (HTTP 503); retry after 1 ms (backoff); GET /search",
        "DEBUG attempt 2 succeeded; GET /search",
    ]


def test_what_a_call_for_a_token_does_is_told_as_well(server: Standin, lines: list[logging.LogRecord]) -> None:
    server.require(mode="oauth")
    server.script("/oauth/token", [{"scene": "http-503"}, {"pass": True}])
    client = Client(server.base_url, policy=QUICK, **OAUTH)
    client.get("/pages", {"limit": 1})
    server.stage.auth.reject_tokens()
    client.get("/pages", {"limit": 1})
    assert texts(lines) == [
        "DEBUG attempt 1 failed: server (HTTP 503); retry after 1 ms (backoff); POST /oauth/token",
        "DEBUG attempt 2 succeeded; POST /oauth/token",
        'DEBUG attempt 1 failed: authentication (code 67200003, HTTP 200), "Access token expired or authentication '
        'error!"; refresh; GET /pages',
        "DEBUG attempt 2 succeeded; GET /pages",
    ]


@pytest.mark.parametrize("kind", ["blocking", "async"])
def test_a_stop_between_two_attempts_has_its_line(server: Standin, lines: list[logging.LogRecord], kind: str) -> None:
    server.script("/down", [{"scene": "http-503"}])
    slow = Policy(base_delay_ms=20_000, jitter="none")
    if kind == "async":

        async def main() -> None:
            async with AsyncClient(server.base_url, policy=slow) as client:
                await asyncio.wait_for(client.get("/down"), 0.3)

        with pytest.raises(asyncio.TimeoutError):
            asyncio.run(main())
    else:
        cancel = Cancel()
        client = Client(server.base_url, policy=slow, observer=lambda told: cancel.cancel())
        with pytest.raises(aftercall.ServerError):
            client.get("/down", cancel=cancel)
    assert texts(lines) == [
        "DEBUG attempt 1 failed: server (HTTP 503); retry after 20000 ms (backoff); GET /down",
        "DEBUG attempt 1; stop: cancelled; GET /down",
    ]
    assert "error.type" not in extra(lines[1])
    assert extra(lines[1])["aftercall.reason"] == "cancelled"


def test_a_task_that_is_cancelled_while_it_sends_says_so(server: Standin, lines: list[logging.LogRecord]) -> None:
    server.script("/slow", [{"body": "{", "wire": "stalled"}])
    seen: list[aftercall.Observed] = []

    async def main() -> None:
        async with AsyncClient(server.base_url, observer=seen.append) as client:
            await asyncio.wait_for(client.get("/slow"), 0.3)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(main())
    assert texts(lines) == ["DEBUG attempt 1 failed: cancelled (no reply: cancelled); stop: cancelled; GET /slow"]
    assert [told.decision.reason for told in seen] == [aftercall.Reason.CANCELLED]


@pytest.mark.parametrize("kind", ["blocking", "async"])
def test_a_batch_is_heard_request_by_request(server: Standin, lines: list[logging.LogRecord], kind: str) -> None:
    requests = [Request("GET", "/pages", {"limit": 1}), Request("GET", "/scene/code-67200005"), Request("GET", "/b")]

    async def main() -> list[Any]:
        async with AsyncClient(server.base_url) as client:
            return await client.map(requests, concurrency=1)

    results = asyncio.run(main()) if kind == "async" else Client(server.base_url).map(requests, concurrency=1)
    assert [type(result).__name__ for result in results] == ["Response", "BalanceError", "BalanceError"]
    told = texts(lines)
    assert told[0].startswith("WARNING attempt 1 failed: balance (code 67200005, HTTP 200), ")
    assert told[0].endswith("; stop: not_retryable; GET /scene/code-67200005")
    assert told[1].startswith("WARNING before the first attempt; stop: quota_hold, the server may be asked again at ")
    assert told[1].endswith("; GET /b")
    assert len(told) == 2


@pytest.mark.parametrize("kind", ["blocking", "async"])
def test_no_line_holds_a_secret(server: Standin, lines: list[logging.LogRecord], kind: str) -> None:
    server.script("/search", [ECHOED])
    server.script("/broken", [{"body": "{", "wire": {"kind": "reset", "phase": "request"}}])
    for request in (
        Request("GET", "/search", {"q": CANARY, "apikey": CANARY}, headers={"x-mine": CANARY}),
        Request("POST", f"/search?token={CANARY}", json={"a": CANARY}, idempotency_key=CANARY),
        Request("POST", "/broken", files={"f": (CANARY, CANARY.encode())}),
        Request("GET", f"/search/{CANARY}"),
        Request("GET", "/search", headers={"x": f"{CANARY}\n"}),
        Request("GET", f"http://u:{CANARY}@127.0.0.1:1/x"),
    ):
        with pytest.raises(aftercall.AftercallError):
            called(kind, server, request, policy=QUICK, api_key=CANARY)
    server.script("/oauth/token", [ECHOED])
    with pytest.raises(aftercall.AftercallError):
        called(kind, server, Request("GET", "/search"), client_id="standin", client_secret=CANARY)
    assert len(lines) >= 8
    for line in lines:
        shown = repr(sorted((name, value) for name, value in vars(line).items()))
        assert "canary" not in shown
        assert line.getMessage().isprintable()


def test_no_call_fails_of_its_log_and_ctrl_c_ends_it(
    server: Standin, lines: list[logging.LogRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    raising: list[type[BaseException]] = [RuntimeError]

    def broken(line: logging.LogRecord) -> bool:
        raise raising[0]("broken")

    async def main() -> None:
        async with AsyncClient(server.base_url) as client:
            await client.get("/scene/http-404")

    seen: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: seen.append(str(told.exc_value)))
    logger = logging.getLogger("aftercall")
    logger.addFilter(broken)
    client = Client(server.base_url)
    try:
        with pytest.raises(aftercall.NotFoundError):
            client.get("/scene/http-404")
        with pytest.raises(aftercall.NotFoundError):
            asyncio.run(main())
        assert seen == ["broken", "broken"]
        raising[0] = KeyboardInterrupt
        with pytest.raises(KeyboardInterrupt):
            client.get("/scene/http-404")
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(main())
    finally:
        logger.removeFilter(broken)
    assert (seen, lines) == (["broken", "broken"], [])


def test_while_nobody_listens_a_decision_costs_one_look(
    server: Standin, in_a_new_interpreter: Callable[[str], str]
) -> None:
    server.script("/search", [{"scene": "http-503"}, "page-1k"])
    told = in_a_new_interpreter(
        f"""
        import sys
        sys.stderr = sys.stdout
        import aftercall
        print("logging" in sys.modules)
        import aftercall._logging

        class Off:
            def isEnabledFor(self, level):
                print("asked", level)

        aftercall._logging.logger, aftercall._logging.write = Off(), None
        aftercall.Client({server.base_url!r}, policy={{"base_delay_ms": 1}}).get("/search")
        """
    )
    assert told == "False\nasked 10\nasked 10\n"


def test_it_is_quiet_by_default(server: Standin, in_a_new_interpreter: Callable[[str], str]) -> None:
    told = in_a_new_interpreter(
        f"""
        import sys
        sys.stderr = sys.stdout
        import aftercall
        try:
            aftercall.Client({server.base_url!r}).get("/scene/http-404")
        except aftercall.NotFoundError:
            import logging
            print(logging.getLogger("aftercall").level, logging.root.handlers)
        """
    )
    assert told == "0 []\n"
