"""The suite `retry`: one call, one decision for each event; event by event, and through each loop."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import aftercall
from aftercall import Action, Budget, Decision, Policy, Reason, Verdict

from fields import Fields, WrongVectors
from reply import Reply

Step: TypeAlias = tuple[Decision, int | None]
"""A decision, and the tokens after it."""


class Cancelled(BaseException):
    """The caller gives up, as Ctrl-C does."""


@dataclass(frozen=True, slots=True)
class Event:
    at_ms: int
    took_ms: int
    verdict: Verdict | None
    """None: the caller gives up."""
    fault: str | None


@dataclass(slots=True)
class Case:
    """What a case says."""

    policy: Policy
    kind: Any
    can_refresh: bool
    idempotency_key: bool
    unit_random: float | None
    seed: int | None
    tokens: int | None
    events: list[Event]
    expected: list[dict[str, object]]

    def budget(self) -> Budget | None:
        """A new one for each way."""
        if self.policy.budget is False:
            return None
        return Budget(self.policy.budget["capacity"], self.tokens)


def retry_case(case: object, profile: aftercall.Profile) -> Iterator[str]:
    """Plays a case; says what differs."""
    told = read(case, profile)
    steps = event_by_event(told)
    if len(steps) != len(told.expected):
        yield f"expect: {len(told.expected)} steps for {len(steps)} events"
        return
    for index, (step, expected) in enumerate(zip(steps, told.expected, strict=True)):
        yield from (f"[{index}].{difference}" for difference in differences(step, expected))
    if not can_be_looped(told, steps):
        return
    for way, play in WAYS.items():
        played = play(told)
        if played != steps:
            yield f"{way}: {[repr(step) for step in played]} differs from {[repr(step) for step in steps]}"


def read(case: object, profile: aftercall.Profile) -> Case:
    fields = Fields("the case", case)
    fields.text("name")
    for comment in ("source", "note"):
        fields.optional(comment)
    seed = fields.text("seed") if "seed" in fields else None
    told = Case(
        policy=Policy.from_json(json.dumps(fields.required("policy"))),
        kind=fields.text("kind") if "kind" in fields else "query",
        can_refresh=flag(fields, "can_refresh"),
        idempotency_key=flag(fields, "idempotency_key"),
        unit_random=number(fields.optional("unit_random")),
        seed=None if seed is None else int(seed),
        tokens=fields.integer("budget") if fields.optional("budget") is not None else None,
        events=[event(value, profile) for value in array(fields, "events")],
        expected=[],
    )
    for expected in array(fields, "expect"):
        if not isinstance(expected, dict):
            raise WrongVectors("expect: expected objects")
        told.expected.append(expected)
        for key in expected:
            if key not in VALUES:
                raise WrongVectors(f"expect: {key!r} is not known to this runner")
    fields.finish()
    return told


def event(value: object, profile: aftercall.Profile) -> Event:
    fields = Fields("event", value)
    at_ms = fields.integer("at_ms")
    if flag(fields, "cancel_wait"):
        fields.finish()
        return Event(at_ms, 0, None, None)
    took_ms = fields.integer("took_ms")
    reply = Reply.read(fields.required("reply"))
    fields.finish()
    if reply.fault is not None:
        name: Any = reply.fault
        verdict = aftercall.judge_fault(name, reply.headers, now=reply.now, profile=profile)
    else:
        verdict = aftercall.judge(
            reply.http_status, reply.headers, reply.body, expect=reply.expect, now=reply.now, profile=profile
        )
    return Event(at_ms, took_ms, verdict, reply.fault)


def flag(fields: Fields, name: str) -> bool:
    value = fields.optional(name)
    if value not in (None, False, True):
        raise WrongVectors(f"{name}: expected true or false, got {value!r}")
    return value is True


def number(value: object) -> float | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise WrongVectors(f"expected a number, got {value!r}")


def array(fields: Fields, name: str) -> list[object]:
    value = fields.required(name)
    if not isinstance(value, list):
        raise WrongVectors(f"{name}: expected an array")
    return value


def differences(step: Step, expected: dict[str, object]) -> Iterator[str]:
    decision, tokens = step
    for key, wanted in expected.items():
        got = VALUES[key](step)
        match wanted:
            case [int(least), int(most)]:
                is_same = isinstance(got, int) and least <= got <= most
            case _:
                is_same = type(got) is type(wanted) and got == wanted
        if not is_same:
            yield f"{key}: expected {json.dumps(wanted)} got {json.dumps(got)}"
    if decision.budget_tokens != tokens:
        yield "the decision names other tokens"


VALUES: dict[str, Callable[[Step], object]] = {
    "action": lambda step: str(step[0].action),
    "reason": lambda step: None if step[0].reason is None else str(step[0].reason),
    "delay_ms": lambda step: step[0].delay_ms if step[0].action is Action.RETRY else None,
    "retry_at_ms": lambda step: step[0].retry_at_ms,
    "budget": lambda step: step[1],
}


def event_by_event(case: Case) -> list[Step]:
    """Through new_call(): every time is told."""
    budget = case.budget()
    call = case.policy.new_call(
        kind=case.kind,
        can_refresh=case.can_refresh,
        idempotency_key=case.idempotency_key,
        budget=budget,
        seed=case.seed,
        unit_random=case.unit_random,
    )
    steps: list[Step] = []
    for told in case.events:
        if told.verdict is None:
            decision = call.cancel(told.at_ms)
        else:
            if steps and steps[-1][0].action is Action.REFRESH:
                call.on_refreshed(told.at_ms)
            call.before_attempt(told.at_ms)
            decision = call.on_reply(told.verdict, told.at_ms + told.took_ms)
        steps.append((decision, None if budget is None else budget.tokens))
    return steps


def can_be_looped(case: Case, steps: list[Step]) -> bool:
    """A loop starts at once, waits as long as it is told, and ends where the call does."""
    if not steps or not steps[-1][0].is_stop or case.events[0].at_ms != 0:
        return False
    clock = 0
    for told, (decision, _) in zip(case.events, steps, strict=True):
        if told.at_ms < clock:  # the clock runs backwards
            return False
        clock = told.at_ms + told.took_ms
        deadline = case.policy.deadline_ms
        if told.verdict is not None and deadline is not None and told.at_ms >= deadline:
            return False  # a loop does not send what is too late
        if decision.is_stop and told is not case.events[-1]:
            return False
    return True


@dataclass(slots=True)
class World:
    """A clock, a sleep and a server that play the events of a case."""

    case: Case
    budget: Budget | None
    now_ms: int = 0
    next: int = 0
    steps: list[Step] = field(default_factory=list)

    def clock(self) -> float:
        return self.now_ms / 1000

    def sleep(self, seconds: float) -> None:
        decision = self.steps[-1][0]
        if round(seconds * 1000) != decision.delay_ms:
            raise AssertionError(f"slept {seconds} s instead of {decision.delay_ms} ms")
        told = self.case.events[self.next]
        self.now_ms = told.at_ms
        if told.verdict is None:
            raise Cancelled

    def refresh(self) -> None:
        self.now_ms = self.case.events[self.next].at_ms

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)

    async def refresh_async(self) -> None:
        self.refresh()

    def observe(self, observed: aftercall.Observed) -> None:
        self.steps.append((observed.decision, None if self.budget is None else self.budget.tokens))

    def send(self) -> Verdict:
        told = self.case.events[self.next]
        self.next += 1
        if told.verdict is None:
            raise Cancelled
        self.now_ms = told.at_ms + told.took_ms
        return told.verdict

    def send_or_raise(self) -> Verdict:
        """A failure is raised, as exceptions of this package are."""
        return self.send().raise_for_failure()

    async def send_async(self) -> Verdict:
        return self.send()

    def retrier(self) -> aftercall.Retrier:
        return self.case.policy.using(
            kind=self.case.kind,
            idempotency_key=self.case.idempotency_key,
            budget=self.budget,
            refresh=self.refresh if self.case.can_refresh else None,
            observer=self.observe,
            sleep=self.sleep,
            clock=self.clock,
            seed=self.case.seed,
            unit_random=self.case.unit_random,
        )


def looped(case: Case, play: Callable[[World], object]) -> list[Step]:
    """What the observer of a loop saw; the loop must end as the last decision says."""
    budget = case.budget()
    world = World(case, budget)
    try:
        play(world)
        ended: Reason | None = Reason.SUCCESS
    except Cancelled:
        ended = Reason.CANCELLED
    except aftercall.AftercallError as error:
        ended = world.steps[-1][0].reason
        if len(error.attempts) != len(world.steps):
            raise AssertionError(f"{len(error.attempts)} attempts in the exception") from None
    if not world.steps or ended is not world.steps[-1][0].reason:
        raise AssertionError(f"the loop ended with {ended!r}, the observer saw {world.steps!r}")
    return world.steps


def by_attempts(world: World) -> None:
    for attempt in world.retrier().attempts():
        with attempt:
            attempt.judge(world.send())


def by_async_call(world: World) -> None:
    retrier = world.retrier().using(
        sleep=world.sleep_async, refresh=world.refresh_async if world.case.can_refresh else None
    )
    finished(retrier.call_async(world.send_async))


def finished(coroutine: Coroutine[Any, Any, object]) -> None:
    """Runs a coroutine that waits for nothing but what is told at once."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("there was nothing to wait for")


WAYS: dict[str, Callable[[Case], list[Step]]] = {
    "call": lambda case: looped(case, lambda world: world.retrier().call(world.send)),
    "call, raising": lambda case: looped(case, lambda world: world.retrier().call(world.send_or_raise)),
    "attempts": lambda case: looped(case, by_attempts),
    "call_async": lambda case: looped(case, by_async_call),
}
