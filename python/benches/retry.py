"""What a retry decision and a call that retries cost, beside urllib3 and tenacity.

    python python/benches/retry.py [ROUNDS]

All contenders take turns in one run and nobody sleeps; the table shows medians, and how many times our own time
each of the others takes. What stands below a line is measured by difference: the plain call, or the call that
succeeds at once, is taken off on both sides. Nothing here fails when it is slow: machines differ.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import tenacity
import urllib3
from urllib3.util.retry import Retry

import aftercall

ROUNDS = 60
CALLS = 400
FAILURES = 3


def timed(run: Callable[..., Any], *arguments: Any) -> float:
    """Nanoseconds a call."""
    started = time.perf_counter_ns()
    for _ in range(CALLS):
        run(*arguments)
    return (time.perf_counter_ns() - started) / CALLS


def interleaved(runs: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(run())
    return {name: statistics.median(taken) for name, taken in times.items()}


def nothing(seconds: float) -> None:
    """Sleeps in no time."""


def decisions(rounds: int) -> None:
    """One decision about a 503: for us on_reply(), for urllib3 what its connection pool calls."""
    busy = aftercall.judge(503, None, b"")
    policy = aftercall.Policy(max_attempts=100, budget={"capacity": 1_000_000})
    response = urllib3.HTTPResponse(status=503)
    retry = Retry(total=3, backoff_factor=0.5, status_forcelist=[503], allowed_methods=None)

    def ours() -> float:
        """Whole calls of many attempts, of which only on_reply() is timed: it needs its turn."""
        calls = [policy.new_call(kind="query", seed=index) for index in range(CALLS)]
        for call in calls:
            call.before_attempt(0)
        started = time.perf_counter_ns()
        for call in calls:
            call.on_reply(busy, 20)
        return (time.perf_counter_ns() - started) / CALLS

    def theirs() -> object:
        retry.is_retry("GET", 503, has_retry_after=False)
        return retry.increment("GET", "/", response).get_backoff_time()

    medians = interleaved({"aftercall: on_reply": ours, "urllib3": lambda: timed(theirs)}, rounds)
    table("one decision", medians)


def calls(rounds: int) -> None:
    def succeed() -> int:
        return 1

    def failing() -> Callable[[], int]:
        turn = 0

        def fail() -> int:
            nonlocal turn
            turn += 1
            if turn % (FAILURES + 1):
                raise ConnectionResetError
            return 1

        return fail

    policy = aftercall.Policy(max_attempts=FAILURES + 1)
    query = policy.using(kind="query", sleep=nothing)
    decorated = query(succeed)
    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(FAILURES + 1),
        wait=tenacity.wait_random_exponential(multiplier=0.5, max=20),
        retry=tenacity.retry_if_exception_type(ConnectionError),
        sleep=nothing,
        reraise=True,
    )
    ours, theirs = failing(), failing()

    def ours_failing() -> float:
        # Three of four attempts fail: a budget is there to stop that, so each round has a new one.
        return timed(query.using(budget=aftercall.Budget(1_000_000)).call, ours)

    runs: dict[str, Callable[[], float]] = {
        "the function alone": lambda: timed(succeed),
        "aftercall: policy.call": lambda: timed(policy.call, succeed),
        "aftercall: decorated": lambda: timed(decorated),
        "tenacity: Retrying": lambda: timed(retrying, succeed),
        "aftercall, failing": ours_failing,
        "tenacity, failing": lambda: timed(retrying, theirs),
    }
    medians = interleaved(runs, rounds)
    alone = medians["the function alone"]
    overheads = ("aftercall: policy.call", "aftercall: decorated", "tenacity: Retrying")
    table("overhead of a call that succeeds at once", {name: medians[name] - alone for name in overheads})
    failures = {"aftercall": medians["aftercall, failing"] - medians["aftercall: policy.call"]}
    failures["tenacity"] = medians["tenacity, failing"] - medians["tenacity: Retrying"]
    table("an attempt that raises and is repeated", {name: taken / FAILURES for name, taken in failures.items()})


def records(rounds: int) -> None:
    """What support gets of a call of three attempts."""
    message = b'{"status":false,"error_code":68300008,"error_msg":"Service error, please try again later!"}'
    verdict = aftercall.judge(200, {"x-correlation-id": "c7b2f0a1-5d5e-4a55-9d4a-0a1f6a1f2f11"}, message)
    call = aftercall.Policy().new_call(kind="query")
    noted = []
    for now_ms in (0, 1000, 3000):
        call.before_attempt(now_ms)
        noted.append((call.on_reply(verdict, now_ms + 120), now_ms))
    url = "https://connect.example.com/search/patent/query-search-patent/v2?apikey=0123456789abcdef"

    def record() -> str:
        record = aftercall.Record("GET", url)
        for decision, now_ms in noted:
            record.note(decision, now_ms, now_ms + 120, verdict)
        return record.to_json()

    table("support", interleaved({"a record of three attempts, with its JSON": lambda: timed(record)}, rounds))


def table(title: str, medians: dict[str, float]) -> None:
    ours = next(iter(medians.values()))
    print(f"\n{title}")
    for name, median in medians.items():
        print(f"  {name:<40} {median:7.0f} ns {median / ours:7.2f} x")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    versions = ", ".join(f"{name} {version(name)}" for name in ("urllib3", "tenacity"))
    print(f"Python {sys.version.split()[0]}, aftercall {aftercall.__version__}, {versions}; medians of {rounds} rounds")
    decisions(rounds)
    calls(rounds)
    records(rounds)


if __name__ == "__main__":
    main()
