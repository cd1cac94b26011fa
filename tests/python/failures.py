"""Calls that fail, and what they raise."""

from __future__ import annotations

from typing import Any

from aftercall import AftercallError, Policy, Verdict


def played(replies: list[Verdict | Exception], **options: Any) -> Exception:
    """What a call raises that brings these, one after the other."""
    now = [0.0]

    def attempt() -> Verdict:
        now[0] += 0.1
        reply = replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def sleep(seconds: float) -> None:
        now[0] += seconds

    policy = Policy(max_attempts=len(replies), jitter="none")
    query = policy.using(kind="query", sleep=sleep, clock=lambda: now[0], budget=None, **options)
    try:
        query.call(attempt)
    except Exception as error:
        return error
    raise AssertionError("the call succeeded")


def failed(replies: list[Verdict | Exception], **options: Any) -> AftercallError:
    error = played(replies, **options)
    assert isinstance(error, AftercallError)
    return error
