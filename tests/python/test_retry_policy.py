"""Policies, budgets and calls: every wrong word is refused by name, and nothing happens out of turn."""

from __future__ import annotations

import copy
import gc
import json
import pickle
import threading
from collections.abc import Callable
from typing import Any

import pytest

import aftercall
from aftercall import (
    Action,
    Attempt,
    AttemptRecord,
    Budget,
    Decision,
    DelaySource,
    GateState,
    Jitter,
    OverCap,
    Policy,
    PolicyError,
    Preset,
    Reason,
    RetryMutations,
    judge,
)

BUSY = judge(503, None, b"")
DONE = judge(200, None, b'{"status":true,"error_code":0,"data":[1]}')

POLICIES = [
    Policy(),
    Policy(preset="cost_averse", multiplier=1.5, budget=False),
    Policy(preset=Preset.NONE, max_attempts=7, deadline_ms=2**63 - 1, budget={"capacity": 1000}, jitter="decorrelated"),
    Policy(
        overrides=[
            {"category": "server", "http_status": 500, "advice": "never"},
            {"category": aftercall.Category.BALANCE, "code": 67200005, "advice": aftercall.Advice.BACKOFF},
            {"code": 'WORD "quoted"\n', "advice": "throttle"},
        ]
    ),
]


def test_the_defaults_are_those_of_every_language() -> None:
    policy = Policy()
    assert (policy.preset, policy.max_attempts, policy.base_delay_ms, policy.throttle_base_delay_ms) == (
        Preset.STANDARD,
        4,
        500,
        1000,
    )
    assert (policy.max_delay_ms, policy.multiplier, policy.jitter) == (20_000, 2.0, Jitter.EQUAL)
    assert (policy.max_server_delay_ms, policy.over_cap) == (120_000, OverCap.GIVE_UP)
    assert (policy.deadline_ms, policy.attempt_timeout_ms) == (None, None)
    assert (policy.retry_mutations, policy.repeat_billed) == (RetryMutations.REJECTED_ONLY, True)
    assert policy.budget == {"capacity": 500, "cost": 14, "throttle_cost": 5}
    assert policy.overrides == ()
    assert Policy(budget=False).budget is False


@pytest.mark.parametrize("policy", POLICIES, ids=repr)
def test_a_policy_comes_back_from_every_journey(policy: Policy) -> None:
    for other in (
        Policy.from_json(policy.to_json()),
        Policy.from_json(policy.to_json().encode()),
        pickle.loads(pickle.dumps(policy)),
        copy.deepcopy(policy),
        eval(repr(policy)),
        Policy(**json.loads(policy.to_json())),
    ):
        assert other == policy
        assert hash(other) == hash(policy)
    assert policy != Policy(max_attempts=99)
    assert policy != "a policy"
    match policy:
        case Policy(preset, attempts):
            assert (preset, attempts) == (policy.preset, policy.max_attempts)


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"max_attempts": 0}, PolicyError, "max_attempts: expected an integer from 1 to 100, found 0"),
    ({"max_attempts": 101}, PolicyError, "max_attempts: expected an integer from 1 to 100, found 101"),
    ({"max_attempts": -1}, PolicyError, "max_attempts: expected an integer from 1 to 100, found -1"),
    (
        {"max_attempts": 2**70},
        PolicyError,
        f"max_attempts: expected an integer of signed 64 bits, found {2**70}",
    ),
    (
        {"max_attempts": 10**5000},
        ValueError,
        "max_attempts: expected an integer of signed 64 bits, found one of thousands of digits",
    ),
    ({"max_attempts": True}, TypeError, "max_attempts: expected an integer of signed 64 bits, found true"),
    ({"max_attempts": "3"}, TypeError, 'max_attempts: expected an integer of signed 64 bits, found the string "3"'),
    ({"max_attempts": None}, TypeError, "max_attempts: expected an integer of signed 64 bits, found null"),
    ({"max_atempts": 3}, PolicyError, 'max_atempts: unknown field "max_atempts", did you mean "max_attempts"?'),
    (
        {"jitter": "ful"},
        PolicyError,
        'jitter: expected one of none, full, equal, decorrelated, found "ful", did you mean "full"?',
    ),
    ({"jitter": 3}, TypeError, "jitter: expected a string, found 3"),
    (
        {"multiplier": float("nan")},
        ValueError,
        "multiplier: expected a number from 1 to 10 with at most 16 decimals, found nan",
    ),
    (
        {"multiplier": 1e400},
        ValueError,
        "multiplier: expected a number from 1 to 10 with at most 16 decimals, found inf",
    ),
    (
        {"multiplier": 0.5},
        PolicyError,
        "multiplier: expected a number from 1 to 10 with at most 16 decimals, found 0.5",
    ),
    ({"deadline_ms": 0}, PolicyError, "deadline_ms: expected an integer from 1, found 0"),
    ({"deadline_ms": 1.5}, TypeError, "deadline_ms: expected an integer of signed 64 bits, found 1.5"),
    (
        {"max_delay_ms": 400},
        PolicyError,
        "base_delay_ms, which is left out: expected at most max_delay_ms, which is 400, found 500",
    ),
    ({"budget": True}, PolicyError, "budget: expected an object or false, found true"),
    ({"budget": 500}, TypeError, "budget: expected an object or false, found 500"),
    (
        {"budget": {"capacity": 4, "cost": 5}},
        PolicyError,
        "budget.cost: expected at most budget.capacity, which is 4, found 5",
    ),
    ({"budget": {1: 2}}, TypeError, "budget: expected names that are str; found int"),
    ({"overrides": [{"category": "server"}]}, PolicyError, 'overrides[0]: the field "advice" is missing'),
    ({"overrides": [object()]}, TypeError, "overrides[0]: expected what JSON can say; found object"),
    ({"overrides": [[[[[1]]]]]}, ValueError, "overrides[0][0][0][0]: expected no further levels of settings"),
    ({"jitter": "\ud800"}, ValueError, "jitter: expected text, found a str with lone surrogates"),
]


@pytest.mark.parametrize(("settings", "kind", "message"), WRONG, ids=[message for _, _, message in WRONG])
def test_every_wrong_setting_is_refused_by_name(settings: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        Policy(**settings)
    assert str(caught.value) == message
    assert type(caught.value) is kind
    if isinstance(caught.value, PolicyError):
        assert (caught.value.line, caught.value.column) == (0, 0)
        assert pickle.loads(pickle.dumps(caught.value)).path == caught.value.path


def test_a_wrong_text_is_refused_with_its_place() -> None:
    for text, line, column, path in [
        ('{\n "max_attempts": 0}', 2, 18, "max_attempts"),
        ('{"jitter": "none", "jitter": "full"}', 1, 20, ""),
        ('{"max_attempts": 1e400}', 1, 18, "max_attempts"),
        ('{"multiplier": NaN}', 1, 16, ""),
        ("[]", 1, 1, ""),
        ("", 1, 1, ""),
    ]:
        with pytest.raises(PolicyError) as caught:
            Policy.from_json(text)
        assert (caught.value.line, caught.value.column) == (line, column), text
        assert caught.value.path == path or path == ""
    with pytest.raises(TypeError, match="text: expected str or bytes; found int"):
        Policy.from_json(7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        ({"kind": "qery"}, ValueError, "kind: expected one of mutation, query, auth; found 'qery'"),
        ({"kind": 1}, TypeError, "kind: expected a member of OperationKind or its name; found int"),
        ({"expect": "xml"}, ValueError, "expect: expected one of envelope, raw; found 'xml'"),
        ({"budget": 500}, TypeError, "budget: expected a Budget or None; found int"),
        ({"profile": "eureka"}, TypeError, "profile: expected a Profile or None; found str"),
        ({"refresh": "token"}, TypeError, "refresh: expected a function or None; found str"),
        ({"observer": 1}, TypeError, "observer: expected a function or None; found int"),
        ({"sleep": 1.5}, TypeError, "sleep: expected a function or None; found float"),
        ({"clock": 1.5}, TypeError, "clock: expected a function or None; found float"),
        ({"seed": -1}, ValueError, "seed: expected an integer from 0 to 18446744073709551615; found one outside"),
        ({"seed": 2**64}, ValueError, "seed: expected an integer from 0 to 18446744073709551615; found one outside"),
        ({"seed": "7"}, TypeError, "seed: expected an integer or None; found str"),
        ({"unit_random": 1.1}, ValueError, "unit_random: expected a number from 0 to 1; found one outside"),
        ({"unit_random": float("nan")}, ValueError, "unit_random: expected a number from 0 to 1; found one outside"),
        ({"idempotency_key": 7}, TypeError, "idempotency_key: expected a str, a bool or None; found int"),
        ({"idempotency_key": ""}, ValueError, "idempotency_key: expected a key; found an empty str"),
    ],
)
def test_every_wrong_option_is_refused_by_name(said: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        Policy().using(**said)
    assert str(caught.value) == message


def test_an_idempotency_key_is_not_kept() -> None:
    retrier = Policy().using(idempotency_key="key-of-a-payment")
    call = Policy().new_call(idempotency_key="key-of-a-payment")
    assert "payment" not in repr(retrier) + repr(call)


def test_what_is_said_is_added_to_what_was_said() -> None:
    budget = Budget(20)
    seen: list[aftercall.Observed] = []
    retrier = Policy(max_attempts=2).using(kind="query", budget=budget, sleep=lambda seconds: None)
    more = retrier.using(observer=seen.append)
    assert more.policy == retrier.policy
    with pytest.raises(aftercall.ServerError):
        more.call(lambda: BUSY)
    assert [observed.decision.budget_tokens for observed in seen] == [6, 6]
    seen.clear()
    with pytest.raises(aftercall.ServerError):
        more.using(budget=None, observer=None).call(lambda: BUSY)
    assert (seen, budget.tokens) == ([], 6)


def test_all_calls_of_a_policy_share_its_budget() -> None:
    policy = Policy(max_attempts=2, budget={"capacity": 30})
    query = policy.using(kind="query", sleep=lambda seconds: None)
    reasons = []
    for _ in range(3):
        with pytest.raises(aftercall.ServerError) as caught:
            query.call(lambda: BUSY)
        reasons.append(caught.value.attempts[-1].decision.reason)
    # Two repeats are paid for; the third call fails after its first attempt.
    assert reasons == [Reason.ATTEMPTS_EXHAUSTED, Reason.ATTEMPTS_EXHAUSTED, Reason.BUDGET_EXHAUSTED]
    assert policy.shared_budget is not None
    assert policy.shared_budget.tokens == 2
    assert policy.call(lambda: "done") == "done"
    assert policy.shared_budget.tokens == 3
    assert Policy(budget=False).shared_budget is None
    assert Policy(budget={"capacity": 30}).shared_budget is not policy.shared_budget


def test_a_budget_says_what_it_is() -> None:
    budget = Budget(500, 20)
    assert (budget.capacity, budget.tokens, repr(budget)) == (500, 20, "Budget(500, tokens=20)")
    assert Budget(5, 7).tokens == 5
    for arguments, message in [
        ((0,), "capacity: expected an integer from 1 to 1000000, found 0"),
        ((10**6 + 1,), "capacity: expected an integer from 1 to 1000000, found 1000001"),
        ((5, -1), "tokens: expected an integer from 0 to 4294967295, found -1"),
    ]:
        with pytest.raises(ValueError, match=message):
            Budget(*arguments)
    with pytest.raises(TypeError, match="capacity: expected an integer; found str"):
        Budget("500")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        pickle.dumps(budget)


def test_a_decision_says_everything() -> None:
    call = Policy(jitter="none", deadline_ms=10_000).new_call(kind="query")
    assert call.before_attempt(0) == Attempt(1, 10_000)
    decision = call.on_reply(BUSY, 40)
    assert (decision.action, decision.reason, decision.delay_ms, decision.delay) == (Action.RETRY, None, 500, 0.5)
    assert (decision.delay_source, decision.budget_tokens, decision.is_stop) == (DelaySource.BACKOFF, 486, False)
    call.before_attempt(540)
    stop = call.on_reply(judge(429, {"retry-after": "7"}, b""), 600)
    assert stop.action is Action.RETRY
    assert stop.delay_source is DelaySource.SERVER
    call.before_attempt(7600)
    stop = call.on_reply(judge(503, {"retry-after": "7"}, b""), 7700)
    assert (stop.reason, stop.retry_at_ms, stop.delay_ms, stop.delay_source) == (Reason.DEADLINE, 14_700, 0, None)
    assert "deadline YES" in stop.explanation
    assert stop.explanation.startswith("stop: deadline")
    gates = {gate.reason: gate for gate in stop.gates}
    assert list(gates) == list(Reason)
    assert gates[Reason.DEADLINE].state is GateState.STOPPED
    assert gates[Reason.DEADLINE].facts["deadline_ms"] == 10_000
    assert gates[Reason.BUDGET_EXHAUSTED].state is GateState.NOT_REACHED
    assert json.loads(stop.to_json())["reason"] == "deadline"
    match stop:
        case Decision(Action.STOP, Reason.DEADLINE, 0, int(at)):
            assert at == 14_700
        case _:
            raise AssertionError(stop)


def test_decisions_and_records_come_back_from_every_journey() -> None:
    call = Policy().new_call(kind="query", seed=7)
    attempt = call.before_attempt(0)
    decision = call.on_reply(BUSY, 40)
    record = AttemptRecord(1, BUSY, decision, 0, 40)
    for thing in (attempt, decision, record):
        for other in (pickle.loads(pickle.dumps(thing)), copy.deepcopy(thing), copy.copy(thing)):
            assert other == thing
            assert hash(other) == hash(thing)
            assert repr(other) == repr(thing)
        assert thing != "a thing"
    assert pickle.loads(pickle.dumps(decision)).explanation == decision.explanation
    assert record.delay_ms == decision.delay_ms
    assert record != AttemptRecord(2, BUSY, decision, 0, 40)
    restore, (version, words) = decision.__reduce__()
    for wrong in ((version, words[:-1]), (version, [2**64 - 1] * len(words)), ("0.0.0", words)):
        with pytest.raises(ValueError, match="this is no Decision"):
            restore(*wrong)


def test_events_out_of_turn_are_refused_and_change_nothing() -> None:
    budget = Budget(500)
    call = Policy(jitter="none").new_call(kind="query", budget=budget)
    early: list[Callable[[], object]] = [
        lambda: call.on_reply(BUSY, 0),
        lambda: call.on_refreshed(0),
        lambda: call.on_refresh_failed(0),
    ]
    for event in early:
        with pytest.raises(ValueError, match="out of turn: nothing was sent yet"):
            event()
    call.before_attempt(0)
    with pytest.raises(ValueError, match="out of turn: an attempt is under way"):
        call.before_attempt(0)
    with pytest.raises(ValueError, match="out of turn: an attempt is under way"):
        call.expire(0)
    assert call.on_reply(BUSY, 10).delay_ms == 500
    assert call.cancel(20).reason is Reason.CANCELLED
    late: list[Callable[[], object]] = [
        lambda: call.cancel(30),
        lambda: call.expire(30),
        lambda: call.on_reply(DONE, 30),
    ]
    for event in late:
        with pytest.raises(ValueError, match="out of turn: the call is over"):
            event()
    assert (call.is_over, call.attempts, budget.tokens) == (True, 1, 500)


def test_a_time_is_a_whole_number_of_milliseconds() -> None:
    call = Policy().new_call()
    for wrong in (1.0, "1", None, True):
        with pytest.raises(TypeError, match="now_ms: expected an integer, in milliseconds of a monotonic clock"):
            call.before_attempt(wrong)  # type: ignore[arg-type]
    for outside in (-1, 2**64):
        with pytest.raises(ValueError, match="now_ms: expected an integer from 0"):
            call.before_attempt(outside)
    with pytest.raises(TypeError, match="verdict: expected a Verdict; found int"):
        call.on_reply(503, 0)  # type: ignore[arg-type]
    call.before_attempt(2**64 - 1)
    assert call.on_reply(judge(503, {"retry-after": str(2**60)}, b""), 2**64 - 1).retry_at_ms == 2**64 - 1


def test_a_call_that_is_dropped_while_it_waits_pays_back() -> None:
    budget = Budget(500)
    call = Policy().new_call(kind="query", budget=budget)
    call.before_attempt(0)
    call.on_reply(BUSY, 0)
    assert budget.tokens == 486
    del call
    gc.collect()
    assert budget.tokens == 500


def test_an_observer_sees_every_decision_and_may_ask_the_call() -> None:
    seen: list[tuple[int, int, Reason | None, bool]] = []

    def observe(observed: aftercall.Observed) -> None:
        seen.append((observed.attempt, observed.now_ms, observed.decision.reason, call.is_over))

    call = Policy().new_call(kind="query", observer=observe)
    call.before_attempt(10)
    call.on_reply(BUSY, 5)  # the clock runs backwards, and is taken to stand still
    call.cancel(90)
    assert seen == [(1, 10, None, False), (1, 90, Reason.CANCELLED, True)]


def test_an_observer_that_raises_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[BaseException | None] = []
    monkeypatch.setattr("sys.unraisablehook", lambda unraisable: told.append(unraisable.exc_value))

    def observe(observed: aftercall.Observed) -> None:
        raise RuntimeError("observer")

    assert Policy().using(observer=observe).call(lambda: 1) == 1
    assert [str(error) for error in told] == ["observer"]

    def interrupt(observed: aftercall.Observed) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Policy().using(observer=interrupt).call(lambda: 1)


def test_many_threads_share_a_policy() -> None:
    policy = Policy(max_attempts=3, budget={"capacity": 10_000})
    query = policy.using(kind="query", sleep=lambda seconds: None)

    def work() -> None:
        for index in range(200):
            replies = [DONE, BUSY] if index % 2 else [DONE]
            assert query.call(replies.pop) is DONE

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Each repeat took 14 tokens and its success gave them back.
    assert policy.shared_budget is not None
    assert policy.shared_budget.tokens == 10_000
