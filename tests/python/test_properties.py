"""What must hold for any reply: a verdict comes, always the same one, and from every thread."""

from __future__ import annotations

import json
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aftercall
from aftercall import Outcome, Verdict, judge, judge_fault

from bodies import BALANCE, OF_CATEGORY, SUCCESS

STATUSES = st.sampled_from([0, 200, 201, 204, 301, 401, 403, 404, 429, 500, 503]) | st.integers(-(2**31), 2**31 - 1)
NAMES = st.sampled_from(["x-correlation-id", "Retry-After", "retry-after-ms", "Date", "Age", "x-openapi-amount"])
FIELDS = st.text(max_size=20) | st.binary(max_size=20)
HEADERS = st.lists(st.tuples(NAMES | FIELDS, FIELDS | st.from_regex(r"[0-9]{1,20}", fullmatch=True)), max_size=8)
MEMBERS = st.dictionaries(
    st.sampled_from(["status", "success", "error_code", "code", "error_msg", "message", "data"]),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([67200002, 68300008, "ok"]),
)
ENVELOPES = MEMBERS.map(lambda members: json.dumps(members).encode())
CUT = st.tuples(ENVELOPES, st.integers(0, 60)).map(lambda cut: cut[0][: -cut[1] or None])
BODIES = st.binary(max_size=200) | ENVELOPES | CUT | st.sampled_from([SUCCESS, BALANCE])
EXPECTED = st.sampled_from([aftercall.Expect.ENVELOPE, aftercall.Expect.RAW])
CLOCKS = st.none() | st.integers(-(10**10), 10**11) | st.floats(-1e10, 1e11)


@settings(max_examples=1000, deadline=None)
@given(STATUSES, HEADERS, BODIES, EXPECTED, CLOCKS)
def test_any_reply_gets_a_verdict_and_always_the_same(
    status: int,
    headers: list[tuple[str | bytes, str | bytes]],
    body: bytes,
    expect: aftercall.Expect,
    now: float | None,
) -> None:
    verdict = judge(status, headers, body, expect=expect, now=now)
    assert verdict == judge(status, tuple(headers), memoryview(body), expect=expect, now=now)
    assert pickle.loads(pickle.dumps(verdict)) == verdict
    check(verdict, body)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(aftercall.Fault), HEADERS, CLOCKS)
def test_any_fault_gets_a_verdict(
    fault: aftercall.Fault, headers: list[tuple[str | bytes, str | bytes]], now: float | None
) -> None:
    verdict = judge_fault(fault, headers, now=now)
    assert verdict == judge_fault(str(fault), headers, now=now)  # type: ignore[arg-type]
    assert verdict.http_status is None
    check(verdict, b"")


def check(verdict: Verdict, body: bytes) -> None:
    """What no verdict breaks."""
    assert repr(verdict).isprintable()
    if verdict.is_success:
        assert verdict.outcome is Outcome.SUCCESS
        assert verdict.data_bytes is None or bytes(verdict.data_bytes) in body
        return
    assert verdict.outcome is Outcome.FAILURE
    with pytest.raises(aftercall.AftercallError) as caught:
        verdict.raise_for_failure()
    error = caught.value
    assert str(error).isascii()
    assert str(error).isprintable()
    assert error.category is verdict.category


def test_threads_in_parallel_agree() -> None:
    large = b'{"status":true,"error_code":0,"data":"' + b"x" * 300_000 + b'"}'
    replies = [*OF_CATEGORY.values(), (200, {"x-request-id": "r"}, SUCCESS), (200, {}, large)]
    expected = [judge(*reply) for reply in replies]
    start = threading.Barrier(8)

    def work(_: int) -> bool:
        start.wait()
        return all([judge(*reply) for reply in replies] == expected for _ in range(50))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


def test_the_first_use_may_come_from_many_threads(in_a_new_interpreter: Callable[[str], str]) -> None:
    told = in_a_new_interpreter(
        """
        import threading, aftercall
        start, told = threading.Barrier(8), []
        def work():
            start.wait()
            told.append(aftercall.judge(200, {}, b'{"status":false,"error_code":67200005}').category)
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(told == [aftercall.Category.BALANCE] * 8)
        """
    )
    assert told == "True\n"
