"""The loops: what a function gives is judged, what it raises is what the caller gets, and nobody waits in vain."""

from __future__ import annotations

import asyncio
import http.client
import inspect
import os
import pickle
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import aftercall
from aftercall import AftercallError, Budget, Policy, Reason, Retrier, Verdict, judge, judge_fault

from standin import Standin

DONE = judge(200, None, b'{"status":true,"error_code":0,"data":[1]}')
BUSY = judge(503, None, b"")
EXPIRED = judge(200, None, b'{"status":false,"error_code":67200003}')


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def query(clock: Clock) -> Retrier:
    return Policy(jitter="none", max_attempts=3).using(kind="query", sleep=clock.sleep, clock=clock)


def giving(*outcomes: object) -> Callable[[], Any]:
    """A function that returns or raises these, one after the other."""
    left = iter(outcomes)

    def give() -> object:
        outcome = next(left)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return give


def awaiting(*outcomes: object) -> Callable[[], Any]:
    give = giving(*outcomes)

    async def give_async() -> object:
        await asyncio.sleep(0)
        return give()

    return give_async


@pytest.mark.parametrize("value", [None, 0, "", {}, [1], (1, 2), b"x", 1.5, True, object(), {1}], ids=repr)
def test_a_value_that_is_no_reply_is_a_success(value: object) -> None:
    assert Policy().call(lambda: value) is value
    assert asyncio.run(Policy().call_async(awaiting(value))) is value


def test_arguments_are_passed_on() -> None:
    def show(*arguments: object, **keywords: object) -> object:
        return arguments, keywords

    assert Policy().call(show, 1, "b", key="c") == ((1, "b"), {"key": "c"})
    assert Policy().call(show, function=1, self=2) == ((), {"function": 1, "self": 2})


def test_an_object_with_a_status_that_is_no_response_is_a_success() -> None:
    class Task:
        status = 503

    task = Task()
    assert Policy().call(lambda: task) is task


def test_failures_are_repeated_until_a_success(query: Retrier, clock: Clock) -> None:
    assert query.call(giving(BUSY, ConnectionResetError(), DONE)) is DONE
    assert clock.waits == [0.5, 1.0]


def test_the_last_exception_is_raised_with_its_attempts(query: Retrier) -> None:
    last = ConnectionResetError("the last")
    with pytest.raises(ConnectionResetError) as caught:
        query.call(giving(BUSY, TimeoutError(), last))
    assert caught.value is last
    assert [attempt.verdict.rule for attempt in last.attempts] == [  # type: ignore[attr-defined]
        "http:503",
        "transport:read_timeout",
        "transport:reset",
    ]
    assert [attempt.delay_ms for attempt in last.attempts] == [500, 1000, 0]  # type: ignore[attr-defined]
    assert [attempt.started_ms for attempt in last.attempts] == [0, 500, 1500]  # type: ignore[attr-defined]
    assert last.__notes__ == ["3 attempts in 1.5 s; stopped: attempts_exhausted (attempts 3, max_attempts 3)"]


def test_a_failed_reply_raises_the_exception_of_its_category(query: Retrier) -> None:
    with pytest.raises(aftercall.ServerError) as caught:
        query.call(lambda: BUSY)
    error = caught.value
    assert error.verdict is BUSY
    assert [attempt.number for attempt in error.attempts] == [1, 2, 3]
    assert error.attempts[-1].decision.reason is Reason.ATTEMPTS_EXHAUSTED
    assert "3 attempts in 1.5 s" in "".join(traceback.format_exception(error))
    other = pickle.loads(pickle.dumps(error))
    assert (other.attempts, other.__notes__) == (error.attempts, error.__notes__)
    assert AftercallError(BUSY).attempts == ()


def test_a_note_says_when_the_server_may_be_asked_again(query: Retrier) -> None:
    with pytest.raises(aftercall.ServerError) as caught:
        query.call(lambda: judge(503, {"retry-after": "600"}, b""))
    assert caught.value.__notes__ == [
        "1 attempt in 0.0 s; stopped: server_delay_too_long (server_delay_ms 600000, max_server_delay_ms 120000); "
        "worth another try in 600.0 s"
    ]


def test_an_exception_of_this_package_brings_its_verdict(query: Retrier, clock: Clock) -> None:
    assert query.call(giving(aftercall.ServerError(BUSY), DONE)) is DONE
    with pytest.raises(aftercall.BalanceError) as caught:
        query.call(judge(200, None, b'{"status":false,"error_code":67200005}').raise_for_failure)
    assert len(caught.value.attempts) == 1
    without = aftercall.ServerError("no verdict")
    with pytest.raises(aftercall.ServerError) as caught_again:
        query.call(giving(without))
    assert caught_again.value is without
    assert not hasattr(without, "__notes__")


@pytest.mark.parametrize(
    "error",
    [KeyError("id"), ValueError("bad"), FileNotFoundError(2, "no file", "x"), Exception("?"), OSError(28, "full")],
    ids=repr,
)
def test_an_exception_that_says_nothing_of_a_reply_passes_unchanged(error: Exception, query: Retrier) -> None:
    for call in (
        lambda: query.call(giving(error)),
        lambda: asyncio.run(query.call_async(awaiting(error))),
        lambda: looped(query, giving(error)),
    ):
        with pytest.raises(type(error)) as caught:
            call()
        assert caught.value is error
        assert not hasattr(error, "attempts")
        assert not hasattr(error, "__notes__")


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_a_program_is_not_held_up(kind: type[BaseException], query: Retrier) -> None:
    seen: list[Reason | None] = []
    observed = query.using(observer=lambda observed: seen.append(observed.decision.reason))
    with pytest.raises(kind):
        observed.call(giving(kind()))
    with pytest.raises(kind):
        looped(observed, giving(kind()))
    assert seen == [Reason.CANCELLED, Reason.CANCELLED]


def test_a_mutation_is_not_repeated_if_it_may_have_been_done(clock: Clock) -> None:
    policy = Policy(jitter="none").using(sleep=clock.sleep)
    with pytest.raises(ConnectionResetError) as caught:
        policy.call(giving(ConnectionResetError(), DONE))
    assert caught.value.attempts[0].decision.reason is Reason.UNSAFE_TO_REPLAY  # type: ignore[attr-defined]
    # What was not sent may be sent again, and what carries a key may be repeated.
    assert policy.call(giving(ConnectionRefusedError(), DONE)) is DONE
    assert policy.using(idempotency_key="k").call(giving(ConnectionResetError(), DONE)) is DONE


def test_the_same_exception_object_gets_one_note_a_call(query: Retrier) -> None:
    error = ConnectionResetError()
    for count in (1, 2):
        with pytest.raises(ConnectionResetError):
            query.call(giving(error, error, error))
        assert len(error.__notes__) == count


def test_an_exception_that_takes_nothing_is_raised_all_the_same(query: Retrier) -> None:
    class Closed(ConnectionResetError):
        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(name)

    with pytest.raises(Closed):
        query.call(giving(Closed(), Closed(), Closed()))


def test_the_deadline_is_looked_at_again_after_a_wait(clock: Clock) -> None:
    def oversleep(seconds: float) -> None:
        clock.sleep(seconds + 10)

    policy = Policy(jitter="none", deadline_ms=5000)
    query = policy.using(kind="query", sleep=oversleep, clock=clock)
    calls: list[Callable[[], object]] = [lambda: query.call(lambda: BUSY), lambda: looped(query, lambda: BUSY)]
    for call in calls:
        with pytest.raises(aftercall.ServerError) as caught:
            call()
        assert "1 attempt in 10.5 s; stopped: deadline" in caught.value.__notes__[0]
    assert policy.shared_budget is not None
    assert policy.shared_budget.tokens == 500


def test_a_wait_that_ends_too_late_is_not_begun(clock: Clock) -> None:
    query = Policy(jitter="none", deadline_ms=500).using(kind="query", sleep=clock.sleep, clock=clock)
    with pytest.raises(aftercall.ServerError):
        query.call(lambda: BUSY)
    assert clock.waits == []


def test_a_clock_that_runs_backwards_harms_nothing(clock: Clock) -> None:
    def back(seconds: float) -> None:
        clock.now -= 100

    query = Policy(jitter="none", deadline_ms=60_000).using(kind="query", sleep=back, clock=clock)
    assert query.call(giving(BUSY, BUSY, DONE)) is DONE


@pytest.mark.parametrize(
    ("told", "kind"), [("soon", TypeError), (float("nan"), ValueError), (float("inf"), ValueError)]
)
def test_a_clock_that_tells_no_time_is_refused(told: object, kind: type[Exception]) -> None:
    clock: Any = lambda: told  # noqa: E731 - the wrong clock
    with pytest.raises(kind, match="clock: expected a function that returns seconds"):
        Policy().using(clock=clock).call(lambda: 1)


def test_a_clock_that_fails_while_waiting_pays_back() -> None:
    times = iter([0.0, 0.0])
    policy = Policy()
    with pytest.raises(StopIteration):
        policy.using(kind="query", sleep=lambda seconds: None, clock=lambda: next(times)).call(lambda: BUSY)
    assert policy.shared_budget is not None
    assert policy.shared_budget.tokens == 500


@pytest.mark.parametrize("loop", ["call", "attempts", "async"])
def test_a_new_token_is_got_once(loop: str, query: Retrier, clock: Clock) -> None:
    got: list[str] = []

    async def refresh_async() -> None:
        got.append("token")

    refreshed = query.using(refresh=lambda: got.append("token"))
    plays: dict[str, Callable[..., object]] = {
        "call": lambda *outcomes: refreshed.call(giving(*outcomes)),
        "attempts": lambda *outcomes: looped(refreshed, giving(*outcomes)),
        "async": lambda *outcomes: asyncio.run(refreshed.using(refresh=refresh_async).call_async(awaiting(*outcomes))),
    }
    assert plays[loop](EXPIRED, DONE) is DONE
    assert (got, clock.waits) == (["token"], [])
    with pytest.raises(aftercall.AuthenticationError) as caught:
        plays[loop](EXPIRED, EXPIRED)
    assert got == ["token", "token"]
    assert [attempt.decision.action.name for attempt in caught.value.attempts] == ["REFRESH", "STOP"]


@pytest.mark.parametrize("loop", ["call", "attempts", "async"])
def test_a_token_that_cannot_be_got_is_the_cause(loop: str, query: Retrier) -> None:
    def refresh() -> None:
        raise OSError("no token")

    refreshed = query.using(refresh=refresh)
    plays: dict[str, Callable[..., object]] = {
        "call": lambda outcome: refreshed.call(giving(outcome)),
        "attempts": lambda outcome: looped(refreshed, giving(outcome)),
        "async": lambda outcome: asyncio.run(refreshed.call_async(awaiting(outcome))),
    }
    for outcome in (EXPIRED, aftercall.AuthenticationError(EXPIRED)):
        with pytest.raises(aftercall.AuthenticationError) as caught:
            plays[loop](outcome)
        assert str(caught.value.__cause__) == "no token"
        assert "stopped: auth_failed" in caught.value.__notes__[0]


def test_what_must_be_awaited_is_refused_where_nobody_awaits(clock: Clock) -> None:
    async def answer() -> int:
        return 1

    query = Policy().using(kind="query", sleep=clock.sleep_async)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call: Callable[..., object] = Policy().call
        with pytest.raises(TypeError, match=r"function: expected one that returns its value.*call_async"):
            call(answer)
        with pytest.raises(TypeError, match=r"sleep: expected a function that returns when it is done"):
            query.call(lambda: BUSY)
        with pytest.raises(TypeError, match=r"refresh: expected a function that returns when it is done"):
            query.using(refresh=answer).call(lambda: EXPIRED)
    assert query.policy.shared_budget is not None
    assert query.policy.shared_budget.tokens == 500


def looped(query: Retrier | Policy, give: Callable[[], Any]) -> object:
    """The same as call(), with a loop of one's own."""
    value: object = None
    for attempt in query.attempts():
        with attempt:
            value = give()
            if isinstance(value, Verdict):
                attempt.judge(value)
    return value


def test_a_loop_of_ones_own(query: Retrier, clock: Clock) -> None:
    assert looped(query, giving(BUSY, ConnectionResetError(), DONE)) is DONE
    assert clock.waits == [0.5, 1.0]
    with pytest.raises(aftercall.ServerError) as caught:
        looped(query, lambda: BUSY)
    assert len(caught.value.attempts) == 3

    def ask() -> object:
        for attempt in query.attempts():
            with attempt:
                return attempt.number, attempt.resend_count, attempt.timeout, attempt.timeout_ms, attempt.verdict
        raise AssertionError

    assert ask() == (1, 0, None, None, None)


def test_an_attempt_says_how_long_it_may_take(clock: Clock) -> None:
    query = Policy(jitter="none", deadline_ms=2000, attempt_timeout_ms=1600).using(
        kind="query", sleep=clock.sleep, clock=clock
    )
    limits = []
    for attempt in query.attempts():
        with attempt:
            limits.append((attempt.timeout_ms, attempt.timeout))
            attempt.judge(503 if attempt.number == 1 else 200, None, b'{"status":true}')
    assert limits == [(1600, 1.6), (1500, 1.5)]


def test_a_loop_that_is_left_while_it_waits_pays_back() -> None:
    policy = Policy(jitter="none")
    attempts = policy.using(kind="query").attempts()
    with next(attempts) as attempt:
        attempt.judge(503, None, b"")
    assert policy.shared_budget is not None
    assert policy.shared_budget.tokens == 486
    del attempts, attempt
    assert policy.shared_budget.tokens == 500


def test_a_loop_in_a_coroutine(query: Retrier, clock: Clock) -> None:
    async def ask(give: Callable[[], Any]) -> object:
        value = None
        async for attempt in query.using(sleep=clock.sleep_async).attempts():
            with attempt:
                value = give()
                attempt.judge(value)
        return value

    assert asyncio.run(ask(giving(BUSY, ConnectionResetError(), DONE))) is DONE
    assert clock.waits == [0.5, 1.0]
    with pytest.raises(aftercall.ServerError) as caught:
        asyncio.run(ask(lambda: BUSY))
    assert len(caught.value.attempts) == 3


def test_a_decorated_function_is_still_what_it_was(query: Retrier) -> None:
    @query
    def add(left: int, right: int = 2) -> int:
        """Add."""
        return left + right

    assert (add.__name__, add.__doc__, str(inspect.signature(add))) == (
        "add",
        "Add.",
        "(left: 'int', right: 'int' = 2) -> 'int'",
    )
    assert add(1) == 3

    class Client:
        def __init__(self) -> None:
            self.replies: Iterator[object] = iter([BUSY, DONE])

        @query
        def ask(self) -> object:
            return next(self.replies)

        @query
        async def ask_async(self) -> object:
            return next(self.replies)

    assert Client().ask() is DONE

    @Policy()
    async def answer(value: int) -> int:
        """Answer."""
        return value

    assert inspect.iscoroutinefunction(answer)
    assert asyncio.run(answer(7)) == 7


def test_what_cannot_be_repeated_is_not_decorated() -> None:
    def generate() -> Iterator[int]:
        yield 1

    with pytest.raises(TypeError, match="found the generator function generate"):
        Policy()(generate)
    with pytest.raises(TypeError, match="function: expected a function; found int"):
        Policy()(3)  # type: ignore[type-var]


def test_a_coroutine_function_is_awaited_until_it_succeeds(query: Retrier, clock: Clock) -> None:
    retrier = query.using(sleep=clock.sleep_async)
    assert asyncio.run(retrier.call_async(awaiting(BUSY, TimeoutError(), DONE))) is DONE
    assert clock.waits == [0.5, 1.0]
    last = TimeoutError()
    with pytest.raises(TimeoutError) as caught:
        asyncio.run(retrier.call_async(awaiting(BUSY, BUSY, last)))
    assert caught.value is last
    assert len(last.attempts) == 3  # type: ignore[attr-defined]
    with pytest.raises(aftercall.ServerError):
        asyncio.run(retrier.call_async(awaiting(BUSY, BUSY, BUSY)))


def test_a_cancelled_wait_is_paid_back() -> None:
    policy = Policy(jitter="none", base_delay_ms=20_000)
    seen: list[Reason | None] = []
    query = policy.using(kind="query", observer=lambda observed: seen.append(observed.decision.reason))

    async def cancel() -> int:
        assert policy.shared_budget is not None
        task = asyncio.create_task(query.call_async(awaiting(BUSY)))
        while policy.shared_budget.tokens == 500:
            await asyncio.sleep(0)
        spent = policy.shared_budget.tokens
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return spent

    assert asyncio.run(cancel()) == 486
    assert policy.shared_budget is not None
    assert policy.shared_budget.tokens == 500
    assert seen == [None, Reason.CANCELLED]


def test_a_cancelled_attempt_is_not_repeated() -> None:
    async def cancel() -> None:
        task = asyncio.create_task(Policy().using(kind="query").call_async(asyncio.sleep, 60))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())


def test_an_attempt_that_takes_too_long_is_a_timeout(clock: Clock) -> None:
    policy = Policy(jitter="none", attempt_timeout_ms=1, max_attempts=2).using(kind="query", sleep=clock.sleep)
    with pytest.raises(TimeoutError) as caught:
        asyncio.run(policy.call_async(asyncio.sleep, 60))
    assert [attempt.verdict.rule for attempt in caught.value.attempts] == [  # type: ignore[attr-defined]
        "transport:read_timeout",
        "transport:read_timeout",
    ]


def test_ctrl_c_ends_a_wait_at_once() -> None:
    budget = Budget(500)
    query = Policy(jitter="none", base_delay_ms=20_000).using(kind="query", budget=budget)
    interrupter = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    started = time.monotonic()
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        query.call(lambda: BUSY)
    assert time.monotonic() - started < 5
    assert budget.tokens == 500
    interrupter.join()


def test_one_seed_is_one_schedule(clock: Clock) -> None:
    def schedule(**said: Any) -> list[float]:
        clock.waits = []
        with pytest.raises(aftercall.ServerError):
            Policy().using(kind="query", sleep=clock.sleep, **said).call(lambda: BUSY)
        return clock.waits

    assert schedule(seed=7) == schedule(seed=7)
    assert schedule(seed=7) != schedule(seed=8)
    assert schedule() != schedule()
    assert schedule(unit_random=1) == [0.5, 1.0, 2.0]


def test_a_response_that_gives_its_body_once_gives_it_again(standin: Standin) -> None:
    def ask() -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", standin.port)
        connection.request("GET", "/scene/page-1k")
        response = connection.getresponse()
        connections.append(connection)
        return response

    connections: list[http.client.HTTPConnection] = []
    response = Policy().using(kind="query").call(ask)
    body = response.read()
    assert judge(response.status, None, body).is_success
    assert len(body) > 500
    connections[0].close()


def test_the_attempts_of_one_call_are_for_one_loop() -> None:
    steps = aftercall._native._Steps(Policy().using())
    with pytest.raises(RuntimeError, match="out of turn"):
        steps.on_value(None)
    steps.before_attempt()
    with pytest.raises(ValueError, match="the call is not over"):
        steps.failure(retry_decision())
    steps.cancel()
    steps.cancel()


def retry_decision() -> aftercall.Decision:
    call = Policy().new_call(kind="query")
    call.before_attempt(0)
    return call.on_reply(judge_fault("reset"), 0)
