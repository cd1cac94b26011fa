"""The lines of the package's logger: one for each decision, and none unless somebody listens."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable

import pytest

import aftercall
from aftercall import Policy, Verdict, judge

from failures import failed

URL = "https://api.example.com/search/patent/v2"
BUSY = b'{"status":false,"error_code":68300008,"error_msg":"Service error, please try again later!"}'


def test_there_is_one_line_for_each_decision(lines: list[logging.LogRecord]) -> None:
    error = failed([judge(503, None, BUSY), judge(429, {"x-correlation-id": "c-2"}, b"")])
    assert [line.getMessage() for line in lines] == [
        'attempt 1 failed: server (code 68300008, HTTP 503), "Service error, please try again later!"; '
        "retry after 500 ms (backoff)",
        "attempt 2 failed: rate_limit (HTTP 429); stop: attempts_exhausted; correlation id c-2",
    ]
    assert [(line.levelname, line.name, line.filename) for line in lines] == [
        ("DEBUG", "aftercall", "failures.py"),
        ("WARNING", "aftercall", "failures.py"),
    ]
    # Where the program made the call, not where the package wrote; and the names of a record's attributes.
    attributes = error.record("GET", URL).attributes()
    extra = {name: value for name, value in vars(lines[1]).items() if "." in name}
    assert extra["http.request.resend_count"] == 1
    assert extra.items() <= attributes.items()
    assert vars(lines[0])["aftercall.delay_ms"] == 500


def test_a_call_in_trouble_says_how_it_ended(lines: list[logging.LogRecord]) -> None:
    replies: list[object] = [ConnectionResetError(), judge(503, None, b""), "done"]

    def attempt() -> object:
        reply = replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    query = Policy(jitter="none").using(kind="query", sleep=lambda seconds: None)
    assert query.call(attempt) == "done"
    assert [line.getMessage() for line in lines] == [
        "attempt 1 failed: transport (no reply: reset); retry after 500 ms (backoff)",
        "attempt 2 failed: server (HTTP 503); retry after 1000 ms (backoff)",
        "attempt 3 succeeded",
    ]
    assert {line.levelname for line in lines} == {"DEBUG"}
    lines.clear()
    assert query.call(lambda: "done") == "done"
    assert query.call(lambda: judge(204, None, b"")).is_success
    assert not lines


def test_a_cancelled_wait_is_no_warning(lines: list[logging.LogRecord]) -> None:
    async def cancelled(seconds: float) -> None:
        raise asyncio.CancelledError

    async def ask() -> Verdict:
        return judge(503, None, b"")

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(Policy().using(kind="query", sleep=cancelled).call_async(ask))
    assert [(line.levelname, line.getMessage()) for line in lines][-1] == ("DEBUG", "attempt 1; stop: cancelled")


def test_the_loops_that_are_written_out_are_heard_as_well(lines: list[logging.LogRecord]) -> None:
    for attempt in Policy(jitter="none").using(kind="query", sleep=lambda seconds: None).attempts():
        with attempt:
            attempt.judge(503 if attempt.number == 1 else 204, None, b"")
    assert [line.getMessage() for line in lines] == [
        "attempt 1 failed: server (HTTP 503); retry after 500 ms (backoff)",
        "attempt 2 succeeded",
    ]


def test_no_call_fails_of_its_log(lines: list[logging.LogRecord], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(line: logging.LogRecord) -> bool:
        raise RuntimeError("broken")

    logger = logging.getLogger("aftercall")
    logger.addFilter(broken)
    seen: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: seen.append(str(told.exc_value)))
    try:
        with pytest.raises(aftercall.NotFoundError):
            Policy().call(lambda: judge(404, None, b""))
    finally:
        logger.removeFilter(broken)
    assert (seen, lines) == (["broken"], [])


def test_a_handler_may_end_the_program(lines: list[logging.LogRecord]) -> None:
    def interrupted(line: logging.LogRecord) -> bool:
        raise KeyboardInterrupt

    logger = logging.getLogger("aftercall")
    logger.addFilter(interrupted)
    try:
        with pytest.raises(KeyboardInterrupt):
            Policy().call(lambda: judge(404, None, b""))
    finally:
        logger.removeFilter(interrupted)


def test_it_is_quiet_by_default(in_a_new_interpreter: Callable[[str], str]) -> None:
    told = in_a_new_interpreter(
        """
        import sys
        sys.stderr = sys.stdout
        import aftercall
        print("logging" in sys.modules)
        try:
            aftercall.Policy().call(lambda: aftercall.judge(404, None, b""))
        except aftercall.NotFoundError:
            import logging
            logger = logging.getLogger("aftercall")
            print(logger.level, [type(handler).__name__ for handler in logger.handlers], logging.root.handlers)
        """
    )
    assert told == "False\n0 ['NullHandler'] []\n"
