"""What must hold for any policy and any run of replies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aftercall
from aftercall import Action, Budget, Decision, Policy, Reason, Verdict, judge, judge_fault

DONE = judge(200, None, b'{"status":true,"error_code":0}')
VERDICTS = st.sampled_from(
    [
        *(judge_fault(fault) for fault in aftercall.Fault),
        *(judge(status, None, b"") for status in (401, 403, 404, 408, 429, 500, 501, 503)),
        *(judge(200, None, b'{"status":false,"error_code":%d}' % code) for code in (67200003, 67200001, 68300008)),
        DONE,
    ]
) | st.integers(0, 2**55).map(lambda delay: judge(503, {"retry-after-ms": str(delay)}, b""))
KINDS = st.sampled_from(["mutation", "query", "auth"])
TIMES = st.integers(0, 3_000) | st.integers(0, 2**64 - 1)


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    max_delay = draw(st.integers(0, 86_400_000))
    base = st.integers(0, min(max_delay, 3_600_000))
    capacity = draw(st.integers(1, 200))
    return {
        "max_attempts": draw(st.integers(1, 100)),
        "max_delay_ms": max_delay,
        "base_delay_ms": draw(base),
        "throttle_base_delay_ms": draw(base),
        "multiplier": draw(st.sampled_from([1, 1.1, 1.5, 2, 10])),
        "jitter": draw(st.sampled_from(aftercall.Jitter)),
        "max_server_delay_ms": draw(st.integers(0, 86_400_000)),
        "over_cap": draw(st.sampled_from(aftercall.OverCap)),
        "deadline_ms": draw(st.none() | st.integers(1, 10**8)),
        "attempt_timeout_ms": draw(st.none() | st.integers(1, 10**8)),
        "retry_mutations": draw(st.sampled_from(aftercall.RetryMutations)),
        "repeat_billed": draw(st.booleans()),
        "budget": draw(
            st.just(value=False)
            | st.fixed_dictionaries(
                {
                    "capacity": st.just(capacity),
                    "cost": st.integers(1, capacity),
                    "throttle_cost": st.integers(1, capacity),
                }
            )
        ),
    }


@dataclass(frozen=True)
class Script:
    """A call, and what happens to it: a reply, when it comes, and whether the caller then gives up."""

    settings: dict[str, Any]
    kind: Any
    can_refresh: bool
    idempotency_key: bool
    seed: int
    tokens: int
    replies: list[tuple[Verdict, int, bool]]


SCRIPTS = st.builds(
    Script,
    policies(),
    KINDS,
    st.booleans(),
    st.booleans(),
    st.integers(0, 2**64 - 1),
    st.integers(0, 200),
    st.lists(st.tuples(VERDICTS, TIMES, st.integers(0, 9).map(lambda roll: roll == 0)), min_size=1, max_size=12),
)


@dataclass(frozen=True)
class Played:
    decisions: list[Decision]
    tokens: list[int]
    at_ms: list[int]
    sent: int
    refreshed: int


def play(script: Script) -> Played:
    policy = Policy(**script.settings)
    budget = Budget(policy.budget["capacity"], script.tokens) if policy.budget is not False else None
    call = policy.new_call(
        kind=script.kind,
        can_refresh=script.can_refresh,
        idempotency_key=script.idempotency_key,
        budget=budget,
        seed=script.seed,
    )
    decisions: list[Decision] = []
    tokens: list[int] = []
    times: list[int] = []
    sent = refreshed = latest = 0

    def decided(decision: Decision) -> None:
        decisions.append(decision)
        times.append(latest)
        tokens.append(0 if budget is None else budget.tokens)

    for verdict, now_ms, gives_up in script.replies:
        call.before_attempt(now_ms)
        sent += 1
        latest = max(latest, now_ms)
        decided(call.on_reply(verdict, now_ms))
        if decisions[-1].action is Action.REFRESH:
            call.on_refreshed(now_ms)
            refreshed += 1
        if gives_up and not decisions[-1].is_stop:
            decided(call.cancel(now_ms))
        if decisions[-1].is_stop:
            break
    if decisions[-1].is_stop:
        before = None if budget is None else budget.tokens
        for event in (lambda: call.before_attempt(0), lambda: call.on_reply(DONE, 0), lambda: call.cancel(0)):
            with pytest.raises(ValueError, match="the call is over"):
                event()
        assert before == (None if budget is None else budget.tokens)
    assert call.is_over == decisions[-1].is_stop
    return Played(decisions, tokens, times, sent, refreshed)


@settings(max_examples=400, deadline=None)
@given(SCRIPTS)
def test_every_call_keeps_its_promises(script: Script) -> None:
    played = play(script)
    policy = Policy(**script.settings)
    assert played.sent <= policy.max_attempts + played.refreshed
    assert played.refreshed <= 1
    assert sum(decision.is_stop for decision in played.decisions) <= 1
    assert all(0 <= tokens <= 200 for tokens in played.tokens)
    for decision, at_ms, (verdict, _, _) in zip(played.decisions, played.at_ms, script.replies, strict=False):
        assert decision.is_stop == (decision.reason is not None)
        if decision.action is Action.RETRY:
            if policy.deadline_ms is not None:
                assert at_ms + decision.delay_ms < policy.deadline_ms
            asked = min(verdict.server_delay_ms or 0, policy.max_server_delay_ms)
            assert decision.delay_ms >= asked
        if decision.reason is Reason.SUCCESS:
            assert verdict.is_success
            assert decision.retry_at_ms is None
        assert [gate.reason for gate in decision.gates] == list(Reason)


@settings(max_examples=200, deadline=None)
@given(SCRIPTS)
def test_one_seed_makes_one_run_of_decisions(script: Script) -> None:
    assert play(script) == play(script)


@settings(max_examples=300, deadline=None)
@given(SCRIPTS, st.sampled_from(["attempts", "deadline", "tokens"]))
def test_more_of_anything_never_turns_a_repeat_into_a_stop(script: Script, more: str) -> None:
    generous = dict(script.settings)
    if more == "attempts":
        generous["max_attempts"] = 100
    elif more == "deadline":
        generous["deadline_ms"] = None
    else:
        script = replace(script, tokens=script.tokens // 2)
    first = play(script).decisions
    second = play(replace(script, settings=generous, tokens=200 if more == "tokens" else script.tokens)).decisions
    for decision, other in zip(first, second, strict=False):
        if decision.action is not Action.RETRY:
            break
        assert (other.action, other.delay_ms) == (decision.action, decision.delay_ms)


@settings(max_examples=200, deadline=None)
@given(SCRIPTS, st.integers(0, 2**63))
def test_a_clock_that_runs_backwards_is_taken_to_stand_still(script: Script, back: int) -> None:
    latest = 0
    forward = []
    for verdict, now_ms, gives_up in script.replies:
        latest = max(latest, now_ms)
        forward.append((verdict, latest, gives_up))
    backward = [(verdict, max(now_ms - back, 0), gives_up) for verdict, now_ms, gives_up in script.replies]
    assert play(script).decisions == play(replace(script, replies=forward)).decisions
    play(replace(script, replies=backward))


@settings(max_examples=200, deadline=None)
@given(SCRIPTS)
def test_a_loop_makes_the_same_decisions(script: Script) -> None:
    """Each wait as long as decided, each attempt at once answered."""
    policy = Policy(**script.settings)
    seen: list[tuple[Decision, int]] = []
    replies = iter([*(verdict for verdict, _, _ in script.replies), DONE])
    now = 0

    def budget() -> Budget | None:
        return Budget(policy.budget["capacity"], script.tokens) if policy.budget is not False else None

    def sleep(seconds: float) -> None:
        nonlocal now
        now += round(seconds * 1000)

    retrier = policy.using(
        kind=script.kind,
        refresh=(lambda: None) if script.can_refresh else None,
        idempotency_key=script.idempotency_key,
        seed=script.seed,
        budget=budget(),
        sleep=sleep,
        clock=lambda: now / 1000,
        observer=lambda observed: seen.append((observed.decision, observed.now_ms)),
    )
    attempts: tuple[aftercall.AttemptRecord, ...] = ()
    try:
        retrier.call(lambda: next(replies))
    except aftercall.AftercallError as error:
        attempts = error.attempts
    assert not attempts or [attempt.decision for attempt in attempts] == [decision for decision, _ in seen]
    call = policy.new_call(
        kind=script.kind,
        can_refresh=script.can_refresh,
        idempotency_key=script.idempotency_key,
        seed=script.seed,
        budget=budget(),
    )
    for (decision, now_ms), verdict in zip(seen, [*(verdict for verdict, _, _ in script.replies), DONE], strict=False):
        call.before_attempt(now_ms)
        assert call.on_reply(verdict, now_ms) == decision
        if decision.action is Action.REFRESH:
            call.on_refreshed(now_ms)
