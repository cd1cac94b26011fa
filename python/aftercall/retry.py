"""The loops of a retry policy that are written in Python: the decorator, `attempts()`, and what awaits.

Each is a shell: what to do is decided by the native half, which holds the state of the call.

>>> import aftercall
>>> query = aftercall.Policy().using(kind="query", sleep=lambda seconds: None)
>>> replies = [ConnectionResetError(), "done"]
>>> @query
... def ask():
...     match replies.pop(0):
...         case Exception() as error:
...             raise error
...         case reply:
...             return reply
>>> ask()
'done'
"""

from __future__ import annotations

import functools
import inspect
from collections import namedtuple
from contextlib import nullcontext

from ._native import Attempt, Decision, Policy, Retrier, Verdict, _Steps, judge
from ._responses import is_response, judge_async, must_be_awaited
from .enums import Action, GateState, Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType
    from typing import Any, NamedTuple, Self, TypeVar

    _F = TypeVar("_F", bound=Callable[..., Any])

    class Gate(NamedTuple):
        """One gate of a decision, named for the reason with which it stops a call, and what it looked at."""

        reason: Reason
        state: GateState
        facts: dict[str, int | str | bool | None]
else:
    Gate = namedtuple("Gate", ["reason", "state", "facts"])
    Gate.__doc__ = "One gate of a decision, named for the reason with which it stops a call, and what it looked at."

__all__ = ["AttemptBlock", "Attempts", "Gate"]


class Attempts:
    """The attempts of one call, for a `for` or an `async for`. Made by `Policy.attempts()`; good for one loop.

    The loop ends after a success. If the call stops, the last `with` block raises what it failed with.
    """

    def __init__(self, retrier: Retrier) -> None:
        self._retrier = retrier
        self._steps = _Steps(retrier)
        self._decision: Decision | None = None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> AttemptBlock:
        decision = self._decision
        if decision is not None:
            if decision.is_stop:
                raise StopIteration
            stop = self._steps.carry_out(decision)
            if stop is not None:
                raise self._steps.failure(stop)
        return self._block()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AttemptBlock:
        decision = self._decision
        if decision is not None:
            if decision.is_stop:
                raise StopAsyncIteration
            await _carry_out(self._retrier, self._steps, decision)
        return self._block()

    def _block(self) -> AttemptBlock:
        return AttemptBlock(self, self._steps.before_attempt())


class AttemptBlock:
    """One attempt, as a `with` block: what happens inside is what it brought.

    A reply is given to `judge()` or `judge_async()`. A block that ends without one is a success; a block that
    raises is judged by its exception, and if the call goes on, the exception ends there.
    """

    def __init__(self, attempts: Attempts, attempt: Attempt) -> None:
        self._attempts = attempts
        self._attempt = attempt
        self._verdict: Verdict | None = None

    @property
    def number(self) -> int:
        """Which exchange of the call it is, from 1."""
        return self._attempt.number

    @property
    def timeout(self) -> float | None:
        """How long it may take, in seconds: give it to your HTTP library. None if there is no limit."""
        return self._attempt.timeout

    @property
    def timeout_ms(self) -> int | None:
        """The same in milliseconds."""
        return self._attempt.timeout_ms

    @property
    def resend_count(self) -> int:
        """How many exchanges came before it."""
        return self._attempt.resend_count

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on its reply, if one was judged."""
        return self._verdict

    def judge(self, *reply: Any) -> Verdict:
        """Judge what it brought: a response, a Verdict, or status, headers and body."""
        if len(reply) == 1 and isinstance(reply[0], Verdict):
            self._verdict = reply[0]
        else:
            expect, profile = self._attempts._retrier._reading
            self._verdict = judge(*reply, expect=expect, profile=profile)
        return self._verdict

    async def judge_async(self, response: object) -> Verdict:
        """Judge a response whose body must be awaited."""
        expect, profile = self._attempts._retrier._reading
        self._verdict = await judge_async(response, expect=expect, profile=profile)
        return self._verdict

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        steps = self._attempts._steps
        decision: Decision | None
        if error is not None:
            decision = steps.on_error(error)
        elif self._verdict is not None:
            decision = steps.on_verdict(self._verdict)
        else:
            decision = steps.on_value(None)
        if decision is None:
            return False
        self._attempts._decision = decision
        if decision.is_stop and decision.reason is not Reason.SUCCESS:
            failure = steps.failure(decision)
            if failure is not error:
                raise failure
            return False
        return True


async def call_async(
    retrier: Retrier,
    function: Callable[..., Awaitable[Any]],
    arguments: tuple[Any, ...],
    keywords: dict[str, Any] | None,
) -> Any:
    """Await a coroutine function until it succeeds or the call must stop; the native half calls this."""
    steps = _Steps(retrier)
    keywords = keywords or {}
    while True:
        attempt = steps.before_attempt()
        try:
            async with _limit(attempt):
                value = await function(*arguments, **keywords)
                verdict = await _awaited_verdict(retrier, value)
        except BaseException as error:
            decision = steps.on_error(error)
            if decision is None:
                raise
            if decision.is_stop:
                raise steps.failure(decision)  # noqa: B904 - it is this exception
        else:
            decision = steps.on_value(value) if verdict is None else steps.on_verdict(verdict)
            if decision.reason is Reason.SUCCESS:
                return value
            if decision.is_stop:
                raise steps.failure(decision)
        await _carry_out(retrier, steps, decision)


async def _carry_out(retrier: Retrier, steps: _Steps, decision: Decision) -> None:
    """Do what was decided; raise what the call failed with if it stops."""
    if decision.action is Action.REFRESH:
        await _refresh(retrier, steps)
        return
    try:
        await _awaited((retrier._sleep or _asyncio_sleep)(decision.delay))
    except BaseException:
        steps.cancel()
        raise
    stop = steps.on_waited()
    if stop is not None:
        raise steps.failure(stop)


async def _refresh(retrier: Retrier, steps: _Steps) -> None:
    assert retrier._refresh is not None  # without one no refresh is decided
    try:
        await _awaited(retrier._refresh())
    except Exception as cause:
        raise steps.failure(steps.on_refresh_failed()) from cause
    except BaseException:
        steps.cancel()
        raise
    steps.on_refreshed()


async def _awaited(told: object) -> None:
    """Wait for what a function began, if it must be awaited."""
    if inspect.isawaitable(told):
        await told


def _asyncio_sleep(seconds: float) -> Awaitable[None]:
    import asyncio

    return asyncio.sleep(seconds)


def decorated(by: Policy | Retrier, function: _F) -> _F:
    """The function that retries; the native half calls this."""
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(
            f"function: expected a function or a coroutine function; found the generator function {function.__name__}"
        )
    if not callable(function):
        raise TypeError(f"function: expected a function; found {type(function).__qualname__}")
    if inspect.iscoroutinefunction(function):
        call_async = by.call_async

        @functools.wraps(function)
        async def awaiting(*arguments: Any, **keywords: Any) -> Any:
            return await call_async(function, *arguments, **keywords)

        return awaiting  # type: ignore[return-value]
    call = by.call

    @functools.wraps(function)
    def calling(*arguments: Any, **keywords: Any) -> Any:
        return call(function, *arguments, **keywords)

    return calling  # type: ignore[return-value]


def gates_of(decision: str) -> tuple[Gate, ...]:
    """The gates of a decision, from its JSON; the native half calls this."""
    import json

    gates = []
    for facts in json.loads(decision)["gates"]:
        reason, state = facts.pop("gate"), facts.pop("state")
        gates.append(Gate(Reason[reason.upper()], GateState[state.upper()], facts))
    return tuple(gates)


def shown(policy: Policy) -> str:
    """A policy as it is written, without what its preset says anyway; the native half calls this."""
    import json

    settings = json.loads(policy.to_json())
    preset = settings.pop("preset")
    usual = json.loads(Policy(preset=preset).to_json())
    own = {"preset": preset} if preset != "standard" else {}
    own |= {name: value for name, value in settings.items() if value != usual[name]}
    return f"Policy({', '.join(f'{name}={value!r}' for name, value in own.items())})"


def _limit(attempt: Attempt) -> AbstractAsyncContextManager[object]:
    """What cancels an attempt that takes too long. Other event loops than asyncio's have limits of their own."""
    if attempt.timeout is None:
        return nullcontext()
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return nullcontext()
    return asyncio.timeout(attempt.timeout)


async def _awaited_verdict(retrier: Retrier, value: object) -> Verdict | None:
    """The verdict on a value whose body must be awaited; None for any other."""
    if is_response(value) and must_be_awaited(value):
        expect, profile = retrier._reading
        return await judge_async(value, expect=expect, profile=profile)
    return None
